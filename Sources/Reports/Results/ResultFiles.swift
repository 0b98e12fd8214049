public import Staging

/// A file that a run has left in its folder.
public struct ResultFile: Sendable, Equatable {
  /// Its name there, such as `failed.csv`.
  public var name: String
  public var path: String
  /// Rows or changes in it.
  public var rows: Int
}

/// The files that a run leaves in its folder whenever a process ends its work on it.
public enum ResultFiles {
  /// All kinds of them, in the order in which they are listed.
  static var kinds: [any RunDocument.Type] {
    [RowFiles.self, ChangesFile.self, RollbackFiles.self, PlanFile.self]
  }

  /// The names of all files with rows or changes that a run can have; its page among them.
  static let names = kinds.flatMap { $0.names } + [RunPage.fileName]

  /// Writes all that a run has, in constant memory.
  ///
  /// All appear together at the end, each in place of an older one; a process that is killed, or a disk
  /// that is full, leaves the older ones as they were.
  ///
  /// - Parameters:
  ///   - changes: tells what a row has changed; without it there is no `changes.csv`.
  ///   - staged: what was written while the rows were staged; it is used up.
  /// - Throws: `StagingError` when the run file cannot be read or a file cannot be written.
  @discardableResult
  public static func write(
    _ file: RunFile, changes: ChangeReader? = nil, staged: StagedResults? = nil
  ) throws(StagingError) -> [ResultFile] {
    let run = EndedRun(file: file, record: try file.record(), changes: changes, staged: staged)
    var drafts = ResultDrafts()
    for kind in kinds { try kind.write(run, to: &drafts) }
    return try drafts.commit()
  }
}
