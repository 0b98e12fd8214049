import Records
import Sites
import Staging
import TestSupport
import Testing

@testable import Execution

/// A lane with several rows in hand.
extension RunStateTests {
  /// A state with rows of as many records, whose site answers within a tenth of a millisecond.
  private func quick(_ rows: Int, lanes: Int = 1, _ change: (inout RunState.Settings) -> Void = { _ in })
    -> RunState
  {
    var counts = StateCounts()
    counts[.staged] = rows
    var settings = RunState.Settings()
    settings.throttle.lanes = lanes
    settings.handful = HandfulSizing(limit: 4, usual: .microseconds(100))
    change(&settings)
    var state = RunState(settings: settings, counts: counts, random: SeededGenerator(seed: 1))
    _ = state.leaseRequest(now: .zero)
    lease((1...rows).map { row($0, record: .integer(Int64($0))) }, to: &state)
    return state
  }

  private func numbers(_ step: RunState.Step) -> [Int] {
    switch step {
    case .send(let deliveries), .sendEach(let deliveries): deliveries.map(\.row.number)
    case .wait, .exit: []
    }
  }

  private func request(_ row: Int, _ exchange: Exchange) -> RunState.SingleRequest {
    RunState.SingleRequest(row: row, exchange: exchange, sentAt: .zero)
  }

  @Test func aLaneTakesSeveralRowsAndReportsThemTogether() {
    var state = quick(20)
    guard case .sendEach(let deliveries) = state.next(lane: 0, now: .zero) else {
      Issue.record("one row at a time")
      return
    }
    // Half of the rows that are ready, so that other lanes get some.
    #expect(deliveries.map(\.row.number) == [1, 2])
    #expect(deliveries.allSatisfy { $0.attempt == 1 })
    #expect(state.figures.inFlight == 1)
    let effects = state.finishedEach(
      (1...2).map { request($0, applied) }, unsent: [], lane: 0, now: .milliseconds(1))
    #expect(effects.outcomes.map(\.number) == [1, 2])
    #expect(effects.outcomes.allSatisfy { $0.state == .applied && $0.attempts == 1 })
    #expect(state.figures.inFlight == 0)
    #expect(state.counts[.applied] == 2)
    #expect(state.counts.total == 20)
  }

  /// A look for which the site is not asked says nothing about how many records it can read in time.
  @Test func groupsGrowWhereTheSiteIsNotAsked() {
    var looking = LookStanding(start: 4)
    var sizes: [Int] = []
    for _ in 1...8 {
      looking.succeeded(rows: looking.size, taken: nil)
      sizes.append(looking.size)
    }
    #expect(sizes == [8, 16, 32, 64, 128, 256, LeasePacing.maximum, LeasePacing.maximum])
    looking.succeeded(rows: LeasePacing.maximum, taken: .seconds(10))
    #expect(looking.size == LeasePacing.maximum / 5)
  }

  /// Woken lanes that find nothing would only cost the others time.
  @Test func noMoreLanesAreWokenThanTheRowsKeepBusy() {
    var state = quick(16, lanes: 16)
    #expect(state.lanesOfUse == 4)
    state.hold(true, now: .zero)
    for lane in 0..<16 { _ = state.next(lane: lane, now: .zero) }
    state.hold(false, now: .zero)
    #expect(state.lanesToWake(now: .zero).count == 4)
  }

  @Test func everyLaneGetsItsPart() {
    var state = quick(16, lanes: 4)
    #expect((0..<4).map { numbers(state.next(lane: $0, now: .zero)).count } == [2, 1, 1, 1])
  }

  @Test func whatWasNotSentIsNextAndInItsOrder() {
    var state = quick(20)
    guard case .sendEach(let deliveries) = state.next(lane: 0, now: .zero) else {
      Issue.record("one row at a time")
      return
    }
    let refused = Exchange(outcome: .refused(.no), status: 400)
    let effects = state.finishedEach(
      [request(1, refused)], unsent: deliveries[1...], lane: 0, now: .milliseconds(1))
    #expect(effects.outcomes.map(\.state) == [.failed])
    #expect(effects.attempts.map(\.row) == [1])
    for row in 2...4 {
      let step = state.next(lane: 0, now: .milliseconds(1))
      guard case .send(let next) = step else {
        Issue.record("row \(row): \(step)")
        return
      }
      #expect(next.map(\.row.number) == [row])
      #expect(next[0].attempt == 1)
      _ = state.finished([(row, applied)], lane: 0, now: .milliseconds(1))
    }
  }

  @Test func whatWasNotSentIsReleasedWhenTheRunStops() {
    var state = quick(6)
    guard case .sendEach(let deliveries) = state.next(lane: 0, now: .zero) else {
      Issue.record("one row at a time")
      return
    }
    state.stop(.stopFile)
    #expect(!state.mayContinue)
    _ = state.finishedEach([request(1, applied)], unsent: deliveries[1...], lane: 0, now: .milliseconds(1))
    #expect(state.next(lane: 0, now: .milliseconds(1)) == .exit)
    #expect(state.release().prefix(3) == [2, 3, 4])
    #expect(state.counts[.staged] == 5)
  }

  @Test func aSlowSiteOrASlowedRunGetsOneRowAtATime() {
    var slow = quick(20) { $0.handful = HandfulSizing(limit: 4, usual: .milliseconds(50)) }
    #expect(numbers(slow.next(lane: 0, now: .zero)) == [1])
    var paced = quick(20) { $0.throttle.rate = 1_000 }
    #expect(numbers(paced.next(lane: 0, now: .zero)) == [1])
    var batched = quick(20) { $0.batch = BatchSizing(limit: 3) }
    guard case .send(let batch) = batched.next(lane: 0, now: .zero) else {
      Issue.record("a batch is one request")
      return
    }
    #expect(batch.count == 3)
  }

  @Test(arguments: [
    Outcome.retryLater(after: .seconds(1), .busy), .retryLater(after: nil, .busy), .unknown(.lost),
  ])
  func nobodyGoesOnWhenTheSiteHasTrouble(_ outcome: Outcome) {
    var state = quick(20, lanes: 2)
    #expect(numbers(state.next(lane: 0, now: .zero)).count > 1)
    #expect(numbers(state.next(lane: 1, now: .zero)).count == 1)
    #expect(state.mayContinue)
    let trouble = Exchange(outcome: outcome, status: outcome.refusal?.status)
    _ = state.finishedEach([request(1, trouble)], unsent: [], lane: 0, now: .milliseconds(1))
    #expect(!state.mayContinue)
  }

  @Test func aPauseIsForEverybody() {
    var state = quick(20)
    #expect(state.mayContinue)
    state.hold(true, now: .zero)
    #expect(!state.mayContinue)
  }
}
