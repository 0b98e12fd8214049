/// The rate that a site turns out to allow, learned from its refusals.
///
/// A limiter that says only 429 or 503 is found by search. The pace goes down while the site refuses most requests,
/// then between the fastest good pace and the slowest bad one. Then it goes up gently, and back a little when that
/// was too much. The measure is a *round* of answers to requests that left after the last change, so that one burst
/// counts once. Refusals that a lower pace does not reduce have another cause and are tolerated.
struct Pace: Sendable {
  /// Requests per second; `nil` for no limit.
  private(set) var rate: Double?

  private var round = Round()
  /// The fastest pace that went well, and the slowest that did not, as far as they still hold.
  private var good: Double?
  private var bad: Double?
  /// Indicates that nothing has been too fast yet since halving found the pace.
  private var isSeeking = false
  private var lastRefused = Duration.zero
  /// The standing before the last step down, until a round has shown whether it helped.
  private var before: (rate: Double?, sent: Double, share: Double)?
  /// The share of refusals that a lower pace does not reduce, and the time until which it counts.
  private var tolerated = 0.0
  private var toleratedUntil = Duration.zero

  private struct Round {
    var began = Duration.zero
    /// The departure of the last answered request.
    var lastSent = Duration.zero
    var served = 0
    var refused = 0

    var answers: Int { served + refused }
    var share: Double { Double(refused) / Double(max(answers, 1)) }
    /// - Parameter end: the end of the time, which begins with the round.
    func perSecond(_ count: Int, until end: Duration) -> Double {
      Double(count) / max((end - began) / .seconds(1), 0.000_1)
    }
  }

  /// Takes in an answer.
  ///
  /// - Parameters:
  ///   - isRefusal: the site was too busy for the request; any other answer is service.
  ///   - sentAt: the departure of the request.
  mutating func answered(_ isRefusal: Bool, sentAt: Duration, now: Duration) {
    guard sentAt >= round.began else { return }
    round.lastSent = max(round.lastSent, sentAt)
    if isRefusal { round.refused += 1 } else { round.served += 1 }
    if now > toleratedUntil { tolerated = 0 }
    if round.refused >= 6, round.share >= 0.6 { return slowDown(now) }
    if before != nil { return judge(now) }
    guard let rate else {
      guard round.answers >= 100, now - round.began >= .milliseconds(250) else { return }
      return round.share > max(tolerated, 0.05) ? stepDown(now) : change(to: nil, now)
    }
    let enough = max(tolerated > 0 ? 50 : min(Int(rate / 4), 12), Int(rate / 4), 4)
    let isEarly = tolerated == 0 && round.refused >= 3 && round.share >= 0.25
    guard isEarly || round.answers >= enough else { return }
    if round.refused >= 3, round.share > max(tolerated, 0.05) { return stepDown(now) }
    // A few refusals say little before there are more answers.
    guard round.share <= max(tolerated, 0.03) else { return }
    speedUp(now)
  }

  // MARK: Steps

  private static let range = 0.1...1_000_000

  private mutating func change(to rate: Double?, _ now: Duration) {
    self.rate = rate.map { min(max($0, Self.range.lowerBound), Self.range.upperBound) }
    round = Round(began: now)
  }

  /// Returns the round's answers per second.
  ///
  /// With a pace, the time is that of departures, because a slow site answers the first of them late. Without one
  /// they may all have left at once.
  private func perSecond(_ count: Int, _ now: Duration) -> Double {
    round.perSecond(count, until: rate == nil ? now : round.lastSent)
  }

  /// Returns the pace at which requests left, which may be lower than allowed if the lanes were too slow.
  private func slower(_ now: Duration) -> Double {
    let sent = perSecond(round.answers, now)
    return min(rate ?? sent, sent)
  }

  /// Slows down after many refusals: to a good pace, else to the served one, or to half if there is too little data.
  private mutating func slowDown(_ now: Duration) {
    let current = slower(now)
    (before, tolerated, lastRefused) = (nil, 0, now)
    // The speed of a burst does not show which pace is too fast.
    (isSeeking, bad) = (rate == nil, rate)
    if let good, good < current { return change(to: 0.95 * good, now) }
    good = nil
    change(to: round.served >= 8 ? 0.95 * perSecond(round.served, now) : current / 2, now)
  }

  /// Slows down a little after some refusals, to see whether that helps.
  private mutating func stepDown(_ now: Duration) {
    let current = slower(now)
    (before, lastRefused, bad) = ((rate, current, round.share), now, rate)
    isSeeking = false
    if let good, good < current { return change(to: 0.95 * good, now) }
    good = nil
    let served = perSecond(round.served, now)
    change(to: round.served >= 8 ? 0.95 * min(current, served) : 0.6 * current, now)
  }

  /// Undoes the steps down since the first refusals if they have not helped.
  private mutating func judge(_ now: Duration) {
    guard let before, let rate else { return }
    let enough = max(min(Int(before.share > 0.3 ? rate / 4 : rate), 80), Int(rate / 4), 6)
    guard round.answers >= enough else { return }
    if round.share <= max(before.share / 2, 0.03) {
      self.before = nil
      return speedUp(now)
    }
    lastRefused = now
    // A limiter without a burst refuses every other request at anything between its rate and twice that.
    guard rate < 0.45 * before.sent else {
      bad = rate
      good = nil
      return change(to: 0.7 * slower(now), now)
    }
    tolerated = min(0.4, 1.5 * max(before.share, round.share) + 0.05)
    toleratedUntil = now + .seconds(60)
    (self.before, good, bad) = (nil, nil, nil)
    change(to: before.rate, now)
  }

  /// Speeds up after a good round: half the way to the bad pace, or a gentle step that grows with time.
  private mutating func speedUp(_ now: Duration) {
    guard let rate else { return }
    let seconds = (now - round.began) / .seconds(1)
    let sent = perSecond(round.answers, now)
    if round.refused > 0, rate > 2 * sent { return change(to: rate, now) }
    // A run that cannot send a quarter as fast needs no pace.
    if rate > 4 * sent {
      (good, bad, isSeeking) = (nil, nil, false)
      return change(to: nil, now)
    }
    good = max(good ?? 0, rate)
    if isSeeking { return change(to: 1.5 * rate, now) }
    if let bad, rate * 1.06 < bad { return change(to: (rate * bad).squareRoot(), now) }
    if let bad, rate > bad { self.bad = nil }
    let quiet = (now - lastRefused) / .seconds(1)
    let perSecond = min(0.005 * min(rate / 20, 1) * Double(1 << min(Int(quiet / 6), 10)), 0.25)
    change(to: rate * (1 + min(perSecond * seconds, 0.25)), now)
  }
}
