import Catalog
import JSON

/// Looks up ids by another key over ROQL tabular queries (`c_osvc_roql_tabular_queries`).
struct KeyLookup {
  /// The site cuts longer results off without a word.
  private static let rowLimit = 20_000
  /// No key is longer, by the catalogue.
  private static let longestValue = 255

  private let attribute: String
  private let key: String
  private let table: String

  /// `nil` when the attribute does not name records of the resource; nothing else gets into a query.
  init?(attribute: String, of resource: ResourceType) {
    guard resource.alternateKeys.contains(attribute) else { return nil }
    self.attribute = attribute
    key = resource.key
    table = resource.name
  }

  /// The queries for some values, percent-encoded, each shorter than `limit` unless one value alone is not.
  ///
  /// A value that cannot be a key is left out: it has no record anyway. How ROQL escapes quotes in a literal is
  /// nowhere published, and semicolons separate queries, so what would need escaping is never sent.
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

  /// A query and what it asks for.
  struct Query {
    /// Percent-encoded.
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

  /// The values and ids of an answer; `nil` when it is not a table of these two columns, or was cut off.
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
