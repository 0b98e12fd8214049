import GRDB
import JSON

/// Oracle B2C Service, Connect REST v1.4, as far as the catalogue's records and what they refer to need it.
///
/// Written from the API reference alone; it does not depend on what this project's own client sends.
final class B2CService: Sendable {
  let model: B2CModel
  let vocabulary: Vocabulary
  let choices: Choices
  let credentials: Credentials
  let tokens: AccessTokens
  let templates = RecordTemplates()

  static let root = ["services", "rest", "connect"]
  static let rootPath = "/" + root.joined(separator: "/") + "/"

  init(
    model: B2CModel, vocabulary: Vocabulary, choices: Choices, credentials: Credentials, tokens: AccessTokens
  ) {
    self.model = model
    self.vocabulary = vocabulary
    self.choices = choices
    self.credentials = credentials
    self.tokens = tokens
  }

  /// What a request comes to without the store.
  private enum Call {
    case answered(Answer)
    case routed(Route, method: String, version: String)
  }

  /// Checks a request, and returns what handles it inside the transaction of its group, and logs it there.
  func handling(_ request: Exchange) -> SandboxResponder.Work {
    let call = Result { () throws(Refusal) in try self.call(request) }
    return { database in
      var answer: Answer
      do {
        answer = try self.perform(call.get(), request, in: database)
      } catch let refusal as Refusal {
        answer = Self.errorAnswer(refusal, request)
      }
      try self.logEntry(request, answer).insert(into: database)
      return answer
    }
  }

  private func call(_ request: Exchange) throws(Refusal) -> Call {
    let steps = request.segments.dropFirst(Self.root.count)
    // The list of error codes has no version and needs no login, because error bodies link to it.
    if steps.first == "exceptions" {
      try Self.checkParameters(of: request, among: [])
      return .answered(try exceptions(Array(steps.dropFirst()), request))
    }
    guard !request.isTooLong else {
      throw Refusal(413, .unsupportedAccess, "The request body is too long")
    }
    try checkCredentials(request)
    let (version, rest) = try version(steps)
    let method = try method(of: request)
    guard method != "PUT" else { throw Self.unsupported(method) }
    try checkHeaders(request, method, version)
    guard let route = Route(rest, in: model) else {
      throw Refusal(404, .unrecognized, "Unrecognized resource: \(rest.joined(separator: "/"))")
    }
    if method == "OPTIONS" {
      return .answered(Answer(headers: [("Allow", (route.methods + ["OPTIONS"]).joined(separator: ", "))]))
    }
    guard route.methods.contains(method) else { throw Self.unsupported(method) }
    if !request.parameters.isEmpty {
      try Self.checkParameters(of: request, among: route.parameters(method))
    }
    return .routed(route, method: method, version: version)
  }

  private func perform(_ call: Call, _ request: Exchange, in database: Database) throws -> Answer {
    switch call {
    case .answered(let answer): return answer
    case .routed(let route, let method, let version):
      return try perform(method, route, version, request, in: database)
    }
  }

  private func perform(
    _ method: String, _ route: Route, _ version: String, _ request: Exchange, in database: Database
  ) throws -> Answer {
    let session = Session(
      service: self, database: database, request: request,
      links: Links(host: request.host, version: version))
    // Each request succeeds or fails as a whole, independently of its group. Reads change nothing, and a patch of a
    // record, which is mostly one statement, sees to it itself.
    var answer =
      try method == "GET" || method == "PATCH" && route.isOfARecord
      ? session.answer(method, route) : database.wholly { try session.answer(method, route) }
    if method == "GET", request.headers["prefer"]?.contains("exclude-null-properties") == true,
      case .json(let json) = answer.body
    {
      answer.body = .json(json.withoutNullsAndFalse)
    }
    return answer
  }

  /// The requested version and the steps after it; a path without a version means the newest (API reference 1).
  private func version(_ steps: ArraySlice<String>) throws(Refusal) -> (String, ArraySlice<String>) {
    guard let first = steps.first, Self.isVersion(first) else { return ("latest", steps) }
    guard first == "latest" || choices.apiVersion.served.contains(first) else {
      throw Refusal(.unsupportedVersion, "The API version is not supported: \(first)")
    }
    return (first, steps.dropFirst())
  }

  /// The steps after the version, even if the version is not served.
  static func resourceSteps(_ request: Exchange) -> ArraySlice<String> {
    let steps = request.segments.dropFirst(root.count)
    return steps.first.map(isVersion) == true ? steps.dropFirst() : steps
  }

  private static func isVersion(_ step: String) -> Bool {
    var bytes = step.utf8.makeIterator()
    guard bytes.next() == UInt8(ascii: "v") else { return step == "latest" }
    // One byte mostly says it, without a character.
    if let second = bytes.next(), second < 0x80 { return (0x30...0x39).contains(second) }
    return step.dropFirst().first?.isNumber == true
  }

  /// Returns whether access tokens and the application context belong to that version: only from v1.4 on (API reference 2).
  func hasTokens(_ version: String?) -> Bool {
    (version == nil || version == "latest" ? choices.apiVersion.served.last : version) != "v1.3"
  }

