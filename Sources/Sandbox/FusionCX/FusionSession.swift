import GRDB
import JSON

/// The context of one request: the store in its transaction, the site, and the client's options.
struct FusionSession {
  let database: Database
  let model: FusionModel
  let vocabulary: Vocabulary
  let choices: FusionChoices
  let version: FrameworkVersion
  /// Everything before the name of a resource, such as `http://localhost:8080/crmRestApi/resources/latest`.
  let base: String
  /// The client's user, for the who-columns.
  let user: String
  /// The arrival time of the request.
  let time: Timestamp
}

/// One operation on the service: a request, or a part of a batch.
struct FusionCall {
  var method: String
  var route: FusionRoute
  /// The parameters, decoded, in their order.
  var parameters: [(name: String, value: String)] = []
  /// The body as JSON; none if there is no body.
  var json: Result<JSONValue, JSONError>?
  var bytes: [UInt8] = []
  var ifMatch: String?
  var ifNoneMatch: String?
  /// Indicates that a creation may turn into an update of the row that the payload names.
  var isUpsert = false
}

extension FusionSession {
  /// Performs a method on a route; the method is one of the route's, and batches are handled elsewhere.
  func answer(_ call: FusionCall) throws -> Answer {
    switch (call.method, call.route) {
    case (_, .versions): return versionList()
    case (_, .base): return try describe(nil, call)
    case (_, .describe(let entity)): return try describe(entity, call)
    case ("POST", .collection(let parent, let entity)): return try create(entity, below: parent, call)
    case (_, .collection(let parent, let entity)): return try collection(entity, below: parent, call)
    case ("PATCH", .item(let address)): return try patch(address, call)
    case ("DELETE", .item(let address)): return try delete(address, call)
    case (_, .item(let address)): return try read(address, call)
    case (_, .enclosure(let address, let name)): return try enclosure(name, of: address, call)
    case (_, .values(let address, let entity, let list)):
      return try values(list, of: entity, in: address, call)
    }
  }

  /// Returns the row at an address.
  ///
  /// - Throws: `Fault` with status 404 if it does not exist, or belongs to a row other than the address says.
  func row(_ address: RowAddress) throws -> FusionRow {
    var parent: FusionRow?
    for step in address.steps {
      guard let row = try row(step, below: parent), row.parent == parent?.id else { throw Fault.notFound }
      parent = row
    }
    guard let parent else { throw Fault.notFound }
    return parent
  }

  private func row(_ step: RowAddress.Step, below parent: FusionRow?) throws -> FusionRow? {
    if step.entity.isNamedByText {
      return try FusionRow.find(step.entity.path, number: step.key, in: database)
    }
    return try number(of: step, below: parent).flatMap {
      try FusionRow.find(step.entity.path, $0, in: database)
    }
  }

  private func number(of step: RowAddress.Step, below parent: FusionRow?) -> Int64? {
    guard let parent, isOpaque(step.entity) else { return Int64(step.key) }
    guard let numbers = ChildKey.numbers(step.key), numbers.parent == parent.id else { return nil }
    return numbers.id
  }

  private func isOpaque(_ entity: Entity) -> Bool {
    entity.rules.hasOpaqueKeys && choices.childKeys == .hash
  }

  /// The key of a row in paths, not encoded yet.
  func key(of row: FusionRow, _ entity: Entity) -> String {
    if entity.isNamedByText { return row.number ?? "" }
    guard let parent = row.parent, isOpaque(entity) else { return String(row.id) }
    return ChildKey.text(parent: parent, id: row.id)
  }

  /// The path of a row below the version, without a leading slash.
  func path(of row: FusionRow, _ entity: Entity, below parent: RowAddress) -> String {
    "\(path(of: entity, below: parent))/\(Percent.encoded(key(of: row, entity)))"
  }

  /// The path of a collection.
  func path(of entity: Entity, below parent: RowAddress) -> String {
    parent.steps.map { "\($0.entity.name)/\(Percent.encoded($0.key))/child/" }.joined() + entity.name
  }

  func tag(of row: FusionRow) -> String { ChangeTag.text(row.version, choices.tagFormat) }

  /// Checks a precondition of a write (API reference 8), and that the row is not locked.
  ///
  /// - Throws: `Fault` with status 412 and the current item, or with the code of a locked row.
  func checkMayWrite(_ row: FusionRow, at address: RowAddress, _ call: FusionCall) throws {
    guard choices.lockedRow != row.id else {
      throw Fault(
        code: choices.lockedCode,
        "Failed to lock the record, another user holds the lock. (JBO-\(choices.lockedCode))")
    }
    guard let expected = call.ifMatch, !ChangeTag.matches(expected, tag(of: row)) else { return }
    var item = try answer(with: row, at: address, Selection())
    item.status = 412
    item.errorCode = choices.changedCode
    var fault = Fault(
      412, code: choices.changedCode,
      "Another user has changed the row with primary key \(row.id). (JBO-\(choices.changedCode))")
    fault.headers = item.headers
    fault.item = item
    throw fault
  }
}

extension Timestamp {
  /// ISO 8601 with a numeric offset, in seconds east of Greenwich.
  func text(offset: Int64) -> String {
    let local = Timestamp(seconds: seconds + offset).text.dropLast()
    let minutes = abs(offset) / 60
    let sign = offset < 0 ? "-" : "+"
    return "\(local)\(sign)\(Timestamp.digits(minutes / 60, 2)):\(Timestamp.digits(minutes % 60, 2))"
  }
}
