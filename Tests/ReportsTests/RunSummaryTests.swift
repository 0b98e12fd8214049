import Foundation
import JSON
import Sheets
import Staging
import Testing

@testable import Reports

@Suite struct RunSummaryTests {
  private let sample: [ReportRow] = [
    ReportRow(input: "1,a", state: .applied, id: 1, httpStatus: 200),
    ReportRow(input: "2,a", state: .applied, id: 2, httpStatus: 200),
    ReportRow(input: "3,a", state: .unchanged, id: 3),
    ReportRow(
      input: "4,a", state: .failed, id: 4, httpStatus: 404, code: "OSC-CREST-00014", error: "no such record"),
    .rejected(
      "5,long",
      [
        Finding(
          row: 5, line: 6, column: "subject", rule: "too-long", message: "is longer than 240 characters",
          hint: "shorten it")
      ]),
    .rejected(
      "6,long",
      [
        Finding(
          row: 6, line: 7, column: "subject", rule: "too-long", message: "is longer than 240 characters")
      ]),
    ReportRow(
      input: "7,a", state: .unknown, id: 7, code: "timeout", error: "no answer within 60 s"),
    ReportRow(
      input: "4,b", state: .blocked, id: 4, code: "held", error: "row 4 of the same record is failed"),
  ]

  private var figures: RunFigures {
    let started = Date(timeIntervalSince1970: 1_735_732_800)
    return RunFigures(
      requests: [200: 2, 404: 1, 0: 1, 503: 1], retries: 1,
      throttled: ["rate": .milliseconds(500), "site_asked": .seconds(2)],
      latency: LatencyFigures(
        p50: .microseconds(12_380), p95: .milliseconds(80), p99: .milliseconds(400),
        longest: .milliseconds(1_203)),
      peakMemoryBytes: 41_200_000, started: started, finished: started + 12.44)
  }

  private func summary(
    _ rows: [ReportRow], exit: Int, because reason: String? = nil, figures: RunFigures? = nil
  ) throws -> (ReportFixture, RunSummary) {
    let run = try ReportFixture(rows)
    try run.finish(exit, because: reason)
    var summary = try RunSummary(reading: run.file, workingFolder: "/in")
    summary.figures = figures
    return (run, summary)
  }

