/// Reads conditions, which both services write in the same way.
struct ConditionParser {
  /// The extensions of one service's conditions.
  enum Dialect {
    /// B2C Service.
    case roql
    /// Fusion's `q` from framework version 2 on: `between`, and `true` and `false` without quotes.
    case rowMatch
  }

  let dialect: Dialect
  private let tokens: [Token]
  private var position = 0
  /// The current nesting depth of the condition; bounded, so that no query can exhaust the stack.
  private var depth = 0

  init(_ query: String, dialect: Dialect = .roql) throws(QueryError) {
    self.dialect = dialect
    tokens = try Token.all(of: query)
  }

  /// A single condition, such as the parameter `q`.
  static func condition(_ text: String, dialect: Dialect = .roql) throws(QueryError) -> Expression {
    var parser = try ConditionParser(text, dialect: dialect)
    let expression = try parser.expression()
    guard parser.current == .end else { throw parser.unexpected("the end of the condition") }
    return expression
  }

  var current: Token { tokens[position] }

  mutating func advance() { position = min(position + 1, tokens.count - 1) }

  func unexpected(_ expected: String) -> QueryError {
    let found =
      switch current {
      case .name(let text), .number(let text), .symbol(let text): "'\(text)'"
      case .text(let text): "the text '\(text)'"
      case .end: "the end"
      }
    return QueryError(message: "expected \(expected), found \(found)")
  }

  mutating func accept(_ keyword: String) -> Bool {
    guard case .name(let name) = current, name.lowercased() == keyword else { return false }
    advance()
    return true
  }

  mutating func accept(symbol: String) -> Bool {
    guard current == .symbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func name(_ what: String) throws(QueryError) -> String {
    guard case .name(let name) = current else { throw unexpected(what) }
    advance()
    return name
  }

  mutating func expression() throws(QueryError) -> Expression {
    var parts = [try conjunction()]
    while accept("or") { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction() throws(QueryError) -> Expression {
    var parts = [try term()]
    while accept("and") { parts.append(try term()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func term() throws(QueryError) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 100 else { throw QueryError(message: "the condition is nested too deep") }
    if accept("not") { return .not(try term()) }
    if accept(symbol: "(") {
      let inner = try expression()
      guard accept(symbol: ")") else { throw unexpected("')'") }
      return inner
    }
    let column = try name("a column")
    if accept("is") {
      let isNegated = accept("not")
      guard accept("null") else { throw unexpected("NULL") }
      return isNegated ? .not(.isNull(column)) : .isNull(column)
    }
    let isNegated = accept("not")
    if let test = try test(of: column) {
      // A null is neither in a list nor outside it.
      return isNegated ? .all([.not(test), .not(.isNull(column))]) : test
    }
    guard !isNegated, case .symbol(let symbol) = current, let comparison = Comparison(rawValue: symbol) else {
      throw unexpected("a comparison")
    }
    advance()
    return .compare(column, comparison, try literal())
  }

  /// Reads a test that is a word: `in`, `like` or `between`; `nil` if something else follows the column.
  private mutating func test(of column: String) throws(QueryError) -> Expression? {
    if accept("in") { return .oneOf(column, try literals()) }
    if accept("like") { return .compare(column, .like, try literal()) }
    guard dialect == .rowMatch, accept("between") else { return nil }
    let low = try literal()
    guard accept("and") else { throw unexpected("AND") }
    return .all([.compare(column, .greaterOrEqual, low), .compare(column, .lessOrEqual, try literal())])
  }

  private mutating func literals() throws(QueryError) -> [Literal] {
    guard accept(symbol: "(") else { throw unexpected("'('") }
    var literals: [Literal] = []
    repeat { literals.append(try literal()) } while accept(symbol: ",")
    guard accept(symbol: ")") else { throw unexpected("')'") }
    return literals
  }

  private mutating func literal() throws(QueryError) -> Literal {
    defer { advance() }
    switch current {
    case .number(let text): return .number(text)
    case .text(let text): return .text(text)
    case .name(let name) where dialect == .rowMatch && ["true", "false"].contains(name.lowercased()):
      return .text(name.lowercased())
    default: throw unexpected("a value")
    }
  }
}
