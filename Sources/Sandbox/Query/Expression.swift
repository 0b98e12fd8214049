/// A condition on one row, as written.
indirect enum Expression {
  case all([Expression])
  case any([Expression])
  case not(Expression)
  case compare(String, Comparison, Literal)
  case oneOf(String, [Literal])
  case isNull(String)
}

enum Comparison: String {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  /// `%` stands for any text, `_` for one character.
  case like
}

enum Literal {
  case number(String)
  case text(String)

  /// The text as written, without quotes.
  var value: String {
    switch self {
    case .number(let text), .text(let text): text
    }
  }
}

/// The reason a query could not be read.
struct QueryError: Error {
  var message: String
}

/// A value of a query that can be compared.
enum Scalar: Hashable, Comparable {
  case integer(Int64)
  case text(String)

  /// The value as text.
  var cell: String {
    switch self {
    case .integer(let integer): String(integer)
    case .text(let text): text
    }
  }
}
