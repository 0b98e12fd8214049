import Foundation
import TestSupport
import Testing

/// Runs that are controlled from outside: by the clock, and by files in their folder.
@Suite(.blocking) struct WindowTests {
  @Test func aWindowThatIsClosedLeavesEverythingStaged() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 5, incidents: 5)
    for limit in [["--max-duration", "0s"], ["--until", "2020-01-01T00:00Z"]] {
      let result = try desk.call(desk.run("sheet.csv") + limit, exits: 12)
      #expect(result.standardOutput.contains("the time window closed ("))
      #expect(result.standardOutput.contains("5 rows not done yet"))
      #expect(result.standardOutput.contains("with another --window, --until or --max-duration"))
      #expect(try desk.counts() == ["staged": 5])
    }
    // Not even the check whether the site is there.
    #expect(try desk.answers().isEmpty)
    let shown = try desk.call(["show", "latest"], exits: 0).standardOutput
    #expect(shown.contains("the time window closed (until 2020-01-01 00:00 "))
    try desk.call(["resume", "latest", "--until", "2999-01-01T00:00", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 5])
  }

  /// The window was open some hours ago, and opens again in some.
  @Test func aWindowOfTheDayIsOverForWhoComesLate() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 5, incidents: 5)
    let now = Calendar.current.dateComponents(in: .gmt, from: Date())
    let hour = try #require(now.hour)
    let closed = "\((hour + 20) % 24):00-\((hour + 22) % 24):00"
    let result = try desk.call(desk.run("sheet.csv", "--window", closed), exits: 12)
    #expect(result.standardOutput.contains("the time window closed (window "))
    #expect(result.standardOutput.contains(", opens at "))
    #expect(try desk.counts() == ["staged": 5])
    #expect(try desk.answers().isEmpty)
    let bare = try desk.call(["resume", "latest", "--until", "\((hour + 21) % 24):00"], exits: 12)
    #expect(bare.standardOutput.contains(", which has passed; give a date for another day)"))
    // The window of the flag, wide enough for any hour that this may begin in, takes the place of the other.
    let open = "\((hour + 23) % 24):00-\((hour + 12) % 24):00"
    let resumed = try desk.call(["resume", "latest", "--window", open], exits: 0)
    #expect(resumed.standardError.contains(", stops at "))
    #expect(try desk.counts() == ["applied": 5])
  }

  @Test func theNextRunFinishesWhatTheClosedWindowLeftAndThenItsOwnSheet() throws {
    let desk = try Desk(incidents: 300, "--latency", "20ms")
    try desk.folder.write(
      "job.yaml",
      """
      resource: incidents
      sheet: sheet.csv
      site: \(desk.url)
      execution: {lanes: 2, max_duration: 1500ms}

      """)
    func writeNight(_ name: String, rows: Int) throws {
      let lines = (1...rows).map { "\($0),\(name) \($0),1\n" }
      try desk.folder.write(
        "sheet.csv", "id,threads.append.text,threads.append.entryType\n" + lines.joined())
    }
    try writeNight("Monday", rows: 300)
    let monday = try desk.call(["run", "job.yaml"], exits: 12)
    #expect(monday.standardOutput.contains("the time window closed (max_duration 1500ms)"))
    let sent = try desk.changes().count
    #expect(sent < 300)
    #expect(try desk.counts() == ["applied": sent, "staged": 300 - sent].filter { $0.value > 0 })

    // Tuesday's sheet overwrites Monday's.
    try writeNight("Tuesday", rows: 40)
    let tuesday = try desk.bulkpatch.start(["run", "job.yaml", "--continue", "--max-duration", "1h"])
    try desk.wait(for: tuesday) { try desk.changes().count > sent }
    let second = try desk.call(["run", "job.yaml", "--continue"], exits: 11)
    #expect(second.standardError.contains("another run holds the lock: process \(tuesday.identifier) on "))
    #expect(tuesday.isRunning)
    let result = try tuesday.result()
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(result.standardError.contains("note: found run "))

    #expect(try desk.runFolders().count == 2)
    #expect(try desk.counts() == ["applied": 40])
    let bodies = try desk.changes().map(\.body)
    #expect(bodies.count == 340)
    #expect(Set(bodies).count == 340)
    #expect(bodies.prefix(300).allSatisfy { $0.contains("Monday") })
    #expect(bodies.suffix(40).allSatisfy { $0.contains("Tuesday") })
  }

  @Test func aPauseFileHoldsTheRunUntilItIsRemoved() throws {
    let desk = try Desk(incidents: 100, "--latency", "20ms")
    try desk.writeSheet(rows: 200, incidents: 100)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "2", "--quiet"))
    try desk.wait(for: running) { try desk.changes().count >= 5 }
    let pause = try desk.runPath("pause")
    try Data().write(to: URL(fileURLWithPath: pause))
    try desk.wait(for: running) {
      running.standardError.contains("note: paused: remove \(pause) to continue")
    }
    // The requests in flight end, and no other follows: the status says that none is in flight.
    var asked = 0
    try desk.wait(for: running) {
      running.send(SIGUSR1)
      asked += 1
      return running.standardError.contains("paused: remove \(pause), ")
        && running.standardError.contains("; 0 in flight")
    }
    let sent = try desk.changes().count
    #expect(sent < 200)
    let shown = try desk.call(["show", "latest"], exits: 0)
    #expect(shown.standardOutput.contains("under way"))
    #expect(try desk.changes().count == sent)
    try FileManager.default.removeItem(atPath: pause)
    let result = try running.result()
    #expect(result.exitCode == 0)
    #expect(result.standardError.contains("note: continuing after a pause"))
    #expect(try desk.counts() == ["applied": 200])
    #expect(try desk.changes().count == 200)
  }

  @Test func aStopFileEndsOneRun() throws {
    let desk = try Desk(incidents: 100, "--latency", "20ms")
    try desk.writeSheet(rows: 400, incidents: 100)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "1"))
    try desk.wait(for: running) { try desk.changes().count >= 5 }
    // A paused run hears it too.
    let pause = try desk.runPath("pause")
    let stop = try desk.runPath("stop")
    try Data().write(to: URL(fileURLWithPath: pause))
    try desk.wait(for: running) { running.standardError.contains("note: paused") }
    try Data().write(to: URL(fileURLWithPath: stop))
    let result = try running.result()
    #expect(result.exitCode == 3, "\(result.standardError)")
    #expect(result.standardOutput.contains("stopped early: the file 'stop' was found"))
    #expect(!FileManager.default.fileExists(atPath: stop))
    let sent = try desk.changes().count
    #expect(try desk.counts() == ["applied": sent, "staged": 400 - sent])

    // The pause still holds after a resume by another process.
    let resumed = try desk.bulkpatch.start(["resume", "latest", "--quiet", "--lanes", "32"])
    try desk.wait(for: resumed) { resumed.standardError.contains("note: paused: remove \(pause)") }
    #expect(try desk.changes().count == sent)
    try FileManager.default.removeItem(atPath: pause)
    #expect(try resumed.result().exitCode == 0)
    #expect(try desk.changes().count == 400)
  }

  @Test func tellsHowFarItIsWithoutBeingDisturbed() throws {
    let desk = try Desk(incidents: 100, "--latency", "20ms")
    try desk.writeSheet(rows: 100, incidents: 100)
    let running = try desk.startDeaf(desk.run("sheet.csv", "--lanes", "2", "--quiet"))
    // From the first moment on, even before there is anything to report.
    try desk.wait(for: running) {
      running.send(SIGUSR1)
      return try desk.changes().count >= 20
    }
    try desk.wait(for: running) {
      running.standardError.contains(/bulkpatch: \d+ of 100 rows, \d+ %.* applied; \d+ in flight\n/)
    }
    #expect(try running.result().exitCode == 0)
    #expect(try desk.changes().count == 100)
  }

  @Test func nothingInFlightIsLostWhenAllLanesAreBusy() throws {
    let desk = try Desk(incidents: 600, "--latency", "200ms")
    try desk.folder.write(
      "sheet.csv",
      "id,threads.append.text,threads.append.entryType\n"
        + (1...600).map { "\($0),row \($0),1\n" }.joined())
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "32"))
    try desk.wait(for: running) { try desk.changes().count >= 64 }
    running.send(SIGTERM)
    let result = try running.result()
    #expect(result.exitCode == 143, "\(result.standardError)")
    let sent = try desk.changes()
    #expect(sent.count < 600)
    // The run has on record exactly what the site applied, including the last rows in flight.
    let applied = Set(try desk.states().filter { $0.value == "applied" }.keys.map(Int64.init))
    #expect(Set(sent.filter(\.isCommitted).map(\.recordID)) == applied)
    #expect(try desk.counts() == ["applied": sent.count, "staged": 600 - sent.count])

    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 600])
    #expect(try desk.changes().map(\.recordID).sorted() == Array(1...600))
  }
}
