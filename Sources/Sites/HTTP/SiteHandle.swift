/// A libcurl handle that logs in and remembers its requests, for every API.
struct SiteHandle: ~Copyable {
  private var handle: CurlHandle
  private let keepsBodies: Bool
  /// The secrets of the proxy's address, which must be hidden.
  private let proxyTraces: LoginTraces
  /// The ticket of the last request.
  private var ticket: SiteLogin.Ticket?
  private var requests: [RequestRecord] = []
  var pacing: (any RequestPacing)?

  init(_ transport: TransportSettings) {
    handle = CurlHandle(transport)
    keepsBodies = transport.keepsBodies
    proxyTraces = transport.proxyTraces
  }

  /// Returns the newest ticket of the connection's login, which the handle keeps.
  mutating func ticket(of login: SiteLogin) -> SiteLogin.Ticket {
    let newest = login.newest(ticket)
    ticket = newest
    return newest
  }

  /// Sends one request with a login, and waits for its result.
  mutating func perform(_ request: HTTPRequest, _ ticket: SiteLogin.Ticket) -> HTTPExchange {
    guard pacing?.admit() ?? true else {
      let failure = TransportFailure(
        code: Refusal.notSent, message: "the run stopped before this was sent", wasSent: false)
      return HTTPExchange(result: .failed(failure, partial: nil), duration: .zero)
    }
    var request = request
    if let repeated = request.repeatedHeaders {
      repeated.take(ticket)
    } else {
      request.headers += ticket.headers
    }
    let exchange = handle.perform(request, hiding: ticket.traces.adding(proxyTraces))
    pacing?.ended()
    requests.append(RequestRecord(request, exchange, keepingBodies: keepsBodies))
    return exchange
  }

  /// Makes the next connection remember the site's certificate.
  mutating func keepCertificate() { handle.keepCertificate() }

  /// The certificate that the site has shown; `nil` without TLS.
  var certificate: SiteFacts.Certificate? { SiteFacts.certificate(of: handle.certificate) }

  /// Returns whether to repeat a read with this outcome at once, after this many tries.
  func asksAgain(after outcome: Outcome, tries: Int) -> Bool {
    guard let pacing, case .retryLater(let after, let refusal) = outcome, refusal.status != nil else {
      return false
    }
    return pacing.refused(after: after, tries: tries)
  }

  /// Returns the requests since the last call, in the order they were made.
  mutating func takeRequests() -> [RequestRecord] {
    defer { requests.removeAll(keepingCapacity: true) }
    return requests
  }
}
