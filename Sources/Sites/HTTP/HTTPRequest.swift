/// One complete request: bulkpatch sends this, and what libcurl adds to it.
struct HTTPRequest {
  enum Method: String {
    case get = "GET"
    case post = "POST"
    case patch = "PATCH"
    case put = "PUT"
    case delete = "DELETE"
  }

  var method: Method
  var url: String
  /// The header names and values; both are free of control characters, which their makers ensure.
  var headers: [(name: String, value: String)]
  /// Further headers, which other requests have as well.
  var repeatedHeaders: RepeatedHeaders?
  /// The body of a write; `nil` for a read.
  var body: [UInt8]?
  /// The limits for the answer.
  var answerLimits = AnswerLimits.read
  /// Indicates that repeating a write has no further effect; a read is always repeatable.
  var isRepeatable = false
}

/// A complete answer.
struct HTTPAnswer: Equatable {
  var status: Int
  var headers: HTTPHeaders
  var body: [UInt8]
  /// The parts of the request that the answer may repeat and that must be hidden.
  var traces = LoginTraces()
  /// The limits that it was read with.
  var limits = AnswerLimits.read
}

/// The result of one request.
struct HTTPExchange {
  enum Result {
    case answered(HTTPAnswer)
    /// `partial` is the part of the answer that arrived, if its status line did.
    case failed(TransportFailure, partial: HTTPAnswer?)
  }

  var result: Result
  /// The time from the first byte sent to the last byte received.
  var duration: Duration
  /// Indicates that its login was refused by an unknown party, and that the next request has another one.
  var isLoginRenewed = false

  /// The answer as far as it arrived.
  var answer: HTTPAnswer? {
    switch result {
    case .answered(let answer): answer
    case .failed(_, let partial): partial
    }
  }
}
