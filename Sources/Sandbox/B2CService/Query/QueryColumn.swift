import Catalog
import JSON

/// A column of a query, resolved against the catalogue.
struct QueryColumn: ConditionColumn {
  /// The list it belongs to; none for the record itself.
  var list: ChildList?
  /// The reference whose record it is an attribute of; none for an attribute of its own.
  var through: Field?
  var field: Field
  /// Whether the label of a menu or reference is meant, rather than its id.
  var isLabel = false
  /// The name as the service's model spells it, however it was typed.
  var spelling: String

  var isRecordID: Bool { isOwn && field.path == "id" }

  var isRecordNumber: Bool { isOwn && ["referenceNumber", "lookupName"].contains(field.path) }

  private var isOwn: Bool { list == nil && through == nil }

  /// The collection that the reference on the way leads to.
  var target: String? {
    if case .reference(let target, _)? = through?.kind { target } else { nil }
  }

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

  /// Resolves a dotted name, letters of either case.
  ///
  /// What follows a menu or a reference is `id`, `lookupName` or `name`, or an attribute of the record that is
  /// referred to. Between the two may stand what the record is, as in `primaryContact.contact.id` and
  /// `primaryContact.parentContact.id`.
  ///
  /// - Throws: `QueryError` when the table has no such column.
  func column(_ written: String, alias: String?) throws(QueryError) -> QueryColumn {
    let steps = steps(of: written, alias)
    if let list = lists.first(where: { $0.name.lowercased() == steps.first }) {
      if var column = Self.resolve(Array(steps.dropFirst()), Self.fields(of: list)) {
        column.list = list
        column.spelling = "\(list.name).\(column.spelling)"
        return column
      }
      if case .reference = list.element, steps.count == 1 {
        return QueryColumn(list: list, field: Self.fields(of: list)[0], spelling: list.name)
      }
    } else if var column = Self.resolve(steps, fields) {
      column.list = own
      return column
    }
    throw QueryError(message: "unknown column '\(written)' of \(name)")
  }

  /// The columns that a `*` stands for, behind a name or not.
  ///
  /// - Throws: `QueryError` when nothing hangs on the name.
  func columns(below written: String?, alias: String?) throws(QueryError) -> [QueryColumn] {
    let steps = written.map { self.steps(of: $0 + ".*", alias) }.map { $0.dropLast() } ?? []
    guard let first = steps.first else {
      return fields.map { QueryColumn(list: own, field: $0, spelling: $0.path) }
    }
    if steps.count == 1, let list = lists.first(where: { $0.name.lowercased() == first }) {
      return Self.fields(of: list).map {
        QueryColumn(list: list, field: $0, spelling: "\(list.name).\($0.path)")
      }
    }
    let path = steps.joined(separator: ".")
    let inner = fields.filter { $0.path.lowercased().hasPrefix(path + ".") }
    if !inner.isEmpty { return inner.map { QueryColumn(list: own, field: $0, spelling: $0.path) } }
    for field in fields {
      guard case .reference(let target, _) = field.kind else { continue }
      let own = Self.lowered(field.path)
      guard steps.starts(with: own) else { continue }
      let rest = Array(steps.dropFirst(own.count))
      guard rest.isEmpty || rest.count == 1 && Self.isKind(rest[0], of: target) else { continue }
      return Directory.fields(of: target).map {
        QueryColumn(
          through: field, field: $0,
          spelling: ([field.path] + rest.map { Self.spelledKind($0) } + [$0.path]).joined(separator: "."))
      }
    }
    throw QueryError(message: "nothing to select below '\(written ?? "")' of \(name)")
  }

  /// The steps of a name in lower case, without the table's name or alias in front.
  private func steps(of written: String, _ alias: String?) -> [String] {
    let steps = Self.lowered(written)
    let isPrefixed = steps.count > 1 && (steps[0] == alias?.lowercased() || steps[0] == name.lowercased())
    return isPrefixed ? Array(steps.dropFirst()) : steps
  }

  private static func lowered(_ path: String) -> [String] {
    path.lowercased().split(separator: ".").map { String($0) }
  }

  /// What can be selected of a list's elements.
  private static func fields(of list: ChildList) -> [Field] {
    if case .reference(let target) = list.element { return Directory.fields(of: target) }
    return list.fields
  }

  private static func resolve(_ steps: [String], _ fields: [Field]) -> QueryColumn? {
    for field in fields {
      let own = lowered(field.path)
      guard steps.starts(with: own) else { continue }
      var rest = Array(steps.dropFirst(own.count))
      var spelling = [field.path]
      switch field.kind {
      case .reference(let target, _):
        if let first = rest.first, isKind(first, of: target) {
          spelling.append(spelledKind(first))
          rest.removeFirst()
        }
        if let column = resolveReference(rest, field, target, spelling) { return column }
        continue
      case .menu: break
      default:
        if rest.isEmpty { return QueryColumn(field: field, spelling: field.path) }
        continue
      }
      if let column = resolveName(rest, field, spelling) { return column }
    }
    return nil
  }

  /// The id or the name of a menu value or of what is referred to.
  private static func resolveName(_ rest: [String], _ field: Field, _ spelling: [String]) -> QueryColumn? {
    let names = ["id": "id", "lookupname": "lookupName", "name": "name"]
    guard rest.count <= 1, let last = rest.isEmpty ? "" : names[rest[0]] else { return nil }
    return QueryColumn(
      field: field, isLabel: !["", "id"].contains(last),
      spelling: (spelling + (last.isEmpty ? [] : [last])).joined(separator: "."))
  }

  private static func resolveReference(
    _ rest: [String], _ field: Field, _ target: String, _ spelling: [String]
  ) -> QueryColumn? {
    if let column = resolveName(rest, field, spelling) { return column }
    guard var inner = resolve(rest, Directory.fields(of: target)), inner.through == nil else { return nil }
    inner.through = field
    inner.spelling = (spelling + [inner.spelling]).joined(separator: ".")
    return inner
  }

  /// Whether a step says what kind of record a reference leads to, as `contact` and `parentContact` do.
  private static func isKind(_ step: String, of target: String) -> Bool {
    let kind = step.hasPrefix("parent") && step != "parent" ? String(step.dropFirst("parent".count)) : step
    return kind != "id" && target.lowercased().hasPrefix(kind)
  }

  /// Such a step as the model spells it.
  private static func spelledKind(_ step: String) -> String {
    guard step.hasPrefix("parent"), step != "parent" else { return step }
    let kind = step.dropFirst("parent".count)
    return "parent\(kind.prefix(1).uppercased())\(kind.dropFirst())"
  }
}
