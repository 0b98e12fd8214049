/// A column that conditions can name.
protocol ConditionColumn {
  /// A literal as a value of this column's type.
  ///
  /// - Throws: `QueryError` if it is not one.
  func scalar(_ literal: Literal) throws(QueryError) -> Scalar

  /// Indicates that this is the record's own id.
  var isRecordID: Bool { get }

  /// Indicates that this is the unique number that users know the record by.
  var isRecordNumber: Bool { get }
}

/// A condition whose columns and values are resolved and of matching types.
indirect enum Condition<Column: ConditionColumn> {
  case all([Condition])
  case any([Condition])
  case not(Condition)
  case compare(Column, Comparison, Scalar)
  case oneOf(Column, Set<Scalar>)
  case isNull(Column)

  /// Resolves a condition against the available columns.
  ///
  /// - Throws: `QueryError` on an unknown column or a value of another type.
  init(
    _ expression: Expression, column: (String) throws(QueryError) -> Column
  ) throws(QueryError) {
    switch expression {
    case .all(let parts): self = .all(try Self.resolve(parts, column))
    case .any(let parts): self = .any(try Self.resolve(parts, column))
    case .not(let inner): self = .not(try Condition(inner, column: column))
    case .isNull(let name): self = .isNull(try column(name))
    case .compare(let name, let comparison, let literal):
      let column = try column(name)
      self = .compare(column, comparison, try column.scalar(literal))
    case .oneOf(let name, let literals):
      let column = try column(name)
      var values: Set<Scalar> = []
      for literal in literals { values.insert(try column.scalar(literal)) }
      self = .oneOf(column, values)
    }
  }

  private static func resolve(
    _ parts: [Expression], _ column: (String) throws(QueryError) -> Column
  ) throws(QueryError) -> [Condition] {
    var resolved: [Condition] = []
    for part in parts { resolved.append(try Condition(part, column: column)) }
    return resolved
  }

  /// Every column of the condition.
  var columns: [Column] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.columns)
    case .not(let inner): inner.columns
    case .compare(let column, _, _), .oneOf(let column, _), .isNull(let column): [column]
    }
  }

  /// Returns whether a row meets the condition; a comparison with null is not met.
  func holds(_ value: (Column) throws -> Scalar?) rethrows -> Bool {
    switch self {
    case .all(let parts): try parts.allSatisfy { try $0.holds(value) }
    case .any(let parts): try parts.contains { try $0.holds(value) }
    case .not(let inner): try !inner.holds(value)
    case .isNull(let column): try value(column) == nil
    case .oneOf(let column, let values): try value(column).map { values.contains($0) } ?? false
    case .compare(let column, let comparison, let wanted):
      try value(column).map { Self.compare($0, comparison, wanted) } ?? false
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
    // Greedy matching that backtracks to the last `%`: linear in practice, and without recursion.
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
