import Sites

/// How a question that changes nothing is asked until it is answered.
struct Patience {
  let retry: RetryPolicy
  /// What knows how long a site is waited for that has answered before, and what is waited for.
  let throttle: QuestionThrottle
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
      let passed = ContinuousClock.now - began
      // What patience will not last for need not be begun.
      guard let requested = mayBeBack(outcome), requested == .zero || passed + requested <= throttle.patience
      else { return outcome }
      let left: Duration
      if retry.allowsAnother(after: attempts) {
        left = max(requested, retry.delay(after: attempts, random: &random))
      } else if hasAnswered, passed < throttle.patience {
        let pause = min(.seconds(1 << min(attempts - retry.attempts, 5)), Self.longestPause)
        left = max(requested, pause * Double.random(in: 0.75...1, using: &random))
      } else {
        return outcome
      }
      attempts += 1
      let isAsked = requested > .zero
      guard
        throttle.wait(
          left, isStopped: isStopped,
          why: { left in
            isAsked ? Throttle.note(askedFor: left) : Throttle.note(withoutAnswerFor: left)
          })
      else { return outcome }
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
