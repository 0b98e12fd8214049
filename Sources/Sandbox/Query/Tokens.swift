/// A word of a query.
enum Token: Equatable {
  /// A keyword or a dotted name.
  case name(String)
  case number(String)
  case text(String)
  case symbol(String)
  case end
}

extension Token {
  /// Splits a query into words.
  ///
  /// - Throws: `QueryError` on a misplaced character or quote.
  static func all(of query: String) throws(QueryError) -> [Token] {
    var tokens: [Token] = []
    let scalars = Array(query.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      if scalar.properties.isWhitespace {
        index += 1
      } else if scalar == "'" || scalar == "\"" {
        tokens.append(.text(try quoted(scalars, &index)))
      } else if isDigit(scalar) || (scalar == "-" && index + 1 < scalars.count && isDigit(scalars[index + 1]))
      {
        tokens.append(.number(take(scalars, &index) { isDigit($0) || $0 == "." || $0 == "-" }))
      } else if isNameStart(scalar) {
        tokens.append(
          .name(take(scalars, &index) { isNameStart($0) || isDigit($0) || $0 == "." || $0 == "$" }))
      } else {
        tokens.append(.symbol(try symbol(scalars, &index)))
      }
    }
    tokens.append(.end)
    return tokens
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }

  private static func take(
    _ scalars: [Unicode.Scalar], _ index: inout Int, while belongs: (Unicode.Scalar) -> Bool
  ) -> String {
    var text = String.UnicodeScalarView()
    while index < scalars.count, belongs(scalars[index]) {
      text.append(scalars[index])
      index += 1
    }
    return String(text)
  }

  /// Reads a quoted text; a quote inside is doubled or follows a backslash.
  private static func quoted(
    _ scalars: [Unicode.Scalar], _ index: inout Int
  ) throws(QueryError) -> String {
    let quote = scalars[index]
    var text = String.UnicodeScalarView()
    index += 1
    while index < scalars.count {
      let scalar = scalars[index]
      let next = index + 1 < scalars.count ? scalars[index + 1] : nil
      if scalar == "\\", let next, next == quote || next == "\\" {
        text.append(next)
        index += 2
      } else if scalar == quote, next == quote {
        text.append(quote)
        index += 2
      } else if scalar == quote {
        index += 1
        return String(text)
      } else {
        text.append(scalar)
        index += 1
      }
    }
    throw QueryError(message: "a quoted text does not end")
  }

  private static func symbol(
    _ scalars: [Unicode.Scalar], _ index: inout Int
  ) throws(QueryError) -> String {
    let pair = index + 1 < scalars.count ? "\(scalars[index])\(scalars[index + 1])" : ""
    if ["<=", ">=", "!=", "<>"].contains(pair) {
      index += 2
      return pair == "<>" ? "!=" : pair
    }
    let one = String(scalars[index])
    guard ["(", ")", ",", "=", "<", ">", ";", "*"].contains(one) else {
      throw QueryError(message: "unexpected character '\(one)'")
    }
    index += 1
    return one
  }
}
