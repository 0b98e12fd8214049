import Catalog
import JSON
import Records

/// Looks up ids by another key with ROQL tabular queries (`c_osvc_roql_tabular_queries`).
struct KeyLookup {
  /// The site silently cuts off longer results.
  private static let rowLimit = 20_000
  /// The catalogue has no longer key.
  private static let longestValue = 255

  private let key: String
  private let table: String
  /// The columns that the key is made of.
  private let columns: [String]
  /// Indicates a key of the job's own, whose values may have any characters.
  private let isOwn: Bool

  /// Creates the look-up; `nil` if the attribute does not identify records, so that nothing else gets into a query.
  init?(attribute: String, of resource: ResourceType) {
    guard resource.alternateKeys.contains(attribute) else { return nil }
    let paths = OwnKey.paths(attribute)
    isOwn = paths == resource.ownKey
    var columns: [String] = []
    for path in isOwn ? paths : [attribute] {
      guard path.utf8.allSatisfy(\.isNamePart) else { return nil }
      switch resource.kind(at: path) {
      case .menu?, .reference?: columns.append("\(path).lookupName")
      default: columns.append(path)
      }
    }
    self.columns = columns
    key = resource.key
    table = resource.name
  }

  /// Returns the queries for some values, percent-encoded, each shorter than `limit` unless one value alone is not.
  ///
  /// A value that cannot be a key of the catalogue is left out: it has no record anyway. ROQL's escaping of quotes in
  /// a literal is not published, and semicolons separate queries, so a value that would need escaping is never sent.
  func queries(for values: [String], limit: Int) -> [Query] {
    var seen: Set<String> = []
    let distinct = values.filter { seen.insert($0).inserted }
    if columns.count > 1 {
      let tests = distinct.compactMap { value in test(of: value).map { (value, $0) } }
      return queries(tests, limit, joined: " or ") { $0 }
    }
    let plain = distinct.filter { isOwn ? QueryText.isPlain($0) : Self.canBeKey($0) }
    let listed = queries(plain.map { ($0, QueryText.literal($0)) }, limit, joined: ",") {
      "\(columns[0]) in (\($0))"
    }
    guard isOwn else { return listed }
    let others = distinct.filter { !QueryText.isPlain($0) && !$0.isEmpty }
    return listed
      + queries(others.map { ($0, QueryText.equal(columns[0], $0)) }, limit, joined: " or ") { $0 }
  }

  /// Returns the condition for one value of a key of several attributes.
  private func test(of value: String) -> String? {
    guard let values = OwnKey.values(in: value, count: columns.count) else { return nil }
    let tests = zip(columns, values).map { QueryText.equal($0, $1) }
    return "(\(tests.joined(separator: " and ")))"
  }

  private func queries(
    _ parts: [(value: String, text: String)], _ limit: Int, joined separator: String,
    _ condition: (String) -> String
  ) -> [Query] {
    let opening = "select \(([key] + columns).joined(separator: ", ")) from \(table) where "
    let fixed = "queryResults/?query=\((opening + condition("")).percentEncoded)".utf8.count
    let chunks = parts[...].chunks(maximumCount: .max, length: limit - fixed) {
      ($0.text + separator).percentEncoded.utf8.count
    }
    return chunks.map { chunk in
      let text = opening + condition(chunk.map(\.text).joined(separator: separator))
      return Query(text: text.percentEncoded, values: chunk.map(\.value))
    }
  }

  /// A query with its values.
  struct Query {
    /// The text, percent-encoded.
    var text: String
    var values: [String]
  }

  private static func canBeKey(_ value: String) -> Bool {
    (1...longestValue).contains(value.count)
      && value.allSatisfy { $0.isLetter || $0.isNumber || "-_./#:@+ ".contains($0) }
  }

  /// Returns the values and ids of an answer; `nil` if it is not a table of these columns, or was cut off.
  ///
  /// The names of dotted columns in an answer are unconfirmed, so that columns count by their places.
  func rows(in answer: JSONValue?) -> [(value: String, id: RecordID)]? {
    guard let tables = answer?["items"]?.array else { return nil }
    var found: [(value: String, id: RecordID)] = []
    for table in tables {
      guard let names = table["columnNames"]?.array?.map({ $0.string?.lowercased() }),
        names.count == columns.count + 1, names[0] == key.lowercased(),
        isOwn || names[1] == columns[0].lowercased(), let rows = table["rows"]?.array,
        rows.count < Self.rowLimit
      else { return nil }
      for row in rows {
        guard let cells = row.array, cells.count == names.count, let id = cells[0].cellInteger else {
          return nil
        }
        let values = cells.dropFirst().compactMap { $0.string ?? $0.integer.map { String($0) } }
        guard values.count == columns.count else { return nil }
        found.append((OwnKey.text(of: values), .integer(id)))
      }
    }
    return found
  }
}
