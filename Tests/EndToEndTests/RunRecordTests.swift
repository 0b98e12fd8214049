import Foundation
import TestSupport
import Testing

/// The run's files are authoritative: older ones are not mistaken for them, and lost ones are noticed.
@Suite(.blocking) struct RunRecordTests {
  private static let rows = 60

  private func desk() throws -> Desk {
    let desk = try Desk(incidents: 70, "--latency", "50ms")
    try desk.writeSites()
    try desk.folder.write(
      "notes.csv",
      "id,threads.append.text,threads.append.entryType\n"
        + (1...Self.rows).map { "\($0),note \($0),1\n" }.joined())
    return desk
  }

  /// Starts the run and waits until part of it has been sent.
  private func startSending(_ desk: Desk, least: Int = 5) throws -> RunningBinary {
    let running = try desk.bulkpatch.start(desk.run("notes.csv", "--lanes", "2"))
    try desk.wait(for: running) { try desk.changes().count >= least }
    return running
  }

  private func kill(_ running: RunningBinary) throws {
    running.send(SIGKILL)
    _ = try running.result()
  }

  /// No note is there twice.
  private func expectNothingTwice(_ desk: Desk) throws {
    let texts = try desk.changes().map(\.body)
    #expect(Set(texts).count == texts.count)
  }

  private let files = FileManager.default

  @Test func refusesAFileWithoutWhatWasBesideIt() throws {
    let desk = try desk()
    try kill(startSending(desk))
    try files.removeItem(atPath: desk.runPath("run.sqlite-wal"))
    let refused = try desk.call(["resume", "latest"], exits: 74)
    #expect(
      refused.standardError.contains("run.sqlite: is older than what was sent from it: sending began at "))
    #expect(refused.standardError.contains("--restored' continues"))
    let shown = try desk.call(["show", "latest"], exits: 0)
    #expect(shown.standardError.hasPrefix("warning: "))
    for command in ["verify", "rollback"] { try desk.call([command, "latest"], exits: 74) }
    try desk.call(desk.run("notes.csv", "--continue"), exits: 74)
    // At the user's word it resumes, and leaves the rows that may have been sent to them.
    let restored = try desk.call(["resume", "latest", "--restored"], exits: 4)
    #expect(
      restored.standardError.contains("note: the run file is an older copy; 60 rows that add something"))
    #expect(try desk.counts() == ["unknown": 60])
    try expectNothingTwice(desk)
    try desk.call(["resume", "latest", "--assume", "applied", "--quiet"], exits: 0)
  }

  /// Made before anything was sent, so the copy does not mention it; the state folder does.
  @Test func refusesACopyThatWasMadeWhenTheRunWasOnlyStaged() throws {
    let desk = try desk()
    try desk.call(desk.run("notes.csv", "--stage-only", "--quiet"), exits: 0)
    let copy = desk.folder.path("backup/copy")
    try files.createDirectory(atPath: desk.folder.path("backup"), withIntermediateDirectories: false)
    try files.copyItem(atPath: desk.runFolders()[0], toPath: copy)
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    for _ in 1...2 {
      let refused = try desk.call(["resume", copy], exits: 74)
      #expect(refused.standardError.contains("is older than what was sent from it: sending began at "))
    }
    try expectNothingTwice(desk)
  }

  @Test func refusesTheFileAloneInAnotherFolder() throws {
    let desk = try desk()
    try kill(startSending(desk))
    let copy = desk.folder.path("copy")
    try files.createDirectory(atPath: copy, withIntermediateDirectories: false)
    try files.copyItem(atPath: desk.runPath("run.sqlite"), toPath: "\(copy)/run.sqlite")
    // The state folder knows of it, and without that the file itself does.
    try desk.call(["resume", copy], exits: 74)
    let refused = try desk.call(["resume", copy, "--state-dir", desk.folder.path("other")], exits: 74)
    #expect(refused.standardError.contains("is a copy made while the run was being sent"))
    try expectNothingTwice(desk)
    // When complete, it resumes from anywhere.
    let whole = desk.folder.path("whole")
    try files.copyItem(atPath: desk.runFolders()[0], toPath: whole)
    try desk.call(["resume", whole, "--settle", "50ms", "--quiet"], exits: 0)
    try expectNothingTwice(desk)
  }

  @Test func refusesLastNightsBackupOfTheFolder() throws {
    let desk = try desk()
    try desk.call(desk.run("notes.csv", "--canary", "5", "--quiet"), exits: 3)
    let folder = try desk.runFolders()[0]
    try files.copyItem(atPath: folder, toPath: desk.folder.path("backup"))
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    try files.removeItem(atPath: folder)
    try files.copyItem(atPath: desk.folder.path("backup"), toPath: folder)
    let refused = try desk.call(["resume", "latest"], exits: 74)
    #expect(refused.standardError.contains("is older than what was sent from it"))
    #expect(try desk.changes().count == Self.rows)
  }

  @Test(arguments: ["folder", "run.sqlite", "run.sqlite-wal", "replaced", "emptied"])
  func stopsWhenItsRecordIsLost(what: String) throws {
    let desk = try desk()
    let running = try startSending(desk)
    let folder = try desk.runFolders()[0]
    switch what {
    case "folder": try files.removeItem(atPath: folder)
    case "emptied": #expect(unsafe truncate("\(folder)/run.sqlite", 0) == 0)
    case "replaced":
      try files.moveItem(atPath: folder, toPath: desk.folder.path("away"))
      try files.copyItem(atPath: desk.folder.path("away"), toPath: folder)
    default: try files.removeItem(atPath: "\(folder)/\(what)")
    }
    let result = try running.result()
    #expect(result.exitCode == 74)
    #expect(result.standardError.contains("the record of the run is lost, and sending was stopped: "))
    let changes = try desk.changes().count
    #expect(changes < Self.rows)
    #expect(result.standardError.contains("applied: \(changes) rows (1-\(changes)); not sent: "))
    #expect(!result.standardError.contains("bulkpatch resume"))
  }

  @Test(arguments: ["run.lock", "locks"])
  func stopsWhenAnotherProcessCouldResumeIt(what: String) throws {
    let desk = try desk()
    let running = try startSending(desk)
    let locks = try files.contentsOfDirectory(atPath: desk.stateFolder + "/locks").filter {
      $0.hasSuffix(".lock")
    }
    try files.removeItem(
      atPath: what == "locks" ? "\(desk.stateFolder)/locks/\(locks[0])" : desk.runPath(what))
    let result = try running.result()
    #expect(result.exitCode == 74)
    #expect(result.standardError.contains("is gone while the run was under way"))
    #expect(try desk.changes().count < Self.rows)
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(try desk.changes().count == Self.rows)
    try expectNothingTwice(desk)
  }
}
