import Foundation
import GRDB
import TestSupport
import Testing

/// A site that goes away in the middle of a run.
@Suite(.blocking) struct OutageTests {
  private func restart(_ desk: Desk) throws -> SandboxProcess {
    let port = try #require(URL(string: desk.url)?.port)
    return try SandboxProcess(desk.bulkpatch, port: port, ["--database", desk.folder.path("desk.sqlite")])
  }

  private func attempts(_ desk: Desk) throws -> Int {
    try desk.read(desk.runPath("run.sqlite")) {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM attempt") ?? 0
    }
  }

  @Test func aRunOutlivesTwoRestartsOfItsSite() throws {
    let desk = try Desk(incidents: 300, "--latency", "5ms")
    // A row that cannot be looked for is not sent again before its request has timed out.
    try desk.writeSites()
    try desk.writeSheet(rows: 300, incidents: 300)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "2", "--no-snapshot"))
    try desk.wait(for: running) { try desk.changes().count >= 20 }
    desk.sandbox.kill()
    let second = try restart(desk)
    try desk.wait(for: running) { try desk.changes().count >= 60 }
    // Five in a row open the breaker, one more may be on its way; all further ones are its probes.
    let before = try attempts(desk)
    second.kill()
    try desk.wait(for: running) { try attempts(desk) >= before + 8 }
    let third = try restart(desk)
    defer { third.kill() }

    let result = try running.result()
    #expect(result.exitCode == 0, "\(result.standardError)\(result.standardOutput)")
    #expect(try desk.counts() == ["applied": 300])
    let facts = try desk.facts()
    for row in 1...300 { #expect(facts.contains("incident \(row) subject: row \(row)")) }
    let summary = try desk.runText("summary.json")
    #expect(summary.contains("\"breaker\":"))
  }

  /// The rows in flight when the site went away are looked for when it is back: once only.
  @Test func appendsArriveOnceAlthoughTheirSiteWentAway() throws {
    let desk = try Desk(incidents: 200, "--latency", "5ms")
    try desk.writeSites()
    let rows = (1...200).map { "\($0),note \($0),1\n" }.joined()
    try desk.folder.write("sheet.csv", "id,threads.append.text,threads.append.entryType\n" + rows)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "4", "--settle", "50ms"))
    try desk.wait(for: running) { try desk.changes().count >= 30 }
    desk.sandbox.kill()
    let second = try restart(desk)
    defer { second.kill() }
    let result = try running.result()
    #expect(result.exitCode == 0, "\(result.standardError)\(result.standardOutput)")
    #expect(try desk.counts() == ["applied": 200])
    let facts = try desk.facts()
    for row in 1...200 {
      #expect(facts.count { $0.hasSuffix(": note \(row)") } == 1, "note \(row)")
    }
  }

  @Test func aSiteThatStaysAwayEndsARunThatHasNoPatience() throws {
    let desk = try Desk(incidents: 200, "--latency", "5ms")
    try desk.writeSheet(rows: 200, incidents: 200)
    let running = try desk.bulkpatch.start(
      desk.run("sheet.csv", "--breaker-patience", "0s", "--breaker-failures", "3"))
    try desk.wait(for: running) { try desk.changes().count >= 20 }
    desk.sandbox.kill()
    let result = try running.result()
    #expect(result.exitCode == 75, "\(result.standardError)")
    #expect(result.standardOutput.contains("the site does not serve requests"))
    #expect(try desk.counts()["failed"] == nil)
    let back = try restart(desk)
    defer { back.kill() }
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 200])
  }

  /// The first refusal ends it: repeated attempts lock accounts.
  @Test func aPasswordThatIsChangedMeanwhileIsTriedNoOftenerThanThereAreLanes() throws {
    let desk = try Desk(incidents: 300, "--latency", "5ms")
    try desk.writeSheet(rows: 300, incidents: 300)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "6"))
    try desk.wait(for: running) { try desk.changes().count >= 20 }
    desk.sandbox.kill()
    var changed = desk.bulkpatch
    changed.environment["BULKPATCH_SANDBOX_PASSWORD"] = "another"
    let port = try #require(URL(string: desk.url)?.port)
    let second = try SandboxProcess(changed, port: port, ["--database", desk.folder.path("desk.sqlite")])
    defer { second.kill() }
    let result = try running.result()
    #expect(result.exitCode == 77, "\(result.standardError)")
    // Each lane, and the thread that looks at records.
    #expect(try desk.answers()["401", default: 0] <= 7)
    #expect(try desk.counts()["failed"] == nil)
  }
}
