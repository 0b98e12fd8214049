/// The rule for pausing a run because the site does not answer, and for how long to wait for it.
public struct BreakerRule: Sendable, Hashable {
  /// The number of failures in a row without a good answer; `nil` for the number of lanes, at least five.
  public var failures: Int?
  /// The longest absence of the site before the run stops; zero to stop at once.
  public var patience: Duration

  public init(failures: Int? = nil, patience: Duration = .seconds(1800)) {
    self.failures = failures
    self.patience = patience
  }
}

/// Stops sending to a site that has stopped answering, and asks with one request from time to time.
///
/// *Closed* is the normal state. After enough failures in a row it is *open*, and nothing is sent. When the pause is
/// over, one request goes out. Its answer closes the breaker; its failure opens it for twice as long. Requests that
/// were in flight when it opened say nothing new, unless they are answered.
struct Breaker: Sendable {
  private enum State {
    case closed
    case open(until: Duration)
    case asking(since: Duration)
  }

  private let threshold: Int
  private let patience: Duration
  private var state = State.closed
  /// The failures since the last good answer.
  private(set) var failures = 0
  private var firstFailed: Duration?
  private var opened: Duration?
  private var pauses = 0
  /// The writes in a row that were sent and not served, and since when; reads may succeed all the while.
  private var failedWrites: (count: Int, since: Duration)?
  /// Indicates that the patience is over.
  private(set) var hasGivenUp = false

  private static let limiterPause = Duration.seconds(1)
  private static let longestPause = Duration.seconds(30)

  init(_ rule: BreakerRule, lanes: Int) {
    threshold = rule.failures ?? max(5, lanes)
    patience = rule.patience
  }

  /// Indicates that the site is not known to answer.
  var isOpen: Bool { if case .closed = state { false } else { true } }

  /// Returns the reason that nothing new may leave now; `nil` also for the one request that asks.
  func hold(now: Duration) -> Hold? {
    switch state {
    case .closed: nil
    case .open(let until): now < until ? Hold(reason: .breaker, until: until) : nil
    case .asking: Hold(reason: .breaker)
    }
  }

  /// Takes in that something new leaves: while the breaker is open, it is the one question.
  mutating func began(now: Duration) { if isOpen { state = .asking(since: now) } }

  mutating func served() {
    (state, failures, pauses) = (.closed, 0, 0)
    (firstFailed, opened, hasGivenUp) = (nil, nil, false)
  }

  /// Takes in the end of a write.
  ///
  /// The breaker stays closed while reads are served, but not forever.
  mutating func wrote(isServed: Bool, now: Duration) {
    guard !isServed else {
      failedWrites = nil
      return
    }
    let (count, since) = failedWrites ?? (0, now)
    failedWrites = (count + 1, since)
    if count + 1 >= threshold, now - since >= patience { hasGivenUp = true }
  }

  /// Takes in that the question was not asked after all.
  mutating func learnedNothing(now: Duration) { if case .asking = state { state = .open(until: now) } }

  /// - Parameters:
  ///   - isRefusal: the site answered that it was busy.
  ///   - askedToWait: the wait, if the site said when to come back, which shows that it is up; only patience counts.
  mutating func failed(
    sentAt: Duration, isRefusal: Bool = false, askedToWait: Duration? = nil, now: Duration,
    random: inout some RandomNumberGenerator
  ) {
    failures += 1
    let first = firstFailed ?? now
    firstFailed = first
    // A wait that is longer than the patience need not begin.
    if let askedToWait, now - first + askedToWait > patience { hasGivenUp = true }
    switch state {
    case .closed where failures < threshold: return
    // A limiter serves requests again before long, and has its own remedy: a lower rate.
    case .closed where isRefusal && now - first < Self.limiterPause: return
    case .closed where askedToWait != nil: hasGivenUp = hasGivenUp || now - first >= patience
    // Requests that were on their way together fail together; that counts once.
    case .closed where sentAt >= first || threshold == 1: open(now, &random)
    case .asking(let since) where sentAt >= since: open(now, &random)
    case .closed, .open, .asking: return
    }
  }

  /// Opens it, however few failures there were.
  mutating func trip(now: Duration, random: inout some RandomNumberGenerator) {
    if !isOpen { open(now, &random) }
  }

  private mutating func open(_ now: Duration, _ random: inout some RandomNumberGenerator) {
    let since = opened ?? now
    opened = since
    hasGivenUp = hasGivenUp || now - since >= patience
    let pause = min(.seconds(1 << min(pauses, 5)), Self.longestPause)
    pauses += 1
    // The last question is asked when the patience ends, and not long after.
    let end = now + pause * Double.random(in: 0.75...1, using: &random)
    state = .open(until: min(end, max(since + patience, now)))
  }
}
