import Catalog
import JSON

/// A column of a query, resolved against the catalogue.
struct QueryColumn: ConditionColumn {
  /// The list that it belongs to; none for the record itself.
  var list: ListKind?
  /// The reference to the record whose attribute it is; none for an attribute of its own.
  var through: Attribute?
  var attribute: Attribute
  /// Indicates that it gives the label of a menu or reference rather than its id.
  var isLabel = false
  /// The name in the service's model, however it was typed.
  var spelling: String

  /// Indicates that it is the name of a record.
  var isName = false

  var isRecordID: Bool { isOwn && attribute.path == "id" }

  var isRecordNumber: Bool { isOwn && isName }

  private var isOwn: Bool { list == nil && through == nil }

  /// Indicates that its values are compared as numbers.
  var isNumber: Bool {
    switch attribute.field.kind {
    case .integer, .boolean: true
    case .menu, .reference: !isLabel
    default: false
    }
  }

  /// The value of a record or an element, for comparison; none for null.
  func scalar(of row: RecordRow, _ directory: Directory) throws -> Scalar? {
    guard let through, let target = through.target else {
      return try scalar(row.value(at: attribute.path), directory)
    }
    guard let kind = directory.model[target], let id = row.value(at: through.path)?.integer,
      let record = try directory.record(id, of: kind)
    else { return nil }
    return try scalar(record.value(at: attribute.path), directory)
  }

  private func scalar(_ stored: JSONValue?, _ directory: Directory) throws -> Scalar? {
    switch stored {
    case .integer(let integer):
      guard isLabel, let set = attribute.set else { return .integer(integer) }
      return try directory.name(of: integer, in: set).map { .text($0) }
    case .bool(let bool): return .integer(bool ? 1 : 0)
    case .decimal(let decimal): return .text(decimal.text)
    case .string(let string): return .text(string)
    default: return nil
    }
  }

  /// A literal as a value of this column's type.
  ///
  /// - Throws: `QueryError` if it is not one.
  func scalar(_ literal: Literal) throws(QueryError) -> Scalar {
    let text = literal.value
    if isNumber {
      guard let integer = Int64(text) else {
        throw QueryError(message: "'\(text)' is not a number, as \(attribute.path) is")
      }
      return .integer(integer)
    }
    guard attribute.field.kind == .dateTime else { return .text(text) }
    let iso = text.contains("T") ? text : text.replacing(" ", with: "T")
    let complete = iso.count == 10 ? "\(iso)T00:00:00Z" : iso.count == 19 ? "\(iso)Z" : iso
    guard let time = Timestamp(parsing: complete) else {
      throw QueryError(message: "'\(text)' is not a date and time, as \(attribute.path) is")
    }
    return .text(time.text)
  }
}

extension Condition where Column == QueryColumn {
  /// Resolves a condition against a table.
  ///
  /// - Throws: `QueryError` on an unknown column or a value of another type.
  init(_ expression: Expression, _ table: QueryTable, alias: String?) throws(QueryError) {
    try self.init(expression) { name throws(QueryError) in try table.column(name, alias: alias) }
  }
}
