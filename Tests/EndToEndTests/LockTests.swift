import TestSupport
import Testing

/// A run under way, watched by another process, and met by a second start.
@Suite(.blocking) struct LockTests {
  @Test func oneJobRunsOnceAtATimeAndCanBeWatched() throws {
    let desk = try Desk(incidents: 100, "--latency", "60ms")
    try desk.writeSheet(rows: 100, incidents: 100)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "1"))
    try desk.wait(for: running) { try desk.changes().count >= 5 }

    let second = try desk.call(desk.run("sheet.csv"), exits: 11)
    #expect(second.standardError.contains("another run holds the lock: process \(running.identifier) on "))
    #expect(second.standardError.contains("hint: "))
    let resumed = try desk.call(["resume", "latest"], exits: 11)
    #expect(resumed.standardError.contains("process \(running.identifier)"))
    // Neither left anything behind.
    #expect(try desk.runFolders().count == 1)

    let shown = try desk.call(["show", "latest"], exits: 0)
    #expect(shown.standardOutput.contains("process \(running.identifier)"))
    #expect(shown.standardOutput.contains("100  every one is accounted for"))
    let listed = try desk.call(["runs"], exits: 0)
    #expect(listed.standardOutput.contains("under-way"))
    let results = try desk.call(["results", "latest", "--json"], exits: 0)
    #expect(results.standardOutput.split(separator: "\n").count == 100)

    #expect(running.isRunning)
    #expect(try running.result().exitCode == 0)
    #expect(try desk.counts() == ["applied": 100])
  }

  @Test func anotherJobIsNotHeldUp() throws {
    let desk = try Desk(incidents: 10, "--latency", "100ms")
    try desk.writeSheet(rows: 50, incidents: 10)
    try desk.writeSheet("other.csv", rows: 2, incidents: 2)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "1", "--quiet"))
    try desk.wait(for: running) { try desk.changes().count >= 2 }
    try desk.call(desk.run("other.csv"), exits: 0)
    #expect(running.isRunning)
  }
}
