import Catalog
import JSON

/// A column of a query, resolved against the catalogue.
struct QueryColumn: ConditionColumn {
  /// The list it belongs to; none for the record itself.
  var list: ChildList?
  var field: Field
  /// Whether the label of a menu or reference is meant, rather than its id.
  var isLabel = false

  var isRecordID: Bool { list == nil && field.path == "id" }

  var isRecordNumber: Bool { list == nil && ["referenceNumber", "lookupName"].contains(field.path) }

  /// Whether its values are compared as numbers.
  var isNumber: Bool {
    switch field.kind {
    case .integer, .boolean: true
    case .menu, .reference: !isLabel
    default: false
    }
  }

  /// The column as a value to compare; none for null.
  func scalar(_ stored: JSONValue?, _ vocabulary: Vocabulary) -> Scalar? {
    switch stored {
    case .integer(let integer):
      guard isLabel, let setName = Vocabulary.setName(of: field, in: list?.name) else {
        return .integer(integer)
      }
      return vocabulary[setName][integer].map { .text($0.name) }
    case .bool(let bool): return .integer(bool ? 1 : 0)
    case .string(let string): return .text(string)
    default: return nil
    }
  }

  /// A literal as a value of this column's type.
  ///
  /// - Throws: `QueryError` when it is none.
  func scalar(_ literal: Literal) throws(QueryError) -> Scalar {
    let text = literal.value
    if isNumber {
      guard let integer = Int64(text) else {
        throw QueryError(message: "'\(text)' is not a number, as \(field.path) is")
      }
      return .integer(integer)
    }
    guard field.kind == .dateTime else { return .text(text) }
    let iso = text.contains("T") ? text : text.replacing(" ", with: "T")
    let complete = iso.count == 10 ? "\(iso)T00:00:00Z" : iso.count == 19 ? "\(iso)Z" : iso
    guard let time = Timestamp(parsing: complete) else {
      throw QueryError(message: "'\(text)' is not a date and time, as \(field.path) is")
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

/// A table of the query language: the columns it has.
struct QueryTable {
  let name: String
  private let fields: [Field]
  private let lists: [ChildList]
  /// The list whose elements the rows are; none for records.
  private let own: ChildList?

  private init(name: String, fields: [Field], lists: [ChildList], own: ChildList? = nil) {
    self.name = name
    self.fields = fields
    self.lists = lists
    self.own = own
  }

  static let incidents = QueryTable(
    name: "incidents",
    fields: ResourceType.incidents.fields.filter { $0.kind != .menuPath } + CustomFields.incidents,
    lists: ResourceType.incidents.lists)

  /// A collection that incidents refer to.
  static func collection(_ name: String) -> QueryTable {
    QueryTable(name: name, fields: Directory.fields(of: name), lists: [])
  }

  /// The elements of one incident's list.
  static func elements(of list: ChildList) -> QueryTable {
    if case .reference(let target) = list.element { return .collection(target) }
    return QueryTable(name: list.name, fields: list.fields, lists: [], own: list)
  }

  /// Resolves a dotted name, letters of either case; what follows a menu or a reference is `id`, `lookupName`
  /// or `name`, and a reference's own kind may stand between, as in `primaryContact.contact.id`.
  ///
  /// - Throws: `QueryError` when the table has no such column.
  func column(_ written: String, alias: String?) throws(QueryError) -> QueryColumn {
    var steps = written.lowercased().split(separator: ".").map { String($0) }
    if steps.count > 1, steps[0] == alias?.lowercased() || steps[0] == name.lowercased() {
      steps.removeFirst()
    }
    if let list = lists.first(where: { $0.name.lowercased() == steps.first }) {
      let rest = Array(steps.dropFirst())
      if case .reference(let target) = list.element {
        let field = Field("id", .reference(to: target))
        let isLabel = rest == ["lookupname"] || rest == ["name"]
        if rest.isEmpty || rest == ["id"] || isLabel {
          return QueryColumn(list: list, field: field, isLabel: isLabel)
        }
      } else if let column = Self.resolve(rest, list.fields) {
        return QueryColumn(list: list, field: column.field, isLabel: column.isLabel)
      }
    } else if var column = Self.resolve(steps, fields) {
      column.list = own
      return column
    }
    throw QueryError(message: "unknown column '\(written)' of \(name)")
  }

  private static func resolve(_ steps: [String], _ fields: [Field]) -> QueryColumn? {
    for field in fields {
      let own = field.path.lowercased().split(separator: ".").map { String($0) }
      guard steps.starts(with: own) else { continue }
      var rest = steps.dropFirst(own.count)
      switch field.kind {
      case .reference(let target, _):
        if rest.first.map({ target.lowercased().hasPrefix($0) }) == true, rest.first != "id" {
          rest = rest.dropFirst()
        }
      case .menu: break
      default:
        if rest.isEmpty { return QueryColumn(field: field) }
        continue
      }
      switch rest {
      case [], ["id"]: return QueryColumn(field: field)
      case ["lookupname"], ["name"]: return QueryColumn(field: field, isLabel: true)
      default: continue
      }
    }
    return nil
  }
}
