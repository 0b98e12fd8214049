import Catalog
import JSON

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// One lane's way to a B2C Service site: a libcurl handle and a chain of access tokens.
final class B2CConnection: SiteConnection {
  private let service: B2CService
  private var handle: CurlHandle
  /// The token of the previous answer; without one a request starts a new chain.
  ///
  /// Every answer carries the one for the next request (`c_osvc_custom_headers`).
  private var accessToken: String?

  init(_ service: B2CService, _ transport: TransportSettings) {
    self.service = service
    handle = CurlHandle(transport)
  }

  func send(_ write: Write) -> Exchange {
    var url = "\(service.base)/\(service.resource.name)/\(write.recordID)"
    if let element = write.element { url += "/\(element.list.percentEncoded)/\(element.id)" }
    let exchange = exchange(
      HTTPRequest(
        method: service.overridesMethod ? .post : .patch, url: url,
        headers: service.headers + service.writeHeaders, body: write.body, maySendAgain: write.isIdempotent))
    return Exchange(exchange, outcome: Outcome(exchange.result, now: .secondsSince1970))
  }

  func check() -> Exchange {
    let exchange = get("\(service.resource.name)?limit=1&fields=\(service.resource.key)")
    var outcome = Outcome(exchange.result, now: .secondsSince1970)
    switch outcome {
    case .applied:
      if exchange.answer?.json?["items"]?.array == nil { outcome = .refused(notTheAPI(exchange)) }
    case .refused(let refusal) where refusal.status == 403: outcome = .loginRefused(refusal)
    case .refused(let refusal) where refusal.code == "http-404": outcome = .refused(notTheAPI(exchange))
    case .unknown(let refusal) where refusal.code == "not-the-api": outcome = .refused(notTheAPI(exchange))
    default: break
    }
    return Exchange(exchange, outcome: outcome)
  }

  private func notTheAPI(_ exchange: HTTPExchange) -> Refusal {
    let status = exchange.answer?.status
    let type = exchange.answer?.headers["Content-Type"]?.asOneLine(limit: 60) ?? "no content type"
    return Refusal(
      status: status, code: "not-the-api",
      message: "\(service.location) does not look like a B2C Service site: "
        + "HTTP \(status ?? 0) with \(type) where the REST API should be",
      hint: "check url; a login portal or a proxy may be answering, or the REST API is switched off")
  }
}

// MARK: - Looking up keys

extension B2CConnection {
  func resolve(attribute: String, values: [String]) -> (Exchange, [String: [Int64]]) {
    guard let lookup = KeyLookup(attribute: attribute, of: service.resource) else {
      let refusal = Refusal(
        status: nil, code: "unknown-key",
        message: "\(service.resource.name) cannot be looked up by \(attribute.asOneLine(limit: 100))")
      return (Exchange(outcome: .refused(refusal)), [:])
    }
    var found: [String: [Int64]] = [:]
    var last = Exchange(outcome: .applied)
    for query in lookup.queries(for: values, limit: KeyLookup.urlLimit - service.base.utf8.count) {
      last.waitAsAsked()
      let exchange = get("queryResults/?query=\(query)")
      let duration = last.duration + exchange.duration
      last = Exchange(exchange, outcome: Outcome(exchange.result, now: .secondsSince1970))
      last.duration = duration
      guard case .applied = last.outcome else { break }
      guard let rows = lookup.rows(in: exchange.answer?.json) else {
        last.outcome = .refused(
          Refusal(
            status: last.status, code: "bad-answer",
            message:
              "the answer to a query is not a table of \(service.resource.name), or is cut at its limit"))
        break
      }
      for (value, id) in rows where !found[value, default: []].contains(id) {
        found[value, default: []].append(id)
      }
    }
    return (last, found)
  }
}

// MARK: - One request

extension B2CConnection {
  private func get(_ path: String) -> HTTPExchange {
    exchange(
      HTTPRequest(
        method: .get, url: "\(service.base)/\(path)", headers: service.headers, body: nil, maySendAgain: true)
    )
  }

  /// Sends a request with login and token, and once more with better ones where the site refused just these.
  ///
  /// A refused login or token is certain not to have been carried out, so this is safe for every write.
  private func exchange(_ request: HTTPRequest) -> HTTPExchange {
    let ticket = service.login.ticket
    let usedToken = accessToken != nil
    let exchange = perform(request, ticket)
    guard case .answered(let answer) = exchange.result else { return exchange }
    if answer.status == 401, let next = service.login.ticket(after: ticket) {
      return perform(request, next)
    }
    if usedToken, answer.refusesAccessToken {
      accessToken = nil
      return perform(request, ticket)
    }
    return exchange
  }

  private func perform(_ request: HTTPRequest, _ ticket: SiteLogin.Ticket) -> HTTPExchange {
    var request = request
    if let header = ticket.header { request.headers.append(("Authorization", header.reveal())) }
    if let accessToken { request.headers.append((Self.tokenHeader, accessToken)) }
    let exchange = handle.perform(request)
    // A lost answer had the next token in it, so the chain starts anew.
    accessToken = exchange.answer?.headers[Self.tokenHeader].flatMap { token in
      token.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? token.nonEmpty : nil
    }
    return exchange
  }

  fileprivate static let tokenHeader = "osvc-crest-api-access-token"
}

extension HTTPAnswer {
  /// Whether the site complains about the access token, as after its restart; no source names the code, so the
  /// words decide.
  fileprivate var refusesAccessToken: Bool {
    guard (400..<500).contains(status), let message = ErrorBody(body).message?.lowercased() else {
      return false
    }
    return message.firstRange(of: "access token") != nil || message.firstRange(of: "access-token") != nil
  }

  fileprivate var json: JSONValue? { try? JSONValue(parsing: body) }
}

extension Exchange {
  fileprivate init(_ exchange: HTTPExchange, outcome: Outcome) {
    self.init(
      outcome: outcome, status: exchange.answer?.status, duration: exchange.duration,
      nextRequestAfter: RequestedWait.nextRequestAfter(
        exchange.answer?.headers["osvc-crest-next-request-after"]))
  }

  /// Waits as long as the site asked this connection to, at most ten seconds: between the requests of one look-up
  /// nobody else can.
  fileprivate func waitAsAsked() {
    guard let wait = nextRequestAfter, wait > .zero else { return }
    let (seconds, attoseconds) = min(wait, .seconds(10)).components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    unsafe nanosleep(&time, nil)
  }
}

extension Int {
  fileprivate static var secondsSince1970: Int { Int(time(nil)) }
}
