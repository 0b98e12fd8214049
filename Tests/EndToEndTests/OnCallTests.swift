import Foundation
import TestSupport
import Testing

/// A run that stopped at night, and a user who knows its state folder at most.
@Suite(.blocking) struct OnCallTests {
  /// A desk whose newest run was killed half-way.
  private func deskWithAKilledRun() throws -> Desk {
    let desk = try Desk(incidents: 100, "--latency", "20ms")
    try desk.writeSheet("nightly.csv", rows: 100, incidents: 100)
    let running = try desk.bulkpatch.start(desk.run("nightly.csv", "--lanes", "2", "--quiet"))
    try desk.wait(for: running) { try desk.changes().count >= 10 }
    running.send(SIGKILL)
    #expect(try running.result().exitCode == 137)
    return desk
  }

  /// The command at the end of a line, as a user would copy it.
  private func command(in text: String, after words: String) throws -> [String] {
    let line = try #require(text.split(separator: "\n").first { $0.contains(words) }, "\(text)")
    let start = try #require(line.range(of: words)).upperBound
    return line[start...].split(separator: " ").dropFirst().map(String.init)
  }

  @Test func twoCommandsLeadFromTheStateFolderToTheResume() throws {
    let desk = try deskWithAKilledRun()
    // The user on call has another environment than the schedule.
    var onCall = desk.bulkpatch
    onCall.environment["XDG_STATE_HOME"] = nil
    let list = try onCall.run(["runs", "--unfinished", "--state-dir", desk.stateFolder])
    #expect(list.standardOutput.contains("cut-short  resume "))
    let show = try command(in: list.standardOutput, after: "1 run needs you: ")
    #expect(show.first == "show")
    let shown = try onCall.run(show).standardOutput
    let first = try #require(shown.split(separator: "\n").first)
    #expect(first.hasPrefix("nightly: cut short: its process was killed or the machine went down; "))
    let resume = try command(in: String(first), after: "; it is safe to resume: ")
    #expect(resume.first == "resume")
    let resumed = try onCall.run(resume, confirms: false)
    #expect(resumed.exitCode == 0, "\(resumed.standardError)")
    #expect(try desk.counts() == ["applied": 100])
  }

  @Test func anEmptyStateFolderNamesTheOneThatHoldsTheRuns() throws {
    let desk = try deskWithAKilledRun()
    for command in [["runs"], ["show", "latest"]] {
      let result = try desk.bulkpatch.run(command + ["--state-dir", desk.folder.path("other")])
      let text = result.standardOutput + result.standardError
      #expect(text.contains("hint: \(desk.stateFolder) holds 1 run"))
    }
  }

  @Test func theNextNightSaysThatItHasFoundTheRun() throws {
    let desk = try deskWithAKilledRun()
    try desk.folder.write("nightly.csv", "id,subject\n1,another night\n")
    let result = try desk.call(desk.run("nightly.csv", "--continue", "--quiet"), exits: 0)
    #expect(
      result.standardError.contains(
        " unfinished: cut short: its process was killed or the machine went down; resuming it first\n"))
    #expect(!result.standardError.contains("Ctrl-C"))
  }

  @Test func deletesARunOnlyWhenTheUserMeansIt() throws {
    let desk = try deskWithAKilledRun()
    let run = try #require(desk.runFolders().first)
    let refused = try desk.call(["runs", "--delete", "latest:nightly"], exits: 64)
    #expect(refused.standardError.contains("It is not finished: "))
    #expect(refused.standardError.contains("nothing was deleted"))
    try desk.call(["runs", "--delete", "latest"], exits: 3, standardInput: "n\n")
    #expect(try desk.runFolders() == [run])
    let deleted = try desk.call(["runs", "--delete", "latest", "--yes"], exits: 0)
    #expect(deleted.standardError.contains("note: deleted run "))
    #expect(try desk.runFolders().isEmpty)
    // What was sent is remembered all the same.
    let again = try desk.call(desk.run("nightly.csv"), exits: 0)
    #expect(again.standardError.contains("nightly.csv was started on "))
  }

  @Test func keepsTheRunThatAnotherOneRollsBack() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 2, incidents: 2)
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    try desk.call(["rollback", "latest", "--quiet"], exits: 0)
    let result = try desk.call(["runs", "--delete", "latest:sheet", "--yes"], exits: 64)
    #expect(result.standardError.contains("hint: delete that one first"))
  }

  @Test func removesOldFinishedRunsByItself() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 2, incidents: 2)
    func run(_ options: String...) throws -> String {
      try desk.call(desk.run("sheet.csv", "--quiet") + options, exits: 0)
      return try #require(desk.runFolders().last)
    }
    func age(_ folder: String, _ name: String) throws -> String {
      let old = "\(desk.stateFolder)/\(name)-sheet"
      try FileManager.default.moveItem(atPath: folder, toPath: old)
      try desk.change(
        "\(old)/run.sqlite", "UPDATE run SET id = '\(name)-sheet', finished = '2020-01-01T00:00:00.000Z'")
      return old
    }
    _ = try age(run(), "20200101T000000000Z")
    let conflict = try age(run("--keep-days", "never"), "20200102T000000000Z")
    try desk.change("\(conflict)/run.sqlite", "UPDATE row SET state = 'conflict' WHERE number = 1")
    try FileManager.default.removeItem(atPath: "\(conflict)/summary.json")
    let kept = try run("--keep-days", "never")
    #expect(try desk.runFolders().count == 3)
    let newest = try run()
    #expect(try desk.runFolders() == [conflict, kept, newest])
  }
}
