import Sheets
public import Staging

/// The files with a run's rows by outcome; each is itself a valid sheet.
///
/// They are `succeeded`, `failed`, `unknown` and `unprocessed`, with the extension `csv` or `jsonl` of the sheet's
/// format. These four always exist after a run, so that a missing file never means anything. `skipped` exists where
/// the job leaves rows out.
struct RowFiles: RunDocument {
  /// The states of the rows in each file.
  private static let contents: [(name: String, states: [RowState])] = [
    ("succeeded", [.applied, .unchanged]),
    ("failed", [.failed, .rejected, .conflict]),
    // A row that was under way may have been applied: the user should not run it a second time as a sheet.
    ("unknown", [.unknown, .sending]),
    ("unprocessed", [.staged, .blocked]),
    ("skipped", [.skipped]),
  ]

  static let names = contents.flatMap { content in
    ResultEncoder.Format.allCases.map { "\(content.name).\($0.rawValue)" }
  }

  /// Writes the files in one pass over the rows, unless they were written during staging.
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
  /// The index of the file for each state.
  private var place: [RowState: Int] = [:]
  /// The file of the row before: most rows follow one of their kind.
  private var latest: (state: RowState, index: Int)?
  private let encoder: ResultEncoder
  private let directory: RunDirectory

  /// Begins the files that always exist.
  init(_ encoder: ResultEncoder, in directory: RunDirectory) throws(StagingError) {
    (self.encoder, self.directory) = (encoder, directory)
    for content in RowFiles.contents where content.states != [.skipped] {
      try begin(content.name, content.states)
    }
  }

  private mutating func begin(_ name: String, _ states: [RowState]) throws(StagingError) {
    let name = "\(name).\(encoder.format.rawValue)"
    let output = try WholeFile(name, in: directory)
    try output.append(encoder.head())
    for state in states { place[state] = files.count }
    files.append((name, output, 0))
  }

  /// Appends an encoded row.
  mutating func append(_ bytes: [UInt8], _ state: RowState) throws(StagingError) {
    if let latest, latest.state == state { return try append(bytes, toFile: latest.index) }
    if place[state] == nil, let content = RowFiles.contents.first(where: { $0.states.contains(state) }) {
      try begin(content.name, content.states)
    }
    guard let index = place[state] else { return }
    latest = (state, index)
    try append(bytes, toFile: index)
  }

  private mutating func append(_ bytes: [UInt8], toFile index: Int) throws(StagingError) {
    try files[index].output.append(bytes)
    files[index].rows += 1
  }
}

extension RunRecord {
  /// The file of the rows that the site or the rules have refused.
  public var failedFile: String { "failed.\(rowFormat.rawValue)" }

  /// The format of its rows: the sheet's, if rows can be written in that.
  var rowFormat: ResultEncoder.Format {
    SheetFormat(rawValue: sheetFormat)?.hasHeader == false ? .jsonl : .csv
  }
}
