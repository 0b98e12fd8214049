import Sites
import Staging
import TestSupport
import Testing

@testable import Execution

/// The whole of a run's throttle, in virtual time.
@Suite struct ThrottleTests {
  private static let served = Exchange(outcome: .applied, status: 200)
  private static let refused = Exchange(outcome: .retryLater(after: nil, .busy), status: 503)
  private static let gone = Exchange(outcome: .retryLater(after: nil, .closed))

  /// The requirements of issue 5, at every number of lanes, latency and burst.
  @Test(
    arguments: [4, 8, 32],
    rounds(of: [(1, 0), (1, 10), (10, 5), (50, 0), (50, 10), (200, 0), (200, 10)]))
  func findsTheRateOfALimiterThatSaysNothingButNo(lanes: Int, site: (latency: Int, burst: Int)) {
    let latency = Duration.milliseconds(site.latency)
    var limiter = Limiter(perSecond: 50, burst: Double(site.burst))
    var run = VirtualRun(rows: 3_000) { $0.throttle.lanes = lanes }
    run.run(latency: latency, jitter: .milliseconds(1)) { _, sentAt in
      limiter.lets(sentAt) ? Self.served : Self.refused
    }
    #expect(run.outcomes.count == 3_000)
    #expect(run.outcomes.allSatisfy { $0.state == .applied })
    let allowed = min(50, Double(lanes) / (latency / .seconds(1)))
    let reached = 3_000 / (run.now / .seconds(1))
    #expect(reached >= 0.9 * allowed, "\(reached)/s of \(allowed)/s")
    let later = run.sent.filter { $0.at > .seconds(10) }
    let share = Double(later.count { $0.isRefused }) / Double(later.count)
    #expect(share < 0.05, "\(share) of the requests were refused")
    #expect(run.state.stopReason == nil)
  }

