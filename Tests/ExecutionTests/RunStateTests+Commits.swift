import Records
import Staging
import Testing

@testable import Execution

/// How long commits may gather, and how many rows are ready meanwhile.
extension RunStateTests {
  private func outcome(_ number: Int) -> Checkpoint {
    var checkpoint = Checkpoint()
    checkpoint.outcomes = [RowOutcome(number: number, state: .applied, attempts: 1)]
    return checkpoint
  }

  private func intent(_ number: Int) -> Checkpoint {
    var checkpoint = Checkpoint()
    checkpoint.announced = [number]
    return checkpoint
  }

  @Test func aCommitWaitsForNothingWhenALaneHasNothingToDo() {
    var state = state(lanes: 2, rows: [row(1)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1)))
    guard case .wait = state.next(lane: 1, now: .zero) else {
      Issue.record("there is no second row")
      return
    }
    #expect(state.commitPause(outcome(1)) == .zero)
    #expect(state.commitPause(Checkpoint()) == .zero)
  }

  /// The lanes that sleep because others are enough for the rows that are ready wait for no commit.
  @Test func outcomesGatherWhileRowsAreReady() {
    var state = state(lanes: 2, rows: (1...3).map { row($0, record: .integer(Int64($0))) })
    state.hold(true, now: .zero)
    _ = state.next(lane: 1, now: .zero)
    state.hold(false, now: .zero)
    #expect(state.commitPause(outcome(9)) > state.commitPause(intent(9)))
    #expect(state.commitPause(intent(9)) > .zero)
  }

  /// A kill would make them unknown for good.
  @Test func outcomesOfWhatCannotBeLookedForGatherBriefly() {
    let rows = (1...3).map { row($0, record: .integer(Int64($0)), isIdempotent: $0 != 2) }
    let state = state(rows: rows)
    #expect(state.commitPause(outcome(9)) == state.commitPause(intent(9)))
  }

  /// The rate is known only after some time, in which lanes would mostly wait for commits.
  @Test func leasesMoreWhenTheLanesRunDry() {
    var leases = LeasePacing(minimum: 32, work: .milliseconds(250))
    func lease(_ atHand: Int, last: Int) -> Int? {
      defer { leases.granted(last: last, isExhausted: false) }
      return leases.request(atHand: atHand, held: 0, now: .milliseconds(1))?.limit
    }
    #expect(lease(0, last: 32) == 32)
    #expect(lease(0, last: 96) == 64)
    #expect(lease(1, last: 160) == 64)
    #expect((1...4).map { lease(0, last: 160 + $0) } == [128, 256, 500, 500])
  }

  @Test func keepsHalfALeaseReadyAndOnAFastSiteTheRowsOfSomeCommits() {
    var leases = LeasePacing(minimum: 32, work: .milliseconds(250))
    #expect(leases.reserve == 16)
    leases.measure(.zero)
    for _ in 0..<100 { leases.finished() }
    leases.measure(.seconds(1))
    // A hundred rows a second: as before.
    #expect(leases.limit == 32)
    #expect(leases.reserve == 16)
    for _ in 0..<20_000 { leases.finished() }
    leases.measure(.seconds(2))
    #expect(leases.limit == LeasePacing.maximum)
    #expect(leases.reserve == 1_000)
    for _ in 0..<1_000_000 { leases.finished() }
    leases.measure(.seconds(3))
    #expect(leases.reserve == 1_024)
  }
}
