import Foundation
import JSON
import Patches
import Records
import Sheets
import Staging
import TestSupport

/// A row of a run as a report sees it: its cells in the sheet, and its outcome.
struct ReportRow {
  var input: String
  var state = RowState.staged
  var id: Int64?
  var httpStatus: Int?
  var code: String?
  var error: String?
  /// A row with findings was never valid.
  var findings: [Finding] = []

  static func rejected(_ input: String, _ findings: [Finding]) -> ReportRow {
    ReportRow(input: input, state: .rejected, findings: findings)
  }
}

/// A real run file with rows of one's choice, in a folder of its own.
struct ReportFixture {
  let folder: TemporaryFolder
  let directory: RunDirectory
  let file: RunFile

  init(
    _ rows: [ReportRow], header: [String]? = ["id", "subject"], delimiter: String? = nil,
    isStaged: Bool = true
  ) throws {
    folder = try TemporaryFolder()
    directory = RunDirectory(path: folder.path("20250101T120000000Z-nightly"))
    try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
    var record = ReportFixture.record(header: header)
    record.sheetDelimiter = delimiter
    file = try RunFile(creating: record, in: directory)
    if isStaged { try stage(rows) }
  }

  /// A run of that record, with nothing staged yet.
  init(_ record: RunRecord) throws {
    folder = try TemporaryFolder()
    directory = RunDirectory(path: folder.path(record.id))
    try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
    file = try RunFile(creating: record, in: directory)
  }

  static func record(header: [String]? = ["id", "subject"]) -> RunRecord {
    RunRecord(
      id: "20250101T120000000Z-nightly", job: "nightly", resource: "incidents", site: "sandbox",
      siteURL: "http://127.0.0.1:8080", sheetPath: "/in/nightly.\(header == nil ? "jsonl" : "csv")",
      sheetFormat: header == nil ? "jsonl" : "csv", sheetHeader: header ?? [], mappingSHA256: "5a",
      request: RunRequest(source: "/in/nightly.yaml", folder: "/in"), toolVersion: "0.1.0",
      created: "2025-01-01T12:00:00.000Z")
  }

  /// Stages the rows and makes their outcomes durable, as the executor does.
  private func stage(_ rows: [ReportRow]) throws {
    var index = 0
    try file.stage(
      next: {
        guard index < rows.count else { return nil }
        defer { index += 1 }
        let row = rows[index]
        let key = row.id.map { RecordKey.id(.integer($0)) }
        let patch =
          row.state == .rejected
          ? nil
          : Patch(key: key ?? .id(.integer(Int64(index + 1))), body: ["subject": "new"], isIdempotent: true)
        let sheetRow = SheetRow(
          number: index + 1, line: index + 2, content: .unreadable, findings: [], input: row.input)
        return WholeRow(sheetRow, BuiltRow(patch: patch, key: key, findings: row.findings))
      }, progress: { _ in })
    try file.indexRecords()
    var checkpoint = Checkpoint()
    for (index, row) in rows.enumerated() where ![.rejected, .staged].contains(row.state) {
      checkpoint.outcomes.append(
        RowOutcome(
          number: index + 1, state: row.state, attempts: row.state == .blocked ? 0 : 1,
          httpStatus: row.httpStatus, errorCode: row.code, error: row.error))
    }
    _ = try file.commit(checkpoint)
  }

  func finish(_ exitCode: Int, because reason: String? = nil) throws {
    try file.finish(exitCode: exitCode, stoppedBecause: reason)
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: URL(fileURLWithPath: directory.file(name)), encoding: .utf8)
  }

  /// The names in the run's folder, without those of SQLite.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path)
      .filter { !$0.hasPrefix("run.sqlite") }.sorted()
  }

  /// The moment a row was finished differs with every run; tests compare the rest.
  func withoutTimes(_ text: String) -> String {
    text.replacing(#/[0-9-]{10}T[0-9:.]{12}Z/#, with: "TIME")
  }
}
