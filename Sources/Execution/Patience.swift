import Sites

/// How a question that changes nothing is asked until it is answered.
struct Patience {
  let retry: RetryPolicy
  /// Asked during pauses; whoever is stopped waits no longer.
  let isStopped: () -> StopReason?
  /// Whether to ask again, too, when no answer came at all; at its start a run tells of that at once.
  var asksTheSilentAgain = false

  /// Asks until the site has time for the answer, or has said "later" too often.
  func ask(_ question: () -> Outcome) -> Outcome {
    var random = SystemRandomNumberGenerator()
    var attempts = 1
    while true {
      let outcome = question()
      guard let requested = mayBeBack(outcome), retry.allowsAnother(after: attempts) else { return outcome }
      var left = max(requested, retry.delay(after: attempts, random: &random))
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
    case .retryLater(let after, let refusal) where asksTheSilentAgain || refusal.status != nil: after ?? .zero
    case .unknown where asksTheSilentAgain: .zero
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
    case .refused(let refusal), .conflict(let refusal): self = .unusable(refusal)
    case .unknown(let refusal): self = .unreachable(refusal)
    case .retryLater(_, let refusal):
      self = refusal.status == nil ? .unreachable(refusal) : .siteDown(refusal)
    }
  }
}
