import Staging

/// The purpose of a run: everything that differs between an update by a sheet and a rollback.
package enum Purpose {
  case update
  case rollback(RollbackScope)

  /// The scope of the rollback; `nil` for an update.
  package var scope: RollbackScope? {
    if case .rollback(let scope) = self { scope } else { nil }
  }

  /// The command that starts such a run.
  var command: String { scope == nil ? "run" : "rollback" }

  /// Returns the title of the run in messages.
  func title(job: String) -> String { scope.map { "rollback of \($0.source.id)" } ?? job }

  /// Indicates rows from a sheet, which the user can fix and which may have been sent before.
  ///
  /// Rollback rows without anything to restore are no mistakes.
  var hasSheet: Bool { scope == nil }

  /// Returns the hooks to run at the end; a rollback does not run the job's.
  func hooks(_ commands: HookCommands) -> HookCommands { scope == nil ? commands : HookCommands() }
}
