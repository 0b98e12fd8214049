/// When a row that may succeed later is tried again: exponential back-off with full jitter.
///
/// Full jitter (a uniform draw between nothing and the bound) spreads the lanes best after a common fault.
public struct RetryPolicy: Sendable, Hashable {
  /// Attempts in all, the first included.
  public var attempts: Int
  /// The bound before the second attempt; it doubles with each further one.
  public var base: Duration
  /// No bound is larger than this.
  public var cap: Duration

  public init(attempts: Int = 5, base: Duration = .seconds(1), cap: Duration = .seconds(60)) {
    self.attempts = attempts
    self.base = base
    self.cap = cap
  }

  /// Whether a row that has used so many attempts gets another one.
  public func allowsAnother(after attempts: Int) -> Bool { attempts < self.attempts }

  /// The longest wait after so many attempts, from 1.
  public func bound(after attempts: Int) -> Duration {
    min(cap, base * (1 << min(max(attempts, 1) - 1, 30)))
  }

  /// How long to wait after so many attempts.
  public func delay(
    after attempts: Int, random: inout some RandomNumberGenerator
  ) -> Duration {
    bound(after: attempts) * Double.random(in: 0...1, using: &random)
  }
}

/// When a run gives up because too much of it fails.
public struct StopRule: Sendable, Hashable {
  /// Stop when this many rows have failed in this process.
  public var failures: Int?
  /// Stop when this share of the rows finished in this process has failed, 0…1.
  public var failureRate: Double?
  /// The rate means nothing before so many rows are finished.
  public var minimumSample: Int
  /// Stop when this many rows in a row were refused for one and the same reason; `nil` to never do.
  public var sameReason: Int?

  /// As many do when they are the first rows of a process: nothing has gone well yet.
  private static let firstOfAll = 20

  public init(
    failures: Int? = nil, failureRate: Double? = nil, minimumSample: Int = 100, sameReason: Int? = 50
  ) {
    self.failures = failures
    self.failureRate = failureRate
    self.minimumSample = minimumSample
    self.sameReason = sameReason
  }

  /// The reason to stop, if there is one.
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
  /// The reason to stop because the site refuses one row after the other for the same reason, if it does.
  func reason(_ refusals: SameRefusals) -> String? {
    guard let sameReason else { return nil }
    let isFirst = refusals.isAll && refusals.count >= min(StopRule.firstOfAll, sameReason)
    guard isFirst || refusals.count >= sameReason else { return nil }
    return (isFirst ? "the first \(refusals.count) rows " : "\(refusals.count) rows in a row ")
      + refusals.text
  }
}
