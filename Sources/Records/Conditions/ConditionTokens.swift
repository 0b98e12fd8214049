/// One word of a condition, and where it begins.
struct ConditionToken: Equatable {
  enum Kind: Equatable {
    /// A name, a number or a value without quotes.
    case word
    /// A text in quotes.
    case text
    case symbol
    case end
  }

  var kind: Kind
  var text: String
  /// The number of characters before it.
  var place: Int
}

/// A mistake in a condition.
public struct ConditionError: Error, Sendable, Equatable {
  /// The character where it begins, from 1.
  public var place: Int
  public var message: String
  public var hint: String?

  init(_ place: Int, _ message: String, hint: String? = nil) {
    self.place = place + 1
    self.message = message
    self.hint = hint
  }
}

extension ConditionToken {
  /// Splits a condition into words, with the end as the last one.
  ///
  /// A quote within a text is doubled. Anything without quotes ends at a blank, a comma, a bracket or a comparison.
  static func all(of text: String) throws(ConditionError) -> [ConditionToken] {
    var tokens: [ConditionToken] = []
    let characters = Array(text)
    var place = 0
    while place < characters.count {
      let character = characters[place]
      if character.isWhitespace {
        place += 1
      } else if character == "'" || character == "\"" {
        tokens.append(try quoted(characters, &place))
      } else if "(),".contains(character) {
        tokens.append(ConditionToken(kind: .symbol, text: String(character), place: place))
        place += 1
      } else if "=<>!".contains(character) {
        let start = place
        let pair = String(characters[place..<min(place + 2, characters.count)])
        let symbol = ["<=", ">=", "!=", "<>"].contains(pair) ? pair : String(character)
        guard symbol != "!" else { throw ConditionError(place, "'!' stands alone", hint: "write != or not") }
        place += symbol.count
        tokens.append(ConditionToken(kind: .symbol, text: symbol == "<>" ? "!=" : symbol, place: start))
      } else {
        let start = place
        while place < characters.count, !isEndOfWord(characters[place]) { place += 1 }
        tokens.append(ConditionToken(kind: .word, text: String(characters[start..<place]), place: start))
      }
    }
    return tokens + [ConditionToken(kind: .end, text: "", place: characters.count)]
  }

  private static func isEndOfWord(_ character: Character) -> Bool {
    character.isWhitespace || "(),'\"=<>!".contains(character)
  }

  private static func quoted(
    _ characters: [Character], _ place: inout Int
  ) throws(ConditionError) -> ConditionToken {
    let (start, quote) = (place, characters[place])
    var text = ""
    place += 1
    while place < characters.count {
      let character = characters[place]
      place += 1
      if character != quote {
        text.append(character)
      } else if place < characters.count, characters[place] == quote {
        text.append(quote)
        place += 1
      } else {
        return ConditionToken(kind: .text, text: text, place: start)
      }
    }
    throw ConditionError(
      start, "the text that begins here does not end", hint: "a quote within a text is doubled")
  }
}
