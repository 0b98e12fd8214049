import Foundation
import TestSupport
import Testing

/// `max_records` and `canary`: a run does not do more than was meant.
@Suite(.blocking) struct GuardRunTests {
  /// Rows over ten records, every record three times.
  private func writeSheet(_ desk: Desk, keyed: Bool = false) throws {
    let rows = (0..<30).map { "\($0 % 10 + 1),row \($0 + 1),note \($0 + 1),1\n" }
    try desk.folder.write(
      "sheet.csv", "id,subject,threads.append.text,threads.append.entryType\n" + rows.joined())
  }

  private func touched(_ desk: Desk) throws -> Set<Int64> { Set(try desk.changes().map(\.recordID)) }

  @Test func aSheetThatTouchesTooManyRecordsSendsNothing() throws {
    let desk = try Desk()
    try writeSheet(desk)
    let refused = try desk.call(desk.run("sheet.csv", "--max-records", "9"), exits: 65)
    #expect(
      refused.standardError.contains(
        "sheet.csv: its 30 valid rows touch 10 records, more than the 9 allowed (max_records)"))
    #expect(refused.standardError.contains("--max-records 10'"))
    #expect(try desk.changes().isEmpty)
    #expect(try desk.counts() == ["staged": 30])
    // The options still hold until the user changes them.
    try desk.call(["resume", "latest"], exits: 65)
    #expect(try desk.changes().isEmpty)
    try desk.call(["resume", "latest", "--max-records", "10", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 30])
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
  }

  @Test(arguments: [1, 16])
  func aCanaryTouchesOnlyItsRecords(lanes: Int) throws {
    let desk = try Desk()
    try writeSheet(desk)
    try desk.folder.write(
      "job.yaml",
      "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\ncanary: 4\nmax_records: 10\n"
        + "execution: {lanes: \(lanes)}\n")
    let stopped = try desk.call(["run", "job.yaml"], exits: 3)
    #expect(
      stopped.standardOutput.hasPrefix(
        "job: stopped after the first 4 records for review; 26 rows not done yet"))
    for command in ["results", "verify", "resume"] {
      #expect(stopped.standardOutput.contains("\n  bulkpatch \(command) "), "\(command)")
    }
    #expect(try touched(desk) == [1, 2, 3, 4])
    #expect(try desk.counts() == ["applied": 4, "staged": 26])
    #expect(
      try desk.call(["show", "latest", "--json"], exits: 0).standardOutput.contains(#""awaits_review": true"#)
    )

    // Another one, and then everything; the job's own canary is over.
    try desk.call(["resume", "latest", "--canary", "3", "--quiet"], exits: 3)
    #expect(try touched(desk) == [1, 2, 3, 4, 5, 6, 7])
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 30])
    #expect(try desk.changes().count == 30)
    #expect(
      try desk.call(["show", "latest", "--json"], exits: 0).standardOutput.contains(
        #""awaits_review": false"#))
  }

  @Test func aSheetWithFewerRecordsHasNoReview() throws {
    let desk = try Desk()
    try writeSheet(desk)
    try desk.call(desk.run("sheet.csv", "--canary", "10", "--quiet"), exits: 0)
    #expect(try desk.counts() == ["applied": 30])
  }

  @Test func aKillInTheCanaryDoesNotEndIt() throws {
    let desk = try Desk(incidents: 60, "--latency", "40ms")
    try desk.folder.write(
      "sheet.csv", "id,subject\n" + (1...60).map { "\($0),row \($0)\n" }.joined())
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--canary", "20", "--lanes", "2"))
    try desk.wait(for: running) { try desk.changes().count >= 6 }
    running.send(SIGKILL)
    #expect(try running.result().exitCode == 137)

    let stopped = try desk.call(["resume", "latest", "--lanes", "32"], exits: 3)
    #expect(stopped.standardOutput.contains("stopped after the first 20 records for review"))
    #expect(try touched(desk) == Set(1...20))
    // Nor does a kill after its last row, before the stop was reported: a signal here stands for it.
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 60])
  }

  @Test func theFirstRecordsAreCountedByWhatTheirKeysMean() throws {
    let desk = try Desk()
    let names = try referenceNumbers(of: desk)
    let keys = [1, 2, 1, 3, 4].compactMap { names[$0] }
    try desk.folder.write(
      "sheet.csv", "referenceNumber,subject\n" + keys.enumerated().map { "\($1),row \($0)\n" }.joined())
    try desk.call(desk.run("sheet.csv", "--max-records", "3"), exits: 65)
    try desk.call(desk.run("sheet.csv", "--max-records", "4", "--canary", "2", "--quiet"), exits: 3)
    #expect(try touched(desk) == [1, 2])
    #expect(try desk.counts() == ["applied": 3, "staged": 2])
  }

  private func referenceNumbers(of desk: Desk) throws -> [Int: String] {
    let facts = try desk.facts().compactMap { fact -> (Int, String)? in
      let words = fact.split(separator: " ")
      guard words.count == 4, words[0] == "incident", words[2] == "referenceNumber:", let id = Int(words[1])
      else { return nil }
      return (id, String(words[3]))
    }
    return Dictionary(facts) { first, _ in first }
  }
}

