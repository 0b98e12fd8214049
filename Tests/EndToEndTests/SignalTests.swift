import Foundation
import TestSupport
import Testing

@testable import Runs
@testable import bulkpatch

/// Ctrl-C, and what a service manager sends: a clean end the first time, an immediate one the second.
@Suite(.blocking) struct SignalTests {
  @Test(arguments: [(SIGTERM, Int32(143)), (SIGINT, Int32(130)), (SIGHUP, Int32(143))])
  func finishesWhatIsInFlightAndCanBeResumed(signal: Int32, code: Int32) throws {
    let desk = try Desk(incidents: 100, "--latency", "15ms")
    try desk.writeSheet(rows: 200, incidents: 100)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "2"))
    try desk.wait(for: running) { try desk.changes().count >= 10 }
    running.send(signal)
    let result = try running.result()
    #expect(result.exitCode == code, "\(result.standardError)")
    #expect(result.standardError.contains("finishing what is in flight, then stopping"))
    #expect(result.standardOutput.contains("bulkpatch resume "))

    let counts = try desk.counts()
    let sent = try desk.changes().count
    #expect(counts == ["applied": sent, "staged": 200 - sent])

    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 200])
    #expect(try desk.changes().count == 200)
  }

  @Test func theSecondSignalEndsAtOnce() throws {
    let desk = try Desk("--fault", "PATCH incidents times=4 latency=30s")
    try desk.writeSheet(rows: 4, incidents: 4)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv"))
    try desk.wait(for: running) { try desk.counts()["sending"] == 4 }
    while running.isRunning {
      running.send(SIGTERM)
      usleep(10_000)
    }
    #expect(try running.result().exitCode == 143)
    // A clean end would have waited for the answers.
    #expect(try desk.counts() == ["sending": 4])
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
  }

  /// coreutils' `timeout` sends its signal to the process and then to its group: two, microseconds apart.
  @Test func aSignalSentTwiceCountsOnce() throws {
    let interruption = try Interruption(of: [], status: nil)
    let began = ContinuousClock.now
    #expect(!interruption.receive(SIGTERM, at: began))
    for (later, endsAtOnce) in [
      (Duration.microseconds(3), false), (.milliseconds(249), false), (.milliseconds(250), true),
    ] {
      #expect(interruption.receive(SIGINT, at: began + later) == endsAtOnce, "\(later)")
    }
    #expect(interruption.received == SIGTERM)
  }

  @Test func whileTheSheetIsReadNothingIsSent() throws {
    let desk = try Desk()
    let running = try desk.startStaging()
    running.send(SIGINT)
    let result = try running.result()
    #expect(result.exitCode == 130)
    #expect(result.standardError.contains("stopped while staging; nothing was sent"))
    #expect(result.standardError.contains("hint: run 'bulkpatch resume "))
    #expect(try desk.changes().isEmpty)
  }
}
