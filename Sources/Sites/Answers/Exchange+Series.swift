import Catalog
import JSON

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Combines several requests for one purpose.
extension Exchange {
  /// Creates the exchange of one request, with the time of those before it.
  ///
  /// If the login was refused and there is a new one now, the request is in doubt.
  init(_ exchange: HTTPExchange, outcome: Outcome, after earlier: Exchange? = nil) {
    var outcome = outcome
    if exchange.isLoginRenewed, case .loginRefused(let refusal) = outcome { outcome = .unknown(refusal) }
    let answer = exchange.answer
    self.init(
      outcome: outcome, status: answer?.status, duration: exchange.duration + (earlier?.duration ?? .zero),
      nextRequestAfter: RequestedWait.nextRequestAfter(answer?.headers["osvc-crest-next-request-after"]))
  }

  /// Waits as long as the site asked this connection to, at most ten seconds.
  ///
  /// Between the requests of one look-up only this connection can wait.
  func waitAsAsked(_ pacing: (any RequestPacing)?) {
    guard let wait = nextRequestAfter, wait > .zero else { return }
    let time = min(wait, .seconds(10))
    if let pacing { return pacing.rest(time) }
    let (seconds, attoseconds) = time.components
    var interval = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    unsafe nanosleep(&interval, nil)
  }

  /// Turns a successful answer into a refusal, because it is not what was asked for.
  mutating func refuse(asBadAnswer message: String) {
    outcome = .refused(Refusal(status: status, code: "bad-answer", message: message))
  }
}

extension Exchange {
  /// Returns the exchange of a request that makes no sense and was not sent.
  static func refused(_ code: String, _ message: String) -> Exchange {
    Exchange(outcome: .refused(Refusal(status: nil, code: code, message: message.asOneLine(limit: 1000))))
  }

  /// Returns the exchange of a look-up by another key: a refusal names the attribute and gives advice.
  func ofLookup(by attribute: String, of resource: ResourceType) -> Exchange {
    guard var refusal, refusal.status == 400 else { return self }
    let isInferred = resource.field(at: attribute)?.isNameInferred == true
    refusal.code = Refusal.unknownKeyCode
    refusal.message =
      "\(resource.name) cannot be looked up by \(attribute): \(refusal.message)".asOneLine(limit: 1000)
    refusal.hint =
      isInferred
      ? "give the spelling that the site has for it with 'attribute_names', or use the key column \(resource.key)"
      : "use the key column \(resource.key)"
    var named = self
    named.outcome = .refused(refusal)
    return named
  }

  /// The site's refusal, if it would refuse again.
  var refusal: Refusal? {
    if case .refused(let refusal) = outcome { refusal } else { nil }
  }

  var isApplied: Bool { outcome == .applied }
}

extension HTTPAnswer {
  /// The body as JSON; `nil` if it is none, or exceeds the limit of values.
  var json: JSONValue? { limits.allowValues(of: body) ? try? JSONValue(parsing: body) : nil }
}

extension Int {
  static var secondsSince1970: Int { Int(time(nil)) }
}

extension Double {
  /// The time of day to the microsecond.
  static var secondsSince1970: Double {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1_000_000_000
  }
}
