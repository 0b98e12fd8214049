public import Records

/// How one exchange with a site ended, as a value: the server's answer is never thrown.
public enum Outcome: Sendable, Equatable {
  /// The site confirmed the write.
  case applied
  /// The record already was as asked; nothing was sent.
  case unchanged
  /// The site said no, and would say no again.
  case refused(Refusal)
  /// The record is not what it was when it was looked at (412); nothing was written.
  case conflict(Refusal)
  /// The site is certain not to have done it, and may do it later: throttling and locks in the API's own words, a
  /// refused connection. `after` is how long the site asked to wait, if it said.
  case retryLater(after: Duration?, Refusal)
  /// The request may have been carried out: the answer was lost, came from a gateway, or does not confirm it.
  /// `after` is how long whoever answered asked to wait, if it said.
  case unknown(after: Duration? = nil, Refusal)
  /// What answered is not the API: a redirection, a login portal, a proxy's page. The request may have been carried
  /// out all the same, and other rows will hardly fare better.
  case foreign(Refusal)
  /// Login refused (401), or the account may not use the API at all: no other row would fare better.
  case loginRefused(Refusal)
}

extension Outcome {
  /// The same for a read: nothing can have been carried out, so that a gateway's "later" is as good as the site's,
  /// and what went wrong within the site may well go right the next time, whatever it calls it.
  var ofRead: Outcome {
    switch self {
    case .unknown(let after, let refusal) where refusal.isOfLoad: .retryLater(after: after, refusal)
    case .retryLater(_, let refusal) where refusal.status.map { $0 >= 500 } == true && !refusal.isOfLoad:
      .unknown(refusal)
    default: self
    }
  }

  /// Why it did not end well; `nil` when it did.
  public var refusal: Refusal? {
    switch self {
    case .applied, .unchanged: nil
    case .refused(let refusal), .conflict(let refusal), .retryLater(_, let refusal),
      .unknown(_, let refusal), .foreign(let refusal), .loginRefused(let refusal):
      refusal
    }
  }
}

/// Why an exchange did not end well, in the site's own words where it had any.
public struct Refusal: Sendable, Equatable {
  /// The HTTP status, when an answer came.
  public var status: Int?
  /// The site's error code such as `OSC-CREST-00013`, else a stable name of ours such as `timeout`.
  public var code: String
  /// The error in words, on one line, at most 1,000 characters.
  public var message: String
  /// What a person can do about it, where that is known.
  public var hint: String?
  /// Whether it is certain that the request was not carried out; not so when it may be somebody's answer who has
  /// passed the request on.
  public var isCertain = true

  public init(status: Int?, code: String, message: String, hint: String? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.hint = hint
  }

  /// Whether it says that too much was asked for at once, and not that something is wrong.
  public var isOfLoad: Bool { status == 429 || status == 503 || code == APIErrorCode.throttled.rawValue }

  /// Whether it leads elsewhere, which no row can be the reason for.
  public var isRedirection: Bool { status.map { (300..<400).contains($0) } ?? false }

  /// The code of a request that its pacing did not let leave.
  public static let notSent = "not-sent"
}

extension Refusal {
  /// The code of a look-up by an attribute that the site does not know, or does not take in a query.
  public static let unknownKeyCode = "unknown-key"
}

/// One request and what came of it.
public struct Exchange: Sendable, Equatable {
  public var outcome: Outcome
  /// The HTTP status, when an answer came.
  public var status: Int?
  /// From the first byte sent to the last byte received.
  public var duration: Duration
  /// How long the site asked this connection to wait before its next request.
  public var nextRequestAfter: Duration?
  /// The attributes that were written, as the answer shows them now; `nil` where an answer shows no record.
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
