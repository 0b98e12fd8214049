import Foundation
import GRDB
import JSON
import TestSupport
import Testing

/// `verify RUN` and `run --verify`: compares the requested values with the records.
@Suite(.blocking) struct VerifyTests {
  private func writeSheet(_ desk: Desk, _ rows: ClosedRange<Int> = 1...20) throws {
    let lines = rows.map { "\(($0 - 1) % 15 + 1),row \($0),note,1\n" }
    try desk.folder.write(
      "sheet.csv", "id,subject,threads.append.text,threads.append.entryType\n" + lines.joined())
  }

  /// Changes a record behind the tool's back.
  private func change(_ desk: Desk, _ id: Int, _ subject: String) throws {
    try desk.folder.write("other.csv", "id,subject\n\(id),\(subject)\n")
    try desk.call(
      desk.run("other.csv", "--quiet", "--state-dir", desk.folder.path("elsewhere")), exits: 0)
  }

  @Test func findsAllAsAsked() throws {
    let desk = try Desk()
    try writeSheet(desk)
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    let changes = try desk.changes()
    let verified = try desk.call(["verify", "latest"], exits: 0)
    #expect(verified.standardOutput.hasPrefix("sheet: verified, 20 rows as asked\n"))
    #expect(try desk.changes() == changes)
    #expect(try desk.call(["verify", "latest", "--quiet"], exits: 0).standardOutput.isEmpty)
    #expect(try desk.call(["show", "latest"], exits: 0).standardOutput.contains("20 as asked\n"))
  }

