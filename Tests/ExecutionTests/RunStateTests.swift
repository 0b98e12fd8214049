import JSON
import Patches
import Records
import Sites
import Staging
import TestSupport
import Testing

@testable import Execution

/// `RunState` alone, with a clock and a store that the test controls.
@Suite struct RunStateTests {
  func state(lanes: Int = 1, rows: [StagedRow], isExhausted: Bool = true) -> RunState {
    var counts = StateCounts()
    counts[.staged] = rows.count
    var settings = RunState.Settings()
    settings.throttle.lanes = lanes
    var state = RunState(settings: settings, counts: counts, random: SeededGenerator(seed: 1))
    _ = state.leaseRequest(now: .zero)
    lease(rows, to: &state, isExhausted: isExhausted)
    return state
  }

  /// Leases rows and lets their intent become durable, as the executor and its writer do.
  func lease(_ rows: [StagedRow], to state: inout RunState, isExhausted: Bool = true) {
    state.leased(
      Lease(rows: rows, blocked: 0, last: rows.last?.number ?? 0, isExhausted: isExhausted), now: .zero)
    announce(&state)
  }

  func announce(_ state: inout RunState, now: Duration = .zero) {
    let orders = state.looks(now: now)
    let looks = orders.map { ($0.row.number, RunState.Look.send(Delivery($0.row, PatchChanges()))) }
    _ = state.looked(Dictionary(uniqueKeysWithValues: looks), snapshots: [], isAnswer: false, now: now)
    state.announced(orders.map(\.row.number))
    state.lookEnded()
  }

  /// The next instruction for a lane, once stale looks have been repeated.
  func next(_ state: inout RunState, now: Duration) -> RunState.Step {
    let step = state.next(lane: 0, now: now)
    guard case .wait = step else { return step }
    announce(&state, now: now)
    return state.next(lane: 0, now: now)
  }

  func row(_ number: Int, record: RecordID = 1, of count: Int = 1, isIdempotent: Bool = true)
    -> StagedRow
  {
    StagedRow(
      number: number, line: number + 1, recordID: record, ordinal: count > 1 ? number : 1, recordRows: count,
      patch: "{}",
      element: nil, isIdempotent: isIdempotent, attempts: 0)
  }

  func sending(_ row: StagedRow, attempt: Int = 1) -> RunState.Step {
    var delivery = Delivery(row, PatchChanges())
    delivery.attempt = attempt
    return .send([delivery])
  }

  var applied: Exchange { Exchange(outcome: .applied, status: 200) }

