import JSON
import Records
import Sites
import Staging
import TestSupport
import Testing

@testable import Execution

/// The lifetime of a look, requests that may still arrive, and waits that are cut short.
extension RunStateTests {
  // MARK: Ages

  @Test func looksAgainAtWhatCouldNotLeaveForTooLong() {
    var state = state(rows: [row(1)])
    state.hold(true, now: .zero)
    #expect(state.next(lane: 0, now: .seconds(1)) == .wait(until: nil))
    state.hold(false, now: .zero)
    #expect(state.next(lane: 0, now: .seconds(6)) == .wait(until: nil))
    #expect(state.looks(now: .seconds(6)).map(\.row.number) == [1])
    // Written again, the intent is still the only one.
    _ = state.looked(
      [1: .send(Delivery(row(1), PatchChanges()))], snapshots: [], isAnswer: true, now: .seconds(6))
    state.announced([1])
    #expect(state.counts[.sending] == 1)
    #expect(state.next(lane: 0, now: .seconds(7)) == sending(row(1)))
  }

  @Test func takesWhatWasReadBeforeAWaitForAsOldAsItIs() {
    var state = state(rows: [])
    state.leased(Lease(rows: [row(1)], blocked: 0, last: 1, isExhausted: true), now: .zero)
    #expect(state.looks(now: .zero).count == 1)
    // The site asked for a pause between the requests of one look.
    _ = state.looked(
      [1: .send(Delivery(row(1), PatchChanges()))], snapshots: [], isAnswer: true, taken: .seconds(60),
      waited: .seconds(59),
      now: .seconds(60))
    state.announced([1])
    state.lookEnded()
    #expect(state.next(lane: 0, now: .seconds(60)) == .wait(until: nil))
    #expect(state.looks(now: .seconds(60)).count == 1)
  }

  /// Looks that take longer than their result is valid must not make a run loop.
  @Test func makesProgressWhenEveryLookIsOldAtItsEnd() {
    var state = state(rows: [row(1)])
    var now = Duration.seconds(20)
    var looks = 0
    while case .wait = state.next(lane: 0, now: now), looks < 9 {
      announce(&state, now: now)
      looks += 1
      now += .seconds(20)
    }
    #expect((1...4).contains(looks))
  }

  /// The row is looked for, and waits until nothing of it can still come, as one that creates something does.
  @Test(arguments: [(false, false), (true, true)])
  func countsNoRowAsRepeatableWhereNobodyKnowsWhatItDoes(repeatsNothing: Bool, waits: Bool) {
    var settings = RunState.Settings()
    settings.takesSnapshots = true
    settings.repeatsNothing = repeatsNothing
    var counts = StateCounts()
    counts[.staged] = 1
    var state = RunState(
      settings: settings, counts: counts, random: SeededGenerator(seed: 1))
    lease([row(1)], to: &state)
    guard case .send(let deliveries) = state.next(lane: 0, now: .zero) else {
      Issue.record("nothing was sent")
      return
    }
    #expect(deliveries.map(\.row.isIdempotent) == [!waits])
    #expect(deliveries.map(\.fitsABatch) == [!waits])
  }

  /// A site that asks for a pause time after time does not make a look from before the last one valid.
  @Test func looksAgainAfterEveryPauseThatTheSiteAsksFor() {
    var state = state(rows: [row(1)])
    var now = Duration.zero
    for _ in 1...4 {
      guard case .send = next(&state, now: now) else {
        Issue.record("nothing was sent at \(now)")
        return
      }
      let busy = Refusal(status: 429, code: "http-429", message: "busy")
      let exchange = Exchange(outcome: .retryLater(after: .seconds(8), busy), status: 429)
      _ = state.finished([(1, exchange)], lane: 0, now: now)
      now += .seconds(8)
      // It does not leave on the strength of a read before the pause.
      if case .send = state.next(lane: 0, now: now) { Issue.record("sent by an old look at \(now)") }
    }
  }

