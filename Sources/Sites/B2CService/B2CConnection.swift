import Catalog
import JSON
import Records

/// One lane's connection to a B2C Service site: a libcurl handle and a chain of access tokens.
final class B2CConnection: SiteConnection {
  let service: B2CService
  var handle: SiteHandle
  /// The token of the previous answer; without one a request starts a new chain.
  ///
  /// Every answer contains the one for the next request (`c_osvc_custom_headers`).
  private var accessToken: String?
  var addressLimit = AddressLimit()
  private let readHeaders: RepeatedHeaders
  private let writeHeaders: RepeatedHeaders
  private var begun: Begun?
  /// The query style for each set of attributes of which the site has refused a part.
  var queryStyles: [[String]: QueryStyle] = [:]

  /// A patch on its way.
  private struct Begun {
    let write: Write
    let request: HTTPRequest
    let usedToken: Bool
  }

  init(_ service: B2CService) {
    self.service = service
    handle = SiteHandle(service.access.transport)
    let always = service.access.transport.headers
    readHeaders = RepeatedHeaders(service.readHeaders + always)
    writeHeaders = RepeatedHeaders(service.headers + service.writeHeaders(.patch) + always)
  }

  func send(_ write: Write) -> Exchange {
    guard service.hasKeyedAddresses, write.element == nil,
      let body = (try? JSONValue(parsing: write.body))?.object
    else { return send(.patch, write) }
    return send(write, in: service.resource.parts(of: body))
  }

  func begin(_ write: Write) -> Transfer? {
    guard !service.hasKeyedAddresses || write.element != nil,
      write.body.utf8.count <= CurlHandle.longestCopied,
      let ticket = handle.ticketAtOnce(of: service.access.login)
    else { return nil }
    let request = request(.patch, write)
    begun = Begun(write: write, request: request, usedToken: accessToken != nil)
    return handle.begin(adding(accessToken, to: request), ticket)
  }

  var endsPlainly: Bool { handle.endsPlainly }

  func end() -> Exchange {
    guard let begun = begun.take(), let ticket = handle.ticket else {
      preconditionFailure("no request was begun")
    }
    let isPlain = handle.endsPlainly
    var exchange = handle.end(begun.request)
    takeToken(of: exchange)
    if !isPlain { exchange = repeated(exchange, begun.request, ticket, begun.usedToken) }
    return judged(exchange, .patch, begun.write)
  }

  /// Sends one request: a change or the removal of what a write names, or its creation in its list.
  func send(_ method: HTTPRequest.Method, _ write: Write) -> Exchange {
    judged(exchange(request(method, write)), method, write)
  }

  private func request(_ method: HTTPRequest.Method, _ write: Write) -> HTTPRequest {
    let isPatch = method == .patch
    let collection = service.collection
    return HTTPRequest(
      method: service.overridesMethod ? .post : method,
      url: method == .post ? write.listAddress(in: collection) : write.address(in: collection),
      headers: isPatch ? [] : service.headers + service.writeHeaders(method),
      repeatedHeaders: isPatch ? writeHeaders : nil,
      body: method == .delete ? [] : Array(write.body.utf8), answerLimits: .write,
      isRepeatable: write.isIdempotent && method != .post)
  }

  private func judged(_ exchange: HTTPExchange, _ method: HTTPRequest.Method, _ write: Write) -> Exchange {
    var key = service.resource.key
    if let element = write.element {
      key = service.resource.list(at: element.list)?.selectors.first?.path ?? "id"
    }
    return Exchange(
      exchange,
      outcome: Outcome(
        b2cService: exchange.result, to: write, of: service.resource, key: key,
        creates: method == .post, now: .secondsSince1970))
  }

  func takeRequests() -> [RequestRecord] { handle.takeRequests() }

  func keep(to pacing: any RequestPacing) { handle.pacing = pacing }

  func check() -> Exchange { judged(firstQuestion()) }

  /// Asks for one record, which shows whether address, login and headers are right.
  func firstQuestion() -> HTTPExchange {
    get("\(service.resource.name)?limit=1&fields=\(service.resource.key)")
  }