  @Test func namesWhatIsNotAsAsked() throws {
    let desk = try Desk()
    try writeSheet(desk)
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    // Row 3 is overwritten by row 18, so that only that one is different.
    try change(desk, 3, "somebody else")
    try change(desk, 12, "somebody else")
    let verified = try desk.call(["verify", "latest"], exits: 5).standardOutput
    #expect(
      verified.contains(
        """
          row 12 (line 13), record 12: subject
              asked  "row 12"
              is     "somebody else"
          row 18 (line 19), record 3: subject
              asked  "row 18"
              is     "somebody else"

        """), "\(verified)")
    let shown = try desk.call(["show", "latest"], exits: 0).standardOutput
    #expect(shown.contains("18 as asked, 2 different\n"))
    #expect(
      shown.contains(
        "verify \(try desk.runFolders().last.map { ($0 as NSString).lastPathComponent } ?? "") --full"))

    let json = try desk.call(["verify", "latest", "--json"], exits: 5).standardOutput
    let document = try JSONValue(parsing: json)
    #expect(document["verified"]?["different"]?.integer == 2)
    #expect(document["rows"]?.array?.compactMap { $0["row"]?.integer } == [12, 18])
    let summary = try JSONValue(parsing: desk.runText("summary.json"))
    #expect(summary["verified"]?["as_asked"]?.integer == 18)
    #expect(summary["exit_code"]?.integer == 0)
    let table = try desk.read(desk.runPath("run.sqlite")) { database in
      try Row.fetchAll(database, sql: "SELECT row, differences FROM verification WHERE verdict = 'different'")
        .map { "\($0["row"] as Int) \($0["differences"] as String)" }
    }
    #expect(
      table == [
        #"12 [{"attribute":"subject","asked":"row 12","is":"somebody else"}]"#,
        #"18 [{"attribute":"subject","asked":"row 18","is":"somebody else"}]"#,
      ])

    // The next verification replaces this one.
    try change(desk, 3, "row 18")
    try change(desk, 12, "row 12")
    try desk.call(["verify", "latest", "--quiet"], exits: 0)
    #expect(try JSONValue(parsing: desk.runText("summary.json"))["verified"]?["different"]?.integer == 0)
  }

  @Test func listsTenOrAll() throws {
    let desk = try Desk()
    try writeSheet(desk, 1...15)
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    try desk.folder.write("other.csv", "id,subject\n" + (1...12).map { "\($0),x\n" }.joined())
    try desk.call(desk.run("other.csv", "--quiet", "--state-dir", desk.folder.path("elsewhere")), exits: 0)
    let some = try desk.call(["verify", "latest"], exits: 5).standardOutput
    #expect(some.count { $0 == "\n" } > 0 && some.contains("  and 2 rows more: 'bulkpatch verify "))
    #expect(some.ranges(of: "      asked").count == 10)
    let all = try desk.call(["verify", "latest", "--full"], exits: 5).standardOutput
    #expect(all.ranges(of: "      asked").count == 12)
  }

  @Test func isTheEndOfARunThatAsksForIt() throws {
    let desk = try Desk()
    // The last row is refused: only the site knows which queues there are.
    try desk.folder.write("sheet.csv", "id,subject,queue\n1,a,\n2,b,\n3,,id:99999\n")
    try desk.folder.write(
      "job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\nverify: true\n")
    let run = try desk.call(["run", "job.yaml"], exits: 1)
    #expect(run.standardOutput.contains("2 as asked\n"))
    #expect(try JSONValue(parsing: desk.runText("summary.json"))["verified"]?["as_asked"]?.integer == 2)

    try change(desk, 2, "x")
    // Nothing is sent again, and a difference outranks a failure.
    let again = try desk.call(["resume", "latest"], exits: 5)
    #expect(again.standardOutput.contains("1 as asked, 1 different"))
    #expect(again.standardOutput.contains("row 2 (line 3), record 2: subject"))
    try desk.call(["resume", "latest", "--no-verify", "--quiet"], exits: 1)
  }

  @Test func refusesARunThatIsUnderWay() throws {
    let desk = try Desk(incidents: 100, "--latency", "20ms")
    try writeSheet(desk, 1...100)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--lanes", "1"))
    try desk.wait(for: running) { try desk.changes().count >= 2 }
    let refused = try desk.call(["verify", "latest"], exits: 11)
    #expect(refused.standardError.contains("another run holds the lock"))
    running.send(SIGTERM)
    #expect(try running.result().exitCode == 143)
    // The rows applied so far.
    let verified = try desk.call(["verify", "latest"], exits: 0).standardOutput
    #expect(verified.contains("\(try desk.counts()["applied"] ?? 0) rows as asked"))
  }

  @Test func saysThatThereIsNothingToCompare() throws {
    let desk = try Desk()
    try writeSheet(desk)
    try desk.call(desk.run("sheet.csv", "--stage-only", "--quiet"), exits: 0)
    let verified = try desk.call(["verify", "latest"], exits: 0)
    #expect(verified.standardOutput.contains("no row was applied yet"))
    #expect(
      try desk.call(["verify", "latest", "--json"], exits: 0).standardOutput.contains(#""verified":null"#))
    try desk.call(["verify", "nothing"], exits: 66)
  }

  @Test func saysWhyItCouldNot() throws {
    let desk = try Desk()
    try writeSheet(desk)
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    try desk.call(["verify", "latest", "--quiet"], exits: 0)
    var wrong = desk.bulkpatch
    wrong.environment["BULKPATCH_PASSWORD"] = "guessed"
    #expect(try wrong.run(["verify", "latest"]).exitCode == 77)
    desk.sandbox.kill()
    let failed = try desk.call(["verify", "latest"], exits: 69)
    #expect(failed.standardError.contains("not verified: the site cannot be reached: "))
    #expect(failed.standardError.contains("run 'bulkpatch verify "))
    // The previous verification is still there.
    #expect(try desk.call(["show", "latest"], exits: 0).standardOutput.contains("20 as asked\n"))
  }

  @Test func readsManyRecordsWithFewRequests() throws {
    let desk = try Desk(incidents: 500)
    try desk.writeSheet(rows: 2_500, incidents: 500)
    try desk.call(desk.run("sheet.csv", "--lanes", "16", "--quiet"), exits: 0)
    let before = try desk.answers()["200"] ?? 0
    try desk.call(["verify", "latest", "--quiet"], exits: 0)
    #expect(try (desk.answers()["200"] ?? 0) - before <= 5)
  }

  @Test func verifiesInteractions() throws {
    let desk = try Desk("--interactions", "5")
    let id = 300_100_000_000_001
    try desk.folder.write(
      "sheet.jsonl",
      """
      {"InteractionId": \(id), "Description": "a", "interactionReferences": [{"ObjectTypeCd": "SVC_SERVICE_REQUESTS", "ObjectId": 300100030000001}]}
      {"InteractionId": \(id + 1), "EndInteractionFlag": true}

      """)
    let arguments = ["sheet.jsonl", "--resource", "interactions", "--site", desk.url]
    try desk.call(["run"] + arguments + ["--quiet"], exits: 0)
    let verified = try desk.call(["verify", "latest", "--full"], exits: 0).standardOutput
    #expect(verified.contains("as-asked   1  "), "\(verified)")
    #expect(verified.contains("undecided  1  "), "\(verified)")
    #expect(verified.contains("a command leaves nothing to read"), "\(verified)")
  }
}
