import Catalog
import GRDB
import JSON

/// Oracle Fusion CX Sales and Service, REST 11.13.18.05, as far as the catalogue's resources of that API need it.
///
/// Written from the API reference alone; it does not depend on what this project's own client sends.
final class FusionCX: Sendable {
  let model: FusionModel
  let vocabulary: Vocabulary
  let choices: FusionChoices
  let credentials: Credentials

  static let root = ["crmRestApi", "resources"]

  init(model: FusionModel, vocabulary: Vocabulary, choices: FusionChoices, credentials: Credentials) {
    self.model = model
    self.vocabulary = vocabulary
    self.choices = choices
    self.credentials = credentials
  }

  /// Returns what handles a request inside the transaction of its group, and logs it there.
  func handling(_ request: Exchange) -> SandboxResponder.Work {
    { try self.answer(request, in: $0) }
  }

  private func answer(_ request: Exchange, in database: Database) throws -> Answer {
    let acceptance = Acceptance(request.headers["accept"])
    let version = FrameworkVersion(
      request.headers["rest-framework-version"], default: choices.frameworkVersion)
    var answer: Answer
    var batch: Batch?
    do {
      // Each request succeeds or fails as a whole, independently of its group; a batch is one request.
      answer = try database.wholly {
        guard let version else {
          throw Fault(
            code: choices.parseCode,
            "The REST-Framework-Version must be from 1 to 9, not \(request.headers["rest-framework-version"] ?? "")."
          )
        }
        return try perform(request, version, acceptance, &batch, in: database)
      }
    } catch let fault as Fault {
      answer = fault.answer(version ?? FrameworkVersion(choices.frameworkVersion), acceptance, choices)
      batch?.markUndone()
    }
    try log(request, answer, batch, in: database)
    return answer
  }

  private func perform(
    _ request: Exchange, _ version: FrameworkVersion, _ acceptance: Acceptance, _ batch: inout Batch?,
    in database: Database
  ) throws -> Answer {
    guard !request.isTooLong else { throw Fault(413, "The request body is too long") }
    guard credentials.admit(request) else { throw Fault.unauthorized }
    let steps = Array(request.segments.dropFirst(Self.root.count))
    guard let route = FusionRoute(steps, in: model) else { throw Fault.notFound }
    let method = try method(of: request)
    guard route.methods.contains(method) else {
      throw Fault.bare(405, headers: [("Allow", route.methods.joined(separator: ", "))])
    }
    let isBatch = if case .base = route { method == "POST" } else { false }
    try checkMedia(request, method, route, isBatch: isBatch, acceptance)
    let session = FusionSession(
      database: database, model: model, vocabulary: vocabulary, choices: choices, version: version,
      base: (["\(request.origin)"] + Self.root + steps.prefix(1)).joined(separator: "/"),
      user: credentials.user.uppercased(), time: request.time)
    var answer: Answer
    if isBatch {
      var parts = try Batch(request.json, choices)
      defer { batch = parts }
      answer = try parts.run(session)
    } else {
      answer = try session.answer(
        FusionCall(
          method: method, route: route, parameters: request.parameters, json: request.json,
          bytes: request.body, ifMatch: request.headers["if-match"],
          ifNoneMatch: request.headers["if-none-match"],
          isUpsert: request.headers["upsert-mode"]?.lowercased() == "true"))
    }
    if isSuppressed(answer, isBatch: isBatch, acceptance) { suppress(&answer) }
    return answer
  }

  /// The effective method: a POST can carry a PATCH (API reference 6).
  func method(of request: Exchange) throws(Fault) -> String {
    guard request.method == "POST", let override = request.headers["x-http-method-override"] else {
      return request.method
    }
    guard override.uppercased() == "PATCH" else {
      throw Fault(code: choices.parseCode, "X-HTTP-Method-Override must be PATCH, not \(override).")
    }
    return "PATCH"
  }