  @Test func tellsAFinishedRunInFull() throws {
    var (run, summary) = try summary(sample, exit: 4, figures: figures)
    summary.record.finished = "2025-01-01T12:07:12.440Z"
    summary.suppressed = ["rules", "external-events"]
    summary.files = try ResultFiles.write(run.file)
    #expect(
      summary.text.replacing(run.directory.path, with: "FOLDER") == """
        nightly: finished in 12 s, 5 of 8 rows are not done; nothing is left to resume, next: bulkpatch results 20250101T120000000Z-nightly --state unknown
        2 applied, 1 unchanged, 1 failed, 1 unknown, 2 rejected, 1 blocked
        run 20250101T120000000Z-nightly: incidents at sandbox (http://127.0.0.1:8080), sheet /in/nightly.csv
        started 2025-01-01 12:00 UTC, ended 2025-01-01 12:07 UTC

          applied    2  done, confirmed by the site
          unchanged  1  already as asked
          failed     1  refused for good
          unknown    1  sent, but the answer was lost: outcome unknown
          rejected   2  not valid, never sent
          blocked    1  not sent, because an earlier row of their record is not done
          rows read  8  every one is accounted for

        What went wrong
          rejected too-long: 2 rows, first in row 5 (line 6)
              subject: is longer than 240 characters
              hint: shorten it
          failed OSC-CREST-00014: 1 row, row 4 (line 5)
              no such record
          unknown timeout: 1 row, row 7 (line 8)
              no answer within 60 s
              hint: look up the record on the site before sending the row again
          blocked held: 1 row, row 8 (line 9)
              row 4 of the same record is failed
              hint: resolve the row it waits for first

        Switched off on the site for this run: rules, external-events

        Measured: 5 requests (1 without an answer, 2 with 200, 1 with 404, 1 with 503), 1 retried, 0.5 s held back (rate), 2.0 s held back (the site asked), answers within 13 ms (half), 400 ms (99 %), 41 MB of memory at most

        Files in FOLDER
          succeeded.csv    3 rows
          failed.csv       3 rows
          unknown.csv       1 row
          unprocessed.csv   1 row

        Next
          # see which records to look up on the site: 1 row may have been applied
          bulkpatch results 20250101T120000000Z-nightly --state unknown
          # when you know which were applied (or: not-applied), give their row numbers
          bulkpatch resume 20250101T120000000Z-nightly --assume applied --only ROWS
          # fix the 3 rows of failed.csv in a copy; columns from _row on are not read
          cp FOLDER/failed.csv nightly-repaired.csv
          # then run the copy
          bulkpatch run nightly.yaml --sheet nightly-repaired.csv

        """)
  }

  /// The lines that the head of a mail shows.
  @Test func beginsWithWhoRanItWhereAndWhatCameOfIt() throws {
    let (run, _) = try summary(Array(sample.prefix(4)), exit: 1)
    try run.file.note(
      CallRecord(
        at: "2025-01-01T12:00:00.000Z", command: "run", user: "ana", host: "desk-01", toolVersion: "1"))
    let lines = try RunSummary(reading: run.file, workingFolder: "/in").text.split(separator: "\n")
    #expect(
      lines[0].hasPrefix("nightly: finished, 1 of 4 rows is not done; nothing is left to resume, next: cp "))
    #expect(lines[1] == "by ana@desk-01: 2 applied, 1 unchanged, 1 failed")
  }

  @Test func showsFiveCausesAndWhereTheOthersAre() throws {
    let words = ["one", "two", "three", "four", "five", "six", "seven"]
    let rows = words.enumerated().map { index, word in
      ReportRow(
        input: "\(index + 1),a", state: index == 6 ? .conflict : .failed, id: Int64(index + 1),
        httpStatus: 400, code: "A", error: "the \(word)th cause")
    }
    let (_, summary) = try summary(rows, exit: 1)
    #expect(summary.text.contains("the fiveth cause\n"))
    #expect(!summary.text.contains("the sixth cause"))
    #expect(
      summary.text.contains(
        "  and 2 more causes, 2 rows: bulkpatch results 20250101T120000000Z-nightly --state failed,conflict\n"
      ))
  }

  /// The cells of the column, whatever the message calls it.
  @Test(arguments: [
    (["id", "Severity"], "Severity: no such severity: 'P2' 2, 'P1' 1"),
    // Two columns with the same cells: neither is named.
    (["id", "Severity", "Severity before"], "no such severity: 'P2' 2, 'P1' 1"),
  ])
  func namesTheColumnWhoseCellsTheSiteRepeats(_ header: [String], _ words: String) throws {
    let rows = ["P1", "P2", "P2"].enumerated().map { index, cell in
      let cells = header.dropFirst().map { _ in cell }.joined(separator: ",")
      return ReportRow(
        input: "\(index + 1),\(cells)", state: .failed, id: Int64(index + 1), httpStatus: 400, code: "A",
        error: "An attempt to write failed: Invalid value: no such severity: '\(cell)'")
    }
    let run = try ReportFixture(rows, header: header)
    let group = try #require(RunSummary(reading: run.file, workingFolder: "/in").groups.first)
    #expect(group.words == words)
    #expect(group.json["values"]?.array?.first == ["value": "P2", "rows": 2])
  }

  @Test func isShortWhenAllIsWell() throws {
    let (_, summary) = try summary(Array(sample.prefix(3)), exit: 0, figures: RunFigures(requests: [200: 2]))
    #expect(summary.headline == "nightly: finished in 0.0 s, every row is done")
    #expect(!summary.text.contains("Next"))
    #expect(!summary.text.contains("What went wrong"))
  }

  @Test(arguments: [
    (3, "50 rows failed", "nightly: stopped early: 50 rows failed; 2 rows not done yet"),
    (
      69, "the site cannot be reached",
      "nightly: stopped early: the site cannot be reached; 2 rows not done yet"
    ),
    (130, "interrupted (SIGINT)", "nightly: interrupted (SIGINT); 2 rows not done yet"),
    (143, "terminated (SIGTERM)", "nightly: terminated (SIGTERM); 2 rows not done yet"),
  ])
  func saysWhyARunStopped(_ exit: Int, _ reason: String, _ headline: String) throws {
    let rows = [ReportRow(input: "1,a", state: .applied), ReportRow(input: "2,a"), ReportRow(input: "3,a")]
    let (_, summary) = try summary(rows, exit: exit, because: reason)
    #expect(summary.headline == headline)
    #expect(summary.standing.isResumable)
  }

  @Test func tellsARunThatWasKilled() throws {
    let run = try ReportFixture([ReportRow(input: "1,a", state: .applied), ReportRow(input: "2,a")])
    var lease = Checkpoint()
    lease.leaseLimit = 1
    _ = try run.file.commit(lease)
    let killed = try RunSummary(reading: run.file, workingFolder: "/in")
    #expect(
      killed.headline
        == "nightly: cut short: its process was killed or the machine went down; 1 row not done yet")
    #expect(killed.nextCommands.map(\.command) == ["bulkpatch resume 20250101T120000000Z-nightly"])
    #expect(killed.json["finished"] == .null)
    #expect(killed.json["requests"] == .null)

    let live = try RunSummary(reading: run.file, holder: "process 4711", workingFolder: "/in")
    #expect(live.headline == "nightly: under way, 1 of 2 rows done (process 4711)")
    #expect(live.nextCommands.map(\.command) == ["bulkpatch show 20250101T120000000Z-nightly"])
  }

  @Test func doesNotHideRowsThatGotLost() throws {
    var (_, summary) = try summary([ReportRow(input: "1,a", state: .applied)], exit: 70)
    summary.record.rowsRead = 2
    #expect(!summary.addsUp)
    #expect(summary.text.contains("rows read  2  but the states add up to 1: this is a bug in bulkpatch"))
  }

  @Test func keepsTheNamesOfSummaryJSON() throws {
    let (run, summary) = try summary(sample, exit: 4, figures: figures)
    try summary.write()
    let json = try JSONValue(parsing: try run.read("summary.json"))
    #expect(
      json.object?.map(\.name) == [
        "run", "job", "resource", "site", "started", "finished", "standing", "exit_code", "stopped_because",
        "rows", "states", "requests", "retries", "throttled_seconds", "throttled_by_reason", "latency_ms",
        "peak_memory_bytes", "errors", "warnings", "verified",
      ])
    #expect(
      json["states"] == [
        "staged": 0, "sending": 0, "applied": 2, "unchanged": 1, "failed": 1, "conflict": 0, "unknown": 1,
        "rejected": 2, "blocked": 1, "skipped": 0,
      ])
    #expect(json["requests"] == ["0": 1, "200": 2, "404": 1, "503": 1])
    #expect(json["started"] == "2025-01-01T12:00:00.000Z")
    #expect(json["throttled_seconds"] == 2.5)
    #expect(json["throttled_by_reason"] == ["rate": 0.5, "site_asked": 2.0])
    #expect(json["latency_ms"] == ["p50": 12.4, "p95": 80.0, "p99": 400.0, "max": 1_203.0])
    #expect(json["exit_code"] == 4)
    #expect(json["rows"] == 8)
    let attributes = try FileManager.default.attributesOfItem(atPath: run.directory.file("summary.json"))
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    #expect(try run.names() == ["summary.json"])
  }

  @Test func findsItsFiguresAgain() throws {
    let (run, summary) = try summary(sample, exit: 4, figures: figures)
    try summary.write()
    let again = try RunSummary(reading: run.file, workingFolder: "/in")
    #expect(again.figures?.requests == figures.requests)
    #expect(again.figures?.throttled == .milliseconds(2_500))
    #expect(again.figures?.peakMemoryBytes == 41_200_000)
    // Times are kept to the tenth of a millisecond.
    #expect(again.figures?.latency?.p50 == .microseconds(12_400))
    #expect(again.figures?.latency?.longest == figures.latency?.longest)
    #expect(again.json["states"] == summary.json["states"])
    try Data("no JSON".utf8).write(to: URL(fileURLWithPath: run.directory.file("summary.json")))
    #expect(try RunSummary(reading: run.file, workingFolder: "/in").figures == nil)
  }

  @Test func addsUpTheProcessesOfOneRun() {
    let early = figures
    let late = RunFigures(
      requests: [200: 5], retries: 2, throttled: ["site_asked": .seconds(1)], peakMemoryBytes: 9,
      started: early.finished + 60, finished: early.finished + 70)
    let sum = late.adding(early)
    #expect(sum.requests == [200: 7, 404: 1, 0: 1, 503: 1])
    #expect(sum.retries == 3)
    #expect(sum.peakMemoryBytes == 41_200_000)
    // Percentiles cannot be added: those of the last process that made requests stand for the run.
    #expect(sum.latency == early.latency)
    #expect(sum.started == early.started)
    #expect(sum.finished == late.finished)
  }

  @Test func showsProgramsWhatItShowsPeople() throws {
    let (_, summary) = try summary(sample, exit: 4)
    let details = summary.details
    #expect(details["standing"] == "finished")
    #expect(details["resumable"] == false)
    #expect(details["errors"]?.array?.count == 4)
    #expect(details["errors"]?.array?.first?["hint"] == "shorten it")
    #expect(details["next"]?.array?.first?["command"]?.string?.hasPrefix("bulkpatch results") == true)
  }

  @Test func measuresThePeakOfThisProcess() {
    // More than a megabyte, less than a terabyte: the unit is right.
    #expect((1_000_000..<1_000_000_000_000).contains(PeakMemory.bytes))
  }
}
