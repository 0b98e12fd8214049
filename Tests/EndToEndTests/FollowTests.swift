import Foundation
import JSON
import TestSupport
import Testing

/// `bulkpatch show --follow`, looking on from another terminal.
@Suite(.blocking) struct FollowTests {
  @Test func watchesARunToItsEndWithoutDisturbingIt() throws {
    let desk = try Desk(incidents: 100, "--latency", "20ms")
    try desk.writeSheet(rows: 150, incidents: 100)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "1", "--quiet"))
    try desk.wait(for: running) { try desk.changes().count >= 2 }
    let following = try desk.bulkpatch.start(["show", "latest", "--follow", "--json"])
    #expect(try running.result().exitCode == 0)
    let result = try following.result()
    #expect(result.exitCode == 0, "\(result.standardError)")
    let lines = try result.standardOutput.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    #expect(lines.count >= 2)
    for line in lines.dropLast() {
      #expect(line["standing"] == "under-way")
      #expect(line["held_by"]?.string?.contains("process \(running.identifier) on ") == true)
      #expect(line["rows"] == 150)
    }
    #expect(lines.last?["standing"] == "finished")
    #expect(lines.last?["states"]?["applied"] == 150)
    #expect(try desk.changes().count == 150)
    // The files that both processes had open are closed: one file that can be copied.
    #expect(!FileManager.default.fileExists(atPath: try desk.runPath("run.sqlite-wal")))
  }

  @Test func noticesThatTheProcessDied() throws {
    let desk = try Desk("--latency", "300ms")
    try desk.writeSheet(rows: 400, incidents: 40)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--quiet"))
    try desk.wait(for: running) { (try desk.counts()["sending"] ?? 0) > 0 }
    let following = try desk.bulkpatch.start(["show", "latest", "--follow", "--json"])
    try desk.wait(for: following) { following.standardOutput.contains("\n") }
    running.send(SIGKILL)
    let result = try following.result()
    #expect(result.exitCode == 0)
    let last = try JSONValue(parsing: String(try #require(result.standardOutput.split(separator: "\n").last)))
    #expect(last["standing"] == "cut-short")
  }

  @Test func printsTheSummaryAtOnceWhenNothingIsUnderWay() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 2, incidents: 2)
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    let result = try desk.call(["show", "latest", "--follow"], exits: 0)
    #expect(result.standardOutput == (try desk.call(["show", "latest"], exits: 0).standardOutput))
    #expect(result.standardError == "")
  }
}
