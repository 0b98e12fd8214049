public import Staging

/// One of the files with a run's rows.
public struct ResultFile: Sendable, Equatable {
  /// Its name in the run's folder, such as `failed.csv`.
  public var name: String
  public var path: String
  public var rows: Int
}

/// The files that hold a run's rows by what became of them; each is itself a valid sheet.
///
/// `succeeded`, `failed`, `unknown` and `unprocessed`, ending in `csv` or `jsonl` as the sheet's format is.
/// All four are always there after a run, so that a missing file never means anything. A rollback has two more.
public enum ResultFiles {
  /// Which states' rows go into which file.
  static let contents: [(name: String, states: [RowState])] = [
    ("succeeded", [.applied, .unchanged]),
    ("failed", [.failed, .rejected, .conflict]),
    // What was on its way may have arrived: nobody should run it a second time as a sheet.
    ("unknown", [.unknown, .sending]),
    ("unprocessed", [.staged, .blocked]),
  ]

  /// The names of all files with rows or changes that a run can have; its page among them.
  static let names =
    contents.flatMap { ["\($0.name).csv", "\($0.name).jsonl"] } + [
      PlanFile.name, ChangesFile.name, RunPage.fileName,
    ] + RollbackFiles.names

  /// Writes the four files of a run, in one pass over its rows and in constant memory, and `changes.csv` in another.
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
    let record = try file.record()
    var drafts =
      if let written = staged?.take(for: file) { written } else { try drafts(record, of: file) }
    if let changes {
      let (output, lines) = try ChangesFile.write(file, record, reader: changes)
      drafts.add(output, ResultFile(name: ChangesFile.name, path: output.path, rows: lines))
    }
    var results = try drafts.commit()
    if record.kind == .rollback { results += try RollbackFiles.write(file) }
    return results
  }

  private static func drafts(_ record: RunRecord, of file: RunFile) throws(StagingError) -> Drafts {
    let encoder = ResultEncoder(record)
    var drafts = try Drafts(record, encoder, in: file.directory)
    var bytes: [UInt8] = []
    try file.forEachResultBytes(in: RowState.allCases) { row in
      bytes.removeAll(keepingCapacity: true)
      encoder.append(row, to: &bytes)
      try drafts.append(bytes, row.state)
    }
    return drafts
  }

  /// The files before they appear.
  struct Drafts {
    private var files: [WholeFile] = []
    private var results: [ResultFile] = []
    /// By state, which of them its rows go into.
    private var place: [RowState: Int] = [:]

    /// Begins one for each of `contents`.
    init(
      _ record: RunRecord, _ encoder: ResultEncoder, in directory: RunDirectory
    ) throws(StagingError) {
      for (index, content) in contents.enumerated() {
        let name = "\(content.name).\(record.sheetFormat == "jsonl" ? "jsonl" : "csv")"
        let output = try WholeFile(name, in: directory)
        try output.append(encoder.head())
        add(output, ResultFile(name: name, path: output.path, rows: 0))
        for state in content.states { place[state] = index }
      }
    }

    mutating func add(_ file: WholeFile, _ result: ResultFile) {
      files.append(file)
      results.append(result)
    }

    /// Appends a row that is encoded.
    mutating func append(_ bytes: [UInt8], _ state: RowState) throws(StagingError) {
      guard let index = place[state] else { return }
      try files[index].append(bytes)
      results[index].rows += 1
    }

    /// Lets all appear.
    func commit() throws(StagingError) -> [ResultFile] {
      for output in files { try output.prepare() }
      for output in files { try output.commit() }
      return results
    }
  }
}
