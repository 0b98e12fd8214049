/// Reads ROQL; anything but SELECT is refused, although the real service would run a DELETE.
struct QueryParser {
  private var words: ConditionParser

  init(_ query: String) throws(QueryError) {
    words = try ConditionParser(query)
  }

  /// The statements of a query, separated by semicolons.
  static func statements(_ query: String) throws(QueryError) -> [Statement] {
    var parser = try QueryParser(query)
    // The prefix chooses the reporting copy of the database, which here is the same.
    if parser.words.accept("use") {
      guard parser.words.accept("report") || parser.words.accept("operational") else {
        throw parser.words.unexpected("REPORT or OPERATIONAL")
      }
      _ = parser.words.accept(symbol: ";")
    }
    var statements: [Statement] = []
    repeat {
      if parser.words.current == .end { break }
      statements.append(try parser.select())
    } while parser.words.accept(symbol: ";")
    guard parser.words.current == .end else { throw parser.words.unexpected("the end of the query") }
    guard !statements.isEmpty else { throw QueryError(message: "the query is empty") }
    return statements
  }

  private mutating func select() throws(QueryError) -> Statement {
    guard words.accept("select") else { throw words.unexpected("SELECT") }
    var columns: [String] = []
    repeat { columns.append(try words.name("a column")) } while words.accept(symbol: ",")
    guard words.accept("from") else { throw words.unexpected("FROM") }
    var statement = Statement(columns: columns, table: try words.name("a table"))
    let isNamed = words.accept("as")
    if case .name(let alias) = words.current,
      isNamed || !["where", "order", "limit", "offset"].contains(alias.lowercased())
    {
      statement.alias = alias
      words.advance()
    }
    if words.accept("where") { statement.condition = try words.expression() }
    if words.accept("order") {
      guard words.accept("by") else { throw words.unexpected("BY") }
      repeat {
        let column = try words.name("a column")
        let isDescending = words.accept("desc")
        if !isDescending { _ = words.accept("asc") }
        statement.order.append((column, isDescending))
      } while words.accept(symbol: ",")
    }
    if words.accept("limit") { statement.limit = try count() }
    if words.accept("offset") { statement.offset = try count() }
    return statement
  }

  private mutating func count() throws(QueryError) -> Int {
    guard case .number(let text) = words.current, let number = Int(text),
      (0...1_000_000_000_000).contains(number)
    else { throw words.unexpected("a number of rows") }
    words.advance()
    return number
  }
}
