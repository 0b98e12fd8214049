import Foundation
import GRDB
import Patches
import Records
import TestSupport
import Testing

@testable import Staging

/// Rows come in a file of their own, which replaces the one that has none.
@Suite struct FillingTests {
  @Test func aReaderOfTheFileWithoutRowsReadsOnAndHarmsNothing() throws {
    let run = try RunFixture()
    let reader = try RunFile(reading: run.directory)
    #expect(try reader.counts().total == 0)
    try run.stage((1...100).map { .update(Int64($0)) })
    #expect(try run.lease(10).rows.count == 10)
    reader.end()
    let later = try RunFile(reading: run.directory)
    #expect(try later.counts()[.sending] == 10)
    #expect(run.file.loss == nil)
  }

  @Test func leavesNothingOfAKilledProcess() throws {
    let run = try RunFixture()
    let draft = run.directory.file(".run.sqlite.new")
    try Data("the rest of another file".utf8).write(to: URL(fileURLWithPath: draft))
    try run.stage([.update(1)])
    #expect(try run.file.counts()[.staged] == 1)
    #expect(!FileManager.default.fileExists(atPath: draft))
  }

  @Test func keepsWhoWorkedOnTheRun() throws {
    let run = try RunFixture()
    let call = CallRecord(
      at: Timestamp.now, command: "run", user: "ana", host: "desk-01", reason: "ticket 7", toolVersion: "1.0")
    try run.file.note(call)
    try run.stage([.update(1)])
    #expect(try run.file.calls() == [call])
  }

  @Test func resumesAFileThatAnEarlierVersionBegan() throws {
    let run = try RunFixture()
    try run.file.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    try run.stage([.update(1), .update(2)])
    #expect(try run.file.counts()[.staged] == 2)
  }

  @Test func refusesWhileAReaderHoldsAFileOfAnEarlierVersion() throws {
    let run = try RunFixture()
    try run.file.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    let reader = try DatabaseQueue(path: run.directory.runFile)
    _ = try reader.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM row") }
    let error = #expect(throws: StagingError.self) { try run.stage([.update(1)]) }
    #expect(error?.kind == .locked)
    try reader.close()
    try run.stage([.update(1)])
    #expect(try run.file.counts()[.staged] == 1)
  }

  @Test func isOnlyForItsOwner() throws {
    let run = try RunFixture([.update(1)])
    let mode =
      try FileManager.default.attributesOfItem(atPath: run.directory.runFile)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func countsItsCommitsOn() throws {
    let run = try RunFixture()
    try run.file.indexRecords()
    let before = try run.file.read { try Int.fetchOne($0, sql: "SELECT commits FROM run") ?? 0 }
    try run.stage([.update(1)])
    #expect(try run.file.read { try Int.fetchOne($0, sql: "SELECT commits FROM run") ?? 0 } > before)
  }

  /// A record suspected without reason costs a look; one that is missed would lose its place in the order.
  @Test(arguments: [UInt64.random(in: 0 ... .max), 1, 2])
  func suspectsEveryRecordThatComesAgain(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var repeated = RepeatedRecords()
    var seen: Set<Int64> = []
    var (wrong, fresh) = (0, 0)
    for _ in 0..<50_000 {
      let id = Int64.random(in: 1...100_000, using: &random)
      let isSuspect = repeated.note(id)
      if seen.insert(id).inserted {
        fresh += 1
        if isSuspect { wrong += 1 }
      } else {
        #expect(isSuspect, "seed \(seed), record \(id)")
      }
    }
    #expect(wrong * 100 < fresh, "seed \(seed): \(wrong) of \(fresh)")
  }

  @Test(arguments: [UInt64.random(in: 0 ... .max), 1])
  func givesEveryRowItsPlace(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let ids = (0..<2_000).map { $0 < 700 ? Int64($0 + 1) : Int64.random(in: 1...1_500, using: &random) }
    let run = try RunFixture(ids.map { .update($0) })
    var seen: [RecordID: Int] = [:]
    let counts = Dictionary(ids.map { (RecordID.integer($0), 1) }, uniquingKeysWith: +)
    for row in try run.lease(5_000, holding: false).rows {
      seen[row.recordID, default: 0] += 1
      #expect(row.ordinal == seen[row.recordID] && row.recordRows == counts[row.recordID], "seed \(seed)")
    }
  }
}
