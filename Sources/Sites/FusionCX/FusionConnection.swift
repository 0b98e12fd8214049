import Catalog
import JSON

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One lane's connection to a Fusion CX site.
final class FusionConnection: SiteConnection {
  let site: FusionCX
  var handle: SiteHandle
  /// Indicates that the site has refused an answer without a body, so that answers contain unneeded items.
  private var refusesEmptyAnswers = false
  /// Indicates that the site has refused a query for several records.
  var refusesLists = false
  /// Indicates that the site has accepted such a query.
  var knowsLists = false
  var addressLimit = AddressLimit()
  /// The number of batches in a row whose parts all succeeded one by one, so that the batch itself was at fault.
  var vainBatches = 0

  private var begun: Begun?

  /// A patch on its way.
  private struct Begun {
    let write: Write
    let target: Target
    let wantsNothing: Bool
    let request: HTTPRequest
  }

  init(_ site: FusionCX) {
    self.site = site
    handle = SiteHandle(site.access.transport)
  }

  func takeRequests() -> [RequestRecord] { handle.takeRequests() }

  func keep(to pacing: any RequestPacing) { handle.pacing = pacing }

  func send(_ write: Write) -> Exchange {
    var last = Exchange(outcome: .applied)
    guard let target = target(of: write, &last) else { return last }
    guard let attribute = write.enclosure else { return patch(write, target, last) }
    guard let bytes = Data(base64Encoded: write.body) else {
      return .refused("bad-base64", "the bytes for \(attribute) are not base64")
    }
    let exchange = exchange(
      HTTPRequest(
        method: .put, url: "\(site.base)/\(target.path)/enclosure/\(attribute.percentEncoded)",
        headers: site.headers() + [("Content-Type", MediaType.bytes), ("Expect", "")] + target.condition,
        body: Array(bytes), answerLimits: .write, isRepeatable: write.isIdempotent))
    return confirmed(
      answer(exchange, isConditional: target.token != nil, after: last), exchange, write, wantsNothing: true)
  }

  func begin(_ write: Write) -> Transfer? {
    var last = Exchange(outcome: .applied)
    guard write.element == nil, write.enclosure == nil, write.body.utf8.count <= CurlHandle.longestCopied,
      let target = target(of: write, &last), let ticket = handle.ticketAtOnce(of: site.access.login)
    else { return nil }
    let wantsNothing = wantsNothing(of: write, target)
    let request = request(write, target, wantsNothing: wantsNothing)
    begun = Begun(write: write, target: target, wantsNothing: wantsNothing, request: request)
    return handle.begin(request, ticket)
  }

  var endsPlainly: Bool { handle.endsPlainly }

  func end() -> Exchange {
    guard let begun = begun.take(), let ticket = handle.ticket else {
      preconditionFailure("no request was begun")
    }
    let exchange = repeated(handle.end(begun.request), begun.request, ticket)
    return patched(
      exchange, begun.write, begun.target, Exchange(outcome: .applied), wantsNothing: begun.wantsNothing)
  }

  private func patch(_ write: Write, _ target: Target, _ last: Exchange) -> Exchange {
    let wantsNothing = wantsNothing(of: write, target)
    let exchange = exchange(request(write, target, wantsNothing: wantsNothing))
    return patched(exchange, write, target, last, wantsNothing: wantsNothing)
  }

  /// Indicates that the answer to a patch needs no body.
  private func wantsNothing(of write: Write, _ target: Target) -> Bool {
    write.isIdempotent && target.token == nil && !refusesEmptyAnswers
  }

  private func request(_ write: Write, _ target: Target, wantsNothing: Bool) -> HTTPRequest {
    var headers = site.headers(accept: wantsNothing ? MediaType.nothing : MediaType.json)
    // libcurl would ask for permission before sending a body of over a mebibyte; an empty value prevents that.
    headers += [("Content-Type", MediaType.item), ("Expect", "")] + target.condition
    if wantsNothing { headers.append(("Accept-Encoding", "identity")) }
    if site.overridesMethod {
      headers.append(("X-HTTP-Method-Override", HTTPRequest.Method.patch.rawValue))
    }
    return HTTPRequest(
      method: site.overridesMethod ? .post : .patch, url: "\(site.base)/\(target.path)", headers: headers,
      body: Array(write.body.utf8), answerLimits: .write, isRepeatable: write.isIdempotent)
  }

  private func patched(
    _ exchange: HTTPExchange, _ write: Write, _ target: Target, _ last: Exchange, wantsNothing: Bool
  ) -> Exchange {
    if wantsNothing, exchange.answer?.status == 406 {
      refusesEmptyAnswers = true
      return patch(write, target, last)
    }
    var answered = confirmed(
      answer(exchange, isConditional: target.token != nil, after: last), exchange, write,
      wantsNothing: wantsNothing)
    if answered.isApplied, let answer = exchange.answer, let item = answer.item,
      !item.confirms(write, site.resource)
    {
      answered.outcome = .unknown(Refusal(unconfirmed: answer))
    }
    return answered
  }

