/// One request, complete: what leaves the machine is this and what libcurl adds to it.
struct HTTPRequest {
  enum Method: String {
    case get = "GET"
    case post = "POST"
    case patch = "PATCH"
    case put = "PUT"
  }

  var method: Method
  var url: String
  /// Names and values; both are free of control characters, which is seen to where they are made.
  var headers: [(name: String, value: String)]
  /// The body of a write; `nil` for a read.
  var body: [UInt8]?
  /// How much of the answer is taken.
  var answerLimits = AnswerLimits.read
  /// Whether a write may be carried out twice without anybody noticing; a read always may.
  var isRepeatable = false
}

/// What came back, whole.
struct HTTPAnswer: Equatable {
  var status: Int
  var headers: HTTPHeaders
  var body: [UInt8]
  /// What it may repeat of the request, and nobody may read.
  var traces = LoginTraces()
  /// What was taken of it.
  var limits = AnswerLimits.read
}

/// What became of one request.
struct HTTPExchange {
  enum Result {
    case answered(HTTPAnswer)
    /// `partial` is as much of the answer as arrived, when its status line did.
    case failed(TransportFailure, partial: HTTPAnswer?)
  }

  var result: Result
  /// From the first byte sent to the last byte received.
  var duration: Duration
  /// Whether its login was refused by nobody knows whom, and the next request has another one.
  var isLoginRenewed = false

  /// The answer as far as it arrived.
  var answer: HTTPAnswer? {
    switch result {
    case .answered(let answer): answer
    case .failed(_, let partial): partial
    }
  }

  /// The same, where the answer knows which login the request had.
  func hiding(_ traces: LoginTraces) -> HTTPExchange {
    var exchange = self
    switch result {
    case .answered(var answer):
      answer.traces = traces
      exchange.result = .answered(answer)
    case .failed(var failure, var partial):
      failure.message = traces.hidden(in: failure.message)
      partial?.traces = traces
      exchange.result = .failed(failure, partial: partial)
    }
    return exchange
  }
}

/// Header fields of an answer, in order; names are found whatever their case (RFC 9110, section 5.1).
struct HTTPHeaders: Equatable {
  private var names: [String] = []
  private var values: [String] = []

  init(_ fields: [(name: String, value: String)] = []) {
    for field in fields { append(field.name, field.value) }
  }

  mutating func append(_ name: some StringProtocol, _ value: some StringProtocol) {
    names.append(name.lowercased())
    values.append(String(value))
  }

  /// The value of the first field of that name.
  subscript(name: String) -> String? {
    names.firstIndex(of: name.lowercased()).map { values[$0] }
  }
}
