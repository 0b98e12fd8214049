import Foundation
import JSON
import Patches
import Records
import Sheets
import Staging
import TestSupport
import Testing

@testable import Reports

/// The report of a rollback: what was restored, what was kept, what stays, what failed.
@Suite struct RollbackReportTests {
  private let fixture: ReportFixture

  /// Five rows of a run, from the last to the first: one restored, one kept in part, one restored except for
  /// a thread, one that the site refused, and one thread that stays.
  init() throws {
    var record = ReportFixture.record()
    record.kind = .rollback
    record.sourceRun = "20250101T110000000Z-nightly"
    fixture = try ReportFixture(record)
    var rows = [
      row(5, ["subject": "A"], ["subject": "B"]),
      row(4, ["subject": "A", "queue": ["id": 5]], ["subject": "B", "queue": ["id": 8]]),
      row(3, ["subject": "A"], ["subject": "B"], stays: "threads.append"),
      row(2, ["primaryContact": nil], ["primaryContact": ["id": 8]]),
      row(1, nil, [:], stays: "threads.append"),
    ][...]
    try fixture.file.stageRollback(next: { rows.popFirst() }, progress: { _ in })
    var checkpoint = Checkpoint()
    checkpoint.narrowings = [
      RowNarrowing(
        number: 2, patch: #"{"queue":{"id":5}}"#,
        kept: [KeptChange(attribute: "subject", reason: .changed, wrote: "B", now: "C", was: "A")])
    ]
    checkpoint.outcomes = [
      RowOutcome(number: 1, state: .applied, attempts: 1, httpStatus: 200),
      RowOutcome(
        number: 2, state: .conflict, attempts: 1, httpStatus: 200, errorCode: "kept",
        error: #"subject: we wrote "B", is now "C", was "A""#),
      RowOutcome(number: 3, state: .applied, attempts: 1, httpStatus: 200),
      RowOutcome(
        number: 4, state: .failed, attempts: 1, httpStatus: 400, errorCode: "OSC-CREST-00006", error: "no"),
    ]
    _ = try fixture.file.commit(checkpoint)
    try fixture.finish(5)
  }

  private func row(
    _ number: Int, _ body: JSONObject?, _ wrote: JSONObject, stays: String? = nil
  ) -> RollbackRow {
    RollbackRow(
      source: CarriedOutRow(
        number: number, line: number + 1, state: .applied, recordID: .integer(Int64(number)), patch: "{}",
        snapshot: nil,
        input: "\(number),B"),
      patch: body.map { Patch(key: .id(.integer(Int64(number))), body: $0, isIdempotent: true) },
      expected: ExpectedState(values: wrote),
      findings: stays.map {
        [
          Finding(
            body == nil ? .error : .warning, row: 6 - number, line: number + 1, column: $0,
            rule: "irreversible", message: "is not removed")
        ]
      } ?? [])
  }

  private func summary() throws -> RunSummary {
    try RunSummary(reading: fixture.file, workingFolder: "/in")
  }

  /// A retracted thread is still there, with another text.
  @Test(arguments: [
    (0, "everything is as it was"), (1, "everything is as it was, except for 1 retracted thread"),
    (2, "everything is as it was, except for 2 retracted threads"),
  ])
  func saysWhatIsNotAsItWas(threads: Int, sentence: String) throws {
    var summary = try summary()
    summary.rollback?.retracted.changes = threads
    for bucket in [\RollbackReport.kept, \.irreversible, \.failed] {
      summary.rollback?[keyPath: bucket] = RollbackReport.Bucket()
    }
    #expect(summary.headline == "nightly: finished, \(sentence)")
  }

  @Test func countsRowsAndChangesInFourBuckets() throws {
    let report = try #require(try summary().rollback)
    let buckets = [report.reversed, report.kept, report.irreversible, report.failed, report.unsettled]
    #expect(buckets.map(\.rows) == [3, 1, 2, 1, 0])
    #expect(buckets.map(\.changes) == [3, 1, 2, 1, 0])
    #expect(!report.isComplete)
    #expect(report.overridableSourceRows?.text == "4")
  }

  @Test func saysItInWords() throws {
    let text = try summary().text
    #expect(text.contains("nightly: finished, 4 changes were not rolled back"))
    #expect(text.contains("rolls back run 20250101T110000000Z-nightly"))
    #expect(text.contains("subject: 1, row 2 (line 5), record 4"))
    #expect(text.contains(#"subject: we wrote "B", is now "C", was "A""#))
    #expect(text.contains("threads.append: 2, first in row 3 (line 4), record 3"))
    // A rollback that says so already does not repeat what went wrong; a row that the site refused is listed.
    #expect(text.contains("failed OSC-CREST-00006: 1 row"))
    #expect(!text.contains("conflict kept: 1 row"))
    #expect(!text.contains("fix the"))
  }

  @Test func offersWhatFitsARollback() throws {
    let commands = try summary().nextCommands.map(\.command)
    #expect(
      commands == [
        "bulkpatch resume 20250101T120000000Z-nightly --retry-failed",
        "bulkpatch rollback 20250101T110000000Z-nightly --force --only 4",
        "bulkpatch rollback 20250101T120000000Z-nightly",
      ])
  }

  @Test func tellsProgramsTheSame() throws {
    let json = try #require(try summary().json["rollback"])
    #expect(json["source_run"] == "20250101T110000000Z-nightly")
    #expect(json["reversed"] == ["rows": 3, "changes": 3])
    #expect(json["kept"]?["changes"] == 1)
    #expect(json["irreversible"]?["groups"]?.array?.count == 1)
    #expect(json["failed"] == ["rows": 1, "changes": 1])
  }

  @Test func listsChangeByChangeWhatStays() throws {
    let files = try ResultFiles.write(fixture.file)
    #expect(files.map(\.name).suffix(2) == ["kept.jsonl", "irreversible.jsonl"])
    #expect(files.map(\.rows).suffix(2) == [1, 2])
    let kept = try JSONValue(parsing: try fixture.read("kept.jsonl"))
    #expect(kept["source_row"] == 4)
    #expect(kept["line"] == 5)
    #expect(kept["attribute"] == "subject")
    #expect(kept["reason"] == "changed")
    #expect([kept["wrote"], kept["now"], kept["was"]] == ["B", "C", "A"])
    #expect(try fixture.read("irreversible.jsonl").split(separator: "\n").count == 2)
  }
}