  /// The effective method: a POST can carry a PATCH through networks that block it (API reference 2.1).
  func method(of request: Exchange) throws(Refusal) -> String {
    guard request.method == "POST", let override = request.headers["x-http-method-override"] else {
      return request.method
    }
    guard override.uppercased() == "PATCH" else { throw Self.unsupported(override) }
    return "PATCH"
  }

  private static func checkParameters(of request: Exchange, among known: [String]) throws(Refusal) {
    guard let unknown = request.parameters.first(where: { !known.contains($0.name) }) else { return }
    throw .badParameter("Unknown parameter: \(unknown.name)")
  }

  static func unsupported(_ method: String) -> Refusal {
    Refusal(.unsupportedMethod, "Unsupported method for request: \(method)")
  }

  /// The error body of the reference's section 10.
  static func errorAnswer(_ refusal: Refusal, _ request: Exchange) -> Answer {
    let body: JSONObject = [
      "type": .string("\(request.origin)/services/rest/connect/exceptions/\(refusal.code)"),
      "title": .string(refusal.title), "status": .integer(Int64(refusal.status)),
      "detail": .string(refusal.detail), "instance": .string(request.origin + request.path),
      "o:errorCode": .string(refusal.code),
    ]
    return Answer(
      status: refusal.status, headers: refusal.headers, mediaType: "application/problem+json",
      body: .json(.object(body)), errorCode: refusal.code)
  }

  /// Writes the headers of every answer (API reference 2.2).
  func writeHeaders(of answer: Answer, to request: Exchange, _ bytes: inout WireBytes) {
    if hasTokens((try? version(request.segments.dropFirst(Self.root.count)))?.0) {
      bytes.append(header: "osvc-crest-api-access-token", tokens.issue())
      let pause = request.fault.pause ?? choices.nextRequestAfter
      bytes.append(header: "osvc-crest-next-request-after", UInt64(pause))
    }
    bytes.append(header: "OSvCStatus", UInt64(answer.status))
    bytes.append("RNT-Machine: 0.66\r\nContent-Language: en-US\r\nRNT-Time: D=")
    bytes.append(digitsOf: UInt64(max(0, Timestamp.microsecondsNow - request.arrival)))
    bytes.append(" t=")
    bytes.append(digitsOf: UInt64(request.arrival))
    bytes.append("\r\n")
  }

  func logEntry(_ request: Exchange, _ answer: Answer) -> RequestLogEntry {
    var entry = RequestLogEntry(exchange: request, answer: answer)
    let steps = Self.resourceSteps(request)
    let first = steps.startIndex
    entry.resource = steps.first
    if steps.count > 1 { entry.recordID = Int64(steps[first + 1]) }
    if steps.count > 2 { entry.child = steps[first + 2] }
    if steps.count > 3 { entry.childID = Int64(steps[first + 3]) }
    if let created = answer.createdID {
      if entry.child == nil { entry.recordID = created } else { entry.childID = created }
    }
    return entry
  }
}

extension Session {
  /// Performs a method on a route; the method is one of the route's.
  func answer(_ method: String, _ route: Route) throws -> Answer {
    switch (method, route) {
    case (_, .root): .json(rootListing())
    case ("POST", .collection(let kind)): try create(kind)
    case (_, .collection(let kind)): try collection(kind)
    case ("PATCH", .record(let kind, let id)): try patch(kind, id)
    case ("DELETE", .record(let kind, let id)): try delete(kind, id)
    case (_, .record(let kind, let id)): try item(kind, id)
    case ("GET", .list(let kind, let id, let list)): .json(try collection(list, of: record(kind, id), kind))
    case (_, .list(let kind, let id, let list)): try add(to: list, of: record(kind, id), kind, method)
    case (_, .element(let kind, let id, let list, let element)):
      try answer(method, element, list, of: record(kind, id), kind)
    case (_, .data(let kind, let id, let list, let element, let path)):
      try data(path, of: self.element(element, list, of: record(kind, id)), list)
    case (_, .queryResults): try queryResults()
    case (_, .menus(let isHierarchy, let steps)): try menus(steps, isHierarchy: isHierarchy)
    case (_, .metadata(let steps)): try metadata(steps)
    case ("PATCH", .property(let kind, let id, let steps)): try patch(kind, id, below: steps)
    case (_, .property(let kind, let id, let steps)): try property(kind, id, steps)
    }
  }

  /// The resources, each with its link.
  private func rootListing() -> JSONObject {
    let names = (["queryResults"] + model.kinds.map(\.name)).sorted()
    return [
      "items": .array(
        names.map { ["name": .string($0), "links": [links.link("canonical", $0)]] }),
      "links": [links.link("self", ""), links.link("canonical", "")],
    ]
  }
}

extension JSONValue {
  /// Removes members that are null or false, as `prefer: exclude-null-properties` asks.
  fileprivate var withoutNullsAndFalse: JSONValue {
    switch self {
    case .array(let elements): .array(elements.map(\.withoutNullsAndFalse))
    case .object(let object):
      .object(
        JSONObject(
          object.filter { !$0.value.isNull && $0.value != false }
            .map { ($0.name, $0.value.withoutNullsAndFalse) }))
    default: self
    }
  }
}
