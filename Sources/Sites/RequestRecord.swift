/// One request that was made, for metrics and logs: its result, without its contents.
public struct RequestRecord: Sendable {
  /// The method, such as `PATCH`.
  public var method: String
  /// The HTTP status; `nil` without an answer.
  public var status: Int?
  /// The time from the first byte sent to the last byte received.
  public var duration: Duration
  /// The request's and the answer's texts; kept only if the site's settings ask for it, never with a login.
  public var bodies: Bodies?
  private let url: String
  private let answerHeaders: HTTPHeaders?
  private let traces: LoginTraces

  /// The texts of one exchange.
  public struct Bodies: Sendable, Equatable {
    public var request: String
    public var answer: String

    public init(request: String, answer: String) {
      self.request = request
      self.answer = answer
    }
  }

  /// Creates a record of a request that was not sent through libcurl, such as a test's.
  public init(
    method: String, url: String = "", status: Int?, duration: Duration = .zero, bodies: Bodies? = nil
  ) {
    self.method = method
    self.url = url
    self.status = status
    self.duration = duration
    self.bodies = bodies
    answerHeaders = nil
    traces = LoginTraces()
  }

  init(_ request: HTTPRequest, _ exchange: HTTPExchange, keepingBodies: Bool) {
    method = request.method.rawValue
    url = request.url
    let answer = exchange.answer
    status = answer?.status
    duration = exchange.duration
    answerHeaders = answer?.headers
    traces = answer?.traces ?? LoginTraces()
    if keepingBodies {
      bodies = Bodies(
        request: String(decoding: request.body ?? [], as: UTF8.self),
        answer: answer.map { $0.traces.hidden(in: String(decoding: $0.body, as: UTF8.self)) } ?? "")
    }
  }

  // Facts for the log are computed on demand: there may be ten thousand requests a second.

  /// The address below the host, without a query: that may contain keys of the sheet.
  public var path: String {
    let afterHost = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    return String(afterHost.drop { $0 != "/" }.prefix { $0 != "?" && $0 != "#" })
  }

  /// The id of this request in the site's own logs, if its answer has one.
  ///
  /// Oracle's support asks for the ECID of a call (Fusion reference, section 12). No source names its header for
  /// these APIs, so those of its servers and of common gateways are tried.
  public var siteRequestID: String? {
    guard let answerHeaders else { return nil }
    let names = ["X-ORACLE-DMS-ECID", "ECID-Context", "X-Request-ID", "X-Correlation-ID"]
    return names.lazy.compactMap { answerHeaders[$0] }.first { !$0.isEmpty }.map(traces.hidden)?
      .asOneLine(limit: 200)
  }
}

extension Sequence<RequestRecord> {
  /// The number of requests by HTTP status; 0 stands for no answer.
  public var byStatus: [Int: Int] {
    reduce(into: [:]) { $0[$1.status ?? 0, default: 0] += 1 }
  }
}