  /// Checks a successful answer against the framework's answer to a write: the item, or nothing if nothing was asked
  /// for.
  private func confirmed(
    _ answered: Exchange, _ exchange: HTTPExchange, _ write: Write, wantsNothing: Bool
  ) -> Exchange {
    guard answered.isApplied, let answer = exchange.answer else { return answered }
    var answered = answered
    if wantsNothing, answer.isBlank, answer.status == 200 || answer.status == 204 { return answered }
    answered.image = answer.status == 200 ? answer.item?.image(of: write, site.resource) : nil
    if answered.image == nil { answered.outcome = .unknown(Refusal(unconfirmed: answer)) }
    return answered
  }

  func check() -> Exchange { judged(firstQuestion()) }

  /// Asks for one record, which shows whether address, login and headers are right.
  func firstQuestion() -> HTTPExchange {
    get("\(site.resource.name)?limit=1&onlyData=true&fields=\(site.resource.key)")
  }

  /// Returns what the answer to the first question says of the site.
  func judged(_ exchange: HTTPExchange) -> Exchange {
    var checked = answer(exchange)
    checked.outcome = checked.outcome.ofRead
    switch checked.outcome {
    case .applied:
      if exchange.answer?.json?["items"]?.array == nil { checked.outcome = .refused(notTheAPI(exchange)) }
    case .refused(let refusal) where refusal.status == 403: checked.outcome = .loginRefused(refusal)
    case .refused(let refusal) where refusal.status == 404: checked.outcome = .refused(notTheAPI(exchange))
    case .foreign(let refusal) where refusal.status == 403 && !refusal.isPage:
      checked.outcome = .loginRefused(refusal)
    case .foreign(let refusal):
      checked.outcome = .refused(refusal.isRedirection ? refusal : notTheAPI(exchange))
    default: break
    }
    return checked
  }

  private func notTheAPI(_ exchange: HTTPExchange) -> Refusal {
    Refusal(
      notTheAPI: exchange, of: "\(site.location) does not look like a Fusion CX site",
      hint: "check url; it is the pod's own address, without /crmRestApi")
  }
}

// MARK: - One request

extension FusionConnection {
  /// The address of a write, and its condition.
  struct Target {
    /// The path below the base.
    var path: String
    var token: String?

    var condition: [(name: String, value: String)] { token.map { [("If-Match", "\"\($0)\"")] } ?? [] }
  }

  func get(_ path: String) -> HTTPExchange { get(url: "\(site.base)/\(path)") }

  func get(url: String) -> HTTPExchange {
    exchange(HTTPRequest(method: .get, url: url, headers: site.headers(), body: nil))
  }

  /// Sends a request, and once more with another token if the site refused the first.
  func exchange(_ request: HTTPRequest) -> HTTPExchange {
    let ticket = handle.ticket(of: site.access.login)
    return repeated(handle.perform(request, ticket), request, ticket)
  }

  private func repeated(
    _ exchange: HTTPExchange, _ request: HTTPRequest, _ ticket: SiteLogin.Ticket
  ) -> HTTPExchange {
    var exchange = exchange
    guard let next = site.access.login.ticket(after: ticket, for: request, &exchange) else { return exchange }
    return handle.perform(request, next)
  }

  func answer(
    _ exchange: HTTPExchange, isConditional: Bool = false, after earlier: Exchange? = nil
  ) -> Exchange {
    let outcome = Outcome(fusion: exchange.result, isConditional: isConditional, now: .secondsSince1970)
    return Exchange(exchange, outcome: outcome, after: earlier)
  }

  /// Reads something that takes several requests, and adds to `sofar`.
  ///
  /// - Returns: the answer; `nil` if there is none, as `sofar` then says.
  func ask(_ path: String, _ sofar: inout Exchange) -> FusionAnswer? {
    var exchange: HTTPExchange
    var tries = 0
    repeat {
      exchange = get(path)
      sofar = answer(exchange, after: sofar)
      sofar.outcome = sofar.outcome.ofRead
      tries += 1
    } while handle.asksAgain(after: sofar.outcome, tries: tries)
    guard sofar.isApplied else { return nil }
    addressLimit.taken(site.base.utf8.count + 1 + path.utf8.count)
    guard let answer = exchange.answer, let json = answer.json else {
      sofar.refuse(asBadAnswer: "the answer is not JSON")
      return nil
    }
    return FusionAnswer(json: json, tag: answer.headers["ETag"])
  }
}
