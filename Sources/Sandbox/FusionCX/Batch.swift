import GRDB
import JSON

/// One part of a batch and its outcome.
struct BatchPart {
  var id = ""
  var path = ""
  var operation = ""
  /// The payload as sent.
  var payload: JSONValue = .null
  var precondition: String?
  var call: FusionCall?
  var answer = Answer()
}

/// `POST` to the version itself: parts that run one after the other in one transaction (API reference 9).
struct Batch {
  private(set) var parts: [BatchPart] = []

  /// Reads the parts; faults of a single part are found when it runs.
  ///
  /// - Throws: `Fault` if the body is not a batch.
  init(_ json: Result<JSONValue, JSONError>?, _ choices: FusionChoices) throws(Fault) {
    let body = try RowReader.object(json, choices)
    guard let list = body["parts"]?.array, body.count == 1 else {
      throw Fault(code: choices.parseCode, "Unable to parse the provided payload: parts are expected.")
    }
    for (index, element) in list.enumerated() {
      let known = ["id", "path", "operation", "payload", "ifMatch", "ifNoneMatch", "preconditionSucceeded"]
      guard let part = element.object, part.allSatisfy({ known.contains($0.name) }),
        let id = part["id"]?.string, let path = part["path"]?.string,
        let operation = part["operation"]?.string
      else {
        throw Fault(
          code: choices.parseCode,
          "Unable to parse the provided payload: part \(index) must have id, path and operation.",
          path: "/parts/\(index)")
      }
      parts.append(
        BatchPart(
          id: id, path: path, operation: operation, payload: part["payload"] ?? .null,
          precondition: part["ifMatch"]?.string ?? part["ifNoneMatch"]?.string))
      parts[index].call = FusionCall(
        method: "", route: .base, json: part["payload"].flatMap { $0.isNull ? nil : .success($0) },
        ifMatch: part["ifMatch"]?.string, ifNoneMatch: part["ifNoneMatch"]?.string,
        isUpsert: operation == "upsert")
    }
  }

  /// Runs every part; each sees the changes of those before it.
  ///
  /// - Returns: the answer of the whole batch.
  /// - Throws: `Fault` with the details of the failing parts; the caller rolls back the others.
  mutating func run(_ session: FusionSession) throws -> Answer {
    var failed: Fault?
    for index in parts.indices {
      do {
        let answer = try session.database.wholly { try run(index, session) }
        parts[index].answer = answer
      } catch let fault as Fault {
        parts[index].answer = Answer(status: fault.status, mediaType: nil, errorCode: fault.code)
        let named = name(fault, index, session.choices)
        if failed == nil {
          failed = named
        } else {
          failed?.details += named.details
        }
        if session.choices.batchReports == .first { break }
      }
    }
    if let failed { throw failed }
    var answer = Answer(
      mediaType: MediaType.batch, body: .json(["parts": .array(parts.map { Self.object($0) })]))
    answer.isChange = parts.contains(where: \.answer.isChange)
    return answer
  }

  /// Records that nothing of any part was kept.
  mutating func markUndone() {
    for index in parts.indices { parts[index].answer.isChange = false }
  }

  private mutating func run(_ index: Int, _ session: FusionSession) throws -> Answer {
    let part = parts[index]
    let pieces = part.path.split(separator: "?", maxSplits: 1)
    let steps = (pieces.first ?? "").split(separator: "/").map { Percent.decoded($0) }
    guard part.path.hasPrefix("/"), var call = part.call,
      let route = FusionRoute(below: steps, in: session.model)
    else { throw Fault.notFound }
    call.route = route
    call.parameters = Exchange.parameters(of: pieces.count > 1 ? pieces[1] : "")
    switch (part.operation, route) {
    case ("get", .item), ("get", .collection): call.method = "GET"
    case ("create", .collection), ("upsert", .collection): call.method = "POST"
    case ("update", .item): call.method = "PATCH"
    case ("delete", .item): call.method = "DELETE"
    default:
      throw Fault(
        code: session.choices.parseCode, "Invalid operation \(part.operation) for the specified resource.")
    }
    parts[index].call = call
    return try session.answer(call)
  }

  /// The details of a failing part, each with its path, and a status that a whole batch can have.
  private func name(_ fault: Fault, _ index: Int, _ choices: FusionChoices) -> Fault {
    var named = fault
    let prefix =
      switch choices.batchErrorPath {
      case .index: "/parts/\(index)"
      case .id: "/parts/\(parts[index].id)"
      case .none: ""
      }
    for detail in named.details.indices { named.details[detail].path = prefix + named.details[detail].path }
    named.status = fault.status == 412 ? choices.batchStale : 400
    named.headers = []
    named.item = nil
    return named
  }

  private static func object(_ part: BatchPart) -> JSONValue {
    var object: JSONObject = [
      "id": .string(part.id), "path": .string(part.path), "operation": .string(part.operation),
    ]
    if part.precondition != nil { object["preconditionSucceeded"] = .bool(part.answer.status != 304) }
    if case .json(let payload) = part.answer.body { object["payload"] = payload }
    return .object(object)
  }
}
