public import Records

/// The end of one exchange with a site, as a value: the server's answer is never thrown.
public enum Outcome: Sendable, Equatable {
  /// The site confirmed the write.
  case applied
  /// The record already was as asked; nothing was sent.
  case unchanged
  /// The site refused, and would refuse again.
  case refused(Refusal)
  /// The record has changed since it was looked at (412); nothing was written.
  case conflict(Refusal)
  /// The site certainly has not done it, and may do it later: throttling and locks in the API's own words, a refused
  /// connection. `after` is the wait that the site asked for, if any.
  case retryLater(after: Duration?, Refusal)
  /// The request may have been carried out: the answer was lost, came from a gateway, or does not confirm it. `after`
  /// is the wait that the answer asked for, if any.
  case unknown(after: Duration? = nil, Refusal)
  /// The answer does not come from the API: a redirection, a login portal, a proxy's page. The request may still have
  /// been carried out, and other rows will hardly fare better.
  case foreign(Refusal)
  /// The login was refused (401), or the account may not use the API at all: no other row would fare better.
  case loginRefused(Refusal)
}

extension Outcome {
  /// The outcome for a read, which cannot have been carried out.
  ///
  /// A gateway's "later" is therefore as good as the site's. Trouble within the site may be gone the next time,
  /// whatever its code.
  var ofRead: Outcome {
    switch self {
    case .unknown(let after, let refusal) where refusal.isOfLoad: .retryLater(after: after, refusal)
    case .retryLater(_, let refusal) where refusal.status.map { $0 >= 500 } == true && !refusal.isOfLoad:
      .unknown(refusal)
    default: self
    }
  }

  /// The reason it did not end well; `nil` if it did.
  public var refusal: Refusal? {
    switch self {
    case .applied, .unchanged: nil
    case .refused(let refusal), .conflict(let refusal), .retryLater(_, let refusal),
      .unknown(_, let refusal), .foreign(let refusal), .loginRefused(let refusal):
      refusal
    }
  }
}

/// The reason an exchange did not end well, in the site's own words if it had any.
public struct Refusal: Sendable, Equatable {
  /// The HTTP status, if there was an answer.
  public var status: Int?
  /// The site's error code such as `OSC-CREST-00013`, else a stable name of ours such as `timeout`.
  public var code: String
  /// The error in words, on one line, at most 1,000 characters.
  public var message: String
  /// The advice for the user, if any is known.
  public var hint: String?
  /// Indicates that the request certainly was not carried out.
  ///
  /// It is false if the answer may come from a gateway that has passed the request on.
  public var isCertain = true

  public init(status: Int?, code: String, message: String, hint: String? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.hint = hint
  }

  /// Indicates that the site is overloaded, not that something is wrong.
  public var isOfLoad: Bool { status == 429 || status == 503 || code == APIErrorCode.throttled.rawValue }

  /// Indicates a redirection, which no row can cause.
  public var isRedirection: Bool { status.map { (300..<400).contains($0) } ?? false }

  /// The code of a request that its pacing did not admit.
  public static let notSent = "not-sent"

  /// The code of a row that was carried out in another way than it asked for, or only in part.
  public static let notAsAskedCode = "not-as-asked"

  /// The same refusal, of a request that followed one which was carried out.
  public var afterAPart: Refusal {
    guard code != Refusal.notAsAskedCode else { return self }
    var refusal = self
    refusal.code = Refusal.notAsAskedCode
    refusal.message = "a part of the row was carried out, and the rest was not: \(message)"
    return refusal
  }
}

extension Refusal {
  /// The code of a look-up by an attribute that the site does not know, or does not allow in a query.
  public static let unknownKeyCode = "unknown-key"
}

/// One request and its outcome.
public struct Exchange: Sendable, Equatable {
  public var outcome: Outcome
  /// The HTTP status, if there was an answer.
  public var status: Int?
  /// The time from the first byte sent to the last byte received.
  public var duration: Duration
  /// The wait that the site asked this connection for before its next request.
  public var nextRequestAfter: Duration?
  /// The written attributes as the answer shows them now; `nil` if the answer shows no record.
  public var image: RecordImage?

  public init(
    outcome: Outcome, status: Int? = nil, duration: Duration = .zero,
    nextRequestAfter: Duration? = nil, image: RecordImage? = nil
  ) {
    self.outcome = outcome
    self.status = status
    self.duration = duration
    self.nextRequestAfter = nextRequestAfter
    self.image = image
  }
}