  /// Returns what the answer to the first question says of the site.
  func judged(_ exchange: HTTPExchange) -> Exchange {
    var outcome = Outcome(exchange.result, of: .b2cService, now: .secondsSince1970).ofRead
    switch outcome {
    case .applied:
      if exchange.answer?.json?["items"]?.array == nil { outcome = .refused(notTheAPI(exchange)) }
    case .refused(let refusal) where refusal.status == 403: outcome = .loginRefused(refusal)
    case .foreign(let refusal) where refusal.status == 403 && !refusal.isPage:
      outcome = .loginRefused(refusal)
    case .foreign(let refusal):
      outcome = .refused(refusal.isRedirection ? refusal : notTheAPI(exchange))
    default: break
    }
    return Exchange(exchange, outcome: outcome)
  }

  private func notTheAPI(_ exchange: HTTPExchange) -> Refusal {
    Refusal(
      notTheAPI: exchange, of: "\(service.location) does not look like a B2C Service site",
      hint: "check url; a login portal or a proxy may be answering, or the REST API is switched off")
  }
}

// MARK: - One request

extension B2CConnection {
  /// - Parameter type: the media type to ask for, if not the usual one.
  func get(_ path: String, accepting type: String? = nil) -> HTTPExchange {
    let url = "\(service.base)/\(path)"
    guard let type else {
      return exchange(
        HTTPRequest(method: .get, url: url, headers: [], repeatedHeaders: readHeaders, body: nil))
    }
    let headers = service.readHeaders.map { $0.name == "Accept" ? ($0.name, type) : $0 }
    return exchange(HTTPRequest(method: .get, url: url, headers: headers, body: nil))
  }

  /// Reads something that takes several requests: waits as the site asked, and adds to `sofar`.
  ///
  /// - Returns: the answer; `nil` if there is none, as `sofar` then says.
  func ask(
    _ path: String, _ sofar: inout Exchange, accepting type: String? = nil
  ) -> JSONValue? {
    var exchange: HTTPExchange
    var tries = 0
    repeat {
      sofar.waitAsAsked(handle.pacing)
      exchange = get(path, accepting: type)
      sofar = Exchange(
        exchange, outcome: Outcome(exchange.result, of: .b2cService, now: .secondsSince1970).ofRead,
        after: sofar)
      tries += 1
    } while handle.asksAgain(after: sofar.outcome, tries: tries)
    guard case .applied = sofar.outcome else { return nil }
    addressLimit.taken(service.base.utf8.count + 1 + path.utf8.count)
    guard let json = exchange.answer?.json else {
      sofar.refuse(asBadAnswer: "the answer is not JSON")
      return nil
    }
    return json
  }

  /// Sends a request with login and token, and once more with new ones if the site refused these.
  private func exchange(_ request: HTTPRequest) -> HTTPExchange {
    let ticket = handle.ticket(of: service.access.login)
    let usedToken = accessToken != nil
    return repeated(perform(request, ticket), request, ticket, usedToken)
  }

  /// Returns the exchange of a request, or of the same with new login and token if the site refused these.
  private func repeated(
    _ exchange: HTTPExchange, _ request: HTTPRequest, _ ticket: SiteLogin.Ticket, _ usedToken: Bool
  ) -> HTTPExchange {
    var exchange = exchange
    if let next = service.access.login.ticket(after: ticket, for: request, &exchange) {
      return perform(request, next)
    }
    // In the API's own form, it is certain that nothing was carried out.
    if usedToken, case .answered(let answer) = exchange.result, answer.refusesAccessToken {
      accessToken = nil
      return perform(request, ticket)
    }
    return exchange
  }

  private func perform(_ request: HTTPRequest, _ ticket: SiteLogin.Ticket) -> HTTPExchange {
    let exchange = handle.perform(adding(accessToken, to: request), ticket)
    takeToken(of: exchange)
    return exchange
  }

  private func adding(_ token: String?, to request: HTTPRequest) -> HTTPRequest {
    guard let token else { return request }
    var request = request
    request.headers.append((Self.tokenHeader, token))
    return request
  }

  private func takeToken(of exchange: HTTPExchange) {
    // A lost answer contained the next token, so a new chain starts.
    accessToken = exchange.answer?.headers[Self.tokenHeader].flatMap { token in
      token.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? token.nonEmpty : nil
    }
  }

  fileprivate static let tokenHeader = "osvc-crest-api-access-token"
}

extension HTTPAnswer {
  /// Indicates that the site rejects the access token, as after its restart.
  ///
  /// No source names the code, so the words decide.
  fileprivate var refusesAccessToken: Bool {
    let error = (400..<500).contains(status) ? ErrorBody(self) : nil
    guard let error, error.isOfAPI, let message = error.message?.lowercased() else { return false }
    return message.firstRange(of: "access token") != nil || message.firstRange(of: "access-token") != nil
  }
}
