/// The rate allowed by a site that says when it wants to be asked again.
///
/// Such a refusal costs all lanes the wait, so one refusal in a hundred requests may cost half of a run. If refusals
/// recur it is better to stay below the limit. The rate starts at the average that came through, which the limiter
/// has accepted. It rises until the site refuses, and is then searched between the two. A new rate must go well for
/// as long as its failure would cost.
///
/// A long wait is obeyed but teaches nothing. It says when all is well again, as after maintenance or when a quota is
/// renewed; a slower rate would only take longer.
struct AskedPace: Sendable {
  /// Requests per second; `nil` for no limit.
  private(set) var rate: Double?

  /// The time since the last refusal, with its requested wait.
  private var cycle: Cycle?
  /// The time at the current rate.
  private var step = Step()
  /// The fastest rate that went well, and the slowest that did not, as far as they still hold.
  private var good: Double?
  private var bad: Double?
  /// The requests per second that came through, waits included, before there was a rate.
  private var unpaced = 0.0
  private var lastRefused = Duration.zero
  /// The time until which refusals that a lower rate does not prevent are tolerated.
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

  /// Takes in that the site served a request that left then.
  mutating func served(sentAt: Duration, now: Duration) {
    guard let cycle, sentAt >= cycle.began else { return }
    self.cycle?.served += 1
    guard let rate, sentAt >= step.began else { return }
    step.served += 1
    let time = now - step.began
    let cost = min(max(cycle.opens - cycle.began, .seconds(1)), Self.longestLesson)
    guard time >= cost, step.served >= min(max(Int(rate / 2), 4), 20) else { return }
    let sent = Double(step.served) / (time / .seconds(1))
    // A run that cannot send a quarter as fast needs no rate, and one that is slower than it has not tested it.
    if rate > 4 * sent { return change(to: nil, now) }
    if rate > 1.5 * sent { return change(to: rate, now) }
    good = max(good ?? 0, rate)
    // A limit may be lifted: gently at first, then ever faster.
    let quiet = (now - lastRefused) / cost - 30
    if quiet > 0 { bad = nil }
    guard let bad else {
      let boldness = quiet > 0 ? min(0.1 * Double(1 << min(Int(quiet), 4)), 1) : 1
      return change(to: rate * (1 + boldness), now)
    }
    change(to: rate * 1.06 < bad ? (rate * bad).squareRoot() : rate, now)
  }

  /// Takes in that the site asks for a wait.
  mutating func refused(after: Duration, sentAt: Duration, now: Duration) {
    guard after <= Self.longestLesson else {
      // A rate that was found before must still be tried and abandoned.
      cycle = Cycle(began: now + after, opens: now + after)
      step = Step(began: now + after)
      return
    }
    guard let cycle, cycle.served > 0 else {
      // Refused again, or for the first time: the count starts at the first refusal.
      self.cycle = Cycle(began: cycle?.began ?? now, opens: now + after)
      step = Step(began: now + after)
      return
    }
    // Requests that were on their way together are refused together; that counts once.
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
      // The limiter has accepted this rate before; these refusals have another cause.
      toleratedUntil = now + .seconds(60)
      rate = nil
      return
    }
    bad = current
    if let good, good * 1.06 < current {
      rate = (good * current).squareRoot()
    } else {
      // The good rate does not hold any more.
      good = nil
      rate = max(0.9 * min(average, current), 0.5 * current, Self.range.lowerBound)
    }
  }

  private mutating func change(to rate: Double?, _ now: Duration) {
    self.rate = rate.map { min(max($0, Self.range.lowerBound), Self.range.upperBound) }
    step = Step(began: now)
  }
}
