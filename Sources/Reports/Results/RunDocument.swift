import Staging

/// One kind of file that a run leaves in its folder: a type, and its place in `ResultFiles.kinds`.
protocol RunDocument {
  /// The names of all files of this kind that a run can have.
  static var names: [String] { get }

  /// Writes those that the run has, none or several, each for its owner only and in constant memory.
  ///
  /// - Throws: `StagingError` when the run file cannot be read or a file cannot be written.
  static func write(_ run: EndedRun, to drafts: inout ResultDrafts) throws(StagingError)
}

/// A run that nobody works on for now.
struct EndedRun {
  let file: RunFile
  let record: RunRecord
  /// Tells what a row has changed; `nil` when nobody asks for that.
  let changes: ChangeReader?
  /// What was written while the rows were staged.
  let staged: StagedResults?
}

/// Files of a run before they appear.
struct ResultDrafts {
  private var drafts: [(file: WholeFile, result: ResultFile)] = []

  mutating func add(_ file: WholeFile, named name: String, rows: Int) {
    drafts.append((file, ResultFile(name: name, path: file.path, rows: rows)))
  }

  /// Lets all appear.
  func commit() throws(StagingError) -> [ResultFile] {
    for draft in drafts { try draft.file.prepare() }
    for draft in drafts { try draft.file.commit() }
    return drafts.map(\.result)
  }
}
