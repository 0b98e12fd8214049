/// One SELECT of Oracle's query language ROQL, as far as look-ups and bulk reads need it.
struct Statement {
  /// Dotted column names as they were written.
  var columns: [String]
  var table: String
  /// Another name for the table, which columns may be prefixed with.
  var alias: String?
  var condition: Expression?
  var order: [(column: String, isDescending: Bool)] = []
  var limit: Int?
  var offset = 0
}

/// A condition on one row.
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
}

/// Where and why a query could not be read.
struct QueryError: Error {
  var message: String
}
