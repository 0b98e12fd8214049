public import Sites
import Synchronization

/// The throttle of those who only ask: of look-ups before a run, of plans and of verification.
///
/// Shared by all connections that ask for the same thing.
public final class QuestionThrottle: Sendable {
  private let throttle: Mutex<Throttle>
  private let began = ContinuousClock.now

  /// - Parameter rate: requests per second at most.
  public init(rate: Double?) { throttle = Mutex(Throttle(Throttle.Settings(lanes: 1, rate: rate))) }

  private var now: Duration { ContinuousClock.now - began }

  /// How long to wait for the next request; `nil` when it may leave.
  fileprivate func wait() -> Duration? {
    throttle.withLock { throttle in
      let now = self.now
      if let hold = throttle.holdOfNextRequest(now: now) { return (hold.until ?? now) - now }
      throttle.sent(now: now)
      return nil
    }
  }

  fileprivate func refused(after: Duration?) {
    var random = SystemRandomNumberGenerator()
    throttle.withLock { throttle in
      let now = self.now
      throttle.ended(.refused(after: after), sentAt: now, now: now, random: &random)
    }
  }
}

/// Lets the questions of one connection through as their throttle has it.
public final class QuestionTurnstile: RequestPacing {
  private let throttle: QuestionThrottle
  private let isStopped: () -> StopReason?

  /// - Parameter isStopped: asked between requests and during pauses.
  public init(_ throttle: QuestionThrottle, isStopped: @escaping () -> StopReason?) {
    self.throttle = throttle
    self.isStopped = isStopped
  }

  public func admit() -> Bool {
    while isStopped() == nil {
      guard let wait = throttle.wait() else { return true }
      Pause.wait(min(wait, .milliseconds(100)))
    }
    return false
  }

  public func refused(after: Duration?, tries: Int) -> Bool {
    // The pauses between further tries are those of `Patience`.
    guard tries < 3, isStopped() == nil else { return false }
    throttle.refused(after: after)
    if after == nil { Pause.wait(.milliseconds(100) * tries) }
    return true
  }

  public func rest(_ time: Duration) {
    let end = ContinuousClock.now + time
    while isStopped() == nil, ContinuousClock.now < end {
      Pause.wait(min(end - ContinuousClock.now, .milliseconds(100)))
    }
  }
}