  @Test func aPauseHoldsEverythingButWhatIsInFlight() {
    var state = state(lanes: 2, rows: [row(1), row(2, record: 2), row(3, record: 3)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1)))
    state.hold(true, now: .zero)
    #expect(state.next(lane: 1, now: .zero) == .wait(until: nil))
    let effects = state.finished([(1, applied)], lane: 0, now: .seconds(1))
    _ = state.durable(effects.outcomes)
    #expect(state.next(lane: 0, now: .seconds(1)) == .wait(until: nil))
    // No lane is woken only to go to sleep again, however long it takes.
    #expect(state.lanesToWake(now: .seconds(2)).isEmpty)
    #expect(state.looks(now: .seconds(3_600)).isEmpty)
    state.hold(false, now: .zero)
    #expect(state.lanesToWake(now: .seconds(2)).count == 2)
    // Its record may have been changed meanwhile.
    #expect(state.next(lane: 0, now: .seconds(3_601)) == .wait(until: nil))
    #expect(next(&state, now: .seconds(3_601)) == sending(row(2, record: 2)))
  }

  @Test func aPauseKeepsNoLaneFromLeaving() {
    var held = state(rows: [row(1)])
    held.hold(true, now: .zero)
    #expect(held.next(lane: 0, now: .zero) == .wait(until: nil))
    held.stop(.stopFile)
    #expect(held.lanesToWake(now: .seconds(2)) == [0])
    #expect(held.next(lane: 0, now: .zero) == .exit)
    var finished = state(rows: [])
    finished.hold(true, now: .zero)
    #expect(finished.next(lane: 0, now: .zero) == .exit)
  }

  @Test func waitsAsLongAsTheSiteAskedWithoutUsingUpAnAttempt() {
    var state = state(rows: [row(1)])
    state.lastGoodAnswer = nil
    for second in stride(from: 0, to: 300, by: 3) {
      #expect(next(&state, now: .seconds(second)) == sending(row(1), attempt: second / 3 + 1))
      let asked = Exchange(outcome: .retryLater(after: .seconds(2), .busy), status: 503)
      #expect(state.finished([(1, asked)], lane: 0, now: .seconds(second)).outcomes.isEmpty)
      #expect(state.lanesToWake(now: .seconds(second)).isEmpty)
      let early = state.next(lane: 0, now: .seconds(second) + .milliseconds(1_999))
      #expect(early == .wait(until: .seconds(second + 2)))
    }
    #expect(next(&state, now: .seconds(400)) == sending(row(1), attempt: 101))
    let effects = state.finished([(1, applied)], lane: 0, now: .seconds(400))
    #expect(effects.outcomes.map(\.attempts) == [1])
    #expect(state.throttle.ledger.times == [.siteAsked: .seconds(200)])
  }

  @Test func sleepsThroughAPauseNoLongerThanItsGateIsClosed() {
    var state = state(rows: [row(1), row(2, record: 2)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1)))
    let exchange = Exchange(outcome: .applied, status: 200, nextRequestAfter: .milliseconds(300))
    state.hold(true, now: .zero)
    _ = state.finished([(1, exchange)], lane: 0, now: .milliseconds(1))
    #expect(state.next(lane: 0, now: .milliseconds(1)) == .wait(until: .milliseconds(301)))
    state.hold(false, now: .zero)
    #expect(state.lanesToWake(now: .milliseconds(2)).isEmpty)
    #expect(state.next(lane: 0, now: .milliseconds(301)) == sending(row(2, record: 2)))
  }

  @Test func holdsOneLaneWhenTheSiteSpokeToThatConnection() {
    var state = state(lanes: 2, rows: [row(1, record: 1), row(2, record: 2), row(3, record: 3)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1, record: 1)))
    var exchange = applied
    exchange.nextRequestAfter = .milliseconds(500)
    _ = state.finished([(1, exchange)], lane: 0, now: .zero)
    #expect(state.next(lane: 0, now: .milliseconds(1)) == .wait(until: .milliseconds(500)))
    #expect(state.next(lane: 1, now: .milliseconds(1)) == sending(row(2, record: 2)))
  }

  @Test func startsTheNextRowOfARecordOnlyWhenTheOutcomeIsDurable() {
    var state = state(lanes: 2, rows: [row(1, of: 2), row(2, of: 2)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1, of: 2)))
    #expect(state.next(lane: 1, now: .zero) == .wait(until: nil))
    let effects = state.finished([(1, applied)], lane: 0, now: .zero)
    #expect(state.next(lane: 0, now: .zero) == .wait(until: nil))
    _ = state.durable(effects.outcomes)
    announce(&state)
    #expect(state.lanesToWake(now: .zero).count == 1)
    #expect(state.next(lane: 0, now: .zero) == sending(row(2, of: 2)))
  }

  @Test func blocksARowThatWasLeasedWhileTheOutcomeOfTheEarlierOneWasOnItsWay() {
    var state = state(rows: [row(1, of: 2)], isExhausted: false)
    state.counts[.staged] += 1
    #expect(state.next(lane: 0, now: .zero) == sending(row(1, of: 2)))
    let refused = Exchange(outcome: .refused(.no), status: 400)
    let effects = state.finished([(1, refused)], lane: 0, now: .zero)
    lease([row(2, of: 2)], to: &state)
    #expect(state.next(lane: 0, now: .zero) == .wait(until: nil))
    let blocked = state.durable(effects.outcomes)
    #expect(blocked.outcomes.map(\.state) == [.blocked])
    _ = state.durable(blocked.outcomes)
    #expect(state.isFinished)
    #expect(state.counts.total == 2)
  }

  @Test func announcesFewAppendsAheadWhenNoSnapshotCouldTellWhatBecameOfThem() {
    var state = state(
      lanes: 3, rows: (1...50).map { row($0, record: .integer(Int64($0)), isIdempotent: false) })
    #expect(state.counts[.sending] == 6)
    #expect(state.counts[.staged] == 44)
    #expect(state.next(lane: 0, now: .zero) != .wait(until: nil))
    announce(&state)
    #expect(state.counts[.sending] == 7)
  }

  // MARK: What the simulation has found

  @Test func doesNotWaitForAGateWhenNothingIsLeftToDo() {
    var state = state(rows: [row(1)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1)))
    var exchange = applied
    exchange.nextRequestAfter = .seconds(60)
    let effects = state.finished([(1, exchange)], lane: 0, now: .zero)
    #expect(state.next(lane: 0, now: .zero) == .wait(until: .seconds(60)))
    _ = state.durable(effects.outcomes)
    #expect(state.lanesToWake(now: .zero) == [0])
    #expect(state.next(lane: 0, now: .zero) == .exit)
  }

  @Test func letsLanesSleepThatWaitForTheSite() {
    var state = state(lanes: 2, rows: [row(1), row(2, record: 2)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1)))
    let asked = Exchange(outcome: .retryLater(after: .seconds(2), .busy), status: 503)
    _ = state.finished([(1, asked)], lane: 0, now: .zero)
    // One of them is there when the time has come.
    #expect(state.next(lane: 0, now: .zero) == .wait(until: .seconds(2)))
    #expect(state.next(lane: 1, now: .zero) == .wait(until: nil))
    #expect(state.lanesToWake(now: .zero).isEmpty)
  }

  @Test func letsALaneSleepWhoseOwnGateOpensLaterThanTheNextRowIsDue() {
    var state = state(lanes: 1, rows: [row(1), row(2, record: 2)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1)))
    var later = Exchange(outcome: .retryLater(after: nil, .busy), status: 503)
    later.nextRequestAfter = .seconds(60)
    _ = state.finished([(1, later)], lane: 0, now: .zero)
    #expect(state.next(lane: 0, now: .zero) == .wait(until: .seconds(60)))
    #expect(state.lanesToWake(now: .zero).isEmpty)
    #expect(state.lanesToWake(now: .seconds(5)).isEmpty)
  }

  @Test func callsNoRowFailedThatMayHaveBeenApplied() {
    var state = state(rows: [row(1)])
    for second in stride(from: 0, to: 500, by: 100) {
      guard case .send(let deliveries) = next(&state, now: .seconds(second)) else {
        Issue.record("nothing is sent")
        return
      }
      #expect(deliveries.map(\.attempt) == [second / 100 + 1])
      let outcome: Outcome = second == 0 ? .unknown(.lost) : .retryLater(after: nil, .busy)
      state.ended(.served, of: nil, sentAt: .seconds(second), .seconds(second))
      let effects = state.finished([(1, Exchange(outcome: outcome))], lane: 0, now: .seconds(second))
      #expect(effects.outcomes.map(\.state) == (second == 400 ? [.unknown] : []))
    }
  }

  @Test func repeatsARowOnlyWhenTheFirstRequestHasExpired() {
    var state = state(rows: [row(1)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1)))
    _ = state.finished([(1, Exchange(outcome: .unknown(.lost)))], lane: 0, now: .zero)
    guard case .wait(let until?) = state.next(lane: 0, now: .zero) else {
      Issue.record("it is sent again at once")
      return
    }
    #expect(until >= state.settings.settle)
  }

  @Test func givesTheSiteTimeToFinishWhatAnEarlierProcessSent() {
    var doubtful = row(1)
    doubtful.isInDoubt = true
    var state = state(rows: [doubtful, row(2, record: 2)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(2, record: 2)))
    #expect(state.looks(now: .milliseconds(1_999)).isEmpty)
    #expect(state.looks(now: .seconds(2)).map(\.row.number) == [1])
  }

  /// Killed again before that time is over, a run would otherwise never get any further.
  @Test func doesNotGiveTheSiteThatTimeTwice() {
    var doubtful = row(1)
    doubtful.isInDoubt = true
    doubtful.inDoubtFor = .milliseconds(1_500)
    var state = state(rows: [doubtful])
    #expect(state.looks(now: .milliseconds(499)).isEmpty)
    #expect(state.looks(now: .milliseconds(500)).map(\.looks) == [0])
    // This late, a first look finds what a second one would.
    doubtful.inDoubtFor = .seconds(4)
    state = self.state(rows: [])
    state.leased(Lease(rows: [doubtful], blocked: 0, last: 1, isExhausted: true), now: .seconds(1))
    #expect(state.looks(now: .seconds(1)).map(\.looks) == [1])
  }

  @Test func givesTheSiteThatTimeAlsoWhenAnotherRowOfTheRecordComesFirst() {
    var doubtful = row(2, of: 2)
    doubtful.isInDoubt = true
    var state = state(rows: [row(1, of: 2), doubtful])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1, of: 2)))
    _ = state.durable(state.finished([(1, applied)], lane: 0, now: .zero).outcomes)
    #expect(state.looks(now: .milliseconds(1_999)).isEmpty)
    #expect(state.looks(now: .seconds(2)).map(\.row.number) == [2])
  }

  @Test func alwaysHoldsARecordWhoseLastRowALookCanStillSettle() {
    var first = row(1, of: 2)
    first.snapshot = Snapshot(row: 1, recordID: 1, token: nil, values: [:])
    var settings = RunState.Settings()
    settings.holdsRecords = false
    settings.takesSnapshots = true
    settings.retry = RetryPolicy(attempts: 1)
    var counts = StateCounts()
    counts[.staged] = 2
    var state = RunState(settings: settings, counts: counts, random: SeededGenerator(seed: 1))
    _ = state.leaseRequest(now: .zero)
    lease([first, row(2, of: 2)], to: &state)
    #expect(state.next(lane: 0, now: .zero) == sending(first))
    state.lastGoodAnswer = .zero
    // It was the last attempt, but its outcome is looked for.
    #expect(
      state.finished([(1, Exchange(outcome: .unknown(.lost)))], lane: 0, now: .zero).outcomes.isEmpty)
    #expect(state.looks(now: .seconds(2)).map(\.lastWord?.refusal) == [.lost])
    let effects = state.looked(
      [1: .settle(.unknown, code: "timeout", error: "no answer")], snapshots: [], isAnswer: true,
      now: .seconds(2))
    #expect(effects.outcomes.map(\.state) == [.unknown])
    #expect(state.durable(effects.outcomes).outcomes.map(\.state) == [.blocked])
  }
}
