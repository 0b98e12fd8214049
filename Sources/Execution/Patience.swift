import Sites

/// How a question that changes nothing is asked until it is answered.
struct Patience {
  let retry: RetryPolicy
  /// How long a site that has answered before is waited for.
  let limit: Duration
  /// Asked during pauses; whoever is stopped waits no longer.
  let isStopped: () -> StopReason?
  /// Whether the site has answered before: one that was never there is told of soon, and at once when not even a
  /// connection comes about.
  var hasAnswered = false

  private static let longestPause = Duration.seconds(30)

  /// Asks until the site answers, or has failed to do so for too long.
  func ask(_ question: () -> Outcome) -> Outcome {
    var random = SystemRandomNumberGenerator()
    let began = ContinuousClock.now
    var attempts = 1
    while true {
      let outcome = question()
      guard let requested = mayBeBack(outcome) else { return outcome }
      var left: Duration
      if retry.allowsAnother(after: attempts) {
        left = max(requested, retry.delay(after: attempts, random: &random))
      } else if hasAnswered, ContinuousClock.now - began < limit {
        let pause = min(.seconds(1 << min(attempts - retry.attempts, 5)), Self.longestPause)
        left = max(requested, pause * Double.random(in: 0.75...1, using: &random))
      } else {
        return outcome
      }
      attempts += 1
      // In slices, so that a signal need not wait for the site.
      while left > .zero {
        if isStopped() != nil { return outcome }
        let slice = min(left, .milliseconds(100))
        Pause.wait(slice)
        left -= slice
      }
    }
  }

  /// How long the site asked to wait, when another try makes sense.
  private func mayBeBack(_ outcome: Outcome) -> Duration? {
    switch outcome {
    case .retryLater(let after, let refusal) where hasAnswered || refusal.status != nil: after ?? .zero
    // Nobody who has mistyped an address wants to wait for several time-outs.
    case .unknown(let after, let refusal) where hasAnswered || refusal.code != "timeout": after ?? .zero
    default: nil
    }
  }
}

extension StopReason {
  /// Why a run stops at a question that was not answered; `nil` when it was.
  init?(_ outcome: Outcome) {
    switch outcome {
    case .applied, .unchanged: return nil
    case .loginRefused(let refusal): self = .loginRefused(refusal)
    case .refused(let refusal), .conflict(let refusal), .foreign(let refusal): self = .unusable(refusal)
    case .unknown(_, let refusal): self = .unreachable(refusal)
    case .retryLater(_, let refusal):
      self = refusal.status == nil ? .unreachable(refusal) : .siteDown(refusal)
    }
  }
}