  /// A wait that a look asks for does not exceed the patience.
  @Test func aLookWaitsNoLongerThanThereIsPatience() {
    for outcome in [
      Outcome.retryLater(after: .seconds(999_999), Refusal(status: 503, code: "http-503", message: "away")),
      .unknown(after: .seconds(999_999), Refusal(status: 503, code: "http-503", message: "away")),
    ] {
      var state = state(rows: [])
      state.leased(Lease(rows: [row(1)], blocked: 0, last: 1, isExhausted: true), now: .zero)
      #expect(state.looks(now: .zero).count == 1)
      state.lookFailed([1], outcome, now: .seconds(1))
      guard case .siteDown = state.stopReason else {
        Issue.record("\(String(describing: state.stopReason))")
        return
      }
    }
  }

  @Test func aSlowRateNeedsNoLookForEveryRow() {
    var settings = RunState.Settings()
    settings.throttle.rate = 0.1
    settings.throttle.lanes = 1
    var counts = StateCounts()
    counts[.staged] = 3
    var state = RunState(settings: settings, counts: counts, random: SeededGenerator(seed: 1))
    _ = state.leaseRequest(now: .zero)
    lease([row(1), row(2, record: 2), row(3, record: 3)], to: &state)
    #expect(state.next(lane: 0, now: .zero) == sending(row(1)))
    _ = state.durable(state.finished([(1, applied)], lane: 0, now: .milliseconds(1)).outcomes)
    announce(&state)
    #expect(state.next(lane: 0, now: .seconds(10)) == sending(row(2, record: 2)))
  }

