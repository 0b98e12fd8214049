import Catalog
import GRDB
import JSON

extension FusionSession {
  /// `PATCH` of an item: 200 with the whole item (API reference 7).
  func patch(_ address: RowAddress, _ call: FusionCall) throws -> Answer {
    guard let entity = address.steps.last?.entity else { throw Fault.notFound }
    var row = try row(address)
    try checkMayWrite(row, at: address, call)
    let change = try RowReader.change(RowReader.object(call.json, choices), of: entity, .change, self)
    return try answer(changing: &row, entity, change, at: address, call)
  }

  /// `POST` to a collection: 201 with the new item and its children; or, as an upsert, 200 with the changed old one.
  func create(_ entity: Entity, below parent: RowAddress, _ call: FusionCall) throws -> Answer {
    let above = parent.steps.isEmpty ? nil : try row(parent)
    let body = try RowReader.object(call.json, choices)
    var parameters = call.parameters
    let selection = try Selection(&parameters, of: entity, choices)
    if let name = parameters.first?.name { throw Fault.parameter(name, "it is not known", choices) }
    if call.isUpsert, var found = try match(body, entity, below: above) {
      let rest = body.without(entity.key).without(entity.alternateKey)
      let address = RowAddress(
        steps: parent.steps + [RowAddress.Step(entity: entity, key: key(of: found, entity))])
      try checkMayWrite(found, at: address, call)
      let change = try RowReader.change(rest, of: entity, .change, self)
      return try answer(changing: &found, entity, change, at: address, call)
    }
    let change = try RowReader.change(
      call.isUpsert ? body.without(entity.key) : body, of: entity, .create, self)
    let row = try insert(change, entity, below: above)
    let key = key(of: row, entity)
    var inlined = selection
    for (child, _) in change.children where inlined.children[child.name] == nil {
      inlined.children[child.name] = Selection()
    }
    var answer = try answer(
      with: row, at: RowAddress(steps: parent.steps + [RowAddress.Step(entity: entity, key: key)]), inlined)
    answer.status = 201
    answer.headers.append(("Location", "\(base)/\(path(of: row, entity, below: parent))"))
    answer.createdID = row.id
    answer.isChange = true
    return answer
  }

  /// `DELETE` of an item: 204.
  func delete(_ address: RowAddress, _ call: FusionCall) throws -> Answer {
    guard let entity = address.steps.last?.entity else { throw Fault.notFound }
    let row = try row(address)
    try checkMayWrite(row, at: address, call)
    try remove(row, entity)
    return Answer(status: 204, mediaType: nil, isChange: true)
  }

  /// `GET`, `PUT` and `DELETE` of a LOB (API reference 1).
  func enclosure(_ name: String, of address: RowAddress, _ call: FusionCall) throws -> Answer {
    guard let entity = address.steps.last?.entity else { throw Fault.notFound }
    var row = try row(address)
    if call.method == "GET" {
      guard let data = try Enclosure.data(name, of: row, in: database) else {
        return Answer(status: 204, mediaType: nil)
      }
      return Answer(mediaType: MediaType.bytes, body: .bytes(Array(data)))
    }
    try checkMayWrite(row, at: address, call)
    try Enclosure.set(name, of: row, to: call.method == "PUT" ? call.bytes : nil, in: database)
    try touch(&row, entity)
    return Answer(status: 204, mediaType: nil, isChange: true)
  }

  /// A row as it would be with other values; nothing is stored (`dependency`, API reference 4).
  func preview(_ row: FusionRow, _ entity: Entity, _ text: String) throws -> FusionRow {
    var body = JSONObject()
    for pair in text.split(separator: ",") {
      guard let sign = pair.firstIndex(of: "="), let field = entity[pair[..<sign].trimmed] else {
        throw Fault.parameter("dependency", "it must be attribute=value, not '\(pair)'", choices)
      }
      let value = pair[pair.index(after: sign)...].trimmed
      switch field.kind {
      case .integer: body[field.path] = Int64(value).map { .integer($0) } ?? .string(value)
      case .boolean: body[field.path] = value == "true" ? true : value == "false" ? false : .string(value)
      default: body[field.path] = .string(value)
      }
    }
    let change = try RowReader.change(body, of: entity, .change, self)
    var copy = row
    try database.inSavepoint {
      try update(&copy, entity, change)
      return .rollback
    }
    copy.version = row.version
    return copy
  }

  private func answer(
    changing row: inout FusionRow, _ entity: Entity, _ change: RowChange, at address: RowAddress,
    _ call: FusionCall
  ) throws -> Answer {
    var parameters = call.parameters
    let selection = try Selection(&parameters, of: entity, choices)
    if let name = parameters.first?.name {
      throw Fault.parameter(name, "it is not known", choices)
    }
    try update(&row, entity, change)
    var answer = try answer(with: row, at: address, selection)
    answer.isChange = !change.isEmpty
    return answer
  }

  /// The row that the payload of an upsert names, by its key or its alternate key.
  private func match(_ body: JSONObject, _ entity: Entity, below parent: FusionRow?) throws -> FusionRow? {
    var found: FusionRow?
    if let key = entity.key, let value = body[key],
      let id = value.integer ?? value.string.flatMap({ Int64($0) })
    {
      found = try FusionRow.find(entity.path, id, in: database)
    } else if let name = entity.alternateKey, let number = body[name]?.string {
      found = try FusionRow.find(entity.path, number: number, in: database)
    }
    return found?.parent == parent?.id ? found : nil
  }
}
