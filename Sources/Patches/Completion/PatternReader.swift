/// Reads a regular expression: characters, classes, groups, choices and repetitions.
///
/// What no linear search can do (back-references, looking around) is refused by name.
struct PatternReader {
  private typealias Fault = LinearPattern.Fault

  /// The most groups within each other.
  private static let depthLimit = 50
  /// The largest number in a repetition.
  private static let repetitionLimit = 500

  private var rest: ArraySlice<Unicode.Scalar>
  private var depth = 0
  private let isCaseless: Bool

  init(_ source: String) {
    isCaseless = source.hasPrefix("(?i)")
    rest = Array(source.unicodeScalars)[...]
    if isCaseless { rest = rest.dropFirst(4) }
  }

  mutating func read() throws(LinearPattern.Fault) -> PatternSyntax {
    let syntax = try choices()
    guard rest.isEmpty else {
      throw Fault(message: "a bracket ')' is closed that is not open", hint: #"write \) for the character"#)
    }
    return syntax
  }

  private mutating func choices() throws(LinearPattern.Fault) -> PatternSyntax {
    var choices = [try sequence()]
    while rest.first == "|" {
      rest.removeFirst()
      choices.append(try sequence())
    }
    return choices.count == 1 ? choices[0] : .either(choices)
  }

  private mutating func sequence() throws(LinearPattern.Fault) -> PatternSyntax {
    var parts: [PatternSyntax] = []
    while let first = rest.first, first != "|", first != ")" {
      parts.append(try repetitions(of: part()))
    }
    return .sequence(parts)
  }

  private mutating func part() throws(LinearPattern.Fault) -> PatternSyntax {
    guard let sign = rest.popFirst() else { return .sequence([]) }
    switch sign {
    case "(": return try group()
    case "[": return .character(try characterClass())
    case ".": return .character(.any)
    case "^": return .assertion(.start)
    case "$": return .assertion(.end)
    case "\\": return try escape()
    case "*", "+", "?", "{":
      throw Fault(
        message: "'\(sign)' repeats nothing", hint: "write \\\(sign) for the character")
    default: return literal(sign)
    }
  }

  private func literal(_ scalar: Unicode.Scalar) -> PatternSyntax {
    .character(CharacterClass(ranges: [scalar.value...scalar.value], isCaseless: isCaseless))
  }

  private mutating func group() throws(LinearPattern.Fault) -> PatternSyntax {
    if rest.first == "?" {
      guard rest.dropFirst().first == ":" else {
        throw Fault(
          message:
            "'(?\(rest.dropFirst().first.map { String($0) } ?? "")' is not known here: no looking around, "
            + "no names, no switches except (?i) at the beginning",
          hint: "write a plain group ( … ) or (?: … )")
      }
      rest.removeFirst(2)
    }
    depth += 1
    guard depth <= Self.depthLimit else {
      throw Fault(
        message: "there are more than \(Self.depthLimit) groups within each other", hint: "use fewer groups")
    }
    let inner = try choices()
    guard rest.popFirst() == ")" else {
      throw Fault(message: "a bracket '(' is not closed", hint: #"write \( for the character"#)
    }
    depth -= 1
    return inner
  }

  private mutating func escape() throws(LinearPattern.Fault) -> PatternSyntax {
    switch rest.first {
    case "b": return assertion(.wordEdge(true))
    case "B": return assertion(.wordEdge(false))
    case nil: throw Fault(message: "a backslash stands at the end", hint: #"write \\ for the character"#)
    default: break
    }
    if let known = Self.classes[rest.first ?? " "] {
      rest.removeFirst()
      return .character(known)
    }
    return literal(try character(after: "\\"))
  }

  private mutating func assertion(_ assertion: PatternSyntax.Assertion) -> PatternSyntax {
    rest.removeFirst()
    return .assertion(assertion)
  }

  private static let classes: [Unicode.Scalar: CharacterClass] = [
    "d": .digit, "D": .digit.negated, "w": .word, "W": .word.negated, "s": .blank, "S": .blank.negated,
  ]

  /// Returns a character that may be written with a backslash.
  private mutating func character(after sign: Unicode.Scalar) throws(LinearPattern.Fault) -> Unicode.Scalar {
    guard sign == "\\" else { return sign }
    switch rest.popFirst() {
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case let next? where !next.isASCII || !next.properties.isAlphabetic && next.properties.numericType == nil:
      return next
    case let next:
      let isReference = next?.properties.numericType != nil
      throw Fault(
        message: #"'\\#(next.map { String($0) } ?? "")' is not known here"#
          + (isReference ? ": a pattern cannot refer to what it has matched" : ""),
        hint: #"known are \d \w \s \b \n \r \t, and signs such as \."#)
    }
  }

  private mutating func characterClass() throws(LinearPattern.Fault) -> CharacterClass {
    var found = CharacterClass(isCaseless: isCaseless)
    if rest.first == "^" {
      rest.removeFirst()
      found.isNegated = true
    }
    var isFirst = true
    while let sign = rest.popFirst() {
      if sign == "]", !isFirst { return found }
      isFirst = false
      if sign == "\\", let next = rest.first, let known = Self.classes[next] {
        guard !known.isNegated else {
          throw Fault(
            message: #"'\\#(next)' cannot stand in square brackets"#, hint: "write it outside of them")
        }
        rest.removeFirst()
        found.ranges += known.ranges
        found.hasLetters = found.hasLetters || known.hasLetters
        continue
      }
      let low = try character(after: sign)
      guard rest.first == "-", let next = rest.dropFirst().first, next != "]" else {
        found.ranges.append(low.value...low.value)
        continue
      }
      rest.removeFirst(2)
      let high = try character(after: next)
      guard high >= low else {
        throw Fault(message: "the range \(low)-\(high) ends before it begins", hint: "turn it round")
      }
      found.ranges.append(low.value...high.value)
    }
    throw Fault(message: "a bracket '[' is not closed", hint: #"write \[ for the character"#)
  }

  private mutating func repetitions(of part: PatternSyntax) throws(LinearPattern.Fault) -> PatternSyntax {
    var part = part
    while let sign = rest.first {
      let bounds: (least: Int, most: Int?)
      if "*+?{".unicodeScalars.contains(sign), part.isNothing {
        throw Fault(
          message: "'\(sign)' repeats an empty group", hint: "write \\\(sign) for the character")
      }
      switch sign {
      case "*": bounds = (0, nil)
      case "+": bounds = (1, nil)
      case "?": bounds = (0, 1)
      case "{": bounds = try self.bounds()
      default: return part
      }
      if sign != "{" { rest.removeFirst() }
      var isGreedy = true
      if rest.first == "?" {
        rest.removeFirst()
        isGreedy = false
      } else if rest.first == "+" {
        throw Fault(message: "'\(sign)+' is not known here", hint: "leave the second sign out")
      }
      part = .repeated(part, least: bounds.least, most: bounds.most, isGreedy: isGreedy)
    }
    return part
  }

  /// Reads `{3}`, `{3,}` or `{3,5}`.
  private mutating func bounds() throws(LinearPattern.Fault) -> (least: Int, most: Int?) {
    let fault = Fault(
      message: "the numbers in { } must be such as {3}, {3,} or {3,5}, up to \(Self.repetitionLimit)",
      hint: #"write \{ for the character"#)
    guard let end = rest.firstIndex(of: "}") else { throw fault }
    let words = String(String.UnicodeScalarView(rest[rest.index(after: rest.startIndex)..<end]))
      .split(separator: ",", omittingEmptySubsequences: false)
    rest = rest[rest.index(after: end)...]
    let numbers = words.map { word in
      word.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(word) : nil
    }
    guard (1...2).contains(words.count), let least = numbers[0], least <= Self.repetitionLimit else {
      throw fault
    }
    guard words.count == 2 else { return (least, least) }
    if words[1].isEmpty { return (least, nil) }
    guard let most = numbers[1], most >= least, most <= Self.repetitionLimit else { throw fault }
    return (least, most)
  }
}
