import Foundation
import JSON
import Records
import Testing

@testable import Staging

@Suite struct RecoveryTests {
  /// The time since a request left is measured by a clock that cannot be set, as long as the machine is the
  /// same.
  @Test(arguments: [
    (3_600.0, "b", "b", 7), (-3_600, "b", "b", 7), (0, "b", "b", 7), (3_600, "b", "c", 3_607),
    (3_600, nil, nil, 3_607),
  ])
  func aClockThatWasSetChangesNoAges(moved: Double, boot: String?, later: String?, age: Int) throws {
    let run = try RunFixture([.append(1)])
    let began = ClockReading(time: Date(timeIntervalSince1970: 1_800_000_000), boot: boot, uptime: 500)
    func call(_ clock: ClockReading) -> CallRecord {
      CallRecord(
        at: Timestamp.text(clock.time), command: "run", user: "ana", host: "desk-01", toolVersion: "1.0")
    }
    try run.file.note(call(began), by: began)
    _ = try run.lease(1)
    var checkpoint = Checkpoint()
    checkpoint.announced = [1]
    checkpoint.snapshots = [
      Snapshot(row: 1, recordID: 1, token: nil, values: JSONObject(), lists: JSONObject())
    ]
    _ = try run.file.commit(checkpoint, now: began.time)
    let now = ClockReading(
      time: began.time.addingTimeInterval(7 + moved), boot: later, uptime: began.uptime + 7)
    try run.file.note(call(now), by: now)
    try run.file.recover(retryingFailed: false, now: now.time)
    checkpoint = Checkpoint()
    checkpoint.leaseLimit = 1
    let lease = try run.file.commit(checkpoint, now: now.time)
    #expect(try #require(lease.rows.first).announcedFor == .seconds(age))
  }

  @Test func sendsAgainOnlyWhatMayBeRepeated() throws {
    let run = try RunFixture([.update(1), .append(2), .rewrite(3, thread: 1), .append(4)])
    #expect(try run.lease(3).rows.count == 3)

    let next = try RunFile(opening: run.directory)
    try next.recover(retryingFailed: false)
    let rows = try run.rows()
    #expect(rows.map(\.state) == [.sending, .unknown, .sending, .staged])
    #expect(rows[1].errorCode == "interrupted")
    #expect(
      rows[1].error == "the run was cut short while this row was being sent; it may have been applied")
    #expect(rows[1].finishedAt != nil)
    let leased = try run.lease(10).rows
    #expect(leased.map(\.number) == [1, 3, 4])
    #expect(leased.map(\.isInDoubt) == [true, true, false])
  }

  @Test func holdsWhatComesAfterARowInDoubt() throws {
    let run = try RunFixture([.append(1), .update(1)])
    _ = try run.lease(1)
    try run.file.recover(retryingFailed: false)
    #expect(try run.lease(10).blocked == 1)
    #expect(try run.states() == [.unknown, .blocked])
  }

  @Test func alwaysHoldsWhatComesAfterARowThatALookCanSettle() throws {
    let run = try RunFixture([.append(1), .update(1), .append(2), .update(2)])
    _ = try run.lease(1)
    var checkpoint = Checkpoint()
    checkpoint.snapshots = [Snapshot(row: 1, recordID: 1, token: nil, values: [:])]
    _ = try run.file.commit(checkpoint)
    try run.finish([(1, .unknown), (3, .unknown)])
    #expect(try run.lease(10, after: 1, holding: false).rows.map(\.number) == [4])
    #expect(try run.states() == [.unknown, .blocked, .unknown, .sending])
  }

  @Test func looksAtBlockedRowsAgain() throws {
    let run = try RunFixture([.update(1), .update(1)])
    _ = try run.lease(1)
    try run.finish([(1, .failed)])
    _ = try run.lease(1, after: 1)
    #expect(try run.states() == [.failed, .blocked])

    try run.file.recover(retryingFailed: false)
    let rows = try run.rows()
    #expect(rows.map(\.state) == [.failed, .staged])
    #expect(rows[1].errorCode == nil)
    #expect(rows[1].error == nil)
    #expect(rows[1].finishedAt == nil)
    // Its reason still stands.
    #expect(try run.lease(10).blocked == 1)
  }

  @Test func retriesFailedRowsWhenAsked() throws {
    let run = try RunFixture([.append(1), .update(1), .update(2), .rejected(nil)])
    _ = try run.lease(1)
    try run.finish([(1, .failed)])
    _ = try run.lease(1, after: 1)
    try run.file.recover(retryingFailed: true)
    #expect(try run.states() == [.staged, .staged, .staged, .rejected])
    let leased = try run.lease(10).rows
    #expect(leased.map(\.number) == [1, 2, 3])
    #expect(leased.map(\.attempts) == [0, 0, 0])
  }

  @Test func retriesNoFailedRowBeforeALaterOneOfItsRecordHasBeenLookedFor() throws {
    let run = try RunFixture([.append(1), .append(1), .append(2)])
    _ = try run.lease(3)
    var checkpoint = Checkpoint()
    checkpoint.snapshots = [Snapshot(row: 2, recordID: 1, token: nil, values: [:])]
    _ = try run.file.commit(checkpoint)
    try run.finish([(1, .failed), (2, .unknown), (3, .failed)])
    try run.file.recover(retryingFailed: true)
    #expect(try run.states() == [.failed, .sending, .staged])
  }

  private static let later: [(RowState, String?, Int?, RowState)] = [
    // Done, or maybe done.
    (.applied, nil, 200, .failed), (.unchanged, nil, nil, .failed), (.unknown, "timeout", nil, .failed),
    (.conflict, "changed-meanwhile", nil, .failed),
    // Not done.
    (.failed, "refused", 400, .staged), (.conflict, "changed-meanwhile", 412, .staged),
    (.conflict, "changed-since-plan", nil, .staged), (.blocked, "held", nil, .staged),
  ]

  /// Rows of a record never change order, not even by being sent again.
  @Test(arguments: later)
  func sendsNoFailedRowAfterALaterOneOfItsRecord(
    state: RowState, code: String?, status: Int?, first: RowState
  )
    throws
  {
    let run = try RunFixture([.append(1), .append(2), .append(1), .append(2)])
    _ = try run.lease(4)
    var checkpoint = Checkpoint()
    checkpoint.outcomes = [
      RowOutcome(number: 1, state: .failed, attempts: 1), RowOutcome(number: 2, state: .applied, attempts: 1),
      RowOutcome(number: 3, state: state, attempts: 1, httpStatus: status, errorCode: code),
      RowOutcome(number: 4, state: .failed, attempts: 1),
    ]
    _ = try run.file.commit(checkpoint)
    #expect(try run.file.failedOutOfTurn() == (first == .failed ? 1 : 0))
    try run.file.recover(retryingFailed: true)
    let states = try run.states()
    #expect(states[0] == first)
    // After the last row of a record there is no later one.
    #expect(states[1] == .applied)
    #expect(states[3] == .staged)
  }

  @Test func leavesAloneWhatIsSettled() throws {
    let run = try RunFixture([.update(1), .update(2), .update(3), .append(4)])
    _ = try run.lease(4)
    let settled: [(Int, RowState)] = [(1, .applied), (2, .unchanged), (3, .conflict), (4, .unknown)]
    try run.finish(settled)
    try run.file.recover(retryingFailed: true)
    #expect(try run.states() == settled.map(\.1))
  }
}