  @Test func doesNotCountARequestThatWasHeldBack() {
    var state = state(rows: [row(1)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1)))
    let refusal = Refusal(status: nil, code: Refusal.notSent, message: "it has waited for too long")
    let held = Exchange(outcome: .retryLater(after: nil, refusal))
    #expect(state.finished([(1, held)], lane: 0, now: .seconds(9)).outcomes.isEmpty)
    #expect(!state.throttle.breaker.isOpen)
    #expect(next(&state, now: .seconds(9)) == sending(row(1), attempt: 2))
    #expect(state.finished([(1, applied)], lane: 0, now: .seconds(9)).outcomes.map(\.attempts) == [1])
  }

  // MARK: Late commits

  private func doubtful(_ number: Int, for time: Duration, announced: Duration? = nil) -> StagedRow {
    var row = row(number, isIdempotent: false)
    row.isInDoubt = true
    (row.inDoubtFor, row.announcedFor) = (time, announced ?? time)
    row.snapshot = Snapshot(row: number, recordID: 1, token: nil, values: [:])
    return row
  }

  @Test(arguments: [
    // Killed just now, resumed at once.
    (inDoubt: 0, announced: 1, until: 62), (inDoubt: 30, announced: 31, until: 32),
    // Resumed the morning after.
    (inDoubt: 0, announced: 30_000, until: 0),
  ])
  func waitsForWhatAnEarlierProcessMayHaveSent(inDoubt: Int, announced: Int, until: Int) {
    var state = state(rows: [])
    let row = doubtful(1, for: .seconds(inDoubt), announced: .seconds(announced))
    state.leased(Lease(rows: [row], blocked: 0, last: 1, isExhausted: true), now: .zero)
    var time = Duration.seconds(2)
    var looks = 0
    while let order = state.looks(now: time).first, order.mayStillCome {
      _ = state.looked([1: .lookAgain], snapshots: [], isAnswer: true, now: time)
      state.lookEnded()
      time = state.queues.delayed.last?.time ?? time
      looks += 1
    }
    #expect(time == max(.seconds(2), .seconds(until)))
    // Sooner or later in between, for a site that has just finished.
    #expect(until < 10 || (3...8).contains(looks))
  }

  @Test func waitsForAGatewayThatHangsUpAsForATimeout() {
    var row = row(1, isIdempotent: false)
    row.snapshot = Snapshot(row: 1, recordID: 1, token: nil, values: [:])
    var settings = RunState.Settings()
    settings.takesSnapshots = true
    var counts = StateCounts()
    counts[.staged] = 1
    var state = RunState(settings: settings, counts: counts, random: SeededGenerator(seed: 1))
    _ = state.leaseRequest(now: .zero)
    lease([row], to: &state)
    #expect(state.next(lane: 0, now: .seconds(1)) == sending(row))
    let cut = Exchange(outcome: .unknown(.gateway), status: 503, duration: .seconds(8))
    _ = state.finished([(1, cut)], lane: 0, now: .seconds(9))
    let orders = state.looks(now: .seconds(13))
    #expect(orders.map(\.isLate) == [true] && orders.map(\.mayStillCome) == [true])
    _ = state.looked([1: .lookAgain], snapshots: [], isAnswer: true, now: .seconds(13))
    state.lookEnded()
    #expect(state.looks(now: .seconds(28)).isEmpty)
    #expect(state.looks(now: .seconds(29)).map(\.mayStillCome) == [true])
    _ = state.looked([1: .lookAgain], snapshots: [], isAnswer: true, now: .seconds(29))
    state.lookEnded()
    #expect(state.looks(now: .seconds(61)).map(\.mayStillCome) == [true])
    _ = state.looked([1: .lookAgain], snapshots: [], isAnswer: true, now: .seconds(61))
    state.lookEnded()
    #expect(state.looks(now: .seconds(62)).isEmpty)
    #expect(state.looks(now: .seconds(63)).map(\.mayStillCome) == [false])
  }

  @Test func looksBeforeItBelievesARefusalThatMayBeDueToItself() {
    for (outcome, wasLost, isLookedFor) in [
      (Outcome.conflict(.no), false, true), (.refused(.no), false, false), (.refused(.no), true, true),
    ] {
      var row = row(1)
      row.snapshot = Snapshot(row: 1, recordID: 1, token: "7", values: [:])
      var settings = RunState.Settings()
      settings.takesSnapshots = true
      var counts = StateCounts()
      counts[.staged] = 1
      var state = RunState(settings: settings, counts: counts, random: SeededGenerator(seed: 1))
      _ = state.leaseRequest(now: .zero)
      lease([row], to: &state)
      var now = Duration.zero
      if wasLost {
        #expect(state.next(lane: 0, now: now) == sending(row))
        _ = state.finished([(1, Exchange(outcome: .unknown(.cut)))], lane: 0, now: now)
        now = .seconds(4)
        announce(&state, now: now)
      }
      guard case .send = state.next(lane: 0, now: now) else {
        Issue.record("nothing is sent")
        return
      }
      let effects = state.finished([(1, Exchange(outcome: outcome, status: 412))], lane: 0, now: now)
      #expect(effects.outcomes.isEmpty == isLookedFor)
      let orders = state.looks(now: now)
      #expect(orders.map(\.lastWord?.refusal) == (isLookedFor ? [.no] : []))
      #expect(orders.map(\.wasLost) == (isLookedFor ? [wasLost] : []))
    }
  }

  // MARK: Waits without end

  @Test func doesNotWaitLongerThanPatienceLasts() {
    for (wait, isTooLong) in [(Duration.seconds(1_800), false), (.seconds(999_999), true)] {
      var state = state(rows: [row(1)])
      #expect(state.next(lane: 0, now: .zero) == sending(row(1)))
      let asked = Exchange(outcome: .retryLater(after: wait, .busy), status: 503)
      _ = state.finished([(1, asked)], lane: 0, now: .seconds(1))
      #expect((state.stopReason != nil) == isTooLong)
      #expect(state.stopReason?.refusal?.message.contains("999999 s") ?? !isTooLong)
    }
  }

  @Test func doesNotWaitForARecordLongerThanPatienceLasts() {
    var state = state(rows: [row(1), row(2, record: 2)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1)))
    let locked = Refusal(status: 409, code: "http-409", message: "the record is locked")
    let asked = Exchange(outcome: .retryLater(after: .seconds(999_999), locked), status: 409)
    _ = state.finished([(1, asked)], lane: 0, now: .seconds(1))
    #expect(state.stopReason == nil)
    #expect((state.queues.delayed.last?.time ?? .zero) <= .seconds(1_801))
  }

  @Test func namesWhatItWaitsFor() {
    var state = state(rows: [])
    state.leased(Lease(rows: [doubtful(1, for: .zero)], blocked: 0, last: 1, isExhausted: true), now: .zero)
    #expect(
      state.note(now: .seconds(1))
        == "waiting up to 61 s: the site may still apply 1 row it has not answered")
  }
}
