import Foundation
import TestSupport
import Testing

/// A run that is killed at any moment, again and again, and resumed until it is done.
@Suite(.blocking) struct KillTests {
  private static let rows = 500
  private static let incidents = 150
  private static let lanes = 8

  /// Writes a sheet whose rows set a subject or append a note, with the row's number in the text.
  ///
  /// - Returns: the numbers of the rows that append.
  private func writeSheet(to desk: Desk, _ generator: inout SeededGenerator) throws -> Set<Int> {
    var text = "id,subject,threads.append.text,threads.append.entryType\n"
    var appends: Set<Int> = []
    for row in 1...Self.rows {
      let incident = Int.random(in: 1...Self.incidents, using: &generator)
      if Int.random(in: 0..<5, using: &generator) == 0 {
        appends.insert(row)
        text += "\(incident),,row \(row),1\n"
      } else {
        text += "\(incident),row \(row),,\n"
      }
    }
    try desk.folder.write("sheet.csv", text)
    return appends
  }

  /// A killed process leaves nothing that tells of the one before it.
  @Test func removesTheResultFilesWhenTheRunIsResumed() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("sheet.csv", "id,subject\n1,one\n99,two\n2,three\n3,four\n")
    try desk.call(desk.run("sheet.csv", "--canary", "2"), exits: 3)
    #expect(try desk.runText("summary.json").contains("\"standing\": \"stopped\""))
    var killed = desk.bulkpatch
    killed.environment["BULKPATCH_TEST_KILL_AT"] = "4"
    #expect(try killed.run(["resume", "latest"]).exitCode == 137)

    let summary = try desk.runText("summary.json")
    #expect(summary.contains("\"standing\": \"running\""))
    #expect(summary.contains("\"exit_code\": null") && summary.contains("\"states\": null"))
    #expect(!FileManager.default.fileExists(atPath: try desk.runPath("failed.csv")))
    let shown = try desk.call(["show", "latest"], exits: 0).standardOutput
    #expect(shown.contains(" --state failed,rejected,conflict --format csv > sheet-repaired.csv"))

    try desk.call(["resume", "latest"], exits: 1)
    #expect(try desk.runText("summary.json").contains("\"standing\": \"finished\""))
    #expect(try desk.runText("failed.csv").contains("99,two,2,3,99,failed,"))
  }

  /// - Parameter snapshot: without it, an append whose answer is lost stays in doubt, and is not sent again.
  @Test(arguments: ["--snapshot", "--no-snapshot"])
  func losesNothingAndAppendsNothingTwice(snapshot: String) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let desk = try Desk(incidents: Self.incidents, "--latency", "2ms")
    let appends = try writeSheet(to: desk, &generator)
    try desk.writeSites()
    let options = ["--lanes", "\(Self.lanes)", "--on-failure", "continue", "--quiet", snapshot]

    var arguments = ["run", "sheet.csv", "--resource", "incidents", "--site", "incidents"] + options
    var kills = 0
    var code: Int32?
    while code == nil, kills < 8 {
      let running = try desk.bulkpatch.start(arguments)
      usleep(UInt32.random(in: 20_000...400_000, using: &generator))
      running.send(SIGKILL)
      let result = try running.result()
      if result.exitCode == 137 { kills += 1 } else { code = result.exitCode }
      // A kill before there is a run file leaves nothing to resume.
      if try desk.runFolders().contains(where: { FileManager.default.fileExists(atPath: $0 + "/run.sqlite") })
      {
        arguments = ["resume", "latest"] + options
      }
    }
    if code == nil { code = try desk.bulkpatch.run(arguments).exitCode }

    let states = try desk.states()
    let trace = Trace(try desk.changes())
    let unknown = Set(states.filter { $0.value == "unknown" }.keys)
    let comment = Comment("seed \(seed), \(kills) kills, \(unknown.count) unknown")
    if snapshot == "--snapshot" { #expect(unknown.isEmpty, comment) }
    #expect(code == (unknown.isEmpty ? 0 : 4), comment)
    #expect(states.count == Self.rows, comment)
    #expect(states.allSatisfy { $0.value == "applied" || appends.contains($0.key) }, comment)
    #expect(appends.allSatisfy { ["applied", "unknown"].contains(states[$0]) }, comment)
    // Only rows announced and not answered can be in doubt: two rows a lane ahead, and those in flight.
    #expect(unknown.count <= kills * 3 * Self.lanes, comment)
    #expect(states.allSatisfy { $0.value != "applied" || trace.times($0.key) > 0 }, comment)
    #expect(appends.allSatisfy { trace.times($0) <= 1 }, comment)
    #expect(trace.isInSheetOrder, comment)
  }
}

/// The sandbox's proof of the applied rows, by the row numbers in the sheet's texts.
private struct Trace {
  private var timesByRow: [Int: Int] = [:]
  private(set) var isInSheetOrder = true

  init(_ changes: [Desk.Request]) {
    var lastRow: [Int64: Int] = [:]
    for change in changes where change.isCommitted {
      guard let match = change.body.firstMatch(of: /row (\d+)/), let row = Int(match.1) else { continue }
      timesByRow[row, default: 0] += 1
      if lastRow[change.recordID, default: 0] > row { isInSheetOrder = false }
      lastRow[change.recordID] = row
    }
  }

  func times(_ row: Int) -> Int { timesByRow[row, default: 0] }
}
