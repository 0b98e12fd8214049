import Synchronization

/// The combined effect of the rules on one request.
struct FaultDecision: Sendable, Equatable {
  /// The delay before anything else.
  var latency: Duration = .zero
  /// The failure; none if the request is handled normally.
  var strike: Strike?
  /// The value of `osvc-crest-next-request-after` in milliseconds; none if no rule sets it.
  var nextRequestAfter: Int?
  /// The effect in words, for the log; none if there is no effect.
  var text: String?

  /// The pause in milliseconds that the answer asks for; a refusal may have its own.
  var pause: Int? {
    if case .refuse(let refusal)? = strike, let pause = refusal.nextRequestAfter { return pause }
    return nextRequestAfter
  }
}

/// Decides which requests fail, and how.
///
/// Each rule counts the requests that match it. Its n-th decision follows from the seed, its place among the rules and
/// n alone, so a run with one client that sends one request after another is repeatable. The counts start at zero
/// whenever the sandbox starts.
final class FaultPlan: Sendable {
  private let rules: [FaultRule]
  private let seed: UInt64
  private let states: Mutex<[RuleState]>

  private struct RuleState {
    /// The number of matching requests.
    var seen = 0
    /// The number of requests that were hit.
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
      // A request hit by another rule still counts against the limit.
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

/// The remaining tokens of a rate limit; full at first.
private struct TokenBucket {
  private var left: (tokens: Double, since: ContinuousClock.Instant)?

  /// Takes one token; returns `false` if none is left.
  mutating func take(_ limit: RateLimit, at now: ContinuousClock.Instant) -> Bool {
    var tokens = Double(limit.burst)
    if let left { tokens = min(tokens, left.tokens + (now - left.since) / .seconds(1) * limit.perSecond) }
    // Many small gains never add up to exactly one.
    let isAllowed = tokens >= 1 - 1e-9
    left = (isAllowed ? tokens - 1 : tokens, now)
    return isAllowed
  }
}
