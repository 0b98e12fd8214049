import GRDB
import JSON
import Patches
import Records
import Testing

@testable import Staging

/// The limits that keep a run from doing more than was meant.
@Suite struct GuardTests {
  @Test func countsTheRecordsThatValidRowsName() throws {
    let run = try RunFixture([
      .update(1), .update(2), .append(1), .keyed("a"), .keyed("a"), .keyed("b"), .rejected(.id(9)),
      .rejected(nil),
    ])
    #expect(try run.file.recordsToSend() == 4)
    #expect(try RunFixture([.rejected(.id(1))]).file.recordsToSend() == 0)
  }

  @Test(
    "a canary ends before the first row of the record after its last",
    arguments: [
      ([1, 2, 3], 1, 2), ([1, 2, 3], 2, 3), ([1, 1, 2, 1, 3], 1, 3), ([1, 1, 2, 1, 3], 2, 5),
      ([1, 2, 3], 3, nil), ([1, 1, 1], 1, nil), ([1, 2], 100, nil),
    ] as [([Int64], Int, Int?)])
  func ends(_ records: [Int64], _ count: Int, _ end: Int?) throws {
    let run = try RunFixture(records.map { .update($0) })
    try run.file.setCanary(records: count)
    #expect(try run.file.canary()?.end == end)
    #expect(try run.file.record().canaryEnd == end)
    if end != nil { #expect(try run.file.canary()?.records == count) }
  }

  @Test func skipsRowsThatWillNotBeSent() throws {
    let run = try RunFixture([.rejected(.id(1)), .update(2), .keyed("x"), .update(3), .update(4)])
    try run.file.resolve(try run.file.unresolvedKeys(limit: 9), found: [:])
    try run.file.setCanary(records: 2)
    #expect(try run.file.canary()?.end == 5)
    #expect(try run.file.canary()?.records == 2)
  }

  @Test func leasesNothingFromTheEndOn() throws {
    let run = try RunFixture((1...9).map { .update($0) })
    var checkpoint = Checkpoint()
    (checkpoint.leaseLimit, checkpoint.leaseEnd) = (100, 4)
    let lease = try run.file.commit(checkpoint)
    #expect(lease.rows.map(\.number) == [1, 2, 3])
    #expect(lease.isExhausted)
  }

  /// Only a process that said so has reached the review.
  @Test(
    arguments: [
      (exitCode: 3, done: 2, isReviewed: true),
      // Stopped for another reason in the middle of the canary.
      (exitCode: 3, done: 1, isReviewed: false),
      (exitCode: 143, done: 2, isReviewed: false),
      // Killed.
      (exitCode: nil, done: 2, isReviewed: false),
    ] as [(exitCode: Int?, done: Int, isReviewed: Bool)])
  func countsAsReviewedWhenResumed(exitCode: Int?, done: Int, isReviewed: Bool) throws {
    let run = try RunFixture([.update(1), .update(2), .update(3), .update(4)])
    try run.file.setCanary(records: 2)
    _ = try run.lease(done)
    try run.finish((1...done).map { ($0, .applied) })
    if let exitCode { try run.file.finish(exitCode: exitCode, stoppedBecause: "because") }
    #expect(try run.file.awaitsReview() == isReviewed)

    try run.file.takeUp()
    #expect(try !run.file.awaitsReview())
    #expect(try run.file.canary()?.end == (isReviewed ? nil : 3))
    #expect(try run.file.record().canaryEnd == 3)
    #expect(try (run.file.record().reviewed != nil) == isReviewed)

    try run.file.forgetCanary()
    try run.file.setCanary(records: 1)
    #expect(try run.file.canary()?.end == (done == 2 ? 4 : 3))
  }

  @Test func readsAFileThatKnowsNoCanary() throws {
    let run = try RunFixture([.update(1)])
    try run.file.write { try $0.execute(sql: "ALTER TABLE run DROP COLUMN reviewed") }
    #expect(try !RunFile(reading: run.directory).awaitsReview())
  }
}

/// The user's word on rows whose answer was lost.
@Suite struct AssumptionTests {
  /// Six rows: four unknown ones, of which the second has a before-image, one failed and one blocked behind the first.
  private func run() throws -> RunFixture {
    let run = try RunFixture([
      .append(1), .append(2), .append(3), .append(4), .update(5), .update(1),
    ])
    _ = try run.lease(5)
    var checkpoint = Checkpoint()
    checkpoint.snapshots = [Snapshot(row: 2, recordID: 2, token: nil, values: [:])]
    _ = try run.file.commit(checkpoint)
    try run.finish([(1, .unknown), (2, .unknown), (3, .unknown), (4, .unknown), (5, .failed)])
    _ = try run.lease(1, after: 5)
    #expect(try run.states() == [.unknown, .unknown, .unknown, .unknown, .failed, .blocked])
    return run
  }

  @Test func takesTheWordForAllUnknownRowsAndNoOthers() throws {
    let run = try run()
    #expect(try run.file.assume(.applied, only: nil) == 4)
    #expect(try run.states() == [.applied, .applied, .applied, .applied, .failed, .blocked])
    let row = try run.rows()[0]
    #expect(row.errorCode == "assumed")
    #expect(row.error == "its answer was lost; the user said that it was applied")
    #expect(row.finishedAt != nil)
    #expect(try run.file.assume(.applied, only: nil) == 0)

    // The row that waited for the first one now follows.
    try run.file.recover(retryingFailed: false)
    #expect(try run.lease(10).rows.map(\.number) == [6])
  }

  @Test func putsRowsBackAsNeverSent() throws {
    let run = try run()
    #expect(try run.file.assume(.notApplied, only: RowSelection("2,4-6")) == 2)
    #expect(try run.states() == [.unknown, .staged, .unknown, .staged, .failed, .blocked])
    try run.file.recover(retryingFailed: false)
    let leased = try run.lease(10).rows
    #expect(leased.map(\.number) == [2, 4])
    #expect(leased.allSatisfy { $0.snapshot == nil && !$0.isInDoubt && $0.attempts == 0 })
    #expect(try run.rows()[1].errorCode == nil)
  }
}
