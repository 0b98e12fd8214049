import Foundation
import GRDB
import Records
import TestSupport
import Testing

@testable import Staging

/// A run whose rows are lent to shards, and come back.
@Suite struct ShardTests {
  private let run: RunFixture
  private static let request = RunRequest(source: "job.yaml", folder: "")

  /// Seven rows on four records, and one that was never valid.
  init() throws {
    run = try RunFixture([
      .update(4), .append(1), .rejected(nil), .append(4), .update(2), .update(3), .append(2), .update(1),
    ])
  }

  private func note(_ file: RunFile, _ command: String = "split") throws {
    try file.note(
      CallRecord(
        at: Timestamp.now, command: command, user: "ana", host: "node-1", toolVersion: "1",
        requestTimeout: .seconds(60)))
  }

  @discardableResult
  private func split(into count: Int = 2) throws -> [ShardRecord] {
    try note(run.file)
    let shards = try run.file.lend(into: count)
    for shard in shards {
      try run.file.make(shard, of: count, Self.request, files: [("job.yaml", Array("sheet: x\n".utf8))])
    }
    return try run.file.shards()
  }

  private func lent() throws -> [Int: [Int]] {
    try run.file.read { database in
      try Row.fetchAll(database, sql: "SELECT shard, row FROM lent ORDER BY shard, row")
        .reduce(into: [:]) { $0[$1["shard"], default: []].append($1["row"]) }
    }
  }

  /// Works on a shard as a process does: it takes it up and gives its rows these outcomes.
  private func work(on number: Int, _ outcomes: [(Int, RowState)], in place: RunDirectory? = nil) throws {
    let file = try RunFile(opening: place ?? run.directory.shard(number))
    defer { file.end() }
    try note(file, "resume")
    try file.takeUp()
    var checkpoint = Checkpoint()
    checkpoint.announced = outcomes.map(\.0)
    checkpoint.snapshots = []
    _ = try file.commit(checkpoint)
    checkpoint = Checkpoint()
    checkpoint.outcomes = outcomes.map { RowOutcome(number: $0.0, state: $0.1, attempts: 1, hint: "look") }
    checkpoint.attempts = [
      AttemptRecord(
        row: outcomes.first?.0 ?? 1, attempt: 1, outcome: "retry-later", httpStatus: 503, errorCode: "busy",
        error: "later", milliseconds: 1)
    ]
    _ = try file.commit(checkpoint)
    try file.finish(exitCode: 0, stoppedBecause: nil)
  }

  private func gather(
    _ number: Int, from place: RunDirectory? = nil, recalling: Bool = false
  ) throws -> ShardVisit {
    let shard = try #require(try run.file.shards().first { $0.number == number })
    return try run.file.gather(
      shard, from: place ?? run.directory.shard(number), isRecalled: recalling, holder: "a test")
  }

