import Staging

/// What a run is for, and all that differs between the update of records by a sheet and the rollback of a run.
package enum Purpose {
  case update
  case rollback(RollbackScope)

  /// What is put back; `nil` for an update.
  package var scope: RollbackScope? {
    if case .rollback(let scope) = self { scope } else { nil }
  }

  /// The command that begins such a run.
  var command: String { scope == nil ? "run" : "rollback" }

  /// What a person is told that it is.
  func title(job: String) -> String { scope.map { "rollback of \($0.source.id)" } ?? job }

  /// Whether the rows are those of a sheet, which somebody can mend, and which may have been sent before.
  ///
  /// Rows of a rollback of which nothing can be put back are no mistakes.
  var hasSheet: Bool { scope == nil }

  /// What is called at the end: what a job wants to be done when it is done is not what has to be done when it is put
  /// back.
  func hooks(_ commands: HookCommands) -> HookCommands { scope == nil ? commands : HookCommands() }
}
