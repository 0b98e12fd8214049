import Catalog
import JSON

/// An attribute in a condition or in `orderBy`.
struct FusionColumn: ConditionColumn {
  let entity: Entity
  let field: Field

  /// - Throws: `QueryError` if the kind of row has no such attribute; names are case-sensitive.
  init(_ name: String, of entity: Entity) throws(QueryError) {
    guard entity.order.contains(name), let field = entity[name] else {
      throw QueryError(message: "unknown attribute '\(name)'")
    }
    self.entity = entity
    self.field = field
  }

  var isRecordID: Bool { field.path == entity.key }

  var isRecordNumber: Bool { field.path == entity.alternateKey }

  func scalar(_ literal: Literal) throws(QueryError) -> Scalar {
    let text = literal.value
    switch field.kind {
    case .integer:
      guard let number = Int64(text) else { throw wrong(text, "a number") }
      return .integer(number)
    case .boolean:
      switch text.lowercased() {
      case "true", "y": return .integer(1)
      case "false", "n": return .integer(0)
      default: throw wrong(text, "true or false")
      }
    case .dateTime:
      let complete = text.count == 10 ? "\(text)T00:00:00Z" : text.count == 19 ? "\(text)Z" : text
      guard let time = Timestamp(parsing: complete) else { throw wrong(text, "a date and time") }
      return .text(time.text)
    default: return .text(text)
    }
  }

  private func wrong(_ text: String, _ expected: String) -> QueryError {
    QueryError(message: "'\(text)' is not \(expected), as \(field.path) is")
  }
}

extension FusionSession {
  /// The value of a column in a row, for comparison; none for null.
  func scalar(_ column: FusionColumn, of row: FusionRow) throws -> Scalar? {
    switch try stored(column.field, of: row, column.entity) {
    case .integer(let integer): .integer(integer)
    case .bool(let bool): .integer(bool ? 1 : 0)
    case .string(let string): .text(string)
    default: nil
    }
  }
}
