/// A key by which rows are sorted.
struct SortKey<Column> {
  var column: Column
  var isDescending: Bool
  /// The conversion of texts before they are compared; none leaves them as they are.
  var letterCase: LetterCase?
}

extension SortKey where Column: ConditionColumn {
  /// Indicates the order of the ids, lowest first.
  var isOfIDs: Bool { column.isRecordID && !isDescending && letterCase == nil }
}

/// A function of `orderBy` that makes the order case-insensitive.
enum LetterCase: String, CaseIterable {
  case upper
  case lower

  func applied(to scalar: Scalar) -> Scalar {
    guard case .text(let text) = scalar else { return scalar }
    return .text(self == .upper ? text.uppercased() : text.lowercased())
  }
}

extension Collection {
  /// Returns whether a row with the values of `left` comes before one with those of `right`.
  func puts<Column>(
    _ left: (Column) throws -> Scalar?, before right: (Column) throws -> Scalar?
  ) rethrows -> Bool where Element == SortKey<Column> {
    for key in self {
      let fold = { (scalar: Scalar) in key.letterCase?.applied(to: scalar) ?? scalar }
      let first = try left(key.column).map(fold)
      let second = try right(key.column).map(fold)
      guard first != second else { continue }
      // Nulls come first, as in the service's database.
      guard let first else { return !key.isDescending }
      guard let second else { return key.isDescending }
      return key.isDescending ? second < first : first < second
    }
    return false
  }
}

/// Reads the parameter `orderBy` of both services: `name`, `name:asc` or `name:desc`, separated by commas; on Fusion CX,
/// the name may stand in `upper(…)` or `lower(…)`.
enum OrderBy {
  /// - Throws: `QueryError` if a part has another form.
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

  /// The name within `upper(…)` or `lower(…)`, and the function; without one, only the name.
  static func folded(_ name: String) -> (name: String, letterCase: LetterCase?) {
    for letterCase in LetterCase.allCases {
      let opening = "\(letterCase.rawValue)("
      guard name.lowercased().hasPrefix(opening), name.hasSuffix(")") else { continue }
      return (name.dropFirst(opening.count).dropLast().trimmed, letterCase)
    }
    return (name, nil)
  }
}
