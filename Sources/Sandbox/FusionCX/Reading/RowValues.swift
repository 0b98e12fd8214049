import Catalog
import GRDB
import JSON

extension FusionSession {
  /// The value of an attribute in its stored form, null included: texts, times in UTC, whole numbers.
  func stored(_ field: Field, of row: FusionRow, _ entity: Entity) throws -> JSONValue {
    let name = field.path
    let rules = entity.rules
    switch name {
    case entity.key: return .integer(row.id)
    case entity.alternateKey: return row.number.map { .string($0) } ?? .null
    case rules.parentKey: return row.parent.map { .integer($0) } ?? .null
    case rules.parentNumber: return try parentNumber(row, entity)
    case rules.topFlag: return .bool(rules.selfReference != nil && topID(of: row, rules) == row.id)
    case "DeleteFlag", "UpdateFlag": return true
    case "ObjectVersionNumber": return .integer(row.version)
    default: break
    }
    if let reference = rules.selfReference {
      if name == reference.attribute { return .integer(topID(of: row, rules)) }
      if name == reference.number {
        let top = topID(of: row, rules)
        let above = top == row.id ? row : try FusionRow.find(entity.path, top, in: database)
        return above?.number.map { .string($0) } ?? .null
      }
    }
    // A verb holds no state and reads as its default.
    if field.isTrigger { return rules.defaults.first { $0.name == name }?.value ?? .null }
    for reference in rules.references {
      if name == reference.name { return referred(reference, row).map { .string($0.name) } ?? .null }
      if name == reference.number, let code = referred(reference, row)?.code { return .string(code) }
    }
    return row.values[name] ?? .null
  }

  /// The parent row; at the top, the row itself.
  private func topID(of row: FusionRow, _ rules: EntityRules) -> Int64 {
    rules.selfReference.flatMap { row.values[$0.attribute]?.integer } ?? row.id
  }

  private func parentNumber(_ row: FusionRow, _ entity: Entity) throws -> JSONValue {
    let above = entity.path.split(separator: ".").dropLast().joined(separator: ".")
    guard let parent = row.parent, let found = try FusionRow.find(above, parent, in: database) else {
      return .null
    }
    return found.number.map { .string($0) } ?? .null
  }

  /// The target of a row's reference.
  func referred(_ reference: ReferenceRule, _ row: FusionRow) -> NamedValue? {
    guard let id = row.values[reference.attribute]?.integer else { return nil }
    return vocabulary[setName(of: reference, row), id]
  }

  /// The set that a reference comes from.
  func setName(of reference: ReferenceRule, _ row: FusionRow) -> String {
    reference.set ?? reference.typeAttribute.flatMap { row.values[$0]?.string } ?? ""
  }

  /// The value of an attribute in its form on the wire.
  func written(_ field: Field, of row: FusionRow, _ entity: Entity) throws -> JSONValue {
    let value = try stored(field, of: row, entity)
    switch (field.kind, value) {
    case (.dateTime, .string(let text)):
      return Timestamp(parsing: text).map { .string($0.text(offset: choices.timeZone)) } ?? value
    case (.integer, .integer(let number)) where version.hasTextIntegers && field.isLong:
      return .string(String(number))
    case (_, .bool(let isTrue)) where field.path == entity.rules.topFlag && choices.topLevelFlag == .text:
      return .string(isTrue ? "true" : "false")
    default: return value
    }
  }
}
