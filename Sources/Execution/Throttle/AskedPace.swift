/// The rate that a site allows which says when it wants to be asked again.
///
/// Such a refusal costs everybody the time that was asked for, so that one in a hundred may be half of a run. Where
/// they come again and again it is better to stay below what the site allows: from what came through on average,
/// which a limiter has shown to bear, up to where it refuses, and then between the two. What is tried has to go well
/// for as long as its failure would cost.
///
/// A long wait is obeyed and teaches nothing: it says when all is well again, as after maintenance, or when a quota begins
/// anew, and to go slowly then would only take longer.
struct AskedPace: Sendable {
  /// Requests per second; `nil` while there is nothing to keep to.
  private(set) var rate: Double?

  /// The time since the last refusal, with the wait that it asked for.
  private var cycle: Cycle?
  /// The time at the present rate.
  private var step = Step()
  /// The fastest rate that went well, and the slowest that did not, as far as they still hold.
  private var good: Double?
  private var bad: Double?
  /// What came through in a second, waits included, before there was a rate.
  private var unpaced = 0.0
  private var lastRefused = Duration.zero
  /// Refusals that a lower rate does not help against are put up with until then.
  private var toleratedUntil = Duration.zero

  private struct Cycle {
    var began: Duration
    var opens: Duration
    var served = 0
  }

  private struct Step {
    var began = Duration.zero
    var served = 0
  }

  private static let longestLesson = Duration.seconds(10)
  private static let range = 0.1...1_000_000

  /// The site did its work for a request that left then.
  mutating func served(sentAt: Duration, now: Duration) {
    guard let cycle, sentAt >= cycle.began else { return }
    self.cycle?.served += 1
    guard let rate, sentAt >= step.began else { return }
    step.served += 1
    let time = now - step.began
    let cost = min(max(cycle.opens - cycle.began, .seconds(1)), Self.longestLesson)
    guard time >= cost, step.served >= min(max(Int(rate / 2), 4), 20) else { return }
    let sent = Double(step.served) / (time / .seconds(1))
    // Who cannot send a quarter as fast needs no rate, and whoever is slower than it has not tried it.
    if rate > 4 * sent { return change(to: nil, now) }
    if rate > 1.5 * sent { return change(to: rate, now) }
    good = max(good ?? 0, rate)
    // A limit may be lifted: gently at first, then ever bolder.
    let quiet = (now - lastRefused) / cost - 30
    if quiet > 0 { bad = nil }
    guard let bad else {
      let boldness = quiet > 0 ? min(0.1 * Double(1 << min(Int(quiet), 4)), 1) : 1
      return change(to: rate * (1 + boldness), now)
    }
    change(to: rate * 1.06 < bad ? (rate * bad).squareRoot() : rate, now)
  }

  /// The site wants to be left alone for a time.
  mutating func refused(after: Duration, sentAt: Duration, now: Duration) {
    guard after <= Self.longestLesson else {
      // A rate that was found before still has to be tried and left.
      cycle = Cycle(began: now + after, opens: now + after)
      step = Step(began: now + after)
      return
    }
    guard let cycle, cycle.served > 0 else {
      // Refused once more, or for the first time: what comes through is counted from the first refusal on.
      self.cycle = Cycle(began: cycle?.began ?? now, opens: now + after)
      step = Step(began: now + after)
      return
    }
    // Many requests that were on their way together are refused together; that is one refusal.
    guard sentAt >= cycle.opens else { return }
    let average = Double(cycle.served) / ((now - cycle.began) / .seconds(1))
    let waited = cycle.opens - cycle.began
    let isCostly = now - cycle.began < waited * 5
    self.cycle = Cycle(began: now, opens: now + after)
    lastRefused = now
    if let rate {
      slowDown(rate, average, now)
    } else if isCostly, now >= toleratedUntil {
      (unpaced, good, bad) = (average, nil, nil)
      rate = max(0.9 * average, Self.range.lowerBound)
    }
    step = Step(began: now + after)
  }

  private mutating func slowDown(_ current: Double, _ average: Double, _ now: Duration) {
    guard current > unpaced else {
      // A limiter has borne that before; these refusals have another cause.
      toleratedUntil = now + .seconds(60)
      rate = nil
      return
    }
    bad = current
    if let good, good * 1.06 < current {
      rate = (good * current).squareRoot()
    } else {
      // What went well does so no longer.
      good = nil
      rate = max(0.9 * min(average, current), 0.5 * current, Self.range.lowerBound)
    }
  }

  private mutating func change(to rate: Double?, _ now: Duration) {
    self.rate = rate.map { min(max($0, Self.range.lowerBound), Self.range.upperBound) }
    step = Step(began: now)
  }
}
