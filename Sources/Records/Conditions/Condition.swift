public import Catalog

/// A condition on records, with columns and values that the catalogue has checked.
public indirect enum Condition: Sendable, Hashable {
  case all([Condition])
  case any([Condition])
  case not(Condition)
  case compare(ConditionColumn, Comparison, ConditionValue)
  case oneOf(ConditionColumn, [ConditionValue])
  /// A pattern in which `%` stands for any text, and `_` for one character.
  case like(ConditionColumn, String)
  case isNull(ConditionColumn)

  public enum Comparison: String, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
  }
}

/// One column of a condition or of a selection.
public struct ConditionColumn: Sendable, Hashable {
  /// The attribute's dotted path.
  public var path: String
  public var kind: Field.Kind
  /// The part of a menu value or a reference; `value` of everything else.
  public var part: Part

  public enum Part: Sendable, Hashable { case value, id, name }

  public init(path: String, kind: Field.Kind, part: Part) {
    self.path = path
    self.kind = kind
    self.part = part
  }
}

/// A literal of a condition, as a value of its column's type.
public enum ConditionValue: Sendable, Hashable {
  case text(String)
  case integer(Int64)
  /// A decimal number, as its digits.
  case number(String)
  case flag(Bool)
  /// A day or a point in time, in the form of the API: `2026-03-17` or `2026-03-17T09:12:44Z`.
  case time(String)

  /// The value in words.
  public var word: String {
    switch self {
    case .text(let text), .number(let text), .time(let text): text
    case .integer(let number): String(number)
    case .flag(let flag): flag ? "true" : "false"
    }
  }
}

extension Condition {
  /// The columns that it looks at.
  public var columns: [ConditionColumn] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.columns)
    case .not(let inner): inner.columns
    case .compare(let column, _, _), .oneOf(let column, _), .like(let column, _), .isNull(let column):
      [column]
    }
  }

  /// Returns whether a record meets the condition; `nil` if that hangs on a value that it does not have.
  ///
  /// - Parameter cell: returns the text of a column; `nil` for none.
  public func holds(_ cell: (ConditionColumn) -> String?) -> Bool? {
    switch self {
    case .all(let parts):
      let results = parts.map { $0.holds(cell) }
      return results.contains(false) ? false : results.contains(nil) ? nil : true
    case .any(let parts):
      let results = parts.map { $0.holds(cell) }
      return results.contains(true) ? true : results.contains(nil) ? nil : false
    case .not(let inner): return inner.holds(cell).map { !$0 }
    case .isNull(let column): return cell(column) == nil
    case .compare(let column, let comparison, let value):
      return cell(column).map { Condition.compare($0, comparison, value) }
    case .oneOf(let column, let values):
      return cell(column).map { text in values.contains { Condition.compare(text, .equal, $0) } }
    case .like(let column, let pattern):
      return cell(column).map { TextLikeness.holds(Array($0.unicodeScalars), Array(pattern.unicodeScalars)) }
    }
  }

  private static func compare(_ text: String, _ comparison: Comparison, _ value: ConditionValue) -> Bool {
    func decide<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
      switch comparison {
      case .equal: left == right
      case .notEqual: left != right
      case .less: left < right
      case .lessOrEqual: left <= right
      case .greater: left > right
      case .greaterOrEqual: left >= right
      }
    }
    switch value {
    case .integer(let number): return Int64(text).map { decide($0, number) } ?? false
    case .number(let digits):
      guard let left = Double(text), let right = Double(digits) else { return false }
      return decide(left, right)
    case .flag(let flag): return decide(["true", "1"].contains(text.lowercased()) ? 1 : 0, flag ? 1 : 0)
    case .text(let other), .time(let other): return decide(text, other)
    }
  }
}

/// Whether a text is like a pattern.
private enum TextLikeness {
  /// Matches greedily and comes back to the last `%`: linear in practice, and no recursion.
  static func holds(_ text: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
    var (here, there) = (0, 0)
    var retry: (here: Int, there: Int)?
    while here < text.count {
      if there < pattern.count, pattern[there] == "%" {
        there += 1
        retry = (here, there)
      } else if there < pattern.count, pattern[there] == "_" || pattern[there] == text[here] {
        here += 1
        there += 1
      } else if let last = retry {
        here = last.here + 1
        there = last.there
        retry = (here, there)
      } else {
        return false
      }
    }
    return pattern[there...].allSatisfy { $0 == "%" }
  }
}
