/// One request that was made, as metrics and logs want it: how it went, and nothing of what it carried.
public struct RequestRecord: Sendable {
  /// Such as `PATCH`.
  public var method: String
  /// The HTTP status; `nil` when no answer came.
  public var status: Int?
  /// From the first byte sent to the last byte received.
  public var duration: Duration
  /// What was sent and what came back; kept only when the site's settings ask for it, never with a login in it.
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

  /// A record of a request that nobody sent through libcurl, such as a test's.
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
    status = exchange.answer?.status
    duration = exchange.duration
    answerHeaders = exchange.answer?.headers
    traces = exchange.answer?.traces ?? LoginTraces()
    if keepingBodies {
      bodies = Bodies(
        request: String(decoding: request.body ?? [], as: UTF8.self),
        answer: exchange.answer.map { $0.traces.hidden(in: String(decoding: $0.body, as: UTF8.self)) } ?? "")
    }
  }

  // What only a log wants is worked out when it is asked for: there may be ten thousand requests a second.

  /// The address below the host, without a query: that may hold keys of the sheet.
  public var path: String {
    let afterHost = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    return String(afterHost.drop { $0 != "/" }.prefix { $0 != "?" && $0 != "#" })
  }

  /// What the site's own logs call this request, when its answer says so.
  ///
  /// Oracle asks for the ECID of a call when support is to find it (Fusion reference, section 12); no source names
  /// its header for these APIs, so those that its servers and the usual gateways use are looked for.
  public var siteRequestID: String? {
    guard let answerHeaders else { return nil }
    let names = ["X-ORACLE-DMS-ECID", "ECID-Context", "X-Request-ID", "X-Correlation-ID"]
    return names.lazy.compactMap { answerHeaders[$0] }.first { !$0.isEmpty }.map(traces.hidden)?
      .asOneLine(limit: 200)
  }
}

extension Sequence<RequestRecord> {
  /// How many requests ended with each HTTP status; 0 stands for no answer.
  public var byStatus: [Int: Int] {
    reduce(into: [:]) { $0[$1.status ?? 0, default: 0] += 1 }
  }
}
