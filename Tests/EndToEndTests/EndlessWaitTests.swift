import Foundation
import TestSupport
import Testing

/// No wait is endless.
@Suite(.blocking) struct EndlessWaitTests {
  @Test(arguments: [
    "PATCH incidents status=429 retry-after=86400", "GET incidents status=503 retry-after=86400",
    "GET queryResults status=503 retry-after=86400", "GET queryResults status=429 retry-after=86400",
    "PATCH incidents next-request-after=3600s", "PATCH incidents status=429 retry-after=date:86400",
  ])
  func aSiteThatWantsToBeLeftAloneForDays(fault: String) throws {
    let desk = try Desk(incidents: 5, "--fault", fault)
    try desk.writeSheet(rows: 5, incidents: 5)
    let result = try desk.call(desk.run("sheet.csv", "--lanes", "1"), exits: 75)
    #expect((result.standardError + result.standardOutput).contains("asks to wait "), "\(result)")
  }

  @Test func aWaitForTheSiteIsNamed() throws {
    let desk = try Desk(incidents: 5, "--fault", "GET incidents status=503 retry-after=60")
    try desk.writeSheet(rows: 5, incidents: 5)
    let terminal = try desk.bulkpatch.startOnTerminal(desk.run("sheet.csv", "--yes"))
    let deadline = Date(timeIntervalSinceNow: desk.bulkpatch.timeout)
    while !terminal.text.contains("s: the site asked") {
      try #require(terminal.isRunning && Date() < deadline, "\(terminal.text)")
      usleep(10_000)
    }
    terminal.send(SIGTERM)
    #expect(terminal.end() == 143)
  }

  @Test func aSecretsCommandGoesWithTheTool() throws {
    let desk = try Desk(incidents: 5)
    try desk.writeSheet(rows: 5, incidents: 5)
    let pid = desk.folder.path("pid")
    try desk.writeSites(password: "{command: 'sleep 301 & echo $! > \(pid); wait'}")
    let running = try desk.bulkpatch.start([
      "run", "sheet.csv", "--resource", "incidents", "--site", "incidents",
    ])
    try desk.wait(for: running) { try desk.folder.read("pid").hasSuffix("\n") }
    let child = try #require(Int32(desk.folder.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
    running.send(SIGTERM)
    #expect(try running.result().exitCode == 143)
    // The process that adopts it may take a moment to reap it.
    let deadline = Date(timeIntervalSinceNow: 30)
    while kill(child, 0) == 0, !isZombie(child), Date() < deadline { usleep(10_000) }
    #expect(kill(child, 0) != 0 || isZombie(child))
  }

  private func isZombie(_ process: Int32) -> Bool {
    let status = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    return status.contains(") Z ")
  }

  @Test(
    arguments: [(options: ["--max-duration", "500ms"], code: 12), (options: [], code: 3)]
      as [(
        options: [String], code: Int32
      )])
  func endsAnUnansweredQuestion(options: [String], code: Int32) throws {
    let desk = try Desk(incidents: 5)
    try desk.writeSheet(rows: 5, incidents: 5)
    let terminal = try desk.bulkpatch.startOnTerminal(desk.run("sheet.csv") + options)
    if options.isEmpty {
      let deadline = Date(timeIntervalSinceNow: desk.bulkpatch.timeout)
      while !terminal.text.contains("[y/N]") {
        try #require(terminal.isRunning && Date() < deadline, "\(terminal.text)")
        usleep(10_000)
      }
      // From outside, with no user at the terminal.
      try "".write(toFile: desk.runPath("stop"), atomically: false, encoding: .utf8)
    }
    #expect(terminal.end() == code)
    #expect(try desk.changes().isEmpty)
    #expect(try desk.counts() == ["staged": 5])
  }
}
