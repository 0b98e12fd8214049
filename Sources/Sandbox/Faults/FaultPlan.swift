import Synchronization

/// What the rules make of one request.
struct FaultDecision: Sendable, Equatable {
  /// How long it is held before anything else.
  var latency: Duration = .zero
  /// How it goes wrong; none when it takes its normal way.
  var strike: Strike?
  /// The value of `osvc-crest-next-request-after` in milliseconds; none when no rule sets it.
  var nextRequestAfter: Int?
  /// What is done to it, for the log; none when nothing is.
  var text: String?
}

/// Decides what goes wrong with which request.
///
/// Each rule counts the requests that match it, and its n-th decision follows from the seed, its place among the
/// rules and n alone: with one client that asks one thing after the other, a run repeats itself exactly. The counts
/// begin anew when the sandbox starts.
final class FaultPlan: Sendable {
  private let rules: [FaultRule]
  private let seed: UInt64
  private let states: Mutex<[RuleState]>

  private struct RuleState {
    /// How many requests matched.
    var seen = 0
    /// How many of them were struck.
    var struck = 0
    var bucket = TokenBucket()
  }

  init(_ rules: [FaultRule], seed: UInt64) {
    self.rules = rules
    self.seed = seed
    states = Mutex(rules.map { _ in RuleState() })
  }

  /// Decides about the next request.
  func decide(_ target: @autoclosure () -> FaultTarget, at now: @autoclosure () -> ContinuousClock.Instant)
    -> FaultDecision
  {
    var decision = FaultDecision()
    guard !rules.isEmpty else { return decision }
    let (target, now) = (target(), now())
    states.withLock { states in
      for (index, rule) in rules.enumerated() where rule.matches(target) {
        decide(rule, index, &states[index], now, &decision)
      }
    }
    return decision
  }

  private func decide(
    _ rule: FaultRule, _ index: Int, _ state: inout RuleState, _ now: ContinuousClock.Instant,
    _ decision: inout FaultDecision
  ) {
    state.seen += 1
    guard state.seen >= rule.first, rule.times.map({ state.struck < $0 }) ?? true else { return }
    var random = RepeatableRandom(
      seed: seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(index + 1) &* 0xD6E8_FEB8_6659_FD93
        ^ UInt64(state.seen) &* 0xA076_1D64_78BD_642F)
    guard random.fraction() < rule.rate else { return }
    var text = rule.actionText
    switch rule.action {
    case .latency(let latency):
      let time = latency.drawn(random.fraction())
      decision.latency += time
      text = "latency=\(Int(time / .milliseconds(1)))ms"
    case .pacing(let milliseconds): decision.nextRequestAfter = milliseconds
    case .limit(let limit, let refusal):
      // What another rule has struck already came all the same.
      let isAllowed = state.bucket.take(limit, at: now)
      guard !isAllowed, decision.strike == nil else { return }
      decision.strike = .refuse(refusal)
    case .strike(let strike):
      guard decision.strike == nil else { return }
      decision.strike = strike
    }
    state.struck += 1
    decision.text = decision.text.map { "\($0); \(text)" } ?? text
  }
}

/// What is left of a rate limit; full at first.
private struct TokenBucket {
  private var left: (tokens: Double, since: ContinuousClock.Instant)?

  /// Takes one from what is left; false when nothing is.
  mutating func take(_ limit: RateLimit, at now: ContinuousClock.Instant) -> Bool {
    var tokens = Double(limit.burst)
    if let left { tokens = min(tokens, left.tokens + (now - left.since) / .seconds(1) * limit.perSecond) }
    // Many small gains never add up to exactly one.
    let isAllowed = tokens >= 1 - 1e-9
    left = (isAllowed ? tokens - 1 : tokens, now)
    return isAllowed
  }
}
