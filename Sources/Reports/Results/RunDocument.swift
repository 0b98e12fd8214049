import Staging

/// One kind of file in a run's folder: a type, and its place in `ResultFiles.kinds`.
protocol RunDocument {
  /// The names of all files of this kind that a run can have.
  static var names: [String] { get }

  /// Writes the files of this kind, each readable only by its owner, in constant memory.
  ///
  /// - Throws: `StagingError` if the run file cannot be read or a file cannot be written.
  static func write(_ run: EndedRun, to drafts: inout ResultDrafts) throws(StagingError)
}

/// A run that no process is working on.
struct EndedRun {
  let file: RunFile
  let record: RunRecord
  /// The reader of a row's changes; `nil` if they are not needed.
  let changes: ChangeReader?
  /// The files written while the rows were staged.
  let staged: StagedResults?
}

/// The files of a run before they appear.
struct ResultDrafts {
  private var drafts: [(file: WholeFile, result: ResultFile)] = []

  mutating func add(_ file: WholeFile, named name: String, rows: Int) {
    drafts.append((file, ResultFile(name: name, path: file.path, rows: rows)))
  }

  /// Makes all files appear.
  func commit() throws(StagingError) -> [ResultFile] {
    for draft in drafts { try draft.file.prepare() }
    for draft in drafts { try draft.file.commit() }
    return drafts.map(\.result)
  }
}
