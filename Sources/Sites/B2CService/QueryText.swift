import JSON

/// Values in the text of a ROQL query, never more than values.
///
/// How a literal escapes a quote is not published, and semicolons separate queries (reference, section 4.5). A value
/// with such a character is therefore never sent as it is: a pattern takes its place, in which `_` stands for each of
/// them. The answer may have more records than were meant, which the caller sorts out.
enum QueryText {
  /// Indicates that a literal can contain the value as it is.
  static func isPlain(_ value: String) -> Bool {
    value.unicodeScalars.allSatisfy { isPlain($0) }
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    !"'\"\\;`".unicodeScalars.contains(scalar)
      && ![.control, .lineSeparator, .paragraphSeparator, .format].contains(scalar.properties.generalCategory)
  }

  /// Returns a plain value as a literal.
  static func literal(_ plain: String) -> String { "'\(plain)'" }

  /// Returns a comparison that every record with this value meets.
  static func equal(_ column: String, _ value: String) -> String {
    isPlain(value) ? "\(column) = \(literal(value))" : "\(column) like \(pattern(of: value))"
  }

  /// Returns a pattern, in quotes, that the value matches.
  static func pattern(of value: String) -> String {
    literal(
      String(String.UnicodeScalarView(value.unicodeScalars.map { isPlain($0) && $0 != "%" ? $0 : "_" })))
  }

  /// Returns a pattern in which `%` keeps its meaning, in quotes.
  static func pattern(widening pattern: String) -> String {
    literal(String(String.UnicodeScalarView(pattern.unicodeScalars.map { isPlain($0) ? $0 : "_" })))
  }
}

extension JSONValue {
  /// The rows of a query's only table, if it has this many columns; cells are texts or null.
  func tableRows(columns: Int) -> [[JSONValue]]? {
    guard let tables = self["items"]?.array, tables.count == 1, let table = tables.first,
      table["columnNames"]?.array?.count == columns, let rows = table["rows"]?.array
    else { return nil }
    var read: [[JSONValue]] = []
    read.reserveCapacity(rows.count)
    for row in rows {
      guard let cells = row.array, cells.count == columns else { return nil }
      read.append(cells)
    }
    return read
  }

  /// The integer of a cell of a query's table.
  var cellInteger: Int64? { integer ?? string.flatMap { Int64($0) } }
}
