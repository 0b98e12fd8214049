import Catalog
import JSON
import Records

/// A ROQL query that reads attributes of many records (`c_osvc_roql_tabular_queries`), with the parser of its table.
struct RecordQuery {
  /// The site silently cuts off longer results.
  static let rowLimit = 20_000
  /// The attribute that changes whenever the record does.
  static let token = "updatedTime"

  let resource: ResourceType
  private(set) var columns: [Column] = []

  /// A selected column, and the attribute that its cells belong to.
  struct Column {
    enum Part { case value, id, name }

    var attribute: String
    var kind: Field.Kind
    var part: Part
    var expression: String
  }

  /// Creates a query for only id and token.
  init(_ resource: ResourceType) { self.resource = resource }

  /// Adds an attribute; returns `false` if ROQL cannot express it.
  ///
  /// - Parameters:
  ///   - prefix: the list it belongs to, with a dot, or empty.
  ///   - named: reads the names of references too, each of which joins another table.
  mutating func add(_ attribute: String, _ kind: Field.Kind, prefix: String = "", named: Bool) -> Bool {
    let path = prefix + attribute
    // Custom attributes come from a sheet's header; no character that could end the query is allowed.
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

  /// References that Oracle's own sample spells differently from the attribute (reference, section 4.5).
  static let attested = ["primaryContact": "primaryContact.contact"]

  /// Indicates that a record may be missing from the table because a record it refers to is missing.
  var joins: Bool { columns.contains { $0.part != .value } }

  /// Returns the query for some records, percent-encoded.
  func text(for ids: some Collection<RecordID>) -> String {
    let selected = [resource.key, Self.token] + columns.map(\.expression)
    return
      ("select \(selected.joined(separator: ", ")) from \(resource.name) where \(resource.key) in ("
      + ids.map(\.roqlLiteral).joined(separator: ",") + ")").percentEncoded
  }

  /// Splits ids into groups whose queries fit URLs of this many bytes; a single id may exceed it.
  func chunks(_ ids: ArraySlice<RecordID>, urlLimit: Int, maximumCount: Int) -> [ArraySlice<RecordID>] {
    ids.chunks(maximumCount: maximumCount, length: urlLimit - text(for: []).utf8.count) {
      // An id and its comma, which is three bytes when encoded.
      $0.roqlLiteral.percentEncoded.utf8.count + 3
    }
  }
}

// MARK: - The table

extension RecordQuery {
  struct Row {
    var id: RecordID
    var token: String?
    /// Attribute → value.
    var values: [String: JSONValue]
  }

  /// Returns the rows of an answer; `nil` if it is not this query's table.
  ///
  /// Columns are identified by position, because the site's names for dotted ones are unconfirmed.
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
      read.append(Row(id: .integer(id), token: cells[1].string, values: values(cells.dropFirst(2))))
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
        // The id comes before its name.
        guard let id = values[column.attribute]?["id"]?.integer else { continue }
        values[column.attribute] = .named(id, cell)
      }
    }
    return values
  }
}

extension UInt8 {
  /// Indicates a character of a dotted name.
  var isNamePart: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
