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
  /// - Parameter changes: tells what a row has changed; without it there is no `changes.csv`.
  /// - Throws: `StagingError` when the run file cannot be read or a file cannot be written.
  @discardableResult
  public static func write(_ file: RunFile, changes: ChangeReader? = nil) throws(StagingError) -> [ResultFile]
  {
    let record = try file.record()
    let isJSONL = record.sheetFormat == "jsonl"
    let encoder = ResultEncoder(record, format: isJSONL ? .jsonl : .csv)
    var files: [WholeFile] = []
    var results: [ResultFile] = []
    var place: [RowState: Int] = [:]
    for (index, content) in contents.enumerated() {
      let name = "\(content.name).\(isJSONL ? "jsonl" : "csv")"
      let output = try WholeFile(name, in: file.directory)
      try output.append(encoder.head())
      files.append(output)
      results.append(ResultFile(name: name, path: output.path, rows: 0))
      for state in content.states { place[state] = index }
    }
    var bytes: [UInt8] = []
    try file.forEachResultBytes(in: RowState.allCases) { row in
      guard let index = place[row.state] else { return }
      bytes.removeAll(keepingCapacity: true)
      encoder.append(row, to: &bytes)
      try files[index].append(bytes)
      results[index].rows += 1
    }
    if let changes {
      let (output, lines) = try ChangesFile.write(file, record, reader: changes)
      files.append(output)
      results.append(ResultFile(name: ChangesFile.name, path: output.path, rows: lines))
    }
    for output in files { try output.prepare() }
    for output in files { try output.commit() }
    if record.kind == .rollback { results += try RollbackFiles.write(file) }
    return results
  }
}
