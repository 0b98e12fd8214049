import Foundation
import GRDB
import TestSupport
import Testing

/// A dry run with the real binary, and the use of its plan.
@Suite(.blocking) struct DryRunTests {
  /// Another client's changes, through the desk's own API.
  private func change(_ desk: Desk, _ sheet: String) throws {
    var other = desk.bulkpatch
    other.environment["XDG_STATE_HOME"] = desk.folder.path("others")
    try desk.folder.write("other.csv", sheet)
    let result = try other.run(desk.run("other.csv", "--quiet"))
    #expect(result.exitCode == 0, "\(result.standardError)\(result.standardOutput)")
  }

  @Test func sendsNothingAndSaysWhatWouldChange() throws {
    let desk = try Desk(incidents: 30)
    try desk.folder.write("first.csv", "id,assignedTo.account,subject\n1,31,same\n2,31,\n3,31,\n4,12,\n")
    try desk.call(desk.run("first.csv", "--quiet"), exits: 0)
    let sent = try desk.changes().count
    try desk.folder.write(
      "sheet.csv",
      """
      id,assignedTo.account,subject,threads.append.text,threads.append.entryType
      1,12,same,,
      2,12,,moved,1
      3,12,,,
      4,12,,,
      99,12,,,
      x,12,,,

      """)
    let result = try desk.call(desk.run("sheet.csv", "--dry-run", "--detailed-exit-code"), exits: 1)
    #expect(try desk.changes().count == sent)
    #expect(try desk.answers().keys.sorted() == ["200"])
    #expect(try desk.counts() == ["staged": 5, "rejected": 1])
    let text = result.standardOutput
    #expect(text.contains("planned, 3 rows would change something"))
    #expect(text.contains(/assignedTo.account: .*\(31\) → .*\(?12\)?   on 3 records/))
    #expect(text.contains("threads: 1 added; an added thread cannot be rolled back"))
    #expect(text.contains("there is no incident with id 99"))
    #expect(text.contains("bulkpatch apply "))
    // A row that is already as asked is no change.
    #expect(!text.contains("subject"))

    let lines = try desk.runText("plan.jsonl").split(separator: "\n")
    #expect(lines.count == 6)
    #expect(lines.map { $0.contains(#""action":"change""#) } == [true, true, true, false, false, false])
    #expect(lines[5].contains(#""action":"rejected""#))
    let attributes = try FileManager.default.attributesOfItem(atPath: desk.runPath("plan.jsonl"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)

    let json = try desk.call(["show", "latest", "--json"], exits: 0).standardOutput
    let document = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let plan = try #require(document["plan"] as? [String: Any])
    #expect(
      plan["rows"] as? [String: Int] == [
        "change": 3, "unchanged": 1, "missing": 1, "blocked": 0, "kept": 0, "skipped": 0,
      ])
    #expect(document["standing"] as? String == "planned")
    let full = try desk.call(["show", "latest", "--full"], exits: 0).standardOutput
    #expect(full.contains("4 (row 4, line 5): already as asked"))
  }

  @Test func tellsPendingChangesByTheExitCodeWhenAsked() throws {
    let desk = try Desk(incidents: 3)
    try desk.writeSheet(rows: 2, incidents: 2)
    try desk.call(desk.run("sheet.csv", "--dry-run"), exits: 0)
    try desk.call(desk.run("sheet.csv", "--dry-run", "--detailed-exit-code"), exits: 2)
    try desk.call(["apply", "latest"], exits: 0)
    try desk.call(desk.run("sheet.csv", "--dry-run", "--detailed-exit-code"), exits: 0)
    try desk.folder.write("bad.csv", "id,subject\n1,other\nx,y\n")
    try desk.call(desk.run("bad.csv", "--dry-run", "--strict"), exits: 65)
    try desk.call(["apply", "latest"], exits: 64)
    for flags in [["--detailed-exit-code"], ["--full"], ["--dry-run", "--stage-only"]] {
      try desk.call(desk.run("sheet.csv") + flags, exits: 64)
    }
  }

  @Test func refusesExactlyTheRecordsThatHaveChangedSince() throws {
    let desk = try Desk(incidents: 60)
    let rows = (1...60).map { "\($0),12,row \($0)\n" }.joined()
    try desk.folder.write("sheet.csv", "id,assignedTo.account,subject\n" + rows)
    try desk.folder.write("first.csv", "id,assignedTo.account\n" + (1...60).map { "\($0),31\n" }.joined())
    try desk.call(desk.run("first.csv", "--quiet"), exits: 0)
    try desk.call(desk.run("sheet.csv", "--dry-run", "--quiet"), exits: 0)
    // Another client has changed 11 to 35 by now; 40 got what was asked; another attribute of 50 has changed.
    try change(
      desk,
      "id,assignedTo.account,banner.text\n" + (11...35).map { "\($0),7,\n" }.joined() + "40,12,\n50,,theirs\n"
    )
    let result = try desk.call(["apply", "latest"], exits: 5)
    #expect(result.standardOutput.contains("conflict changed-since-plan: 25 rows, first in row 11"))
    let states = try desk.states()
    #expect(states.filter { $0.value == "conflict" }.keys.sorted() == Array(11...35))
    #expect(states.values.count { $0 == "applied" } == 35)
    let failed = try desk.runText("failed.csv")
    #expect(failed.contains(/assignedTo.account was [^,]*\(31\) in the plan and is [^,]*\(7\) now/))
    // Applied once is final: the refused rows stay refused.
    try desk.call(["resume", "latest", "--quiet"], exits: 5)
    #expect(try desk.counts() == ["conflict": 25, "applied": 35])
  }

