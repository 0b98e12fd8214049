/// The rate that a site turns out to allow, learned from what it refuses.
///
/// A limiter that says nothing but 429 or 503 is found by search: down while it refuses most, then between the
/// fastest pace that went well and the slowest that did not, then up gently, and a little back when that was too
/// much. The measure is a *round* of answers, to requests that left after the last change: so that one burst is one
/// sign. Refusals that do not become fewer at a lower pace have another cause; they are put up with.
struct Pace: Sendable {
  /// Requests per second; `nil` while there is nothing to keep to.
  private(set) var rate: Double?

  private var round = Round()
  /// The fastest pace that went well, and the slowest that did not, as far as they still hold.
  private var good: Double?
  private var bad: Double?
  /// Whether nothing has been too fast yet since the pace was found by halving.
  private var isSeeking = false
  private var lastRefused = Duration.zero
  /// What there was before the last step down, until a round has shown whether it helped.
  private var before: (rate: Double?, sent: Double, share: Double)?
  /// The share of refusals that a lower pace does not help against, and until when that is believed.
  private var tolerated = 0.0
  private var toleratedUntil = Duration.zero

  private struct Round {
    var began = Duration.zero
    /// When the last of the answered requests left.
    var lastSent = Duration.zero
    var served = 0
    var refused = 0

    var answers: Int { served + refused }
    var share: Double { Double(refused) / Double(max(answers, 1)) }
    /// - Parameter end: of the time that is meant, which begins with the round.
    func perSecond(_ count: Int, until end: Duration) -> Double {
      Double(count) / max((end - began) / .seconds(1), 0.000_1)
    }
  }

  /// Takes in an answer.
  ///
  /// - Parameters:
  ///   - isRefusal: whether the site had no time for the request; whatever else it says is service.
  ///   - sentAt: when the request left.
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

  /// How many of the round's answers there were in a second: at a pace, by when their requests left, because a slow
  /// site answers the first of them late; without one they may all have left at once.
  private func perSecond(_ count: Int, _ now: Duration) -> Double {
    round.perSecond(count, until: rate == nil ? now : round.lastSent)
  }

  /// How fast requests left: not as fast as they might where the lanes could not.
  private func slower(_ now: Duration) -> Double {
    let sent = perSecond(round.answers, now)
    return min(rate ?? sent, sent)
  }

  /// Most is refused: to a pace that was good, else to what was served, or to half where that is too little to tell.
  private mutating func slowDown(_ now: Duration) {
    let current = slower(now)
    (before, tolerated, lastRefused) = (nil, 0, now)
    // How fast a burst was says nothing about what would have been too fast.
    (isSeeking, bad) = (rate == nil, rate)
    if let good, good < current { return change(to: 0.95 * good, now) }
    good = nil
    change(to: round.served >= 8 ? 0.95 * perSecond(round.served, now) : current / 2, now)
  }

  /// Some is refused: a little slower, and see whether that helps.
  private mutating func stepDown(_ now: Duration) {
    let current = slower(now)
    (before, lastRefused, bad) = ((rate, current, round.share), now, rate)
    isSeeking = false
    if let good, good < current { return change(to: 0.95 * good, now) }
    good = nil
    let served = perSecond(round.served, now)
    change(to: round.served >= 8 ? 0.95 * min(current, served) : 0.6 * current, now)
  }

  /// Whether the steps down since there were refusals have helped; if not, they are taken back.
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

  /// A round went well: half the way to where it did not, or a gentle step that becomes bolder with time.
  private mutating func speedUp(_ now: Duration) {
    guard let rate else { return }
    let seconds = (now - round.began) / .seconds(1)
    let sent = perSecond(round.answers, now)
    if round.refused > 0, rate > 2 * sent { return change(to: rate, now) }
    // Who cannot send a quarter as fast needs no pace.
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
