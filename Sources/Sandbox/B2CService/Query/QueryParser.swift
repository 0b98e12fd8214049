/// Reads ROQL; anything but SELECT is refused, although the real service would run a DELETE.
struct QueryParser {
  private var tokens: [Token]
  private var position = 0
  /// How deep the condition is nested at the moment; bounded, so that no query can exhaust the stack.
  private var depth = 0

  init(_ query: String) throws(QueryError) {
    tokens = try Token.all(of: query)
  }

  /// The statements of a query, separated by semicolons.
  static func statements(_ query: String) throws(QueryError) -> [Statement] {
    var parser = try QueryParser(query)
    // The prefix chooses the reporting copy of the database, which here is the same.
    if parser.accept("use") {
      guard parser.accept("report") || parser.accept("operational") else {
        throw parser.unexpected("REPORT or OPERATIONAL")
      }
      _ = parser.accept(symbol: ";")
    }
    var statements: [Statement] = []
    repeat {
      if parser.current == .end { break }
      statements.append(try parser.select())
    } while parser.accept(symbol: ";")
    guard parser.current == .end else { throw parser.unexpected("the end of the query") }
    guard !statements.isEmpty else { throw QueryError(message: "the query is empty") }
    return statements
  }

  /// A condition alone, as the parameter `q` has it.
  static func condition(_ text: String) throws(QueryError) -> Expression {
    var parser = try QueryParser(text)
    let expression = try parser.expression()
    guard parser.current == .end else { throw parser.unexpected("the end of the condition") }
    return expression
  }

  private var current: Token { tokens[position] }

  private mutating func advance() { position = min(position + 1, tokens.count - 1) }

  private func unexpected(_ expected: String) -> QueryError {
    let found =
      switch current {
      case .name(let text), .number(let text), .symbol(let text): "'\(text)'"
      case .text(let text): "the text '\(text)'"
      case .end: "the end"
      }
    return QueryError(message: "expected \(expected), found \(found)")
  }

  private mutating func accept(_ keyword: String) -> Bool {
    guard case .name(let name) = current, name.lowercased() == keyword else { return false }
    advance()
    return true
  }

  private mutating func accept(symbol: String) -> Bool {
    guard current == .symbol(symbol) else { return false }
    advance()
    return true
  }

  private mutating func name(_ what: String) throws(QueryError) -> String {
    guard case .name(let name) = current else { throw unexpected(what) }
    advance()
    return name
  }

  private mutating func select() throws(QueryError) -> Statement {
    guard accept("select") else { throw unexpected("SELECT") }
    var columns: [String] = []
    repeat { columns.append(try name("a column")) } while accept(symbol: ",")
    guard accept("from") else { throw unexpected("FROM") }
    var statement = Statement(columns: columns, table: try name("a table"))
    let isNamed = accept("as")
    if case .name(let alias) = current,
      isNamed || !["where", "order", "limit", "offset"].contains(alias.lowercased())
    {
      statement.alias = alias
      advance()
    }
    if accept("where") { statement.condition = try expression() }
    if accept("order") {
      guard accept("by") else { throw unexpected("BY") }
      repeat {
        let column = try name("a column")
        let isDescending = accept("desc")
        if !isDescending { _ = accept("asc") }
        statement.order.append((column, isDescending))
      } while accept(symbol: ",")
    }
    if accept("limit") { statement.limit = try count() }
    if accept("offset") { statement.offset = try count() }
    return statement
  }

  private mutating func count() throws(QueryError) -> Int {
    guard case .number(let text) = current, let number = Int(text), (0...1_000_000_000_000).contains(number)
    else { throw unexpected("a number of rows") }
    advance()
    return number
  }

  private mutating func expression() throws(QueryError) -> Expression {
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
    if accept("in") {
      let list = Expression.oneOf(column, try literals())
      // A null is neither in a list nor outside it.
      return isNegated ? .all([.not(list), .not(.isNull(column))]) : list
    }
    if accept("like") {
      let like = Expression.compare(column, .like, try literal())
      return isNegated ? .all([.not(like), .not(.isNull(column))]) : like
    }
    guard !isNegated, case .symbol(let symbol) = current, let comparison = Comparison(rawValue: symbol) else {
      throw unexpected("a comparison")
    }
    advance()
    return .compare(column, comparison, try literal())
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
    default: throw unexpected("a value")
    }
  }
}
