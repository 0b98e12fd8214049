import Catalog
import JSON

/// Looks up ids by another key with ROQL tabular queries (`c_osvc_roql_tabular_queries`).
struct KeyLookup {
  /// The site silently cuts off longer results.
  private static let rowLimit = 20_000
  /// The catalogue has no longer key.
  private static let longestValue = 255

  private let attribute: String
  private let key: String
  private let table: String

  /// Creates the look-up; `nil` if the attribute does not identify records, so that nothing else gets into a query.
  init?(attribute: String, of resource: ResourceType) {
    guard resource.alternateKeys.contains(attribute) else { return nil }
    self.attribute = attribute
    key = resource.key
    table = resource.name
  }

  /// Returns the queries for some values, percent-encoded, each shorter than `limit` unless one value alone is not.
  ///
  /// A value that cannot be a key is left out: it has no record anyway. ROQL's escaping of quotes in a literal is not
  /// published, and semicolons separate queries, so a value that would need escaping is never sent.
  func queries(for values: [String], limit: Int) -> [Query] {
    let head = "queryResults/?query=\(opening)".utf8.count
    var queries: [Query] = []
    var chunk = ""
    var asked: [String] = []
    var seen: Set<String> = []
    func close() {
      guard !asked.isEmpty else { return }
      queries.append(Query(text: opening + chunk + ")".percentEncoded, values: asked))
      (chunk, asked) = ("", [])
    }
    for value in values where Self.canBeKey(value) && seen.insert(value).inserted {
      let literal = "'\(value)'".percentEncoded
      if head + chunk.utf8.count + literal.utf8.count + 6 > limit { close() }
      chunk += chunk.isEmpty ? literal : ",".percentEncoded + literal
      asked.append(value)
    }
    close()
    return queries
  }

  /// A query with its values.
  struct Query {
    /// The text, percent-encoded.
    var text: String
    var values: [String]
  }

  private var opening: String {
    "select \(key), \(attribute) from \(table) where \(attribute) in (".percentEncoded
  }

  private static func canBeKey(_ value: String) -> Bool {
    (1...longestValue).contains(value.count)
      && value.allSatisfy { $0.isLetter || $0.isNumber || "-_./#:@+ ".contains($0) }
  }

  /// Returns the values and ids of an answer; `nil` if it is not a table of these two columns, or was cut off.
  func rows(in answer: JSONValue?) -> [(value: String, id: Int64)]? {
    guard let tables = answer?["items"]?.array else { return nil }
    var found: [(value: String, id: Int64)] = []
    for table in tables {
      guard let columns = table["columnNames"]?.array?.map({ $0.string?.lowercased() }),
        let keyColumn = columns.firstIndex(of: key.lowercased()),
        let valueColumn = columns.firstIndex(of: attribute.lowercased()),
        let rows = table["rows"]?.array, rows.count < Self.rowLimit
      else { return nil }
      for row in rows {
        guard let cells = row.array, cells.count == columns.count,
          // Every cell is a string or null, ids included.
          let id = cells[keyColumn].integer ?? cells[keyColumn].string.flatMap({ Int64($0) }),
          let value = cells[valueColumn].string
        else { return nil }
        found.append((value, id))
      }
    }
    return found
  }
}
