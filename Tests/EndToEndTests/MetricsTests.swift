import Foundation
import TestSupport
import Testing

/// The metrics file of a job, as node_exporter finds it after every kind of night.
@Suite(.blocking) struct MetricsTests {
  private func metrics(_ desk: Desk, _ name: String = "job.prom") throws -> MetricsText {
    try MetricsText(parsing: desk.folder.read(name))
  }

  private let success = "bulkpatch_last_success_timestamp_seconds"

  @Test func saysWhatTheSummarySays() throws {
    let desk = try Desk()
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n2,b\nx,c\n999,d\n")
    try desk.call(desk.run("sheet.csv", "--metrics", "job.prom"), exits: 1)
    let text = try metrics(desk)
    for (state, rows) in ["applied": 2.0, "failed": 1, "rejected": 1, "staged": 0, "sending": 0] {
      #expect(text.value("bulkpatch_rows", ["state": state]) == rows, "\(state)")
    }
    let requests = Double(try desk.answers().values.reduce(0, +))
    #expect(text.value("bulkpatch_requests_total", ["status": "200"]) == requests)
    #expect(text.value("bulkpatch_request_duration_seconds_count") == requests)
    #expect(text.value("bulkpatch_last_run_exit_code") == 1)
    #expect(text.value("bulkpatch_run_in_progress") == 0)
    #expect(text.value(success) == nil)
    #expect(text.samples.allSatisfy { $0.labels["job"] == "sheet" })
  }

  @Test func theJobFileNamesItRelativeToItself() throws {
    let desk = try Desk()
    try desk.writeSheet("jobs/sheet.csv", rows: 3, incidents: 3)
    try desk.folder.write(
      "jobs/nightly.yaml",
      "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\nmetrics: out/nightly.prom\n")
    try desk.folder.write("jobs/out/.keep", "")
    try desk.call(["run", "jobs/nightly.yaml", "--quiet"], exits: 0)
    let end = try #require(try metrics(desk, "jobs/out/nightly.prom").value(success))
    #expect(abs(end - Date().timeIntervalSince1970) < 600)

    // A failure before there is a run counts as well, and keeps the last success.
    try FileManager.default.removeItem(atPath: desk.folder.path("jobs/sheet.csv"))
    try desk.call(["run", "jobs/nightly.yaml", "--quiet"], exits: 66)
    let text = try metrics(desk, "jobs/out/nightly.prom")
    #expect(text.value(success) == end)
    #expect(text.value("bulkpatch_last_run_exit_code") == 66)
    #expect(text.value("bulkpatch_rows", ["state": "applied"]) == 0)
  }

  @Test func aKillLeavesItInProgressAndTheResumeEndsThat() throws {
    let desk = try Desk(incidents: 100, "--latency", "15ms")
    // The rows in flight are looked for until their requests expire.
    try desk.writeSites()
    try desk.writeSheet(rows: 200, incidents: 100)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "2", "--metrics", "job.prom"))
    try desk.wait(for: running) { try desk.changes().count >= 5 }
    #expect(try metrics(desk).value("bulkpatch_run_in_progress") == 1)

    // A second start meets the lock, and leaves the figures to the run that holds it.
    let before = try desk.folder.read("job.prom")
    try desk.call(desk.run("sheet.csv", "--metrics", "job.prom"), exits: 11)
    #expect(try desk.folder.read("job.prom") == before)

    running.send(SIGKILL)
    _ = try running.result()
    #expect(try metrics(desk).value("bulkpatch_run_in_progress") == 1)
    // The flag of the run holds for its resume, wherever it is resumed from.
    try desk.folder.write("elsewhere/.keep", "")
    let result = try desk.bulkpatch.shell("cd elsewhere && bulkpatch resume --yes latest --quiet --lanes 16")
    #expect(result.exitCode == 0, "\(result)")
    let text = try metrics(desk)
    #expect(text.value("bulkpatch_run_in_progress") == 0)
    #expect(text.value("bulkpatch_rows", ["state": "applied"]) == 200)
    #expect(text.value(success) != nil)
  }

  @Test func aPlaceThatCannotBeWrittenToStopsNothing() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3, incidents: 3)
    let result = try desk.call(
      desk.run("sheet.csv", "--quiet", "--metrics", "nowhere/job.prom"), exits: 0)
    #expect(
      result.standardError == """
        warning: \(desk.folder.path("nowhere/job.prom")): metrics: cannot be written: No such file or directory
        hint: check that the folder is there and this user may write to it; the run itself continues

        """)
    #expect(try desk.counts() == ["applied": 3])
  }

  @Test func theSummaryHasTheTimesOfItsRequests() throws {
    let desk = try Desk(incidents: 40, "--latency", "20ms")
    try desk.writeSheet(rows: 20, incidents: 20)
    let result = try desk.call(desk.run("sheet.csv"), exits: 0)
    #expect(result.standardOutput.contains(/answers within [0-9,]+ ms \(half\), [0-9,]+ ms \(99 %\)/))
    let summary = try #require(
      try JSONSerialization.jsonObject(with: Data(desk.runText("summary.json").utf8)) as? [String: Any])
    let times = try #require(summary["latency_ms"] as? [String: Double])
    let values = try ["p50", "p95", "p99", "max"].map { try #require(times[$0]) }
    #expect(values == values.sorted() && values[0] >= 20)
  }
}
