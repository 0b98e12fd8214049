import Sites

/// The reason that rows which could be sent were held back.
public enum ThrottleReason: String, Sendable, Hashable, CaseIterable {
  /// The job's own `rate`.
  case rate
  /// The pace that the site turned out to allow.
  case adaptive
  /// The site's request to come back later.
  case siteAsked = "site_asked"
  /// The absence of any answer.
  case breaker
}

/// The reason that a request may not leave now.
struct Hold: Sendable, Equatable {
  var reason: ThrottleReason
  /// The time when it may; `nil` if only another answer can tell.
  var until: Duration?
}

/// Everything that slows a run down: the job's rate, the site's limits, its requests to wait, and its absence.
///
/// Answers and requests go in with their times, holds come out; there is no clock in here.
struct Throttle: Sendable {
  struct Settings: Sendable, Hashable {
    /// The largest number of requests in flight.
    var lanes = 4
    /// The largest number of requests per second.
    var rate: Double?
    var breaker = BreakerRule()
  }

  /// The end of a request, as far as it matters here.
  enum Verdict: Sendable, Equatable {
    /// The site did its work, even if it refused this row.
    case served
    /// The site was busy; `after` is when it wants to be asked again, if it said.
    case refused(after: Duration?)
    /// The site did not answer in time.
    case timedOut
    /// The site did not answer, or with its own error.
    case failed
    /// Nothing about the site, as when no request was made.
    case none
  }

  let settings: Settings
  private(set) var breaker: Breaker
  private(set) var pace = Pace()
  private(set) var askedPace = AskedPace()
  private(set) var lanes: LaneLimit
  private(set) var ledger = HoldLedger()
  /// The time before which nothing is sent, at the site's request.
  private(set) var gate = Duration.zero
  private var spacing = RequestSpacing()

  init(_ settings: Settings) {
    self.settings = settings
    breaker = Breaker(settings.breaker, lanes: settings.lanes)
    lanes = LaneLimit(ceiling: settings.lanes)
  }

  // MARK: Admission

  /// Returns the reason that a lane may not send now.
  func hold(inFlight: Int, now: Duration) -> Hold? {
    if let hold = holdOfLooks(now: now) { return hold }
    if inFlight >= lanes.limit { return Hold(reason: .adaptive) }
    return holdOfNextRequest(now: now)
  }

  /// Returns the reason that no look may begin now.
  func holdOfLooks(now: Duration) -> Hold? { breaker.hold(now: now) ?? holdOfGate(now) }

  /// Returns the reason that a further request of work under way may not leave now.
  func holdOfNextRequest(now: Duration) -> Hold? {
    if let hold = holdOfGate(now) { return hold }
    guard let rate, let slot = spacing.opens(rate, isExact: isExact), now < slot else { return nil }
    return Hold(reason: isExact ? .rate : .adaptive, until: slot)
  }

  private func holdOfGate(_ now: Duration) -> Hold? {
    now < gate ? Hold(reason: .siteAsked, until: gate) : nil
  }

  /// The largest number of requests per second, from all sources.
  var rate: Double? {
    // Read several times for every event.
    var rate = settings.rate
    if let found = pace.rate { rate = min(found, rate ?? found) }
    if let found = askedPace.rate { rate = min(found, rate ?? found) }
    return rate
  }
  /// Indicates that the rate is the job's, which is kept exactly.
  private var isExact: Bool { rate == settings.rate }

  /// Returns what slows the run down now, in words, such as `10/s: rate`; `nil` for nothing.
  func note(now: Duration) -> String? {
    if breaker.isOpen {
      let hold = breaker.hold(now: now)
      return hold?.until.map { Self.note(withoutAnswerFor: $0 - now) }
        ?? "checking whether the site answers"
    }
    if now < gate { return Self.note(askedFor: gate - now) }
    if lanes.limit < settings.lanes {
      return
        "\(lanes.limit) of \(settings.lanes) lanes: \(lanes.isSlow ? "the site is slow" : "the site refuses more")"
    }
    guard let rate else { return nil }
    let figure = rate >= 9.95 ? "\(Int(rate.rounded()))" : "\((rate * 10).rounded() / 10)"
    return "\(figure)/s: \(isExact ? "rate" : "the site refuses more")"
  }

  /// Returns the note about a wait at the site's request.
  static func note(askedFor time: Duration) -> String { "waiting \(seconds(time)): the site asked" }

  static func note(withoutAnswerFor time: Duration) -> String {
    "waiting \(seconds(time)): the site does not answer"
  }

  static func seconds(_ duration: Duration) -> String {
    "\(Int((duration / .seconds(1)).rounded(.up))) s"
  }

  /// Indicates that no rule or trouble of the site bears on when requests leave.
  var isFree: Bool {
    rate == nil && !breaker.isOpen && breaker.failures == 0 && lanes.limit == lanes.ceiling
  }

  // MARK: Events

  /// Takes in that a request leaves: the next one must keep its distance.
  mutating func sent(now: Duration) { spacing.sent(rate, isExact: isExact, now: now) }

  /// Takes in that work with requests begins: while the site is not known to answer, it is the only work.
  mutating func began(now: Duration) { breaker.began(now: now) }

  /// Takes in the end of a request.
  ///
  /// - Parameters:
  ///   - sentAt: the departure of the request.
  ///   - latency: the time the site took, if it is comparable.
  mutating func ended(
    _ verdict: Verdict, sentAt: Duration, latency: Duration? = nil, now: Duration,
    random: inout some RandomNumberGenerator
  ) {
    switch verdict {
    case .none: breaker.learnedNothing(now: now)
    case .served:
      breaker.served()
      pace.answered(false, sentAt: sentAt, now: now)
      askedPace.served(sentAt: sentAt, now: now)
      lanes.answered(isTrouble: false, latency: latency, sentAt: sentAt, now: now)
    case .refused(let after):
      if let after { gate = max(gate, now + after) }
      breaker.failed(
        sentAt: sentAt, isRefusal: true, askedToWait: after, now: now, random: &random)
      if let after {
        askedPace.refused(after: after, sentAt: sentAt, now: now)
      } else {
        pace.answered(true, sentAt: sentAt, now: now)
      }
      lanes.answered(isTrouble: true, latency: nil, sentAt: sentAt, now: now)
    case .timedOut, .failed:
      breaker.failed(sentAt: sentAt, now: now, random: &random)
      lanes.answered(isTrouble: true, latency: nil, sentAt: sentAt, now: now)
    }
  }

  /// Takes in that the request that ended was a write.
  mutating func wrote(isServed: Bool, now: Duration) { breaker.wrote(isServed: isServed, now: now) }

  /// Takes in that a row has used its attempts while no other was served: the trouble is the site, not the row.
  mutating func suspectSite(now: Duration, random: inout some RandomNumberGenerator) {
    breaker.trip(now: now, random: &random)
  }

  /// Records the hold from now on; `nil` if rows are free to go, or there are none.
  mutating func note(_ hold: Hold?, now: Duration) { ledger.put(hold, now: now) }
}

/// The time rows were held back, by reason: one was ready, a lane was free, and it had to wait.
struct HoldLedger: Sendable {
  private(set) var times: [ThrottleReason: Duration] = [:]
  private var current: (hold: Hold, since: Duration)?

  mutating func put(_ hold: Hold?, now: Duration) {
    if let (held, since) = current {
      let end = min(now, held.until ?? now)
      if end > since { times[held.reason, default: .zero] += end - since }
    }
    current = hold.map { ($0, now) }
  }
}
