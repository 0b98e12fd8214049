/// A regular expression, read.
indirect enum PatternSyntax {
  case character(CharacterClass)
  case assertion(Assertion)
  case sequence([PatternSyntax])
  case either([PatternSyntax])
  /// At least and at most so often; `nil` for any number of times.
  case repeated(PatternSyntax, least: Int, most: Int?, isGreedy: Bool)

  enum Assertion: Sendable {
    case start
    case end
    /// A word begins or ends here (`\b`), or not (`\B`).
    case wordEdge(Bool)

    func holds(at position: Int, in text: [Unicode.Scalar]) -> Bool {
      switch self {
      case .start: return position == 0
      case .end: return position == text.count
      case .wordEdge(let isWanted):
        let before = position > 0 && CharacterClass.word.holds(text[position - 1])
        let after = position < text.count && CharacterClass.word.holds(text[position])
        return (before != after) == isWanted
      }
    }
  }

  /// Indicates that it matches an empty text.
  var isEmpty: Bool {
    switch self {
    case .character: false
    case .assertion: true
    case .sequence(let parts): parts.allSatisfy(\.isEmpty)
    case .either(let choices): choices.contains(where: \.isEmpty)
    case .repeated(let part, let least, _, _): least == 0 || part.isEmpty
    }
  }
}

extension PatternSyntax {
  /// Indicates that it asks for nothing at all.
  var isNothing: Bool {
    switch self {
    case .character, .assertion: false
    case .sequence(let parts), .either(let parts): parts.allSatisfy(\.isNothing)
    case .repeated(let part, _, _, _): part.isNothing
    }
  }
}

/// The characters that one place of a pattern takes.
struct CharacterClass: Sendable {
  var ranges: [ClosedRange<UInt32>] = []
  /// Takes the letters and digits of all alphabets as well.
  var hasLetters = false
  var isNegated = false
  /// Takes a letter in either case.
  var isCaseless = false

  static let digit = CharacterClass(ranges: [0x30...0x39])
  static let word = CharacterClass(ranges: [0x30...0x39, 0x5F...0x5F], hasLetters: true)
  static let blank = CharacterClass(ranges: [
    0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x2028...0x2029,
  ])
  /// Everything except line ends.
  static let any = CharacterClass(ranges: [0x0A...0x0A, 0x0D...0x0D], isNegated: true)

  var negated: CharacterClass {
    var other = self
    other.isNegated.toggle()
    return other
  }

  func holds(_ scalar: Unicode.Scalar) -> Bool {
    (has(scalar) || isCaseless && scalar.inOtherCase.map(has) == true) != isNegated
  }

  private func has(_ scalar: Unicode.Scalar) -> Bool {
    if ranges.contains(where: { $0.contains(scalar.value) }) { return true }
    guard hasLetters else { return false }
    if scalar.isASCII { return (0x41...0x5A).contains(scalar.value & 0xDF) && scalar.value >= 0x41 }
    return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}

extension Unicode.Scalar {
  /// The same letter in the other case, if there is one.
  fileprivate var inOtherCase: Unicode.Scalar? {
    if isASCII {
      return (0x41...0x5A).contains(value & 0xDF) && value >= 0x41 ? Unicode.Scalar(value ^ 0x20) : nil
    }
    let other = properties.isLowercase ? properties.uppercaseMapping : properties.lowercaseMapping
    return other.unicodeScalars.count == 1 ? other.unicodeScalars.first : nil
  }
}
