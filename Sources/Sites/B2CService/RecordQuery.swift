import Catalog
import JSON

/// A ROQL query that reads attributes of many records (`c_osvc_roql_tabular_queries`), and the reading of its table.
struct RecordQuery {
  /// The site cuts longer results off without a word.
  static let rowLimit = 20_000
  /// The attribute that changes whenever the record does.
  static let token = "updatedTime"

  let resource: ResourceType
  private(set) var columns: [Column] = []

  /// What is selected, and which attribute its cells belong to.
  struct Column {
    enum Part { case value, id, name }

    var attribute: String
    var kind: Field.Kind
    var part: Part
    var expression: String
  }

  /// A query for nothing but id and token.
  init(_ resource: ResourceType) { self.resource = resource }

  /// Adds an attribute; `false` when ROQL cannot express it.
  ///
  /// - Parameters:
  ///   - prefix: the list it belongs to, with a dot, or nothing.
  ///   - named: whether the names of references are wanted too, which join another table each.
  mutating func add(_ attribute: String, _ kind: Field.Kind, prefix: String = "", named: Bool) -> Bool {
    let path = prefix + attribute
    // Custom attributes come from a sheet's header; nothing that could end the query may get into it.
    guard !path.isEmpty, path.utf8.allSatisfy({ $0.isNamePart }) else { return false }
    switch kind {
    case .base64, .menuPath: return false
    case .menu: addNamed(attribute, kind, path, named: true)
    case .reference: addNamed(attribute, kind, Self.attested[path] ?? path, named: named)
    case .string, .code, .integer, .number, .boolean, .date, .dateTime:
      columns.append(Column(attribute: attribute, kind: kind, part: .value, expression: path))
    }
    return true
  }

  private mutating func addNamed(_ attribute: String, _ kind: Field.Kind, _ path: String, named: Bool) {
    columns.append(Column(attribute: attribute, kind: kind, part: .id, expression: "\(path).id"))
    guard named else { return }
    columns.append(Column(attribute: attribute, kind: kind, part: .name, expression: "\(path).lookupName"))
  }

  /// Where Oracle's own sample spells a reference otherwise than the attribute (reference, section 4.5).
  private static let attested = ["primaryContact": "primaryContact.contact"]

  /// Whether a record could be missing from the table because something it refers to is.
  var joins: Bool { columns.contains { $0.part != .value } }

  /// The query for some records, percent-encoded.
  func text(for ids: some Collection<Int64>) -> String {
    let selected = [resource.key, Self.token] + columns.map(\.expression)
    return
      ("select \(selected.joined(separator: ", ")) from \(resource.name) where \(resource.key) in ("
      + ids.map { String($0) }.joined(separator: ",") + ")").percentEncoded
  }

  /// Cuts ids into groups whose queries are URLs of at most so many bytes, but for a single id.
  func chunks(_ ids: ArraySlice<Int64>, urlLimit: Int, maximumCount: Int) -> [ArraySlice<Int64>] {
    ids.chunks(maximumCount: maximumCount, length: urlLimit - text(for: []).utf8.count) {
      // An id and its comma, which is three bytes when encoded.
      String($0).utf8.count + 3
    }
  }
}

// MARK: - The table

extension RecordQuery {
  struct Row {
    var id: Int64
    var token: String?
    /// Attribute → value.
    var values: [String: JSONValue]
  }

  /// The rows of an answer; `nil` when it is not this query's table.
  ///
  /// Columns are told by their places: which names the site gives to dotted ones is unconfirmed.
  func rows(in answer: JSONValue) -> [Row]? {
    guard let tables = answer["items"]?.array, tables.count == 1, let table = tables.first,
      table["columnNames"]?.array?.count == columns.count + 2, let rows = table["rows"]?.array
    else { return nil }
    var read: [Row] = []
    read.reserveCapacity(rows.count)
    for row in rows {
      guard let cells = row.array, cells.count == columns.count + 2,
        let id = cells[0].integer ?? cells[0].string.flatMap({ Int64($0) })
      else { return nil }
      read.append(Row(id: id, token: cells[1].string, values: values(cells.dropFirst(2))))
    }
    return read
  }

  private func values(_ cells: ArraySlice<JSONValue>) -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for (column, cell) in zip(columns, cells) {
      switch column.part {
      case .value: values[column.attribute] = column.kind.value(cell)
      case .id:
        let id = cell.integer ?? cell.string.flatMap { Int64($0) }
        values[column.attribute] = id.map { .named($0, nil) } ?? .null
      case .name:
        // The id stands before its name.
        guard let id = values[column.attribute]?["id"]?.integer else { continue }
        values[column.attribute] = .named(id, cell)
      }
    }
    return values
  }
}

extension UInt8 {
  /// Whether this is a character of a dotted name.
  fileprivate var isNamePart: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
