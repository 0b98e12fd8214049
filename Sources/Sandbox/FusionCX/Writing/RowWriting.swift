import Catalog
import GRDB
import JSON

extension FusionSession {
  /// Stores a new row from a body, and the rows below it.
  ///
  /// - Throws: `Fault` with all its faults.
  func insert(_ change: RowChange, _ entity: Entity, below parent: FusionRow?) throws -> FusionRow {
    let id = try change.id ?? FusionSequence.next(for: entity.path, in: database)
    guard try change.id == nil || FusionRow.find(entity.path, id, in: database) == nil else {
      throw Fault(
        code: choices.valueCode, "\(id) is given twice",
        path: "\(change.path)/\(entity.key ?? entity.pathKey)")
    }
    var row = FusionRow(
      entity: entity.path, id: id, parent: parent?.id, number: change.number, version: 1,
      values: JSONObject())
    if entity.alternateKey != nil {
      row.number = change.number ?? entity.number(id % 10_000_000_000)
      guard try row.number.map({ try FusionRow.find(entity.path, number: $0, in: database) == nil }) ?? true
      else {
        throw Fault(
          code: choices.valueCode, "The value of the attribute \(entity.alternateKey ?? "") isn't valid.",
          path: "\(change.path)/\(entity.alternateKey ?? "")")
      }
    }
    for (name, value) in entity.rules.defaults where entity[name]?.isTrigger == false && !change.names(name) {
      row.values[name] = value
    }
    try apply(change, to: &row, entity, below: parent)
    for name in ["CreatedBy", "LastUpdatedBy"] { stamp(name, .string(user), on: &row, entity, change) }
    for name in ["CreationDate", "LastUpdateDate"] {
      stamp(name, .string(time.text), on: &row, entity, change)
    }
    stamp("LastUpdateLogin", .string(login), on: &row, entity, change)
    try row.insert(into: database)
    try writeBelow(row, entity, change)
    return row
  }

  /// Changes an existing row as a body requests, and the rows below it; its version goes up by one.
  ///
  /// - Throws: `Fault` with all its faults.
  func update(_ row: inout FusionRow, _ entity: Entity, _ change: RowChange) throws {
    guard !change.isEmpty else { return }
    let parent = try row.parent.flatMap { id in
      try FusionRow.find(Self.parentPath(of: entity), id, in: database)
    }
    try apply(change, to: &row, entity, below: parent)
    try touch(&row, entity, change)
    try writeBelow(row, entity, change)
  }

  /// Marks a row as changed by this request, and stores it.
  func touch(_ row: inout FusionRow, _ entity: Entity, _ change: RowChange = RowChange()) throws {
    stamp("LastUpdatedBy", .string(user), on: &row, entity, change)
    stamp("LastUpdateDate", .string(time.text), on: &row, entity, change)
    stamp("LastUpdateLogin", .string(login), on: &row, entity, change)
    row.version += 1
    try row.update(in: database)
  }

  /// Removes a row and everything that belongs to it.
  func remove(_ row: FusionRow, _ entity: Entity) throws {
    for child in entity.children {
      for below in try FusionRow.all(child.path, of: row.id, in: database) { try remove(below, child) }
    }
    try row.delete(from: database)
  }

  /// The path of the parent's kind of row.
  static func parentPath(of entity: Entity) -> String {
    entity.path.split(separator: ".").dropLast().joined(separator: ".")
  }

  /// Fills a who-column, unless the body gave it a value.
  private func stamp(
    _ name: String, _ value: JSONValue, on row: inout FusionRow, _ entity: Entity, _ change: RowChange
  ) {
    if entity[name] != nil, !change.names(name) { row.values[name] = value }
  }

  /// The session that the who-columns name: the same for every request of one user.
  private var login: String {
    var random = RepeatableRandom(seed: user.utf8.reduce(17) { $0 &* 31 &+ UInt64($1) })
    return (0..<2).map { _ in ChangeTag.hexadecimal(random.next(), 16) }.joined()
  }

