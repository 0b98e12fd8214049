import GRDB
import JSON

/// Imports a user's own rows of the Fusion half, one JSON object per line, in the API's form.
///
/// A row may have any attribute of the catalogue, including read-only ones, its version as `ObjectVersionNumber`, and
/// its children inline, at any depth. Ids are kept; missing values are filled in. Targets that the site does not have
/// are created, with the name that the row shows for them; so are codes of a lookup.
struct RowImport {
  private let session: FusionSession

  init(database: Database, model: FusionModel, vocabulary: Vocabulary) {
    // The version does not affect what is stored; the time is that of the reference's example.
    session = FusionSession(
      database: database, model: model, vocabulary: vocabulary, choices: FusionChoices(),
      version: FrameworkVersion(1), base: "", user: "SALES_ADMIN",
      time: Timestamp(seconds: 1_488_542_473))
  }

  /// Stores one row and everything that belongs to it.
  ///
  /// - Throws: `Fault` if the service could not hold it.
  func insert(_ body: JSONObject, _ entity: Entity) throws {
    let known = entity["ObjectVersionNumber"] == nil ? body.without("ObjectVersionNumber") : body
    let change = try RowReader.change(prepared(known, entity), of: entity, .importing, session)
    var row = try session.insert(change, entity, below: nil)
    if let version = body["ObjectVersionNumber"]?.integer {
      row.version = version
      try row.update(in: session.database)
    }
  }

  /// The body with the values that the service would have set itself.
  private func prepared(_ body: JSONObject, _ entity: Entity) -> JSONObject {
    var body = body
    let created = body["CreationDate"] ?? body["StartTime"] ?? "2017-03-03T12:01:13Z"
    for (name, value) in [
      ("ChannelId", 1), ("CreatedBy", "SALES_ADMIN"), ("CreationDate", created),
      ("LastUpdatedBy", body["CreatedBy"] ?? "SALES_ADMIN"), ("LastUpdateDate", created),
    ] as [(String, JSONValue)] where entity[name] != nil && body[name] == nil {
      body[name] = value
    }
    // A record of the past started at its own time, not now.
    if entity["StartTime"] != nil, entity["StartInteractionFlag"] != nil, body["StartTime"] == nil {
      body["StartTime"] = created
    }
    for child in entity.children {
      guard let rows = (body[child.name]?["items"] ?? body[child.name])?.array else { continue }
      body[child.name] = .array(
        rows.map { row in row.object.map { .object(prepared($0, child)) } ?? row })
    }
    return body
  }
}

extension Vocabulary {
  /// Adds the codes and targets of a row that the site does not have yet.
  mutating func adopt(_ body: JSONObject, _ entity: Entity) {
    for (name, value) in body {
      if let child = entity.child(name) {
        for row in (value["items"] ?? value).array ?? [] {
          if let object = row.object { adopt(object, child) }
        }
      } else if let setName = entity[name]?.codeSet, let code = value.string, self[setName][code: code] == nil
      {
        insert(NamedValue(id: nextID(in: setName), name: code, code: code), into: setName)
      } else if let rule = entity.rules.references.first(where: { $0.attribute == name }),
        let id = value.integer
      {
        adopt(id, rule, body)
      }
    }
  }

  private mutating func adopt(_ id: Int64, _ rule: ReferenceRule, _ body: JSONObject) {
    guard let setName = rule.set ?? rule.typeAttribute.flatMap({ body[$0]?.string }), self[setName][id] == nil
    else { return }
    let type = rule.type.flatMap { type in
      body[type]?.string.flatMap { self[type][code: $0]?.id }
    }
    insert(
      NamedValue(
        id: id, name: rule.name.flatMap { body[$0]?.string } ?? "\(self[setName].label) \(id)", parent: type,
        code: rule.number.flatMap { body[$0]?.string } ?? String(id)), into: setName)
  }

  private func nextID(in setName: String) -> Int64 { (self[setName].values.map(\.id).max() ?? 0) + 1 }
}
