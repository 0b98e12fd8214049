import Foundation
import GRDB
import TestSupport
import Testing

/// Kills `split` and `gather` (`kill -9`) after each of their durable steps; another call ends what was begun, and
/// every patch is applied exactly once and in order, as the site's own records prove.
@Suite(.blocking) struct ShardSweepTests {
  /// More sheets than a command has durable steps.
  private static let most = 40

  /// The command that is killed.
  enum Command: String, CaseIterable {
    case split, gather
    case recall = "gather --recall"
  }

  @Test(arguments: Command.allCases, MixedSheet.Kind.allCases)
  func killedAfterAnyStep(_ command: Command, of kind: MixedSheet.Kind) throws {
    let sheets = (0..<Self.most).map { MixedSheet(kind: kind, number: $0) }
    let desk = try Desk(records: sheets.flatMap(\.records))
    let options = (kind == .incidents ? MixedSheet.Way.incidents : .interactions).options
    var n = 0
    var isKilled = true
    while isKilled {
      n += 1
      let sheet = try #require(sheets.dropFirst(n - 1).first, "more steps than expected")
      let state = ["--state-dir", desk.folder.path("state-\(n)")]
      var killed = desk.bulkpatch
      killed.environment["BULKPATCH_TEST_KILL_AT"] = "\(n)"
      func call(_ arguments: [String], killable isKillable: Bool, exits expected: Int32 = 0) throws {
        if isKillable {
          let code = try killed.run(arguments + state).exitCode
          isKilled = code == 137
          guard isKilled else {
            #expect(code == expected, "\(arguments) at step \(n)")
            return
          }
        }
        let result = try desk.bulkpatch.run(arguments + state)
        #expect(result.exitCode == expected, "\(arguments) after step \(n): \(result.standardError)")
      }
      try call(sheet.run(on: desk, options) + ["--stage-only"], killable: false)
      try call(["split", "latest", "--into", "2", "--quiet"], killable: command == .split)
      let run = try #require(
        try FileManager.default.contentsOfDirectory(atPath: state[1]).first { $0 != "locks" })
      for number in 0..<(command == .recall ? 1 : 2) {
        try call(["resume", "\(state[1])/\(run)/shards/\(number)", "--quiet"], killable: false)
      }
      if command == .recall {
        try call(["gather", "latest", "--recall", "--quiet"], killable: true, exits: 3)
        try call(["resume", "latest", "--quiet"], killable: false)
      } else {
        try call(["gather", "latest", "--quiet"], killable: command == .gather)
      }
      let found = try sheet.found(on: desk)
      #expect(found == sheet.expected, "step \(n): \(found)")
      let counts = try desk.read("\(state[1])/\(run)/run.sqlite") { database in
        try String.fetchAll(database, sql: "SELECT DISTINCT state FROM row")
      }
      #expect(counts == ["applied"], "step \(n)")
    }
    // Lending, and a draft, a record and a name for each shard; or two steps for each shard, and the end.
    #expect(n > (command == .split ? 8 : 5), "\(n)")
  }
}
