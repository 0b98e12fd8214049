import Catalog

/// A condition whose columns and values are resolved and of fitting types.
indirect enum Condition {
  case all([Condition])
  case any([Condition])
  case not(Condition)
  case compare(QueryColumn, Comparison, Scalar)
  case oneOf(QueryColumn, Set<Scalar>)
  case isNull(QueryColumn)

  /// Resolves a condition against a table.
  ///
  /// - Throws: `QueryError` on an unknown column or a value of another type.
  init(_ expression: Expression, _ table: QueryTable, alias: String?) throws(QueryError) {
    switch expression {
    case .all(let parts): self = .all(try Self.resolve(parts, table, alias))
    case .any(let parts): self = .any(try Self.resolve(parts, table, alias))
    case .not(let inner): self = .not(try Condition(inner, table, alias: alias))
    case .isNull(let name): self = .isNull(try table.column(name, alias: alias))
    case .compare(let name, let comparison, let literal):
      let column = try table.column(name, alias: alias)
      self = .compare(column, comparison, try column.scalar(literal))
    case .oneOf(let name, let literals):
      let column = try table.column(name, alias: alias)
      var values: Set<Scalar> = []
      for literal in literals { values.insert(try column.scalar(literal)) }
      self = .oneOf(column, values)
    }
  }

  private static func resolve(
    _ parts: [Expression], _ table: QueryTable, _ alias: String?
  ) throws(QueryError) -> [Condition] {
    var resolved: [Condition] = []
    for part in parts { resolved.append(try Condition(part, table, alias: alias)) }
    return resolved
  }

  /// Every column the condition looks at.
  var columns: [QueryColumn] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.columns)
    case .not(let inner): inner.columns
    case .compare(let column, _, _), .oneOf(let column, _), .isNull(let column): [column]
    }
  }

  /// Whether a row meets the condition; a comparison with null is not met.
  func holds(_ value: (QueryColumn) -> Scalar?) -> Bool {
    switch self {
    case .all(let parts): parts.allSatisfy { $0.holds(value) }
    case .any(let parts): parts.contains { $0.holds(value) }
    case .not(let inner): !inner.holds(value)
    case .isNull(let column): value(column) == nil
    case .oneOf(let column, let values): value(column).map { values.contains($0) } ?? false
    case .compare(let column, let comparison, let wanted):
      value(column).map { Self.compare($0, comparison, wanted) } ?? false
    }
  }

  private static func compare(_ value: Scalar, _ comparison: Comparison, _ wanted: Scalar) -> Bool {
    switch comparison {
    case .equal: value == wanted
    case .notEqual: value != wanted
    case .less: value < wanted
    case .lessOrEqual: value <= wanted
    case .greater: value > wanted
    case .greaterOrEqual: value >= wanted
    case .like: isLike(Array(value.cell.unicodeScalars)[...], Array(wanted.cell.unicodeScalars)[...])
    }
  }

  private static func isLike(
    _ text: ArraySlice<Unicode.Scalar>, _ pattern: ArraySlice<Unicode.Scalar>
  ) -> Bool {
    // Greedy matching that comes back to the last `%`: linear in practice, and no recursion.
    var text = text
    var pattern = pattern
    var retry: (text: ArraySlice<Unicode.Scalar>, pattern: ArraySlice<Unicode.Scalar>)?
    while let scalar = text.first {
      if pattern.first == "%" {
        pattern = pattern.dropFirst()
        retry = (text, pattern)
      } else if pattern.first == "_" || pattern.first == scalar {
        text = text.dropFirst()
        pattern = pattern.dropFirst()
      } else if let again = retry {
        text = again.text.dropFirst()
        pattern = again.pattern
        retry = (text, pattern)
      } else {
        return false
      }
    }
    return pattern.allSatisfy { $0 == "%" }
  }
}

extension Condition {
  /// The incidents a condition can hold for, found without looking at all of them.
  enum Candidates {
    case ids([Int64])
    case referenceNumbers([String])
    case range(ClosedRange<Int64>)
  }

  /// Narrows the search by the conditions that must all hold.
  var candidates: Candidates {
    let parts = if case .all(let parts) = self { parts } else { [self] }
    var low: Int64 = .min
    var high: Int64 = .max
    for part in parts {
      switch part {
      case .oneOf(let column, let values) where column.list == nil:
        if let found = Self.exact(column, values) { return found }
      case .compare(let column, .equal, let value) where column.list == nil:
        if let found = Self.exact(column, [value]) { return found }
      case .compare(let column, let comparison, .integer(let bound)) where column.isRecordID:
        switch comparison {
        case .less, .lessOrEqual: high = min(high, bound)
        case .greater, .greaterOrEqual: low = max(low, bound)
        default: break
        }
      default: break
      }
    }
    return low <= high ? .range(low...high) : .ids([])
  }

  private static func exact(_ column: QueryColumn, _ values: Set<Scalar>) -> Candidates? {
    if column.isRecordID {
      return .ids(values.compactMap { if case .integer(let id) = $0 { id } else { nil } }.sorted())
    }
    guard ["referenceNumber", "lookupName"].contains(column.field.path) else { return nil }
    return .referenceNumbers(values.map(\.cell).sorted())
  }
}

extension QueryColumn {
  /// Whether this is the record's own id.
  var isRecordID: Bool { list == nil && field.path == "id" }
}