/// `resume --assume`: the user decides the outcome of a row whose answer was lost.
@Suite(.blocking) struct AssumeRunTests {
  /// A run of four notes, one a record, whose answers are lost, and behind the first and second a change of the subject.
  private func lostAnswers() throws -> Desk {
    let desk = try Desk("--latency", "700ms")
    try desk.writeSites()
    let notes = (1...4).map { "\($0),,note \($0),1\n" }.joined()
    try desk.folder.write(
      "sheet.csv", "id,subject,threads.append.text,threads.append.entryType\n" + notes + "1,s1,,\n2,s2,,\n")
    let running = try desk.bulkpatch.start(desk.run("sheet.csv", "--no-snapshot"))
    try desk.wait(for: running) { try desk.counts()["sending"] == 4 }
    running.send(SIGKILL)
    #expect(try running.result().exitCode == 137)
    try desk.call(["resume", "latest", "--quiet"], exits: 4)
    #expect(try desk.counts() == ["unknown": 4, "blocked": 2])
    return desk
  }

  @Test func believesTheUsersWord() throws {
    let desk = try lostAnswers()
    let before = try desk.changes().count
    let decided = try desk.call(["resume", "latest", "--assume", "applied", "--only", "1,3-9"], exits: 4)
    #expect(decided.standardError.contains("note: 3 rows taken as applied"))
    #expect(decided.standardOutput.contains("--assume applied --only ROWS"))
    #expect(try desk.counts() == ["applied": 4, "unknown": 1, "blocked": 1])
    // Only the row that waited for the first one was sent.
    #expect(try desk.changes().dropFirst(before).map(\.body) == [#"{"subject":"s1"}"#])
    let results = try desk.call(["results", "latest", "--state", "applied"], exits: 0).standardOutput
    #expect(results.contains("assumed"))
    #expect(results.contains("the user said that it was applied"))

    try desk.call(["resume", "latest", "--assume", "not-applied", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 6])
    let last = try desk.changes().dropFirst(before + 1).map(\.body)
    #expect(last.count == 2 && last[0].contains("note 2") && last[1].contains("s2"), "\(last)")

    let none = try desk.call(["resume", "latest", "--assume", "applied"], exits: 64)
    #expect(none.standardError.contains("no row of the run is in state unknown"))
    let wrong = try desk.call(["resume", "latest", "--assume", "applied", "--only", "2"], exits: 64)
    #expect(wrong.standardError.contains("none of the rows 2 is in state unknown"))
    try desk.call(["resume", "latest", "--only", "2"], exits: 64)
    try desk.call(["resume", "latest", "--assume", "maybe"], exits: 64)
    try desk.call(["resume", "latest", "--assume", "applied", "--only", "first"], exits: 64)
  }
}
