import Foundation
import GRDB
import TestSupport
import Testing

/// The state of a record and the owner of a run, which can both change.
@Suite(.blocking) struct AgeTests {
  /// Waits until a look at a record is too old; nothing can hurry that.
  private func letLooksGrowOld() { usleep(5_100_000) }

  /// Suspends the tool while it holds no SQLite lock, which would block every other process.
  private func suspend(_ running: RunningBinary, betweenChangesOf file: String) throws {
    while true {
      running.send(SIGSTOP)
      // It continues for a moment, and may still take the lock.
      var info = unsafe siginfo_t()
      while unsafe waitid(P_PID, id_t(running.identifier), &info, WSTOPPED) < 0, errno == EINTR {}
      do {
        return try DatabaseQueue(path: file).inDatabase { database in
          try database.execute(sql: "BEGIN IMMEDIATE; ROLLBACK")
        }
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        running.send(SIGCONT)
        try #require(running.isRunning)
      }
    }
  }

  /// A colleague edits a record during a pause, after the tool has looked at it.
  @Test func seesWhatWasChangedDuringAPause() throws {
    let desk = try Desk(incidents: 40, "--latency", "20ms")
    try desk.writeSheet(rows: 40, incidents: 40)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "1"))
    try desk.wait(for: running) { try desk.changes().count >= 3 }
    try "".write(toFile: desk.runPath("pause"), atomically: false, encoding: .utf8)
    try desk.wait(for: running) { running.standardError.contains("note: paused") }
    // The last announced row: its record was looked at.
    let announced = try desk.states().filter { $0.value == "sending" }.map(\.key)
    let row = try #require(announced.max())
    try desk.folder.write("other.csv", "id,subject\n\(row),a colleague's\n")
    try desk.call(desk.run("other.csv", "--state-dir", desk.folder.path("elsewhere"), "--quiet"), exits: 0)
    letLooksGrowOld()
    try FileManager.default.removeItem(atPath: desk.runPath("pause"))
    #expect(try running.result().exitCode == 0)
    try desk.call(["rollback", "latest", "--yes", "--quiet"], exits: 0)
    #expect(try desk.facts().contains("incident \(row) subject: a colleague's"))
  }

  /// A process is suspended, its locks are lost, and another one finishes the run.
  @Test func sendsNothingMoreOfARunThatWasTakenOver() throws {
    let desk = try Desk(incidents: 40, "--latency", "20ms")
    let rows = (1...60).map {
      #"{"id":\#($0 % 30 + 1),"threads":{"entryType":{"id":1},"text":"note \#($0)"}}"#
    }
    try desk.folder.write("notes.jsonl", rows.map { $0 + "\n" }.joined())
    try desk.writeSites()
    let running = try desk.bulkpatch.start([
      "run", "notes.jsonl", "--resource", "incidents", "--site", "incidents", "--lanes", "2",
    ])
    try desk.wait(for: running) { try desk.changes().count >= 3 }
    let folder = try #require(desk.runFolders().last)
    try suspend(running, betweenChangesOf: "\(folder)/run.sqlite")
    try FileManager.default.removeItem(atPath: "\(folder)/run.lock")
    try FileManager.default.removeItem(atPath: "\(desk.stateFolder)/locks")
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    letLooksGrowOld()
    let before = try desk.changes().count
    running.send(SIGCONT)
    let result = try running.result()
    #expect([11, 74].contains(result.exitCode), "\(result.standardError)")
    #expect(try desk.changes().count == before)
    #expect(try desk.threads { $0.hasPrefix("note ") }.values.map(\.count).reduce(0, +) == 60)
    #expect(try desk.counts() == ["applied": 60])
  }

  /// However soon the suspended process continues, it checks who owns the run before anything leaves.
  @Test func sendsNothingMoreOfARunThatWasTakenOverAtOnce() throws {
    let desk = try Desk(incidents: 40, "--latency", "20ms")
    let rows = (1...60).map {
      #"{"id":\#($0 % 30 + 1),"threads":{"entryType":{"id":1},"text":"note \#($0)"}}"#
    }
    try desk.folder.write("notes.jsonl", rows.map { $0 + "\n" }.joined())
    try desk.writeSites(request: "1s")
    let running = try desk.bulkpatch.start([
      "run", "notes.jsonl", "--resource", "incidents", "--site", "incidents", "--lanes", "4", "--settle",
      "100ms",
    ])
    try desk.wait(for: running) { try desk.changes().count >= 3 }
    let folder = try #require(desk.runFolders().last)
    try suspend(running, betweenChangesOf: "\(folder)/run.sqlite")
    try FileManager.default.removeItem(atPath: "\(folder)/run.lock")
    try FileManager.default.removeItem(atPath: "\(desk.stateFolder)/locks")
    try desk.call(["resume", "latest", "--quiet", "--lanes", "16"], exits: 0)
    let before = try desk.changes().count
    running.send(SIGCONT)
    #expect([11, 74].contains(try running.result().exitCode))
    #expect(try desk.changes().count == before)
    #expect(try desk.threads { $0.hasPrefix("note ") }.values.map(\.count).reduce(0, +) == 60)
  }
}
