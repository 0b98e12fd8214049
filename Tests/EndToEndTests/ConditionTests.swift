import Foundation
import TestSupport
import Testing

/// Rows that a job leaves out, from the dry run to the rollback.
@Suite(.blocking) struct ConditionTests {
  private func job(_ desk: Desk, _ more: String) throws {
    try desk.folder.write(
      "close.yaml",
      """
      resource: incidents
      sheet: close.csv
      site: \(desk.url)
      columns: {Ref: id, Owner: assignedTo.account, Team: assignedTo.staffGroup}
      missing_columns: ignore
      constants: {statusWithType.status: Solved}
      \(more)
      """)
  }

  /// Another client's changes, outside of the runs that are looked at.
  private func change(_ desk: Desk, _ sheet: String) throws {
    var other = desk.bulkpatch
    other.environment["XDG_STATE_HOME"] = desk.folder.path("others")
    try desk.folder.write("other.csv", sheet)
    let result = try other.run(desk.run("other.csv", "--quiet"))
    #expect(result.exitCode == 0, "\(result.standardError)\(result.standardOutput)")
  }

  private func rows(_ ids: ClosedRange<Int>, _ cells: String) -> String {
    ids.map { "\($0),\(cells)\n" }.joined()
  }

  @Test func closesOnlyWhatIsStillWaiting() throws {
    let desk = try Desk(incidents: 30)
    try change(desk, "id,statusWithType.status,assignedTo.account\n" + rows(1...20, "Waiting,31"))
    try change(desk, "id,statusWithType.status\n" + rows(4...6, "Unresolved"))
    try desk.folder.write("close.csv", "Ref,Owner\n" + rows(1...20, "12") + "Total,20\n")
    try job(desk, "only_if: {statusWithType.status: Waiting}\nskip_rows: {where: Total*}")

    let planned = try desk.call(["run", "close.yaml", "--dry-run"], exits: 0).standardOutput
    #expect(planned.contains("planned, 17 rows would change something"))
    #expect(planned.contains(/skipped +4  left out, as the job says/))
    #expect(planned.contains("statusWithType.status is Unresolved (1) and not Waiting (only_if)"))

    // Others go on meanwhile; a row without a condition met is left out, not a conflict.
    try change(desk, "id,statusWithType.status\n" + rows(10...11, "Unresolved"))
    let applied = try desk.call(["apply", "latest"], exits: 0).standardOutput
    #expect(try desk.counts() == ["applied": 15, "skipped": 6])
    #expect(applied.contains("every row is done, 6 by leaving them out"))
    let skipped = try desk.runText("skipped.csv").split(whereSeparator: \.isNewline).dropFirst()
    #expect(skipped.map { $0.prefix { $0 != "," } } == ["4", "5", "6", "10", "11", "Total"])
    #expect(
      try desk.changes().filter { $0.body.contains(#""statusWithType":{"status":{"id":2}}"#) }.map(\.recordID)
        .sorted()
        == Array(1...20).filter { ![4, 5, 6, 10, 11].contains($0) }.map(Int64.init))
    try desk.call(["verify", "latest"], exits: 0)
    try desk.call(["rollback", "latest", "--yes"], exits: 0)
    #expect(try desk.counts() == ["applied": 15])
  }

  @Test func writesAnOwnerOnlyWhereThereIsNone() throws {
    let desk = try Desk(incidents: 12)
    try change(desk, "id,assignedTo.account\n" + rows(1...5, "<null>") + rows(6...10, "31"))
    try desk.folder.write("close.csv", "Ref,Owner,Team\n" + rows(1...8, "12,") + rows(9...10, "12,Tier 2"))
    try job(desk, "update: {Owner: if_blank}")
    try desk.call(["run", "close.yaml", "--yes"], exits: 0)
    #expect(try desk.counts() == ["applied": 7, "skipped": 3])
    let sent = try desk.changes().suffix(7)
    #expect(sent.filter { $0.body.contains("account") }.map(\.recordID).sorted() == [1, 2, 3, 4, 5])
    #expect(sent.filter { $0.body.contains("staffGroup") }.allSatisfy { !$0.body.contains("account") })
    try desk.call(["verify", "latest"], exits: 0)
    try desk.call(["rollback", "latest", "--yes"], exits: 0)
    #expect(try desk.counts() == ["applied": 7])
  }

  @Test func writesAColumnOnlyWhereItsOwnConditionIsMet() throws {
    let desk = try Desk(incidents: 12)
    try change(desk, "id,statusWithType.status\n" + rows(1...4, "Waiting") + rows(5...9, "Unresolved"))
    try desk.folder.write("close.csv", "Ref,Owner,Team\n" + rows(1...6, "12,Tier 2") + rows(7...9, "12,"))
    try job(desk, "only_if: {Owner: {statusWithType.status: [Waiting, Updated]}}")
    // Constants do not go out alone.
    try desk.call(["run", "close.yaml", "--yes"], exits: 0)
    #expect(try desk.counts() == ["applied": 6, "skipped": 3])
    let sent = try desk.changes().suffix(6)
    #expect(sent.filter { $0.body.contains("account") }.map(\.recordID).sorted() == [1, 2, 3, 4])
    #expect(
      try desk.runText("skipped.csv").contains(
        "statusWithType.status is Unresolved (1) and not Updated or Waiting"))
    try desk.call(["verify", "latest"], exits: 0)
    try desk.call(
      ["check", "close.yaml", "--only-if", "Team:severity=1", "--only-if", "Nobody:severity=1"], exits: 78)
  }

  /// A lost answer is judged by what was really sent; a condition that the row itself ends is no reason to leave it out.
  @Test func settlesALostAnswerByWhatWasSent() throws {
    let desk = try Desk(
      incidents: 20, "--fault", "PATCH incidents rate=0.5 times=12 reset=after-commit", "--seed", "3")
    try desk.folder.write("close.csv", "Ref,Owner\n" + rows(1...20, "12"))
    try job(
      desk,
      "execution: {settle: 10ms, retries: {base: 1ms}}\nonly_if: {statusWithType.status: [Unresolved, Waiting, Updated]}"
    )
    try desk.call(["run", "close.yaml", "--yes"], exits: 0)
    let counts = try desk.counts()
    #expect((counts["applied"] ?? 0) + (counts["skipped"] ?? 0) == 20)
    #expect((counts["applied"] ?? 0) > 5)
    try desk.call(["verify", "latest"], exits: 0)
  }

  @Test(arguments: [
    ("only_if: {threads.text: x}", "only_if: not an attribute of the incident itself, 'threads.text'"),
    (
      "only_if: {Nobody: {subject: x}}",
      "only_if: not a column for an attribute of the incident itself, 'Nobody'"
    ),
    ("only_if: {Owner: {nothing: x}}", "only_if.Owner: not an attribute of the incident itself, 'nothing'"),
    ("update: {Nobody: if_blank}", "update: not a column for an attribute of the incident itself, 'Nobody'"),
    ("update: {Owner: sometimes}", "must be one of always, if_blank, if_filled"),
    ("only_if: {subject: x}\nsnapshot: false", "only_if and update need the records as they are"),
  ])
  func refusesAConditionThatCannotBe(_ more: String, _ message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("close.csv", "Ref,Owner\n1,12\n")
    try folder.write(
      "close.yaml",
      "resource: incidents\nsheet: close.csv\ncolumns: {Ref: id, Owner: assignedTo.account}\n\(more)\n")
    let result = try BinaryRunner(in: folder, environment: [:]).run(["check", "close.yaml"])
    #expect(result.exitCode == 78)
    #expect(result.standardError.contains(message), "\(result.standardError)")
  }
}