  @Test func appliesSeveralRowsOfOneRecordInTheOrderOfThePlan() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write(
      "sheet.csv",
      """
      id,subject,assignedTo.account
      1,first ,12
      1,second,13
      2,<null>,
      1,third,12
      1,third,
      99,lost,
      99,lost,

      """)
    try desk.call(desk.run("sheet.csv", "--dry-run", "--quiet"), exits: 1)
    #expect(
      try desk.read(desk.runPath("run.sqlite")) {
        try String.fetchAll($0, sql: "SELECT action FROM plan ORDER BY row")
      } == ["change", "change", "change", "change", "unchanged", "missing", "missing"])
    try desk.call(["apply", "latest", "--quiet"], exits: 1)
    #expect(try desk.facts().contains("incident 1 subject: third"))
    #expect(try desk.states()[4] == "applied")
    #expect(try desk.states()[5] == "unchanged")
    #expect(try desk.states()[6] == "failed")
  }

  @Test func refusesARowPlannedAsUnchangedThatHasChanged() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("sheet.csv", "id,subject\n1,as asked\n")
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    try desk.call(desk.run("sheet.csv", "--dry-run", "--quiet"), exits: 0)
    try change(desk, "id,subject\n1,not any more\n")
    try desk.call(["apply", "latest", "--quiet"], exits: 5)
    #expect(try desk.runText("failed.csv").contains("subject was"))
  }

  @Test func whatHangsOnAnInteractionIsPlannedAndRefusedToo() throws {
    let desk = try Desk(incidents: 1, "--interactions", "5")
    let id = 300_100_000_000_001
    try desk.folder.write(
      "sheet.jsonl",
      """
      {"InteractionId": \(id), "Description": "new", "interactionReferences": [{"ObjectTypeCd": "SVC_SR", "ObjectId": 7}]}
      {"InteractionId": \(id + 1), "EndInteractionFlag": true}

      """)
    let arguments = ["run", "sheet.jsonl", "--resource", "interactions", "--site", desk.url]
    let result = try desk.call(arguments + ["--dry-run"], exits: 0)
    #expect(result.standardOutput.contains("interactionReferences: 1 added; "))
    #expect(result.standardOutput.contains("EndInteractionFlag: 1 set; a command: "))
    #expect(try desk.changes().isEmpty)
    var other = desk.bulkpatch
    other.environment["XDG_STATE_HOME"] = desk.folder.path("others")
    try desk.folder.write("other.csv", "InteractionId,Description\n\(id),theirs\n")
    let others = ["run", "other.csv", "--resource", "interactions", "--site", desk.url, "--quiet"]
    #expect(try other.run(others).exitCode == 0)
    try desk.call(["apply", "latest", "--quiet"], exits: 5)
    #expect(try desk.states() == [1: "conflict", 2: "applied"])
  }

  @Test func aPlanningThatWasStoppedIsCompletedByResume() throws {
    let desk = try Desk(incidents: 1_200, "--latency", "300ms")
    try desk.writeSheet(rows: 1_200, incidents: 1_200)
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--dry-run", "--lanes", "1"))
    try desk.wait(for: running) {
      try desk.read(desk.runPath("run.sqlite")) {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM plan") ?? 0
      } > 0
    }
    running.send(SIGINT)
    let result = try running.result()
    #expect(result.exitCode == 130)
    #expect(try desk.counts() == ["staged": 1_200])
    let refused = try desk.call(["apply", "latest"], exits: 64)
    #expect(refused.standardError.contains("its plan is not complete"))
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(try desk.runText("plan.jsonl").split(separator: "\n").count == 1_200)
    #expect(try desk.changes().isEmpty)
  }

  @Test func aSheetWithNothingValidLeavesNothingToApply() throws {
    let desk = try Desk(incidents: 3)
    try desk.folder.write("sheet.csv", "id,subject\nx,one\n")
    try desk.call(desk.run("sheet.csv", "--dry-run"), exits: 65)
    let refused = try desk.call(["apply", "latest"], exits: 64)
    #expect(refused.standardError.contains("its sheet was not accepted"), "\(refused.standardError)")
  }

  @Test func applyIsForDryRunsOnly() throws {
    let desk = try Desk(incidents: 3)
    try desk.writeSheet(rows: 2, incidents: 2)
    try desk.call(desk.run("sheet.csv", "--stage-only", "--quiet"), exits: 0)
    let refused = try desk.call(["apply", "latest"], exits: 64)
    #expect(refused.standardError.contains("not a dry run"))
    try desk.call(["show", "latest", "--full"], exits: 64)
  }
}
