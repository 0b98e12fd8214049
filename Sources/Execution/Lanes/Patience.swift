import Sites

/// Asks a question that changes nothing until it is answered.
struct Patience {
  let retry: RetryPolicy
  /// Knows how long to wait for a site that has answered before, and shows what is waited for.
  let throttle: QuestionThrottle
  /// Checked during pauses; a stop ends the wait.
  let isStopped: () -> StopReason?
  /// Indicates that the site has answered before.
  ///
  /// A site that never answered is reported soon, and at once if not even a connection is made.
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
      // A wait that is longer than the patience need not begin.
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

  /// Returns the wait that the site asked for, if another try makes sense.
  private func mayBeBack(_ outcome: Outcome) -> Duration? {
    switch outcome {
    case .retryLater(let after, let refusal) where hasAnswered || refusal.status != nil: after ?? .zero
    // A user who has mistyped an address does not want to wait for several time-outs.
    case .unknown(let after, let refusal) where hasAnswered || refusal.code != "timeout": after ?? .zero
    default: nil
    }
  }
}
