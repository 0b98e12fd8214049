/// What rows are sorted by.
struct SortKey<Column> {
  var column: Column
  var isDescending: Bool
}

extension Collection {
  /// Whether a row with the values of `left` comes before one with those of `right`.
  func puts<Column>(
    _ left: (Column) throws -> Scalar?, before right: (Column) throws -> Scalar?
  ) rethrows -> Bool where Element == SortKey<Column> {
    for key in self {
      let first = try left(key.column)
      let second = try right(key.column)
      guard first != second else { continue }
      // Nulls come first, as in the service's database.
      guard let first else { return !key.isDescending }
      guard let second else { return key.isDescending }
      return key.isDescending ? second < first : first < second
    }
    return false
  }
}

/// The parameter `orderBy` of both services: `name`, `name:asc` or `name:desc`, separated by commas.
enum OrderBy {
  /// - Throws: `QueryError` when a part is none of these.
  static func parsed(_ text: String) throws(QueryError) -> [(name: String, isDescending: Bool)] {
    var order: [(name: String, isDescending: Bool)] = []
    for part in text.split(separator: ",") {
      let pieces = part.split(separator: ":").map { $0.trimmed }
      let direction = pieces.count == 2 ? pieces[1].lowercased() : "asc"
      guard (1...2).contains(pieces.count), ["asc", "desc"].contains(direction) else {
        throw QueryError(message: "orderBy must be name, name:asc or name:desc, not \(part)")
      }
      order.append((pieces[0], direction == "desc"))
    }
    return order
  }
}
