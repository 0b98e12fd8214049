import Sheets
public import Staging

/// The files that hold a run's rows by what became of them; each is itself a valid sheet.
///
/// `succeeded`, `failed`, `unknown` and `unprocessed`, ending in `csv` or `jsonl` as the sheet's format is.
/// All four are always there after a run, so that a missing file never means anything.
struct RowFiles: RunDocument {
  /// Which states' rows go into which file.
  private static let contents: [(name: String, states: [RowState])] = [
    ("succeeded", [.applied, .unchanged]),
    ("failed", [.failed, .rejected, .conflict]),
    // What was on its way may have arrived: nobody should run it a second time as a sheet.
    ("unknown", [.unknown, .sending]),
    ("unprocessed", [.staged, .blocked]),
  ]

  static let names = contents.flatMap { content in
    ResultEncoder.Format.allCases.map { "\(content.name).\($0.rawValue)" }
  }

  /// In one pass over the rows, unless they were written as they were staged.
  static func write(_ run: EndedRun, to drafts: inout ResultDrafts) throws(StagingError) {
    var files: RowFiles
    if let written = run.staged?.take(for: run.file) {
      files = written
    } else {
      let encoder = ResultEncoder(run.record)
      files = try RowFiles(encoder, in: run.file.directory)
      var bytes: [UInt8] = []
      try run.file.forEachResultBytes(in: RowState.allCases) { row in
        bytes.removeAll(keepingCapacity: true)
        encoder.append(row, to: &bytes)
        try files.append(bytes, row.state)
      }
    }
    for file in files.files { drafts.add(file.output, named: file.name, rows: file.rows) }
  }

  private var files: [(name: String, output: WholeFile, rows: Int)] = []
  /// By state, which of them its rows go into.
  private var place: [RowState: Int] = [:]

  /// Begins all four.
  init(_ encoder: ResultEncoder, in directory: RunDirectory) throws(StagingError) {
    for (index, content) in RowFiles.contents.enumerated() {
      let name = "\(content.name).\(encoder.format.rawValue)"
      let output = try WholeFile(name, in: directory)
      try output.append(encoder.head())
      files.append((name, output, 0))
      for state in content.states { place[state] = index }
    }
  }

  /// Appends a row that is encoded.
  mutating func append(_ bytes: [UInt8], _ state: RowState) throws(StagingError) {
    guard let index = place[state] else { return }
    try files[index].output.append(bytes)
    files[index].rows += 1
  }
}

extension RunRecord {
  /// The file of the rows that the site, or the rules, have refused.
  public var failedFile: String { "failed.\(rowFormat.rawValue)" }

  /// What its rows are written in: what its sheet was, as far as that is a text that can be written.
  var rowFormat: ResultEncoder.Format {
    SheetFormat(rawValue: sheetFormat)?.hasHeader == false ? .jsonl : .csv
  }
}
