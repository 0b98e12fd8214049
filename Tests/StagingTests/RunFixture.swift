import Foundation
import JSON
import Patches
import Records
import Sheets
import Staging
import TestSupport

/// A row of a made-up sheet, as far as staging cares.
enum SampleRow {
  /// Sets a field: sending it twice does no harm.
  case update(Int64)
  /// Creates a thread: sending it twice does.
  case append(Int64)
  /// Rewrites one thread at its own address.
  case rewrite(Int64, thread: Int64)
  /// Sets a field of a record that is named by a text.
  case named(String)
  /// Names its record by another attribute.
  case keyed(String)
  /// Never valid; its key could be read, or could not.
  case rejected(RecordKey?)
}

/// A run file with rows of one's choice, in a folder of its own.
struct RunFixture {
  let folder: TemporaryFolder
  let directory: RunDirectory
  let file: RunFile

  init(_ rows: [SampleRow] = []) throws {
    folder = try TemporaryFolder()
    directory = RunDirectory(path: folder.url.path)
    file = try RunFile(creating: RunFixture.record, in: directory)
    if !rows.isEmpty { try stage(rows) }
  }

  static let record = RunRecord(
    id: "20250101T000000000Z-nightly", job: "nightly", resource: "incidents", site: "sandbox",
    siteURL: "http://127.0.0.1:8080", sheetPath: "/in/nightly.csv", sheetFormat: "csv",
    sheetHeader: ["id", "subject"], mappingSHA256: "5a",
    request: RunRequest(source: "/in/nightly.yaml", folder: "/in", flags: [RunRequest.Flag("lanes", ["2"])]),
    toolVersion: "0.1.0", created: "2025-01-01T00:00:00.000Z")

  func stage(_ rows: [SampleRow]) throws {
    var index = 0
    try file.stage(
      next: {
        guard index < rows.count else { return nil }
        index += 1
        return RunFixture.built(rows[index - 1], number: index)
      }, progress: { _ in }, digest: { SheetDigest(size: 42, sha256: "ab") })
    try file.indexRecords()
  }

  /// The result of reading and building that row; line 1 is the header.
  static func built(_ row: SampleRow, number: Int) -> WholeRow {
    let findings: [Finding]
    let patch: Patch?
    let key: RecordKey?
    switch row {
    case .update(let id): (patch, key, findings) = (update(.id(.integer(id))), .id(.integer(id)), [])
    case .named(let text): (patch, key, findings) = (update(.id(.text(text))), .id(.text(text)), [])
    case .keyed(let text):
      key = .alternate(attribute: "referenceNumber", value: text)
      (patch, findings) = (key.map(update), [])
    case .append(let id):
      patch = Patch(key: .id(.integer(id)), body: ["threads": [["text": "hello"]]], isIdempotent: false)
      (key, findings) = (.id(.integer(id)), [])
    case .rewrite(let id, let thread):
      patch = Patch(
        key: .id(.integer(id)), body: ["text": "hello"], element: ElementAddress(list: "threads", id: thread),
        isIdempotent: true)
      (key, findings) = (.id(.integer(id)), [])
    case .rejected(let readable):
      (patch, key) = (nil, readable)
      findings = [
        Finding(
          .warning, row: number, line: number + 1, column: "queue", rule: "unlisted", message: "is new"),
        Finding(
          row: number, line: number + 1, column: "subject", value: "…", rule: "too-long",
          message: "is longer than 240 characters", hint: "shorten it"),
      ]
    }
    let row = SheetRow(
      number: number, line: number + 1, content: .cells([]), findings: [], input: "\(number),text")
    return WholeRow(row, BuiltRow(patch: patch, key: key, findings: findings))
  }

  private static func update(_ key: RecordKey) -> Patch {
    Patch(key: key, body: ["subject": "new"], isIdempotent: true)
  }

  /// Leases this many rows and announces them, as the executor does before it sends them.
  func lease(_ limit: Int, after: Int = 0, holding: Bool = true) throws -> Lease {
    var checkpoint = Checkpoint()
    checkpoint.leaseLimit = limit
    checkpoint.leaseAfter = after
    checkpoint.holdsRecords = holding
    let lease = try file.commit(checkpoint)
    try announce(lease)
    return lease
  }

  /// Makes the intent of these rows durable.
  func announce(_ lease: Lease) throws {
    var checkpoint = Checkpoint()
    checkpoint.announced = lease.rows.map(\.number)
    _ = try file.commit(checkpoint)
  }

  /// Makes outcomes durable.
  func finish(_ outcomes: [(Int, RowState)]) throws {
    var checkpoint = Checkpoint()
    checkpoint.outcomes = outcomes.map { RowOutcome(number: $0.0, state: $0.1, attempts: 1) }
    _ = try file.commit(checkpoint)
  }

  /// Every row of the run, in sheet order.
  func rows() throws -> [ResultRow] {
    var rows: [ResultRow] = []
    try file.forEachResult(in: RowState.allCases) { rows.append($0) }
    return rows
  }

  func states() throws -> [RowState] { try rows().map(\.state) }
}
