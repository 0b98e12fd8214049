/// A libcurl handle that logs in and remembers its requests, for every API.
struct SiteHandle: ~Copyable {
  private var handle: CurlHandle
  private let keepsBodies: Bool
  /// The secrets of the proxy's address, which must be hidden.
  private let proxyTraces: LoginTraces
  /// The ticket of the last request.
  private(set) var ticket: SiteLogin.Ticket?
  private var requests: [RequestRecord] = []
  /// Indicates that the request which was begun is on its way.
  private var wasAdmitted = false
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

  /// Returns the same ticket without waiting; `nil` while another connection is getting one.
  mutating func ticketAtOnce(of login: SiteLogin) -> SiteLogin.Ticket? {
    guard let newest = login.newestAtOnce(ticket) else { return nil }
    ticket = newest
    return newest
  }

  /// Sends one request with a login, and waits for its result.
  mutating func perform(_ request: HTTPRequest, _ ticket: SiteLogin.Ticket) -> HTTPExchange {
    guard pacing?.admit() ?? true else { return .notSent }
    let request = request.adding(ticket)
    return ended(request, handle.perform(request, hiding: ticket.traces.adding(proxyTraces)))
  }

  /// Begins to send a request with the handle's ticket; `end` returns its result when the transfer is done.
  mutating func begin(_ request: HTTPRequest, _ ticket: SiteLogin.Ticket) -> Transfer {
    wasAdmitted = pacing?.admit() ?? true
    if wasAdmitted { handle.begin(request.adding(ticket), hiding: ticket.traces.adding(proxyTraces)) }
    return handle.transfer
  }

  /// Returns the result of the request that was begun; nothing was sent if it was not admitted.
  mutating func end(_ request: HTTPRequest) -> HTTPExchange {
    wasAdmitted ? ended(request, handle.end()) : .notSent
  }

  /// Indicates that the request which was begun is answered with a yes, or was not sent.
  var endsPlainly: Bool { !wasAdmitted || (handle.status.map { (200..<300).contains($0) } ?? false) }

  private mutating func ended(_ request: HTTPRequest, _ exchange: HTTPExchange) -> HTTPExchange {
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
    defer { requests = [] }
    return requests
  }
}

extension HTTPRequest {
  /// Returns the request with a login.
  fileprivate func adding(_ ticket: SiteLogin.Ticket) -> HTTPRequest {
    guard let repeatedHeaders else {
      var request = self
      request.headers += ticket.headers
      return request
    }
    repeatedHeaders.take(ticket)
    return self
  }
}

extension HTTPExchange {
  /// The exchange of a request that was not admitted.
  fileprivate static var notSent: HTTPExchange {
    let failure = TransportFailure(
      code: Refusal.notSent, message: "the run stopped before this was sent", wasSent: false)
    return HTTPExchange(result: .failed(failure, partial: nil), duration: .zero)
  }
}
