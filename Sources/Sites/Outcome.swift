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
  /// The site is certain not to have done it, and may do it later: 429, 503, a refused connection.
  /// `after` is how long the site asked to wait, if it said.
  case retryLater(after: Duration?, Refusal)
  /// The request may have been carried out and the answer is lost: a time-out, a reset, a cut body.
  case unknown(Refusal)
  /// Login refused (401), or the account may not use the API at all: no other row would fare better.
  case loginRefused(Refusal)
}

extension Outcome {
  /// The same for a read: nothing can have been carried out, so that what went wrong within the site may well go
  /// right the next time, whatever it calls it.
  var ofRead: Outcome {
    if case .refused(let refusal) = self, refusal.status == 500 { .unknown(refusal) } else { self }
  }

  /// Why it did not end well; `nil` when it did.
  public var refusal: Refusal? {
    switch self {
    case .applied, .unchanged: nil
    case .refused(let refusal), .conflict(let refusal), .retryLater(_, let refusal), .unknown(let refusal),
      .loginRefused(let refusal):
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

  public init(status: Int?, code: String, message: String, hint: String? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.hint = hint
  }
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

  public init(
    outcome: Outcome, status: Int? = nil, duration: Duration = .zero,
    nextRequestAfter: Duration? = nil
  ) {
    self.outcome = outcome
    self.status = status
    self.duration = duration
    self.nextRequestAfter = nextRequestAfter
  }
}
