import JSON
import Testing

@testable import Staging

@Suite struct RecoveryTests {
  @Test func sendsAgainOnlyWhatMayBeRepeated() throws {
    let run = try RunFixture([.update(1), .append(2), .rewrite(3, thread: 1), .append(4)])
    #expect(try run.lease(3).rows.count == 3)

    let next = try RunFile(opening: run.directory)
    try next.recover(retryingFailed: false)
    let rows = try run.rows()
    #expect(rows.map(\.state) == [.sending, .unknown, .sending, .staged])
    #expect(rows[1].errorCode == "interrupted")
    #expect(
      rows[1].error == "the run was cut short while this row was being sent; it may have been carried out")
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

  @Test func looksAtBlockedRowsAnew() throws {
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

  @Test func givesFailedRowsAnotherChanceWhenAsked() throws {
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
