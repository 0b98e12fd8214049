/// The records that a condition can match, found without reading all of them.
enum Candidates {
  case ids([Int64])
  case numbers([String])
  case range(ClosedRange<Int64>)

  static let all = Candidates.range(.min ... .max)
}

extension Condition {
  /// Narrows the search by the conditions that must all hold.
  var candidates: Candidates {
    var low: Int64 = .min
    var high: Int64 = .max
    for part in conjuncts {
      switch part {
      case .oneOf(let column, let values):
        if let found = Self.exact(column, values) { return found }
      case .compare(let column, .equal, let value):
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

  /// The conditions that must all hold, including nested ones.
  private var conjuncts: [Condition] {
    guard case .all(let parts) = self else { return [self] }
    return parts.flatMap(\.conjuncts)
  }

  private static func exact(_ column: Column, _ values: Set<Scalar>) -> Candidates? {
    if column.isRecordID {
      return .ids(values.compactMap { if case .integer(let id) = $0 { id } else { nil } }.sorted())
    }
    return column.isRecordNumber ? .numbers(values.map(\.cell).sorted()) : nil
  }
}
