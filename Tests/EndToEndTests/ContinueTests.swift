import Foundation
import TestSupport
import Testing

/// `run --continue`, as cron calls it night after night.
@Suite(.blocking) struct ContinueTests {
  /// A desk with a job of appended notes, which must not be appended twice.
  private func desk(_ more: String = "") throws -> Desk {
    let desk = try Desk(incidents: 50)
    try desk.folder.write(
      "job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\n\(more)")
    return desk
  }

  private func writeNotes(_ desk: Desk, _ text: String, rows: Int) throws {
    try desk.folder.write(
      "sheet.csv",
      "id,threads.append.text,threads.append.entryType\n"
        + (1...rows).map { "\($0),\(text) \($0),1\n" }.joined())
  }

  private let closed = ["--max-duration", "0s", "--quiet"]
  private let nightly = ["run", "job.yaml", "--continue"]

  @Test func doesNotRunTheVerySameSheetASecondTime() throws {
    let desk = try desk()
    try writeNotes(desk, "a", rows: 5)
    try desk.call(nightly + closed, exits: 12)
    let result = try desk.call(nightly, exits: 0)
    #expect(result.standardError.contains(" is the sheet of run "))
    #expect(result.standardError.contains("it is not run again ("))
    #expect(try desk.changes().count == 5)
    #expect(try desk.runFolders().count == 1)
    // With nothing unfinished it is a run like any other, and says nothing under --quiet.
    try writeNotes(desk, "b", rows: 3)
    let silent = try desk.call(nightly + ["--quiet"], exits: 0)
    #expect(silent.standardOutput + silent.standardError == "")
    #expect(try desk.changes().count == 8)
  }

