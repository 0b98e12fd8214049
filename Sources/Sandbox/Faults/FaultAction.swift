import Foundation

/// What is done to a request that a rule strikes.
enum FaultAction: Sendable, Equatable {
  /// It does not take its normal way; of several rules the first that strikes decides.
  case strike(Strike)
  /// It is refused when more came than allowed.
  case limit(RateLimit, FaultRefusal)
  /// It is held before it is handled; several rules add up.
  case latency(Latency)
  /// Its answer asks for a pause before the next request, in milliseconds.
  case pacing(Int)
}

/// A way that a request can go wrong.
enum Strike: Sendable, Equatable {
  case refuse(FaultRefusal)
  /// As if the login were not known.
  case rejectLogin
  case reset(ResetPoint, Ending)
  case stall(Duration, StallPoint)
  /// The sandbox is gone for a time, for everybody.
  case restart(Duration)
}

/// When the connection is cut.
enum ResetPoint: String, Sendable, CaseIterable {
  /// Nothing is done.
  case beforeCommit = "before-commit"
  /// It is done and stored, and nothing is answered.
  case afterCommit = "after-commit"
  /// It is done and stored, and the answer ends in its midst.
  case midAnswer = "mid-answer"
}

/// How a connection ends.
enum Ending: String, Sendable, CaseIterable {
  /// Broken off, as by a process that dies or a firewall.
  case reset = "rst"
  /// Closed in order, as by a gateway that gives up.
  case close = "fin"
}

/// Where a request is held.
enum StallPoint: String, Sendable, CaseIterable {
  /// Before it is handled; when the client hangs up meanwhile, it never is.
  case beforeCommit = "before-commit"
  /// After it is done and stored.
  case afterCommit = "after-commit"
  /// Before it is handled; it is handled even when nobody waits for the answer any more.
  case late
}

/// An answer that refuses a request, whatever it asks.
struct FaultRefusal: Sendable, Equatable {
  enum Body: String, Sendable, CaseIterable {
    /// The service's own error.
    case api
    /// None, and none of the service's headers, as a gateway before it answers.
    case none
    /// A gateway's page.
    case html
  }

  enum RetryAfter: Sendable, Equatable {
    case seconds(Int)
    /// A date, so many seconds after the answer.
    case date(Int)
  }

  var status: Int
  var retryAfter: RetryAfter?
  var body = Body.api
  /// The value of `osvc-crest-next-request-after`, in milliseconds.
  var nextRequestAfter: Int?
}

/// A token bucket: so many requests a second, and so many at once after a pause.
struct RateLimit: Sendable, Equatable {
  var perSecond: Double
  var burst: Int
}

/// How long requests are held.
enum Latency: Sendable, Equatable {
  /// Evenly between two times, which may be the same.
  case between(Duration, Duration)
  /// As if the work ended at any moment with the same chance; the mean.
  case exponential(Duration)

  /// The time that a number from 0 up to 1 draws.
  func drawn(_ fraction: Double) -> Duration {
    switch self {
    case .between(let low, let high): low + (high - low) * fraction
    case .exponential(let mean): mean * -log(1 - fraction)
    }
  }
}