  /// Checks the type of the body and the accepted types of the answer (API reference 6).
  private func checkMedia(
    _ request: Exchange, _ method: String, _ route: FusionRoute, isBatch: Bool, _ acceptance: Acceptance
  ) throws(Fault) {
    let answered = isBatch ? MediaType.batch : method == "POST" ? MediaType.item : route.mediaType
    let hasBody = method != "DELETE" && method != "PUT"
    guard
      !hasBody || acceptance.takes(answered) || acceptance.suppresses(MediaType.item)
        || acceptance.suppresses(answered)
    else { throw Fault.bare(406) }
    guard method != "GET" else { return }
    if choices.antiCSRF == .on, request.headers["x-requested-by"] == nil {
      throw Fault(400, "The header X-Requested-By is missing.")
    }
    guard method != "DELETE" else { return }
    let types: [String] =
      switch route {
      case .base: [MediaType.batch]
      case .enclosure: [MediaType.bytes]
      default: [MediaType.item, MediaType.json]
      }
    guard types.contains(MediaType.bare(request.headers["content-type"])) else { throw Fault.bare(415) }
  }

  private func isSuppressed(_ answer: Answer, isBatch: Bool, _ acceptance: Acceptance) -> Bool {
    let type = answer.mediaType ?? ""
    return acceptance.suppresses(type) || isBatch && acceptance.suppresses(MediaType.item)
  }

  /// Reduces an answer to its status (API reference 6, 9, 10).
  private func suppress(_ answer: inout Answer) {
    answer.status = answer.status == 201 ? 201 : 204
    answer.body = .empty
    answer.mediaType = nil
    answer.headers.removeAll { $0.name == "ETag" || $0.name == "Link" }
  }

  /// Writes the headers of every answer (API reference 6).
  func writeHeaders(of answer: Answer, to request: Exchange, _ bytes: inout WireBytes) {
    let version = FrameworkVersion(
      request.headers["rest-framework-version"], default: choices.frameworkVersion)
    bytes.append("Cache-Control: no-cache, no-store, must-revalidate\r\nContent-Language: en\r\n")
    bytes.append(header: "REST-Framework-Version", UInt64(version?.number ?? choices.frameworkVersion))
    if let context = request.headers["metadata-context"] { bytes.append(header: "Metadata-Context", context) }
    if case .refuse? = request.fault.strike, let pause = request.fault.pause {
      bytes.append(header: "osvc-crest-next-request-after", UInt64(pause))
    }
  }
}

extension FusionCX {
  /// The row of the request itself.
  func logEntry(_ request: Exchange, _ answer: Answer) -> RequestLogEntry {
    let steps = Array(request.segments.dropFirst(Self.root.count))
    var entry = RequestLogEntry(exchange: request, answer: answer)
    if let route = FusionRoute(steps, in: model) { entry.locate(route, answer) }
    return entry
  }

  /// One row for the request, and one for each part of a batch.
  private func log(
    _ request: Exchange, _ answer: Answer, _ batch: Batch?, in database: Database
  ) throws {
    try logEntry(request, answer).insert(into: database)
    for part in batch?.parts ?? [] {
      let pieces = part.path.split(separator: "?", maxSplits: 1)
      let method = part.call?.method ?? ""
      var headers = HeaderFields()
      if let precondition = part.call?.ifMatch { headers.add("if-match", precondition) }
      let exchange = Exchange(
        method: method.isEmpty ? part.operation : method, path: pieces.first.map { String($0) } ?? "",
        query: pieces.count > 1 ? String(pieces[1]) : nil, headers: headers, arrival: request.arrival,
        body: part.payload.isNull ? [] : part.payload.bytes(), fault: request.fault)
      var entry = RequestLogEntry(exchange: exchange, answer: part.answer)
      entry.part = part.id
      if let route = part.call?.route { entry.locate(route, part.answer) }
      try entry.insert(into: database)
    }
  }
}

extension RequestLogEntry {
  /// Sets the record that a route names.
  fileprivate mutating func locate(_ route: FusionRoute, _ answer: Answer) {
    let address: RowAddress
    switch route {
    case .collection(let parent, let entity):
      address = RowAddress(steps: parent.steps + [RowAddress.Step(entity: entity, key: "")])
    case .item(let item), .enclosure(let item, _), .values(let item, _, _): address = item
    case .versions, .base, .describe: return
    }
    guard let first = address.steps.first, let last = address.steps.last else { return }
    resource = first.entity.name
    if first.entity.isNamedByText {
      recordKey = first.key
    } else {
      recordID = Int64(first.key)
    }
    if address.steps.count > 1 {
      child = address.steps.dropFirst().map(\.entity.name).joined(separator: ".")
      childID = Int64(last.key) ?? ChildKey.numbers(last.key)?.id
    }
    guard let created = answer.createdID else { return }
    if child == nil { recordID = created } else { childID = created }
  }
}
