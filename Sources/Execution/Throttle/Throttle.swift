import Sites

/// What held rows back that could have been sent.
public enum ThrottleReason: String, Sendable, Hashable, CaseIterable {
  /// The job's own `rate`.
  case rate
  /// The site refuses or delays more than this.
  case adaptive
  /// The site said when to come back.
  case siteAsked = "site_asked"
  /// The site did not answer at all.
  case breaker
}

/// Why a request may not leave now.
struct Hold: Sendable, Equatable {
  var reason: ThrottleReason
  /// When it may; `nil` when only another answer can tell.
  var until: Duration?
}

/// Everything that slows a run down, in one place: the job's rate, what the site bears, when it asked to be left
/// alone, and whether it answers at all.
///
/// Answers and requests go in with their times, holds come out; there is no clock in here.
struct Throttle: Sendable {
  struct Settings: Sendable, Hashable {
    /// Requests in flight at most.
    var lanes = 4
    /// Requests per second at most.
    var rate: Double?
    var breaker = BreakerRule()
  }

  /// How a request ended, as far as it matters here.
  enum Verdict: Sendable, Equatable {
    /// The site did its work, also when it said no to this row.
    case served
    /// The site had no time; `after` is when it wants to be asked again, if it said.
    case refused(after: Duration?)
    /// It did not answer in time.
    case timedOut
    /// It did not answer, or with an error of its own.
    case failed
    /// Says nothing about the site, as when no request was made.
    case none
  }

  let settings: Settings
  private(set) var breaker: Breaker
  private(set) var pace = Pace()
  private(set) var askedPace = AskedPace()
  private(set) var lanes: LaneLimit
  private(set) var ledger = HoldLedger()
  /// Nobody sends before this: the site asked.
  private(set) var gate = Duration.zero
  private var spacing = RequestSpacing()

  init(_ settings: Settings) {
    self.settings = settings
    breaker = Breaker(settings.breaker, lanes: settings.lanes)
    lanes = LaneLimit(ceiling: settings.lanes)
  }

  // MARK: What may leave

  /// Why a lane may not send now.
  func hold(inFlight: Int, now: Duration) -> Hold? {
    if let hold = holdOfLooks(now: now) { return hold }
    if inFlight >= lanes.limit { return Hold(reason: .adaptive) }
    return holdOfNextRequest(now: now)
  }

  /// Why nobody may begin to look at records now.
  func holdOfLooks(now: Duration) -> Hold? { breaker.hold(now: now) ?? holdOfGate(now) }

  /// Why one more request of something that is under way may not leave now.
  func holdOfNextRequest(now: Duration) -> Hold? {
    if let hold = holdOfGate(now) { return hold }
    guard let rate, let slot = spacing.opens(rate, isExact: isExact), now < slot else { return nil }
    return Hold(reason: isExact ? .rate : .adaptive, until: slot)
  }

  private func holdOfGate(_ now: Duration) -> Hold? {
    now < gate ? Hold(reason: .siteAsked, until: gate) : nil
  }

  /// Requests per second at most, whoever says so.
  var rate: Double? {
    // Asked several times for every event.
    var rate = settings.rate
    if let found = pace.rate { rate = min(found, rate ?? found) }
    if let found = askedPace.rate { rate = min(found, rate ?? found) }
    return rate
  }
  /// Whether the rate is the job's, which is kept to the letter.
  private var isExact: Bool { rate == settings.rate }

  /// What slows a run down now, in words, such as `10/s: rate`; `nil` when nothing does.
  func note(now: Duration) -> String? {
    if breaker.isOpen {
      let hold = breaker.hold(now: now)
      return hold?.until.map { Self.note(withoutAnswerFor: $0 - now) }
        ?? "asking whether the site answers"
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

  /// Why nothing is sent for so long.
  static func note(askedFor time: Duration) -> String { "waiting \(seconds(time)): the site asked" }

  static func note(withoutAnswerFor time: Duration) -> String {
    "waiting \(seconds(time)): the site does not answer"
  }

  static func seconds(_ duration: Duration) -> String {
    "\(Int((duration / .seconds(1)).rounded(.up))) s"
  }

  // MARK: Events

  /// A request leaves: the next one has to keep its distance.
  mutating func sent(now: Duration) { spacing.sent(rate, isExact: isExact, now: now) }

  /// Something is begun that will ask the site: while it is not known to answer, that is the only thing.
  mutating func began(now: Duration) { breaker.began(now: now) }

  /// A request ended.
  ///
  /// - Parameters:
  ///   - sentAt: when it left.
  ///   - latency: how long the site took, when that can be compared with others.
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

  /// The request that ended was a write.
  mutating func wrote(isServed: Bool, now: Duration) { breaker.wrote(isServed: isServed, now: now) }

  /// A row has failed as often as it may while nobody else was served: it is the site and not the row.
  mutating func suspectSite(now: Duration, random: inout some RandomNumberGenerator) {
    breaker.trip(now: now, random: &random)
  }

  /// Puts down what holds rows back from now on; `nil` when nothing does, or there are none.
  mutating func note(_ hold: Hold?, now: Duration) { ledger.put(hold, now: now) }
}

/// How long rows were held back, by reason: the time in which one was ready, a lane was free, and it had to wait.
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
