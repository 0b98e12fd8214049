/// Reads ROQL, but only SELECT and DESCRIBE, although the real service would run a DELETE.
struct QueryParser {
  private var words: ConditionParser
  private var usesReport = false

  init(_ query: String) throws(QueryError) {
    words = try ConditionParser(query)
  }

  /// The statements of a query, separated by semicolons.
  static func statements(_ query: String) throws(QueryError) -> [Statement] {
    var parser = try QueryParser(query)
    // The prefix chooses the copy of the database that everything after it reads.
    if parser.words.accept("use") {
      parser.usesReport = parser.words.accept("report")
      guard parser.usesReport || parser.words.accept("operational") else {
        throw parser.words.unexpected("REPORT or OPERATIONAL")
      }
      _ = parser.words.accept(symbol: ";")
    }
    var statements: [Statement] = []
    repeat {
      if parser.words.current == .end { break }
      statements.append(try parser.statement())
    } while parser.words.accept(symbol: ";")
    guard parser.words.current == .end else { throw parser.words.unexpected("the end of the query") }
    guard !statements.isEmpty else { throw QueryError(message: "the query is empty") }
    return statements
  }

  private mutating func statement() throws(QueryError) -> Statement {
    guard words.accept("describe") else { return .select(try selection()) }
    guard case .name = words.current else { return .describe(table: nil) }
    return .describe(table: try words.name("a table"))
  }

  private mutating func selection() throws(QueryError) -> Statement.Selection {
    guard words.accept("select") else { throw words.unexpected("SELECT or DESCRIBE") }
    var columns: [SelectedColumn] = []
    repeat { columns.append(try column()) } while words.accept(symbol: ",")
    guard words.accept("from") else { throw words.unexpected("FROM") }
    var selection = Statement.Selection(
      columns: columns, table: try words.name("a table"), usesReport: usesReport)
    let isNamed = words.accept("as")
    if case .name(let alias) = words.current,
      isNamed || !["where", "order", "limit", "offset"].contains(alias.lowercased())
    {
      selection.alias = alias
      words.advance()
    }
    if words.accept("where") { selection.condition = try words.expression() }
    if words.accept("order") {
      guard words.accept("by") else { throw words.unexpected("BY") }
      repeat {
        let column = try words.name("a column")
        let isDescending = words.accept("desc")
        if !isDescending { _ = words.accept("asc") }
        selection.order.append((column, isDescending))
      } while words.accept(symbol: ",")
    }
    if words.accept("limit") { selection.limit = try count() }
    if words.accept("offset") { selection.offset = try count() }
    return selection
  }

  private mutating func column() throws(QueryError) -> SelectedColumn {
    var column = SelectedColumn(source: try source())
    if case .all = column.source { return column }
    let isNamed = words.accept("as")
    switch words.current {
    case .text(let label):
      column.label = label
      words.advance()
    case .name(let label) where isNamed || label.lowercased() != "from":
      column.label = label
      words.advance()
    default: if isNamed { throw words.unexpected("a name for the column") }
    }
    return column
  }

  private mutating func source() throws(QueryError) -> SelectedColumn.Source {
    switch words.current {
    case .symbol("*"):
      words.advance()
      return .all(below: nil)
    case .text(let text), .number(let text):
      words.advance()
      return .literal(text)
    default: break
    }
    let name = try words.name("a column")
    if name.hasSuffix(".") {
      guard words.accept(symbol: "*") else { throw words.unexpected("'*'") }
      return .all(below: String(name.dropLast()))
    }
    guard name.lowercased() == "count", words.accept(symbol: "(") else { return .name(name) }
    var argument: String?
    if case .name(let column) = words.current {
      argument = column
      words.advance()
    } else {
      _ = words.accept(symbol: "*")
    }
    guard words.accept(symbol: ")") else { throw words.unexpected("')'") }
    return .count(argument)
  }

  private mutating func count() throws(QueryError) -> Int {
    guard case .number(let text) = words.current, let number = Int(text),
      (0...1_000_000_000_000).contains(number)
    else { throw words.unexpected("a number of rows") }
    words.advance()
    return number
  }
}
