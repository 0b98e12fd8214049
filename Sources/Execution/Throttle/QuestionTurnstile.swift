public import Sites
import Synchronization

/// The throttle of those who only ask: of look-ups before a run, of plans and of verification.
///
/// Shared by all connections that ask for the same thing.
public final class QuestionThrottle: Sendable {
  /// How long a site is waited for that was there; also what one wait may take that it asks for.
  let patience: Duration
  private let throttle: Mutex<Throttle>
  private let waiting = Mutex<(until: Duration, why: @Sendable (Duration) -> String)?>(nil)
  private let began = ContinuousClock.now

  /// - Parameters:
  ///   - rate: requests per second at most.
  ///   - patience: how long a site is waited for that was there.
  public init(rate: Double?, patience: Duration) {
    self.patience = patience
    throttle = Mutex(Throttle(Throttle.Settings(lanes: 1, rate: rate)))
  }

  /// What is waited for now, in words; `nil` when nothing is.
  public var note: String? {
    let now = now
    let waiting = waiting.withLock { $0 }
    if let waiting, waiting.until > now { return waiting.why(waiting.until - now) }
    return throttle.withLock { $0.note(now: now) }
  }

  /// Waits, in slices, so that a stop need not wait for the site.
  ///
  /// - Returns: whether the time is over, and nothing has stopped it.
  func wait(
    _ time: Duration, isStopped: () -> StopReason?, why: @escaping @Sendable (Duration) -> String
  ) -> Bool {
    let until = now + time
    waiting.withLock { $0 = (until, why) }
    while now < until {
      guard isStopped() == nil else { return false }
      Pause.wait(min(until - now, .milliseconds(100)))
    }
    return true
  }

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

extension ExecutionSettings {
  /// A throttle for what is only asked.
  public var questionThrottle: QuestionThrottle { QuestionThrottle(rate: rate, patience: breaker.patience) }
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
    guard tries < 3, isStopped() == nil, after ?? .zero <= throttle.patience else { return false }
    throttle.refused(after: after)
    if after == nil { Pause.wait(.milliseconds(100) * tries) }
    return true
  }

  public func rest(_ time: Duration) {
    _ = throttle.wait(time, isStopped: isStopped, why: Throttle.note(askedFor:))
  }
}
