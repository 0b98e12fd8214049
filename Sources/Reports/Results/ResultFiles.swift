public import Staging

/// A file that a run has left in its folder.
public struct ResultFile: Sendable, Equatable {
  /// Its name there, such as `failed.csv`.
  public var name: String
  public var path: String
  /// The number of rows or changes in it.
  public var rows: Int
}

/// The files that a process writes to a run's folder at the end of its work.
public enum ResultFiles {
  /// All kinds, in the order in which they are listed.
  static var kinds: [any RunDocument.Type] {
    [RowFiles.self, ChangesFile.self, RollbackFiles.self, PlanFile.self]
  }

  /// The names of all files with rows or changes that a run can have, including its page.
  static let names = kinds.flatMap { $0.names } + [RunPage.fileName]

  /// Writes all files that a run has, in constant memory.
  ///
  /// All appear together at the end and replace older ones. A killed process or a full disk leaves the older ones as
  /// they were.
  ///
  /// - Parameters:
  ///   - changes: returns the changes of a row; without it there is no `changes.csv`.
  ///   - staged: the files written while the rows were staged; they are consumed.
  /// - Throws: `StagingError` if the run file cannot be read or a file cannot be written.
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
