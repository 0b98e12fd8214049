import Foundation
import GRDB
import TestSupport
import Testing

/// Rollbacks through the real binary: the records on the desk afterwards, and the reports.
@Suite(.blocking) struct RollbackTests {
  // MARK: A desk and what is changed on it

  /// Rows of every kind for N incidents: fields, clearing, custom fields, rewrites, appends, several rows of
  /// a record.
  private func writeMixedSheet(to desk: Desk, rows: Int, incidents: Int) throws {
    let threads = try firstThreads(of: desk)
    var generator = SeededGenerator(seed: 7)
    var lines = ""
    for row in 1...rows {
      let id = Int.random(in: 1...incidents, using: &generator)
      let change =
        switch row % 8 {
        case 0: #""subject":"row \#(row) ","severity":{"lookupName":"3 - Minor"}"#
        case 1: #""severity":null,"queue":{"id":\#(5 + row % 5)}"#
        case 2: #""statusWithType":{"status":{"id":\#([1, 2, 3][row % 3])}}"#
        case 3: #""customFields":{"c":{"region":null,"visits":\#(row % 9)}}"#
        case 4: #""assignedTo":{"account":{"id":\#(2 + row % 9)},"staffGroup":{"id":100004}}"#
        case 5: #""threads":[{"id":\#(threads[id] ?? 0),"text":"rewritten \#(row)\r\nonce"}]"#
        case 6: #""banner":{"text":"row \#(row)","importanceFlag":null},"organization":null"#
        default: #""subject":"noted","threads":{"entryType":{"id":2},"text":"same text"}"#
        }
      lines += "{\"id\":\(id),\(change)}\n"
    }
    try desk.folder.write("sheet.jsonl", lines)
  }

