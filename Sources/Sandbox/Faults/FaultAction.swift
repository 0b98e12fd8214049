import Foundation

/// The effect of a rule on a request that it hits.
enum FaultAction: Sendable, Equatable {
  /// The request fails; the first of several rules that hit decides.
  case strike(Strike)
  /// The request is refused if more come than allowed.
  case limit(RateLimit, FaultRefusal)
  /// The request is delayed before it is handled; the delays of several rules add up.
  case latency(Latency)
  /// The answer asks for a pause before the next request, in milliseconds.
  case pacing(Int)
}

/// A way in which a request can fail.
enum Strike: Sendable, Equatable {
  case refuse(FaultRefusal)
  /// The login is refused as unknown.
  case rejectLogin
  case reset(ResetPoint, Ending)
  case stall(Duration, StallPoint)
  /// The sandbox is down for a time, for every client.
  case restart(Duration)
}

/// The moment at which the connection is cut.
enum ResetPoint: String, Sendable, CaseIterable {
  /// Nothing has been done.
  case beforeCommit = "before-commit"
  /// The work is done and stored, and no answer is sent.
  case afterCommit = "after-commit"
  /// The work is done and stored, and the answer ends in the middle.
  case midAnswer = "mid-answer"
}

/// The way a connection ends.
enum Ending: String, Sendable, CaseIterable {
  /// Reset, as by a process that dies or a firewall.
  case reset = "rst"
  /// Closed in order, as by a gateway that gives up.
  case close = "fin"
}

/// The moment at which a request is held.
enum StallPoint: String, Sendable, CaseIterable {
  /// Before it is handled; if the client hangs up meanwhile, it never is.
  case beforeCommit = "before-commit"
  /// After it is done and stored.
  case afterCommit = "after-commit"
  /// Before it is handled; it is handled even if the client no longer waits for the answer.
  case late
}

/// An answer that refuses a request, whatever its content.
struct FaultRefusal: Sendable, Equatable {
  enum Body: String, Sendable, CaseIterable {
    /// The service's own error.
    case api
    /// No body, and none of the service's headers, as from a gateway in front of it.
    case none
    /// A gateway's page.
    case html
  }

  enum RetryAfter: Sendable, Equatable {
    case seconds(Int)
    /// A date, this many seconds after the answer.
    case date(Int)
  }

  var status: Int
  var retryAfter: RetryAfter?
  var body = Body.api
  /// The value of `osvc-crest-next-request-after`, in milliseconds.
  var nextRequestAfter: Int?
}

/// A token bucket: a number of requests per second, and a number at once after a pause.
struct RateLimit: Sendable, Equatable {
  var perSecond: Double
  var burst: Int
}

/// The delay of requests.
enum Latency: Sendable, Equatable {
  /// Uniformly distributed between two times, which may be the same.
  case between(Duration, Duration)
  /// Exponentially distributed around a mean.
  case exponential(Duration)

  /// The time for a random number from 0 up to 1.
  func drawn(_ fraction: Double) -> Duration {
    switch self {
    case .between(let low, let high): low + (high - low) * fraction
    case .exponential(let mean): mean * -log(1 - fraction)
    }
  }
}