  private func count(_ table: String) throws -> Int {
    try run.file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0 }
  }

  @Test func lendsWholeRecordsInTheOrderOfTheirFirstRows() throws {
    _ = try run.file.lend(into: 2)
    #expect(try lent() == [0: [1, 2, 4, 8], 1: [5, 6, 7]])
    #expect(try run.file.shards().map(\.rows) == [4, 3])
    #expect(try run.file.record().shardsOut == 2)
    #expect(try run.file.countsBesideShards().total == 1)
  }

  @Test func lendsNoRecordThatIsDone() throws {
    try run.finish([(5, .applied), (7, .applied), (6, .failed)])
    _ = try run.file.lend(into: 2)
    // Rows of a record that have ended go along: those that are left may have to wait for them.
    #expect(try lent() == [0: [1, 4], 1: [2, 8]])
  }

  @Test func makesFewerShardsForARecordWithVeryManyRows() throws {
    let run = try RunFixture((0..<20).map { _ in .append(1) } + [.update(2), .update(3)])
    let shards = try run.file.lend(into: 3)
    #expect(shards.map(\.rows) == [20, 2])
    #expect(shards.map(\.number) == [0, 1])
  }

  @Test func splitsNothingThatCannotBeSplit() throws {
    let many = #expect(throws: StagingError.self) { _ = try run.file.lend(into: 5) }
    #expect(many?.kind == .unsuitable)
    #expect(many?.message == "has rows for 4 records left, too few for 5 shards")
    let keyed = try RunFixture([.keyed("a"), .update(1)])
    let key = #expect(throws: StagingError.self) { _ = try keyed.file.lend(into: 1) }
    #expect(key?.message.hasPrefix("has keys that were not looked up") == true)
    try run.finish([1, 2, 4, 5, 6, 7, 8].map { ($0, .applied) })
    let done = #expect(throws: StagingError.self) { _ = try run.file.lend(into: 1) }
    #expect(done?.message == "has nothing left to send")
  }

  @Test func aShardIsARunOfItsOwn() throws {
    try split()
    let place = run.directory.shard(1)
    #expect(place.isShard && place.locksHome == place.path)
    let file = try RunFile(opening: place)
    let record = try file.record()
    #expect(record.id == "20250101T000000000Z-nightly.1")
    #expect(record.request.source == "\(place.path)/job.yaml" && record.request.folder == place.path)
    #expect(record.rowsRead == 3 && record.sheetDigest == nil && record.shardsOut == 0)
    let part = try #require(record.part)
    #expect(
      part.name == "shard 1 of run 20250101T000000000Z-nightly" && part.count == 2 && part.closed == nil)
    #expect(try file.counts()[.staged] == 3)
    #expect(try file.longestTimeout() == .seconds(60))
    // No memory is shared, which other machines could not see.
    try file.takeUp()
    #expect(!FileManager.default.fileExists(atPath: "\(place.runFile)-shm"))
    file.end()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
        == ["job.yaml", "part.json", "run.sqlite"])
  }

  @Test func isMadeOnceEvenIfItWasTakenElsewhere() throws {
    let shards = try split()
    try FileManager.default.removeItem(atPath: run.directory.shard(0).path)
    for shard in shards { try run.file.make(shard, of: 2, Self.request, files: []) }
    #expect(!FileManager.default.fileExists(atPath: run.directory.shard(0).path))
    #expect(try gather(0) == .absent)
  }

  @Test func theRunItselfIsLeftAloneMeanwhile() throws {
    try split()
    let error = #expect(throws: StagingError.self) { try run.file.requireOwnRows() }
    #expect(error?.kind == .lent)
    #expect(error?.message == "is split, and its rows are with shards 0 (4 rows), 1 (3 rows)")
    try work(on: 0, [(1, .applied), (2, .applied), (4, .applied), (8, .applied)])
    _ = try gather(0)
    let other = #expect(throws: StagingError.self) { try run.file.requireOwnRows() }
    #expect(other?.message == "is split, and its rows are with shard 1 (3 rows)")
  }

  @Test func gathersInPartAndAgain() throws {
    try split()
    try work(on: 0, [(1, .applied), (2, .unchanged)])
    var some = StateCounts()
    (some[.applied], some[.unchanged], some[.staged]) = (1, 1, 2)
    for _ in 0..<2 { #expect(try gather(0) == .gathered(some)) }
    #expect(
      try run.states() == [.applied, .unchanged, .rejected, .staged, .staged, .staged, .staged, .staged])
    #expect(try count("attempt") == 1)
    try work(on: 0, [(4, .failed), (8, .applied)])
    #expect(try gather(0).isReturn)
    #expect(
      try run.states() == [.applied, .unchanged, .rejected, .failed, .staged, .staged, .staged, .applied])
    #expect(try run.rows()[3].hint == "look")
    #expect(try count("attempt") == 2)
    // The call that split the run, and those on the shard.
    #expect(try run.file.calls().map(\.command) == ["split", "resume", "resume"])
    #expect(try lent().keys.sorted() == [1])
    #expect(try run.file.shards()[0].takings.count == 2)
  }

  @Test func aRecalledShardIsClosedFirst() throws {
    try split()
    #expect(try gather(1, recalling: true).isReturn)
    let file = try RunFile(opening: run.directory.shard(1))
    let error = #expect(throws: StagingError.self) { try file.requireOwnRows() }
    #expect(error?.kind == .unsuitable)
    #expect(error?.message.hasSuffix("has been gathered: its rows are the run's again") == true)
  }

  @Test func leavesAShardAloneThatIsUnderWay() throws {
    try split()
    let lock = try FileLock(path: run.directory.shard(0).lockFile, holder: "process 7")
    #expect(try gather(0, recalling: true) == .underWay("process 7"))
    lock.release()
  }

  @Test func knowsACopyThatIsNotTheOneSeenBefore() throws {
    try split()
    try work(on: 0, [(1, .applied)])
    let older = RunDirectory(path: run.folder.path("older"))
    let other = RunDirectory(path: run.folder.path("other"))
    try FileManager.default.copyItem(atPath: run.directory.shard(0).path, toPath: other.path)
    try work(on: 0, [(2, .applied)])
    try FileManager.default.copyItem(atPath: run.directory.shard(0).path, toPath: older.path)
    _ = try gather(0)
    try work(on: 0, [(4, .applied)])
    _ = try gather(0)
    let stale = #expect(throws: StagingError.self) { _ = try gather(0, from: older) }
    #expect(stale?.kind == .outdated)
    try work(on: 0, [(2, .failed)], in: other)
    let fork = #expect(throws: StagingError.self) { _ = try gather(0, from: other) }
    #expect(fork?.kind == .outdated && fork?.message.contains("other processes have worked") == true)
    #expect(try run.states()[1] == .applied)
  }

  @Test func takesNothingFromAnotherShard() throws {
    try split()
    let error = #expect(throws: StagingError.self) { _ = try gather(0, from: run.directory.shard(1)) }
    #expect(error?.kind == .unsuitable)
    let strange = try RunFixture([.update(1)])
    strange.file.end()
    let other = #expect(throws: StagingError.self) { _ = try gather(0, from: strange.directory) }
    #expect(
      other?.message == "is not a shard, not shard 0 of run 20250101T000000000Z-nightly as it is lent now")
  }

  @Test func rowsOfALostShardAreInDoubt() throws {
    let shards = try split()
    try work(on: 0, [(1, .applied)])
    _ = try gather(0)
    let there = #expect(throws: StagingError.self) { _ = try run.file.giveUp(shards[0]) }
    #expect(there?.message == "is not lost: the folder is there")
    try FileManager.default.removeItem(atPath: run.directory.shard(0).path)
    #expect(try run.file.giveUp(shards[0]) == 3)
    #expect(
      try run.states() == [.applied, .unknown, .rejected, .unknown, .staged, .staged, .staged, .unknown])
    // Nothing is sent again by itself, not even what could be repeated.
    #expect(try gather(1, recalling: true).isReturn)
    try run.file.recover(retryingFailed: false)
    #expect(try run.lease(10).rows.map(\.number) == [5, 6, 7])
  }

  @Test func aFullDiskLosesNothing() throws {
    try split()
    try work(on: 0, [(1, .applied), (2, .applied), (4, .applied), (8, .applied)])
    try run.file.database.writeWithoutTransaction { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages)")
      try database.execute(sql: "CREATE TEMP TRIGGER fill BEFORE UPDATE ON main.shard BEGIN SELECT 1; END")
      try database.execute(
        sql: """
          CREATE TEMP TRIGGER grow AFTER UPDATE ON main.row BEGIN
            INSERT INTO attempt VALUES (1, 1, '', '', 1, '', hex(zeroblob(50000)), 1); END
          """)
    }
    let error = #expect(throws: StagingError.self) { _ = try gather(0) }
    #expect(error?.kind == .io)
    #expect(try run.states()[0] == .staged)
    try run.file.database.writeWithoutTransaction { database in
      _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = 1000000")
      try database.execute(sql: "DROP TRIGGER temp.fill; DROP TRIGGER temp.grow")
    }
    #expect(try gather(0).isReturn)
    #expect(try run.states()[0] == .applied)
  }
}

extension ShardVisit {
  fileprivate var isReturn: Bool { if case .returned = self { true } else { false } }
}
