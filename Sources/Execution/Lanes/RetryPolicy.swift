/// The delay before a row is retried: exponential back-off with full jitter.
///
/// Full jitter (a uniform draw between zero and the bound) spreads the lanes best after a common fault.
public struct RetryPolicy: Sendable, Hashable {
  /// The number of attempts, the first included.
  public var attempts: Int
  /// The bound before the second attempt; it doubles with each further one.
  public var base: Duration
  /// The largest bound.
  public var cap: Duration

  public init(attempts: Int = 5, base: Duration = .seconds(1), cap: Duration = .seconds(60)) {
    self.attempts = attempts
    self.base = base
    self.cap = cap
  }

  /// Returns whether a row has another attempt after this many.
  public func allowsAnother(after attempts: Int) -> Bool { attempts < self.attempts }

  /// Returns the longest wait after this many attempts, from 1.
  public func bound(after attempts: Int) -> Duration {
    min(cap, base * (1 << min(max(attempts, 1) - 1, 30)))
  }

  /// Returns the wait after this many attempts.
  public func delay(
    after attempts: Int, random: inout some RandomNumberGenerator
  ) -> Duration {
    bound(after: attempts) * Double.random(in: 0...1, using: &random)
  }
}

/// The rule for stopping a run because too much of it fails.
public struct StopRule: Sendable, Hashable {
  /// The number of failed rows in this process at which to stop.
  public var failures: Int?
  /// The share of failed rows among those finished in this process at which to stop, 0…1.
  public var failureRate: Double?
  /// The number of finished rows before the rate counts.
  public var minimumSample: Int
  /// The number of rows in a row refused for the same reason at which to stop; `nil` for never.
  public var sameReason: Int?

  /// The number of such rows if they are the first of a process, when nothing has gone well yet.
  private static let firstOfAll = 20

  public init(
    failures: Int? = nil, failureRate: Double? = nil, minimumSample: Int = 100, sameReason: Int? = 50
  ) {
    self.failures = failures
    self.failureRate = failureRate
    self.minimumSample = minimumSample
    self.sameReason = sameReason
  }

  /// Returns the reason to stop, if any.
  public func reason(failed: Int, finished: Int) -> String? {
    if let failures, failed >= failures {
      return "\(failed) rows failed (stop_after: failures: \(failures))"
    }
    if let failureRate, finished >= minimumSample,
      Double(failed) >= failureRate * Double(finished)
    {
      let percent = (failureRate * 1000).rounded() / 10
      return "\(failed) of \(finished) rows failed (stop_after: failure_rate: \(percent)%)"
    }
    return nil
  }
  /// Returns the reason to stop because the site refuses row after row for the same reason, if it does.
  func reason(_ refusals: SameRefusals) -> String? {
    guard let sameReason else { return nil }
    let isFirst = refusals.isAll && refusals.count >= min(StopRule.firstOfAll, sameReason)
    guard isFirst || refusals.count >= sameReason else { return nil }
    return (isFirst ? "the first \(refusals.count) rows " : "\(refusals.count) consecutive rows ")
      + refusals.text
  }
}