  @Test func finishesEveryUnfinishedRunTheOldestFirst() throws {
    let desk = try desk()
    for (name, rows) in [("a", 3), ("b", 4)] {
      try writeNotes(desk, name, rows: rows)
      try desk.call(["run", "job.yaml"] + closed, exits: 12)
    }
    // Staged on purpose, for a review.
    try writeNotes(desk, "held back", rows: 2)
    try desk.call(["run", "job.yaml", "--stage-only", "--quiet"], exits: 0)
    try writeNotes(desk, "first", rows: 3)
    try desk.call(["run", "job.yaml", "--canary", "1", "--quiet"], exits: 3)
    try writeNotes(desk, "c", rows: 5)
    try desk.call(nightly + ["--quiet", "--lanes", "1"], exits: 0)
    let names = try desk.changes().compactMap { $0.body.firstMatch(of: /"([abc]) \d+"/).map { String($0.1) } }
    #expect(
      names == Array(repeating: "a", count: 3) + Array(repeating: "b", count: 4)
        + Array(repeating: "c", count: 5))
    #expect(try desk.changes().count == 13)
  }

  @Test func doesNotStartTheNewSheetBeforeTheOldOneIsDone() throws {
    let desk = try desk()
    try writeNotes(desk, "a", rows: 3)
    try desk.call(nightly + closed, exits: 12)
    try writeNotes(desk, "b", rows: 3)
    try desk.call(nightly + closed, exits: 12)
    #expect(try desk.runFolders().count == 1)
    desk.sandbox.kill()
    try desk.call(nightly + ["--quiet"], exits: 69)
    #expect(try desk.runFolders().count == 1)
    #expect(try desk.counts() == ["staged": 3])
  }

  @Test func endsWithTheWorstOfBoth() throws {
    let desk = try desk()
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n999,b\n")
    try desk.call(nightly + closed, exits: 12)
    try desk.folder.write("sheet.csv", "id,subject\n2,c\n")
    let result = try desk.call(nightly + ["--quiet"], exits: 1)
    #expect(result.standardOutput.contains("999"))
    #expect(try desk.counts() == ["applied": 1])
    // Also when there is no new sheet at all.
    try desk.folder.write("sheet.csv", "id,subject\n3,d\n")
    try desk.call(nightly + closed, exits: 12)
    try FileManager.default.removeItem(atPath: desk.folder.path("sheet.csv"))
    try desk.call(nightly + ["--quiet"], exits: 66)
    #expect(try desk.counts() == ["applied": 1])
  }

  @Test func takesTheSheetOfToDayWhenYesterdaysWasNotReadToItsEnd() throws {
    let desk = try desk()
    try writeNotes(desk, "a", rows: 20)
    try cutShort(desk)
    try writeNotes(desk, "b", rows: 4)
    try desk.call(nightly + ["--quiet"], exits: 0)
    #expect(try desk.changes().count == 4)
    // The interrupted run has taken it, so that it cannot be resumed and sent a second time.
    #expect(try desk.runFolders().count == 1)
    #expect(try desk.counts() == ["applied": 4])
  }

  @Test func givesUpWhatCanNeverBeFinishedAndSaysSoOnce() throws {
    let desk = try desk()
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n")
    try cutShort(desk)
    try desk.folder.write(
      "job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\ncolumns: {Text: subject}\n")
    try desk.folder.write("sheet.csv", "id,Text\n1,b\n")
    let first = try desk.call(nightly + ["--quiet"], exits: 0)
    #expect(first.standardError.contains("has sent nothing, and cannot be finished: "))
    #expect(try desk.changes().map(\.body) == [#"{"subject":"b"}"#])
    let second = try desk.call(nightly + ["--quiet"], exits: 0)
    #expect(second.standardError == "")
  }

  /// Leaves a run as a kill does while its sheet is read.
  private func cutShort(_ desk: Desk) throws {
    try desk.call(["run", "job.yaml", "--stage-only", "--quiet"], exits: 0)
    try desk.change(
      desk.runPath("run.sqlite"),
      """
      UPDATE run SET staged = NULL, finished = NULL, exit_code = NULL, rows_read = NULL,
        sheet_size = NULL, sheet_sha256 = NULL
      """)
  }

  @Test func anotherJobsRunIsNotTouched() throws {
    let desk = try desk()
    try writeNotes(desk, "a", rows: 3)
    try desk.call(["run", "job.yaml"] + closed, exits: 12)
    try desk.folder.write("other.yaml", "resource: incidents\nsheet: other.csv\nsite: \(desk.url)\n")
    try desk.folder.write("other.csv", "id,subject\n9,x\n")
    try desk.call(["run", "other.yaml", "--continue", "--quiet"], exits: 0)
    #expect(try desk.changes().count == 1)
  }

  @Test func neverContinuesAJobThatMapsItsSheetDifferently() throws {
    let desk = try desk()
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n")
    try desk.call(nightly + closed, exits: 12)
    try desk.folder.write(
      "job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\nconstants: {subject: x}\n")
    let result = try desk.call(nightly, exits: 78)
    #expect(result.standardError.contains("cannot be resumed: the job maps its sheet differently"))
    #expect(result.standardError.contains("'run' without --continue leaves it as it is"))
    #expect(try desk.changes().isEmpty)
  }

  @Test func standardInputIsAJobToo() throws {
    let desk = try desk()
    let arguments = desk.run("-", "--continue")
    try desk.call(arguments + closed, exits: 12, standardInput: "id,subject\n1,a\n")
    try desk.call(arguments, exits: 0, standardInput: "id,subject\n1,a\n")
    #expect(try desk.runFolders().count == 1)
    try desk.call(arguments + closed, exits: 12, standardInput: "id,subject\n1,b\n")
    try desk.call(arguments, exits: 0, standardInput: "id,subject\n2,c\n")
    #expect(try desk.changes().map(\.recordID) == [1, 1, 2])
  }

  @Test func neverContinuesARolledBackRunByItself() throws {
    let desk = try desk()
    try writeNotes(desk, "a", rows: 6)
    try desk.call(["run", "job.yaml", "--canary", "2", "--quiet"], exits: 3)
    // As if it had been stopped for a reason that needs no review.
    try desk.change(desk.runPath("run.sqlite"), "UPDATE run SET exit_code = 12, canary_end = NULL")
    let run = try #require(desk.runFolders().last)
    let rollback = try desk.call(["rollback", run, "--retract-appends"], exits: 0)
    #expect(rollback.standardOutput.contains("is not finished: 4 rows of it are still to be sent"))
    // The rolled-back sheet is not sent again automatically, and that is reported under --quiet too.
    let silent = try desk.call(nightly + ["--quiet"], exits: 0)
    #expect(silent.standardError.contains("which has been rolled back; it is not run again"))
    try writeNotes(desk, "b", rows: 3)
    let night = try desk.call(nightly, exits: 0)
    #expect(night.standardError.contains("has been rolled back by"))
    #expect(night.standardError.contains("its last 4 rows wait for your decision"))
    #expect(try desk.threads { $0.hasPrefix("a ") }.isEmpty)
    #expect(try desk.threads { $0.hasPrefix("b ") }.count == 3)
    #expect(try desk.call(["show", run], exits: 0).standardOutput.contains("Rolled back by run "))
    // A rehearsal rolls nothing back.
    try writeNotes(desk, "c", rows: 2)
    try desk.call(["run", "job.yaml", "--rate", "1/h"] + closed, exits: 12)
    try desk.call(["rollback", "latest", "--dry-run", "--quiet"], exits: 0)
  }

  @Test func doesNotIgnoreARunThatItCannotRead() throws {
    let desk = try desk()
    try writeNotes(desk, "a", rows: 3)
    try desk.call(nightly + closed, exits: 12)
    let run = try #require(desk.runFolders().last)
    try FileManager.default.removeItem(atPath: "\(run)/run.sqlite")
    try desk.folder.write("garbage", String(repeating: "not a run of ours. ", count: 300))
    try FileManager.default.moveItem(atPath: desk.folder.path("garbage"), toPath: "\(run)/run.sqlite")
    let night = try desk.call(nightly + ["--quiet"], exits: 74)
    #expect(night.standardError.contains("\(run): this run may belong to the job but cannot be read"))
    #expect(night.standardError.contains("then move the folder out of the state folder"))
    #expect(try desk.changes().isEmpty)
    // Another job's runs are not its concern.
    try desk.folder.write("other.csv", "id,subject\n7,other\n")
    try desk.folder.write("other.yaml", "resource: incidents\nsheet: other.csv\nsite: \(desk.url)\n")
    try desk.call(["run", "other.yaml", "--continue", "--quiet"], exits: 0)
    let before = try desk.changes().count
    try FileManager.default.moveItem(atPath: run, toPath: desk.folder.path("aside"))
    try desk.call(nightly + ["--quiet"], exits: 0)
    #expect(before == 1)
    #expect(try desk.changes().count > before)
  }

  @Test func isTheSameJobThroughALinkedFolder() throws {
    let desk = try desk()
    try writeNotes(desk, "a", rows: 3)
    try desk.call(nightly + closed, exits: 12)
    try FileManager.default.createSymbolicLink(
      atPath: desk.folder.path("link"), withDestinationPath: desk.folder.url.path)
    try desk.call(["run", "link/job.yaml", "--continue", "--quiet"], exits: 0)
    #expect(try desk.changes().count == 3)
    #expect(try desk.runFolders().count == 1)
  }

  @Test func waitsForTheLockWhenToldTo() throws {
    let desk = try Desk(incidents: 50, "--latency", "20ms")
    try desk.writeSheet(rows: 100, incidents: 50)
    let first = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "1", "--quiet"))
    try desk.wait(for: first) { try desk.changes().count >= 2 }
    let waiting = try desk.startDeaf(desk.run("sheet.csv", "--lock-wait", "10m"))
    try desk.wait(for: waiting) {
      waiting.send(SIGUSR1)
      return waiting.standardError.contains("waiting for the lock")
    }
    waiting.send(SIGTERM)
    #expect(try waiting.result().exitCode == 143)
    #expect(first.isRunning)
    let patient = try desk.call(desk.run("sheet.csv", "--lock-wait", "1m", "--quiet"), exits: 0)
    #expect(patient.standardError == "")
    #expect(try first.result().exitCode == 0)
    #expect(try desk.runFolders().count == 2)
  }
}
