public import Sites
import Synchronization

/// The throttle of read-only requests: look-ups before a run, plans and verification.
///
/// All connections with the same purpose share it.
public final class QuestionThrottle: Sendable {
  /// The longest wait for a site that has answered before, and the longest single wait that it may ask for.
  let patience: Duration
  private let throttle: Mutex<Throttle>
  private let waiting = Mutex<(until: Duration, why: @Sendable (Duration) -> String)?>(nil)
  private let began = ContinuousClock.now

  /// - Parameters:
  ///   - rate: the largest number of requests per second.
  ///   - patience: the longest wait for a site that has answered before.
  public init(rate: Double?, patience: Duration) {
    self.patience = patience
    throttle = Mutex(Throttle(Throttle.Settings(lanes: 1, rate: rate)))
  }

  /// The reason for a wait, in words; `nil` for none.
  public var note: String? {
    let now = now
    let waiting = waiting.withLock { $0 }
    if let waiting, waiting.until > now { return waiting.why(waiting.until - now) }
    return throttle.withLock { $0.note(now: now) }
  }

  /// Waits, in slices, so that a stop need not wait for the site.
  ///
  /// - Returns: whether the time is over without a stop.
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

  /// Returns the wait before the next request; `nil` if it may leave.
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
  /// The throttle for read-only requests.
  public var questionThrottle: QuestionThrottle { QuestionThrottle(rate: rate, patience: breaker.patience) }
}

/// Admits the read-only requests of one connection as their throttle allows.
public final class QuestionTurnstile: RequestPacing {
  private let throttle: QuestionThrottle
  private let isStopped: () -> StopReason?

  /// - Parameter isStopped: called between requests and during pauses.
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
    // `Patience` makes the pauses between further tries.
    guard tries < 3, isStopped() == nil, after ?? .zero <= throttle.patience else { return false }
    throttle.refused(after: after)
    if after == nil { Pause.wait(.milliseconds(100) * tries) }
    return true
  }

  public func rest(_ time: Duration) {
    _ = throttle.wait(time, isStopped: isStopped, why: Throttle.note(askedFor:))
  }
}
