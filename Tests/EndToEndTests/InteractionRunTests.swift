import Foundation
import GRDB
import TestSupport
import Testing

/// Interactions of Fusion CX through the real binary: batches, their guilty parts, and records that another
/// client changes.
@Suite(.blocking) struct InteractionRunTests {
  private static let firstID: Int64 = 300_100_000_000_001

  private func write(_ name: String, to desk: Desk, column: String, _ cells: [(row: Int, text: String)])
    throws
  {
    let lines = cells.map { "\(Self.firstID + Int64($0.row) - 1),\($0.text)\n" }
    try desk.folder.write(name, "InteractionId,\(column)\n" + lines.joined())
  }

  private func run(_ sheet: String, on desk: Desk, _ options: String...) -> [String] {
    ["run", sheet, "--resource", "interactions", "--site", desk.url] + options
  }

  /// The numbers of the newest run's rows in a state.
  private func rows(_ state: String, of desk: Desk) throws -> [Int] {
    try desk.read(desk.runPath("run.sqlite")) { database in
      try Int.fetchAll(
        database, sql: "SELECT number FROM row WHERE state = ? ORDER BY number", arguments: [state])
    }
  }

  @Test func failsExactlyThePoisonedPartsOfBatches() throws {
    let desk = try Desk(incidents: 0, "--interactions", "600")
    let poisoned = [7, 8, 140, 333, 599, 600]
    try write(
      "sheet.csv", to: desk, column: "StatusCd,AccountPartyId",
      (1...600).map { ($0, poisoned.contains($0) ? "ORA_SVC_CLOSED,7" : "ORA_SVC_CLOSED,") })
    try desk.call(run("sheet.csv", on: desk, "--batch", "auto"), exits: 1)
    #expect(try rows("failed", of: desk) == poisoned)
    let others = try rows("applied", of: desk) + rows("unchanged", of: desk)
    #expect(others.sorted() == (1...600).filter { !poisoned.contains($0) })

    try desk.read(desk.folder.path("desk.sqlite")) { database in
      let requests =
        try Int.fetchOne(database, sql: "SELECT count(*) FROM request_log WHERE part IS NULL") ?? 0
      #expect(requests < 120)
      let twice = try Int.fetchAll(
        database,
        sql: """
          SELECT record_id FROM request_log WHERE method = 'PATCH' AND committed
          GROUP BY record_id HAVING count(*) > 1
          """)
      #expect(twice.isEmpty)
    }
  }

  @Test func leavesAloneWhatAnotherClientChangedBetweenLookAndWrite() throws {
    let desk = try Desk(incidents: 0, "--interactions", "60", "--latency", "60ms")
    try write("sheet.csv", to: desk, column: "Description", (1...60).map { ($0, "row \($0)") })
    try write("other.csv", to: desk, column: "SourceCd", (46...60).map { ($0, "OTHER") })
    let running = try desk.bulkpatch.start(run("sheet.csv", on: desk, "--lanes", "1"))
    // All have been looked at once no row is only staged; the last ones are written much later.
    try desk.wait(for: running) {
      let counts = try desk.counts()
      return !counts.isEmpty && counts["staged"] == nil
    }
    running.send(SIGSTOP)
    let ours = try #require(desk.runFolders().last)
    try desk.call(run("other.csv", on: desk, "--no-snapshot", "--lanes", "15"), exits: 0)
    running.send(SIGCONT)

    let result = try running.result()
    let conflicts = try desk.read("\(ours)/run.sqlite") { database in
      let conflicts = try Int.fetchAll(
        database, sql: "SELECT number FROM row WHERE state = 'conflict' ORDER BY number")
      let applied = try Int.fetchOne(database, sql: "SELECT count(*) FROM row WHERE state = 'applied'")
      #expect(applied == 60 - conflicts.count)
      return conflicts
    }
    // Looks older than five seconds are repeated by then, and see the others' changes.
    #expect(Set(conflicts).isSubset(of: Set(46...60)))
    #expect(result.exitCode == (conflicts.isEmpty ? 0 : 5), "\(result.standardError)")
    let kept = try desk.read(desk.database) { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM fusion_row WHERE document ->> 'SourceCd' = 'OTHER'")
    }
    #expect(kept == 15)
  }
}
