import Foundation
import TestSupport
import Testing

/// A site that is still working on a request after its client has stopped waiting for the answer.
@Suite(.blocking) struct LateCommitTests {
  private static let notes = [1, 2, 3, 4].map {
    #"{"id":\#($0 % 2 + 1),"threads":{"entryType":{"id":1},"text":"note \#($0)"}}"# + "\n"
  }.joined()

  private static let arguments = [
    "run", "notes.jsonl", "--resource", "incidents", "--site", "incidents", "--settle", "50ms", "--quiet",
  ]

  private func expectEachOnce(_ desk: Desk, location: SourceLocation = #_sourceLocation) throws {
    let texts = try desk.threads { $0.hasPrefix("note ") }
    #expect(texts == [1: ["note 2", "note 4"], 2: ["note 1", "note 3"]], sourceLocation: location)
    #expect(try desk.counts() == ["applied": 4], sourceLocation: location)
  }

  /// The requests in flight when the tool was killed take effect after the run is resumed.
  @Test func aNoteInFlightWhenTheToolIsKilledIsThereOnce() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("notes.jsonl", Self.notes)
    let gateway = try ScriptedGateway(to: desk.url) { _, number in
      number <= 2 ? .giveUp(.stall, handingOnAfter: 1) : .pass
    }
    try desk.writeSites(at: gateway.url, request: "2s")
    let running = try desk.bulkpatch.start(Self.arguments)
    try desk.wait(for: running) { gateway.writes.count == 2 }
    running.send(SIGKILL)
    #expect(try running.result().exitCode == 137)
    gateway.release()
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    try expectEachOnce(desk)
    // The rows that had not left leave now.
    #expect(gateway.writes.count == 4)
  }

  /// A resumed run waits as long as the process that sent the request would have.
  @Test func aShorterTimeOutOfALaterProcessDoesNotCount() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("notes.jsonl", Self.notes)
    let gateway = try ScriptedGateway(to: desk.url) { _, number in
      number <= 2 ? .giveUp(.stall, handingOnAfter: 3) : .pass
    }
    try desk.writeSites(at: gateway.url, request: "5s")
    let running = try desk.bulkpatch.start(Self.arguments)
    try desk.wait(for: running) { gateway.writes.count == 2 }
    running.send(SIGKILL)
    _ = try running.result()
    gateway.release()
    try desk.writeSites(at: gateway.url, request: "100ms")
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    try expectEachOnce(desk)
    #expect(gateway.writes.count == 4)
  }

  /// A late write would undo the rollback.
  @Test func aRollbackWaitsForWhatMayStillCome() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("fields.csv", "id,subject\n1,late one\n2,late two\n3,late three\n")
    let gateway = try ScriptedGateway(to: desk.url) { _, number in
      number <= 2 ? .giveUp(.stall, handingOnAfter: 1) : .pass
    }
    try desk.writeSites(at: gateway.url, request: "2s")
    let before = try desk.facts().filter { $0.contains(" subject: ") }
    let running = try desk.bulkpatch.start([
      "run", "fields.csv", "--resource", "incidents", "--site", "incidents", "--settle", "50ms", "--quiet",
      "--lanes", "2",
    ])
    try desk.wait(for: running) { gateway.writes.count == 2 }
    running.send(SIGKILL)
    _ = try running.result()
    gateway.release()
    let id = try desk.runPath("").split(separator: "/").last.map { String($0) } ?? ""
    try desk.call(["rollback", id, "--yes", "--quiet"], exits: 0)
    #expect(try desk.facts().filter { $0.contains(" subject: ") } == before)
  }

  /// One that never arrived is sent again once it can no longer arrive.
  @Test func aNoteThatNeverArrivedIsSentAgain() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("notes.jsonl", Self.notes)
    let gateway = try ScriptedGateway(to: desk.url) { _, number in
      number <= 2 ? .giveUp(.close, handingOnAfter: nil) : .pass
    }
    try desk.writeSites(at: gateway.url, request: "1s")
    let began = ContinuousClock.now
    try desk.call(Self.arguments, exits: 0)
    #expect(ContinuousClock.now - began > .seconds(1))
    try expectEachOnce(desk)
    #expect(gateway.writes.count == 6)
  }

  @Test func aWaitForWhatMayStillComeIsNamed() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("notes.jsonl", Self.notes)
    let gateway = try ScriptedGateway(to: desk.url) { _, number in
      number <= 2 ? .giveUp(.close, handingOnAfter: nil) : .pass
    }
    try desk.writeSites(at: gateway.url, request: "30s")
    let running = try desk.startDeaf(Self.arguments)
    try desk.wait(for: running) {
      running.send(SIGUSR1)
      return running.standardError.contains("the site may still apply 2 rows it has not answered")
    }
    running.send(SIGTERM)
    #expect(try running.result().exitCode == 143)
    #expect(try desk.counts() == ["sending": 2, "staged": 2])
  }
}