  private func firstThreads(of desk: Desk) throws -> [Int: Int] {
    try desk.read(desk.folder.path("desk.sqlite")) { database in
      let rows = try Row.fetchAll(
        database,
        sql: "SELECT parent, min(id) AS id FROM b2c_row WHERE entity = 'incidents.threads' GROUP BY parent")
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["parent"] as Int, $0["id"] as Int) })
    }
  }

  /// The facts on the desk, except who changed a record and when.
  private func facts(_ desk: Desk) throws -> Set<String> {
    let isOfTheUpdate = #/ (updatedTime|updatedByAccount|banner\.updated\w+):/#
    return try desk.facts().filter { !$0.contains(isOfTheUpdate) }
  }

  private func summary(_ desk: Desk) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: desk.runPath("summary.json")))
    let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    return try #require(object?["rollback"] as? [String: Any])
  }

  private func changes(_ bucket: String, _ desk: Desk) throws -> Int? {
    (try summary(desk)[bucket] as? [String: Any])?["changes"] as? Int
  }

  /// The objects of a file of the newest run.
  private func lines(_ name: String, _ desk: Desk) throws -> [[String: Any]] {
    try desk.runText(name).split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  private func source(_ desk: Desk) throws -> String {
    try #require(desk.runFolders().first.map { URL(fileURLWithPath: $0).lastPathComponent })
  }

  // MARK: There and back

  @Test func restoresEverythingButWhatIsReported() throws {
    let desk = try Desk(incidents: 90)
    try writeMixedSheet(to: desk, rows: 260, incidents: 90)
    let before = try facts(desk)
    try desk.call(desk.run("sheet.jsonl", "--lanes", "8", "--quiet"), exits: 0)
    let changed = try facts(desk)
    try desk.call(["rollback", "latest", "--lanes", "8"], exits: 5)

    let after = try facts(desk)
    let stays = try lines("irreversible.jsonl", desk)
    let threads = stays.filter { $0["attribute"] as? String == "threads.append" }.count
    #expect(after.subtracting(before).filter { $0.contains(#/^thread \d+ text:/#) }.count == threads)
    let closed = Set(
      stays.filter { $0["attribute"] as? String == "closedTime" }.compactMap { $0["record_id"] as? Int })
    let isClosing = #/^incident (\d+) closedTime:/#
    let lost = Set(
      before.subtracting(after).compactMap { $0.firstMatch(of: isClosing).flatMap { Int($0.1) } })
    #expect(lost == closed)
    // Nothing else is gone, and nothing else is new.
    #expect(before.subtracting(after).allSatisfy { $0.contains(isClosing) })
    #expect(after.subtracting(before).allSatisfy { $0.hasPrefix("thread ") || $0.contains(isClosing) })
    #expect(threads + closed.count == stays.count)
    #expect(try changes("irreversible", desk) == stays.count)
    #expect(try changes("kept", desk) == 0)

    // A rollback is a run, and can be rolled back itself.
    _ = try desk.bulkpatch.run(["rollback", "latest", "--lanes", "8"])
    let again = try facts(desk)
    #expect(again.symmetricDifference(changed).allSatisfy { $0.contains(isClosing) })
  }

  @Test func keepsExactlyWhatAnotherClientChanged() throws {
    let desk = try Desk(incidents: 40)
    let sheet = (1...40).map { "\($0),ours \($0),8,ours\n" }.joined()
    try desk.folder.write("sheet.csv", "id,subject,queue,banner.text\n" + sheet)
    let before = try facts(desk)
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    let ours = try source(desk)
    try desk.folder.write("other.csv", "id,subject\n" + (1...9).map { "\($0),theirs\n" }.joined())
    try desk.call(desk.run("other.csv", "--quiet"), exits: 0)
    try desk.folder.write("other.csv", "id,queue\n10,5\n")
    try desk.call(desk.run("other.csv", "--quiet"), exits: 0)

    let result = try desk.call(["rollback", ours], exits: 5)
    #expect(result.standardOutput.contains(#"subject: we wrote "ours 9", is now "theirs", was "#))
    let after = try facts(desk)
    let theirs = after.subtracting(before)
    #expect(theirs.count == 10)
    #expect(theirs.filter { $0.hasSuffix(" subject: theirs") }.count == 9)
    #expect(theirs.contains("incident 10 queue: 5"))
    let kept = try lines("kept.jsonl", desk)
    #expect(kept.count == 10)
    #expect(Set(kept.compactMap { $0["record_id"] as? Int }) == Set(1...10))
    #expect(try changes("reversed", desk) == 110)
    #expect(try desk.counts() == ["applied": 30, "conflict": 10])

    try desk.call(["rollback", ours, "--force", "--quiet"], exits: 0)
    #expect(try facts(desk) == before)
  }

  @Test func rollsBackInPart() throws {
    let desk = try Desk(incidents: 20)
    try desk.folder.write("sheet.csv", "id,subject\n" + (1...20).map { "\($0),ours\n" }.joined())
    let before = try facts(desk)
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    let run = try source(desk)
    try desk.call(["rollback", run, "--only", "2,5-7", "--quiet"], exits: 0)
    try desk.call(["rollback", run, "--record", "9", "--record", "10", "--quiet"], exits: 0)
    let left = try before.subtracting(facts(desk))
    #expect(left.count == 20 - 6)
    for id in [2, 5, 6, 7, 9, 10] { #expect(!left.contains { $0.hasPrefix("incident \(id) ") }) }
    try desk.call(["rollback", run, "--only", "21"], exits: 64)
    try desk.call(["rollback", run, "--record", "99"], exits: 64)
    // A record that is already back needs nothing.
    try desk.call(["rollback", run, "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 14, "unchanged": 6])
    #expect(try facts(desk) == before)
  }

  @Test func aResumeAddsNothingThatWasRolledBack() throws {
    let desk = try Desk(incidents: 10)
    try desk.folder.write(
      "sheet.csv",
      "id,threads.append.text,threads.append.entryType\n" + (1...6).map { "\($0),note \($0),1\n" }.joined())
    try desk.call(desk.run("sheet.csv", "--canary", "4", "--quiet"), exits: 3)
    let run = try #require(desk.runFolders().last)
    // As a kill leaves it: three rows are applied but not on record as applied.
    try desk.change(
      "\(run)/run.sqlite",
      """
      UPDATE row SET state = 'sending', finished_at = NULL WHERE number IN (1, 2);
      UPDATE row SET state = 'unknown' WHERE number = 3;
      UPDATE run SET finished = NULL, exit_code = NULL, canary_end = NULL
      """)
    try desk.call(["rollback", run, "--retract-appends", "--quiet"], exits: 0)
    let refused = try desk.call(["resume", run], exits: 64, confirms: false)
    #expect(refused.standardError.contains("has been rolled back by run "))
    #expect(refused.standardError.contains("resuming it would send 5 rows"))
    #expect(refused.standardError.contains("add --yes"))
    #expect(try desk.threads { $0.hasPrefix("note ") }.isEmpty)
    try desk.call(["resume", run, "--yes", "--quiet"], exits: 5)
    #expect(try desk.threads { $0.hasPrefix("note ") } == [5: ["note 5"], 6: ["note 6"]])
    let codes = try desk.read("\(run)/run.sqlite") {
      try String.fetchAll($0, sql: "SELECT state || ' ' || coalesce(error_code, '') FROM row ORDER BY number")
    }
    #expect(
      codes == Array(repeating: "conflict rolled-back", count: 3) + Array(repeating: "applied ", count: 3))
    // With nothing left to send there is nothing to refuse.
    try desk.call(["resume", run, "--quiet"], exits: 5)
  }

  /// A value that an earlier row wrote is not a foreign change, however far back the record is already.
  @Test func rollsBackTheRestOfARecordAfterItsLastRows() throws {
    let desk = try Desk(incidents: 3)
    try desk.folder.write("sheet.csv", "id,subject\n2,A\n2,B\n2,C\n")
    let before = try facts(desk)
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    let run = try source(desk)
    for row in ["3", "2"] { try desk.call(["rollback", run, "--only", row, "--quiet"], exits: 0) }
    #expect(try facts(desk).contains("incident 2 subject: A"))
    try desk.call(["rollback", run, "--dry-run", "--quiet"], exits: 0)
    try desk.call(["rollback", run, "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 1, "unchanged": 2])
    #expect(try facts(desk) == before)
  }

  @Test func retractsWhatItHasAppended() throws {
    let desk = try Desk(incidents: 12)
    let rows = (1...12).map { "\($0),same text,\($0 % 2 + 1)\n" }.joined()
    try desk.folder.write("sheet.csv", "id,threads.append.text,threads.append.entryType\n" + rows + rows)
    try desk.folder.write(
      "job.yaml",
      "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\nretract_text: 'Taken back ({run})'\n")
    try desk.call(["run", "job.yaml", "--quiet"], exits: 0)
    let run = try source(desk)
    let mine = try facts(desk).filter { $0.hasSuffix(" text: same text") }
    #expect(mine.count == 24)
    // Another client rewrites the first of them.
    let edited = try #require(
      mine.compactMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } }.min())
    let incident = try #require(
      facts(desk).first { $0.hasPrefix("thread \(edited) parent: ") }?.split(separator: " ").last)
    try desk.folder.write(
      "other.csv", "id,threads.rewrite.id,threads.rewrite.text\n\(incident),\(edited),theirs\n")
    try desk.call(desk.run("other.csv", "--quiet"), exits: 0)

    try desk.call(["rollback", run, "--retract-appends"], exits: 5)
    let after = try facts(desk)
    #expect(after.filter { $0.hasSuffix(" text: Taken back (\(run))") }.count == 23)
    #expect(after.contains("thread \(edited) text: theirs"))
    #expect(try changes("retracted", desk) == 23)
    #expect(try changes("kept", desk) == 1)
    #expect(try changes("irreversible", desk) == 0)
    let notes = after.filter { $0.hasSuffix(" entryType: 2") }.compactMap {
      $0.split(separator: " ").dropFirst().first
    }
    #expect(notes.allSatisfy { id in !after.contains("thread \(id) text: Taken back (\(run))") })
  }

  // MARK: Interactions

  @Test func rollsBackInteractionsInBatches() throws {
    let desk = try Desk(incidents: 0, "--interactions", "120")
    let first = 300_100_000_000_001
    let rows = (0..<120).map { "\(first + $0),row \($0),ORA_SVC_CLOSED,\($0 % 3 == 0 ? "3" : ""),<null>\n" }
      .joined()
    try desk.folder.write("sheet.csv", "InteractionId,Description,StatusCd,ChannelId,QueueId\n" + rows)
    let before = try interactions(desk)
    try desk.call(
      ["run", "sheet.csv", "--resource", "interactions", "--site", desk.url, "--batch", "auto", "--quiet"],
      exits: 0)
    #expect(try interactions(desk) != before)
    try desk.call(["rollback", "latest", "--quiet"], exits: 0)
    #expect(try interactions(desk) == before)
    try desk.call(["rollback", "latest", "--retract-appends"], exits: 64)
  }

  /// The stored attributes of every interaction, except the who-columns.
  private func interactions(_ desk: Desk) throws -> [Int64: [String: String]] {
    try desk.read(desk.folder.path("desk.sqlite")) { database in
      let rows = try Row.fetchAll(
        database, sql: "SELECT id, document FROM fusion_row WHERE entity = 'interactions'")
      var known: [Int64: [String: String]] = [:]
      for row in rows {
        let object = try JSONSerialization.jsonObject(with: Data((row["document"] as String).utf8))
        let values = (object as? [String: Any] ?? [:]).filter { !$0.key.hasPrefix("LastUpdate") }
        known[row["id"]] = values.mapValues { "\($0)" }
      }
      return known
    }
  }

  // MARK: Killed, and rehearsed

  @Test func resumesAfterAKill() throws {
    let desk = try Desk(incidents: 60, "--latency", "4ms")
    try desk.writeSites()
    let threads = try firstThreads(of: desk)
    let rows = (1...60).map { "\($0),ours,,\n\($0),,\(threads[$0] ?? 0),ours\n" }.joined()
    try desk.folder.write("sheet.csv", "id,subject,threads.rewrite.id,threads.rewrite.text\n" + rows)
    let before = try facts(desk)
    try desk.call(desk.run("sheet.csv", "--lanes", "16", "--quiet"), exits: 0)

    var arguments = ["rollback", "latest", "--lanes", "2", "--quiet"]
    for share in 1...4 {
      let running = try desk.bulkpatch.start(arguments)
      try desk.wait(for: running) {
        try desk.runFolders().count == 2 && (desk.counts()["applied"] ?? 0) >= share * 20
      }
      running.send(SIGKILL)
      #expect(try running.result().exitCode == 137)
      arguments = ["resume", "latest", "--lanes", "2", "--quiet"]
    }
    try desk.call(arguments, exits: 0)
    #expect(try facts(desk) == before)
    #expect(try desk.counts() == ["applied": 120])
  }

  @Test func showsAPlanAndAppliesIt() throws {
    let desk = try Desk(incidents: 6)
    try desk.folder.write("sheet.csv", "id,subject\n" + (1...6).map { "\($0),ours\n" }.joined())
    let before = try facts(desk)
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    let run = try source(desk)
    try desk.folder.write("other.csv", "id,subject\n1,theirs\n")
    try desk.call(desk.run("other.csv", "--quiet"), exits: 0)
    let writes = try desk.changes().count

    let plan = try desk.call(["rollback", run, "--dry-run"], exits: 5)
    #expect(plan.standardOutput.contains("planned, 5 rows would change something"))
    #expect(plan.standardOutput.contains(#"subject: we wrote "ours", is now "theirs", was "#))
    #expect(try desk.changes().count == writes)
    try desk.call(["apply", "latest"], exits: 5)
    #expect(try facts(desk).subtracting(before) == ["incident 1 subject: theirs"])
  }

  // MARK: Refusals

  @Test func saysWhenThereIsNothingToRollBack() throws {
    let desk = try Desk(incidents: 3)
    try desk.folder.write("sheet.csv", "id,subject\n1,ours\n")
    try desk.call(desk.run("sheet.csv", "--stage-only", "--quiet"), exits: 0)
    let result = try desk.call(["rollback", "latest"], exits: 0)
    #expect(result.standardError.contains("has changed nothing"))
    let json = try desk.call(["rollback", "latest", "--json"], exits: 0)
    #expect(json.standardOutput.contains(#""run": null"#))
    #expect(try desk.runFolders().count == 1)
  }

  @Test func leavesARunAloneThatIsUnderWay() throws {
    let desk = try Desk(incidents: 40, "--latency", "50ms")
    try desk.writeSheet(rows: 40, incidents: 40)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "1"))
    try desk.wait(for: running) { try (desk.counts()["applied"] ?? 0) > 0 }
    let result = try desk.call(["rollback", "latest"], exits: 11)
    #expect(result.standardError.contains("the run is under way: process"))
    running.send(SIGTERM)
    #expect(try running.result().exitCode == 143)
    // As far as it got.
    try desk.call(["rollback", "latest", "--quiet"], exits: 0)
    #expect(try facts(desk).allSatisfy { !$0.contains(" subject: row ") })
  }

  @Test func waitsForTheRunAndKeepsToItsOwnHours() throws {
    let desk = try Desk(incidents: 40, "--latency", "50ms")
    try desk.writeSheet(rows: 40, incidents: 40)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "1"))
    try desk.wait(for: running) { try (desk.counts()["applied"] ?? 0) > 0 }
    try desk.call(["rollback", "latest", "--lock-wait", "1h", "--max-duration", "0s", "--quiet"], exits: 12)
    #expect(try running.result().exitCode == 0)
    #expect(try facts(desk).contains { $0.contains(" subject: row ") })
    try desk.call(["resume", "latest", "--max-duration", "1h", "--quiet"], exits: 0)
    #expect(try facts(desk).allSatisfy { !$0.contains(" subject: row ") })
  }

  @Test(arguments: [
    (["rollback", "latest", "--no-snapshot"], "unknown option '--no-snapshot'"),
    (["rollback", "latest", "--only", "7-3"], "--only must be row numbers such as 3,7-12, not '7-3'"),
    (["rollback", "latest", "--full"], "--full needs --dry-run"),
  ])
  func refusesWhatMakesNoSense(arguments: [String], message: String) throws {
    let desk = try Desk(incidents: 1)
    try desk.folder.write("sheet.csv", "id,subject\n1,ours\n")
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    #expect(try desk.call(arguments, exits: 64).standardError.contains(message))
  }

  @Test func cannotRollBackARunSentWithoutSnapshots() throws {
    let desk = try Desk(incidents: 2)
    try desk.folder.write("sheet.csv", "id,subject\n1,ours\n")
    try desk.call(desk.run("sheet.csv", "--no-snapshot", "--quiet"), exits: 0)
    let result = try desk.call(["rollback", "latest"], exits: 5)
    #expect(result.standardOutput.contains("the row was sent without a snapshot"))
    #expect(try lines("irreversible.jsonl", desk).first?["reason"] as? String == "no-snapshot")
  }
}