  @Test func keepsToTheRateOfTheJobWithoutEverBeingRefused() {
    var limiter = Limiter(perSecond: 50)
    var run = VirtualRun(rows: 500) {
      $0.throttle.lanes = 8
      $0.throttle.rate = 49.5
    }
    run.run(latency: .milliseconds(20)) { _, sentAt in
      limiter.lets(sentAt) ? Self.served : Self.refused
    }
    #expect(run.sent.count == 500)
    #expect(run.sent.allSatisfy { !$0.isRefused })
    for (one, next) in zip(run.sent, run.sent.dropFirst()) { #expect(next.at - one.at >= .milliseconds(20)) }
    #expect((run.now - .milliseconds(499 * 1_000) / 49.5) < .milliseconds(40))
    let held = run.state.throttle.ledger.times[.rate] ?? .zero
    #expect(held > run.now * 0.9)
  }

  @Test func costsAWellBehavedSiteNothing() {
    var run = VirtualRun(rows: 5_000, seed: 3) { $0.throttle.lanes = 16 }
    // The noise of a server on this machine: mostly a millisecond, at times fifty.
    var noise = SeededGenerator(seed: 7)
    let latency = { (_: Duration) -> Duration in
      Int.random(in: 0..<40, using: &noise) == 0 ? .milliseconds(50) : .milliseconds(1)
    }
    run.run(latency: latency, jitter: .microseconds(300)) { _, _ in Self.served }
    #expect(run.state.throttle.ledger.times.isEmpty)
    #expect(run.state.throttle.lanes.limit == 16)
    #expect(run.state.throttle.rate == nil)
    #expect(run.peakInFlight == 16)
  }

  /// Faults that have nothing to do with the rate must not starve a run.
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func toleratesRefusalsThatALowerRateDoesNotPrevent(seed: UInt64) {
    var draw = SeededGenerator(seed: seed)
    var run = VirtualRun(rows: 3_000, seed: seed) { $0.throttle.lanes = 4 }
    run.run(latency: .milliseconds(20), jitter: .milliseconds(2)) { _, _ in
      Int.random(in: 0..<10, using: &draw) == 0 ? Self.refused : Self.served
    }
    #expect(run.outcomes.allSatisfy { $0.state == .applied }, "seed \(seed)")
    // 200/s is what the lanes can do; a rate that only ever falls would take hours.
    #expect(run.now < .seconds(45), "seed \(seed): \(run.now)")
  }

  @Test func recoversWhenTheLimitIsGone() {
    var limiter = Limiter(perSecond: 20)
    var run = VirtualRun(rows: 20_000) { $0.throttle.lanes = 8 }
    run.run(until: .seconds(120), latency: .milliseconds(40)) { _, sentAt in
      sentAt > .seconds(30) || limiter.lets(sentAt) ? Self.served : Self.refused
    }
    let atTheEnd = run.sent.count { $0.at > .seconds(110) }
    #expect(atTheEnd > 1_900, "\(atTheEnd) in ten seconds")
  }

  @Test func usesFewerLanesOnASiteThatSlowsDownUnderThem() {
    var run = VirtualRun(rows: 30_000) { $0.throttle.lanes = 32 }
    let latency = { (sentAt: Duration) -> Duration in
      sentAt < .seconds(20) ? .milliseconds(50) : .milliseconds(900)
    }
    run.run(until: .seconds(60), latency: latency) { _, _ in Self.served }
    #expect(run.state.throttle.lanes.limit < 12)
    #expect(run.state.throttle.lanes.limit >= 1)
    #expect(run.state.throttle.note(now: run.now)?.hasSuffix("of 32 lanes: the site is slow") == true)
    #expect((run.state.throttle.ledger.times[.adaptive] ?? .zero) > .seconds(10))
  }

  @Test func waitsAsAskedAndResumesAtFullSpeed() {
    var run = VirtualRun(rows: 400) { $0.throttle.lanes = 4 }
    run.run(latency: .milliseconds(10)) { row, sentAt in
      sentAt < .seconds(1) && row == 50
        ? Exchange(outcome: .retryLater(after: .seconds(30), .busy), status: 429) : Self.served
    }
    #expect(run.outcomes.allSatisfy { $0.state == .applied && $0.attempts == 1 })
    #expect(run.now > .seconds(30) && run.now < .seconds(33))
    let asked = run.state.throttle.ledger.times[.siteAsked] ?? .zero
    #expect(asked > .seconds(29) && asked <= .seconds(30))
  }

  /// Every refusal costs a wait, so there must be few.
  @Test(arguments: [1, 2, 5], rounds(of: [(8, 0), (8, 5), (8, 50), (32, 0), (32, 50)]))
  func findsTheRateOfALimiterThatSaysWhenToComeBack(seconds: Int, site: (lanes: Int, burst: Int)) {
    var limiter = Limiter(perSecond: 50, burst: Double(site.burst))
    let refused = Exchange(outcome: .retryLater(after: .seconds(seconds), .busy), status: 429)
    var run = VirtualRun(rows: 9_000) { $0.throttle.lanes = site.lanes }
    run.run(latency: .milliseconds(10), jitter: .milliseconds(1)) { _, sentAt in
      limiter.lets(sentAt) ? Self.served : refused
    }
    #expect(run.outcomes.count == 9_000)
    #expect(run.outcomes.allSatisfy { $0.state == .applied })
    let later = run.sent.filter { $0.at > run.now / 2 && !$0.isRefused }
    let reached = Double(later.count) / (run.now / 2 / .seconds(1))
    #expect(reached > 40, "\(reached)/s of 50/s")
  }

  /// N requests in a minute, and the time to the next when they are used up.
  @Test func usesUpWhatAWindowAllows() {
    var window = (number: 0, count: 0)
    var run = VirtualRun(rows: 6_000) { $0.throttle.lanes = 8 }
    run.run(latency: .milliseconds(10), jitter: .milliseconds(1)) { _, sentAt in
      let number = Int(sentAt / .seconds(60))
      if number != window.number { window = (number, 0) }
      window.count += 1
      let left = Duration.seconds(60) * (number + 1) - sentAt
      return window.count <= 1_000
        ? Self.served : Exchange(outcome: .retryLater(after: left, .busy), status: 429)
    }
    #expect(run.outcomes.allSatisfy { $0.state == .applied })
    #expect(run.now < .seconds(420))
  }

  /// Maintenance, twice: a long wait says when the site is back, and nothing about the rate it allows then.
  @Test func resumesAtFullSpeedAfterLongWaits() {
    let begins = [Duration.milliseconds(100), .seconds(3_600) + .milliseconds(400)]
    var refusals = 0
    var run = VirtualRun(rows: 2_000) {
      $0.throttle.lanes = 4
      $0.throttle.breaker.patience = .seconds(7_200)
    }
    run.run(latency: .milliseconds(10), jitter: .milliseconds(1)) { _, sentAt in
      guard refusals < 2, sentAt >= begins[refusals] else { return Self.served }
      refusals += 1
      return Exchange(outcome: .retryLater(after: .seconds(3_600), .busy), status: 503)
    }
    #expect(run.outcomes.allSatisfy { $0.state == .applied && $0.attempts == 1 })
    #expect(run.now > .seconds(7_200) && run.now < .seconds(7_230), "\(run.now)")
  }

  @Test func leavesARateBehindThatALongWaitHasOutlived() {
    var limiter = Limiter(perSecond: 20)
    var isAsked = false
    var run = VirtualRun(rows: 20_000) {
      $0.throttle.lanes = 8
      $0.throttle.breaker.patience = .seconds(7_200)
    }
    run.run(until: .seconds(4_000), latency: .milliseconds(20), jitter: .milliseconds(1)) { _, sentAt in
      if sentAt < .seconds(60) {
        return limiter.lets(sentAt)
          ? Self.served : Exchange(outcome: .retryLater(after: .seconds(1), .busy), status: 429)
      }
      defer { isAsked = true }
      return isAsked
        ? Self.served : Exchange(outcome: .retryLater(after: .seconds(3_600), .busy), status: 503)
    }
    #expect(run.state.isFinished, "\(run.outcomes.count) rows, \(run.state.throttle.rate ?? 0)/s")
  }

  /// The worst that short waits can do: they come one after the other, with next to nothing between.
  @Test func recoversSoonFromManyShortWaits() {
    var run = VirtualRun(rows: 20_000) { $0.throttle.lanes = 8 }
    run.run(until: .seconds(600), latency: .milliseconds(20), jitter: .milliseconds(1)) { row, sentAt in
      sentAt < .seconds(120) && !row.isMultiple(of: 7)
        ? Exchange(outcome: .retryLater(after: .seconds(10), .busy), status: 503) : Self.served
    }
    let late = run.sent.count { $0.at > .seconds(540) && $0.at < .seconds(550) }
    #expect(run.state.isFinished || late > 1_000, "\(late) in ten seconds, seven minutes later")
  }

  /// A tenth of the requests gets a wait at any pace; slowing down would only take longer.
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func doesNotSlowDownForWaitsThatHaveAnotherCause(seed: UInt64) {
    var draw = SeededGenerator(seed: seed)
    let refused = Exchange(outcome: .retryLater(after: .seconds(2), .busy), status: 503)
    var run = VirtualRun(rows: 2_000, seed: seed) { $0.throttle.lanes = 8 }
    run.run(latency: .milliseconds(20), jitter: .milliseconds(2)) { _, _ in
      Int.random(in: 0..<10, using: &draw) == 0 ? refused : Self.served
    }
    #expect(run.outcomes.allSatisfy { $0.state == .applied })
    // Without any pace, ten to twenty requests get through between two waits.
    #expect(run.now < .seconds(500), "seed \(seed): \(run.now)")
  }

  // MARK: The breaker

  @Test func survivesAnOutageWithoutUsingUpAttempts() {
    var run = VirtualRun(rows: 2_000) { $0.throttle.lanes = 8 }
    let outages = [Duration.seconds(1)..<Duration.seconds(4), .seconds(10)..<(.seconds(400))]
    run.run(latency: .milliseconds(20)) { _, sentAt in
      outages.contains { $0.contains(sentAt) } ? Self.gone : Self.served
    }
    #expect(run.outcomes.count == 2_000)
    #expect(run.outcomes.allSatisfy { $0.state == .applied && $0.attempts <= 3 })
    #expect(run.now < .seconds(440))
    let lost = run.sent.count { outages[1].contains($0.at) }
    #expect(lost < 40, "\(lost) requests to a site that was away for six minutes")
    #expect((run.state.throttle.ledger.times[.breaker] ?? .zero) > .seconds(350))
  }

  @Test func stopsWhenPatienceIsAtItsEnd() {
    var run = VirtualRun(rows: 200) {
      $0.throttle.lanes = 4
      $0.throttle.breaker = BreakerRule(patience: .seconds(120))
    }
    run.run(latency: .milliseconds(20)) { _, sentAt in
      sentAt < .milliseconds(200) ? Self.served : Self.gone
    }
    #expect(run.state.stopReason == .siteDown(.closed))
    #expect(run.now > .seconds(119) && run.now < .seconds(122))
    #expect(run.outcomes.allSatisfy { $0.state == .applied })
  }

  @Test func failsARowThatIsRefusedWhileOthersAreServed() {
    var run = VirtualRun(rows: 300) { $0.throttle.lanes = 4 }
    run.run(latency: .milliseconds(20)) { row, _ in row == 7 ? Self.refused : Self.served }
    #expect(run.outcomes.filter { $0.state == .failed }.map(\.number) == [7])
    #expect(run.state.stopReason == nil)
  }

  /// The last row of a run has no other beside it to tell its trouble from the site's.
  @Test func failsALoneRowInTheEnd() {
    var run = VirtualRun(rows: 2) { $0.throttle.lanes = 1 }
    run.run(latency: .milliseconds(20)) { row, _ in row == 1 ? Self.refused : Self.served }
    #expect(run.outcomes.map(\.state).sorted { $0.rawValue < $1.rawValue } == [.applied, .failed])
    #expect(run.now < .seconds(1_700))
  }

  @Test func sendsNothingMoreOnceALoginWasRefused() {
    var run = VirtualRun(rows: 300) { $0.throttle.lanes = 8 }
    run.run(latency: .milliseconds(20), jitter: .milliseconds(5)) { _, sentAt in
      sentAt < .seconds(1) ? Self.served : Exchange(outcome: .loginRefused(.no), status: 401)
    }
    #expect(run.state.stopReason == nil || run.state.stopReason == .loginRefused(.no))
    #expect(run.sent.count { $0.at >= .seconds(1) } <= 8)
  }
}