  private func writeBelow(_ row: FusionRow, _ entity: Entity, _ change: RowChange) throws {
    for (name, bytes) in change.enclosures { try Enclosure.set(name, of: row, to: bytes, in: database) }
    for (child, rows) in change.children {
      for below in rows {
        if let id = below.id, !below.isNew {
          guard var found = try FusionRow.find(child.path, id, in: database), found.parent == row.id else {
            throw Fault(
              code: choices.valueCode, "The value of the attribute \(child.pathKey) isn't valid.",
              path: "\(below.path)/\(child.pathKey)")
          }
          try update(&found, child, below)
        } else {
          _ = try insert(below, child, below: row)
        }
      }
    }
  }

  /// Applies the values of a change and what follows from them, and checks the row as a whole.
  private func apply(
    _ change: RowChange, to row: inout FusionRow, _ entity: Entity, below parent: FusionRow?
  ) throws {
    let rules = entity.rules
    var faults: [Fault.Detail] = []
    func refuse(_ code: String, _ name: String, _ text: String) {
      faults.append(Fault.Detail(code: code, text: text, path: "\(change.path)/\(name)"))
    }
    for (field, value) in change.values {
      let name = field.path
      if name == rules.parentKey || name == rules.parentNumber {
        // A child belongs to its parent in the path; the body can only repeat that.
        let own: JSONValue? =
          name == rules.parentKey ? parent.map { .integer($0.id) } : parent?.number.map { .string($0) }
        if !value.isNull, value != own {
          refuse(choices.valueCode, name, "The value of the attribute \(name) isn't valid.")
        }
      } else if let rule = rules.references.first(where: { $0.number == name }) {
        let referred = value.string.flatMap { vocabulary[rule.set ?? ""][code: $0]?.id }
        row.values[rule.attribute] = referred.map { .integer($0) }
      } else {
        // Not `nil`, which would be a JSON null here.
        row.values[name] = value.isNull ? .none : value
      }
    }
    if let name = rules.selfReference?.attribute, change.names(name), let top = row.values[name]?.integer,
      top != row.id, try FusionRow.find(entity.path, top, in: database) == nil
    {
      refuse(choices.valueCode, name, "The value of the attribute \(name) isn't valid.")
    }
    followReferences(change, &row, entity)
    followTriggers(change, &row)
    for rule in rules.references where rule.typeAttribute != nil {
      let isChanged = change.names(rule.attribute) || rule.typeAttribute.map { change.names($0) } == true
      if isChanged, row.values[rule.attribute] != nil, referred(rule, row) == nil {
        refuse(choices.valueCode, rule.attribute, "The value of the attribute \(rule.attribute) isn't valid.")
      }
    }
    for name in entity.required where row.values[name] == nil {
      refuse(choices.requiredCode, name, "Attribute \(name) in \(entity.name) is required.")
    }
    guard faults.isEmpty else { throw Fault(details: faults) }
  }

  /// Sets the channel's type from the channel, unless the body gives one.
  private func followReferences(_ change: RowChange, _ row: inout FusionRow, _ entity: Entity) {
    for rule in entity.rules.references where change.names(rule.attribute) {
      guard let type = rule.type, !change.names(type), let set = entity[type]?.codeSet,
        let code = referred(rule, row)?.parent.flatMap({ vocabulary[set][$0]?.code })
      else { continue }
      row.values[type] = .string(code)
    }
  }

  /// Applies the two verbs (API reference 7), which act and are not stored.
  private func followTriggers(_ change: RowChange, _ row: inout FusionRow) {
    let starts =
      row.version == 1 && row.values["CreationDate"] == nil
      && !change.mentionedTriggers.contains("StartInteractionFlag")
      && EntityRules.of(row.entity).defaults.contains {
        $0.name == "StartInteractionFlag" && $0.value == true
      }
    if change.triggers.contains("StartInteractionFlag") || starts, row.values["StartTime"] == nil {
      row.values["StartTime"] = .string(time.text)
    }
    if change.triggers.contains("EndInteractionFlag") { row.values["EndTime"] = .string(time.text) }
  }
}
