/// The `q` of framework version 1, a query by example: `StatusCd=ORA_SVC_OPEN;Description=Call*` (API reference 4, 5).
enum ExampleQuery {
  /// - Throws: `QueryError` if a part is not a comparison.
  static func parsed(_ text: String) throws(QueryError) -> Expression {
    var parts: [Expression] = []
    for part in pieces(text) where !part.trimmed.isEmpty { parts.append(try comparisons(part.trimmed)) }
    guard !parts.isEmpty else { throw QueryError(message: "the query is empty") }
    return .all(parts)
  }

  /// The text between semicolons outside quotes.
  private static func pieces(_ text: String) -> [Substring] {
    var quote: Character?
    return text.split(omittingEmptySubsequences: true) { character in
      if let open = quote {
        if character == open { quote = nil }
        return false
      }
      if character == "'" || character == "\"" { quote = character }
      return character == ";"
    }
  }

  /// `name op value`, and further `and op value` or `or op value` for the same attribute; `and` binds closer.
  private static func comparisons(_ part: String) throws(QueryError) -> Expression {
    let name = String(part.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." })
    guard !name.isEmpty else { throw QueryError(message: "expected an attribute, found '\(part)'") }
    var rest = part.dropFirst(name.count)
    var alternatives: [[Expression]] = [[]]
    while true {
      let comparison = try takeComparison(&rest)
      let value = takeValue(&rest)
      alternatives[alternatives.count - 1].append(expression(name, comparison, value))
      rest = rest.drop { $0.isWhitespace }
      if rest.isEmpty { break }
      let word = rest.prefix { $0.isLetter }.lowercased()
      guard word == "and" || word == "or" else {
        throw QueryError(message: "expected the end or 'and', found '\(rest)'")
      }
      rest = rest.dropFirst(word.count)
      if word == "or" { alternatives.append([]) }
    }
    return alternatives.count == 1 ? .all(alternatives[0]) : .any(alternatives.map { .all($0) })
  }

  private static let signs = ["<=", ">=", "!=", "<>", "=", "<", ">"]

  private static func takeComparison(_ rest: inout Substring) throws(QueryError) -> Comparison {
    rest = rest.drop { $0.isWhitespace }
    if let sign = signs.first(where: { rest.hasPrefix($0) }) {
      rest = rest.dropFirst(sign.count)
      return Comparison(rawValue: sign) ?? .notEqual
    }
    guard rest.prefix(5).lowercased() == "like " else {
      throw QueryError(message: "expected a comparison, found '\(rest)'")
    }
    rest = rest.dropFirst(5)
    return .like
  }

  /// A value in quotes, or everything up to an `and` or `or` that precedes another comparison.
  private static func takeValue(_ rest: inout Substring) -> String {
    rest = rest.drop { $0.isWhitespace }
    if let quote = rest.first, quote == "'" || quote == "\"" {
      let value = rest.dropFirst().prefix { $0 != quote }
      rest = rest[value.endIndex...].dropFirst()
      return String(value)
    }
    var end = rest.startIndex
    while end < rest.endIndex, !startsComparison(rest[end...]) { end = rest.index(after: end) }
    let value = rest[..<end].trimmed
    rest = rest[end...]
    return value
  }

  private static func startsComparison(_ text: Substring) -> Bool {
    guard text.first?.isWhitespace == true else { return false }
    let word = text.dropFirst().prefix { $0.isLetter }
    guard ["and", "or"].contains(word.lowercased()) else { return false }
    let after = text[word.endIndex...]
    guard after.first.map({ !$0.isLetter && !$0.isNumber }) ?? false else { return false }
    let next = after.drop { $0.isWhitespace }
    return signs.contains { next.hasPrefix($0) } || next.prefix(5).lowercased() == "like "
  }

  private static func expression(_ name: String, _ comparison: Comparison, _ value: String) -> Expression {
    let pattern = value.replacing("*", with: "%")
    switch comparison {
    case .like: return .compare(name, .like, .text(pattern))
    case .equal where pattern != value: return .compare(name, .like, .text(pattern))
    case .notEqual where pattern != value: return .not(.compare(name, .like, .text(pattern)))
    default: return .compare(name, comparison, .text(value))
    }
  }
}
