/// A compiled pattern of the catalogue: a sequence of character classes, each with a repeat count.
///
/// The API's patterns are all of this form. `Regex` is neither `Sendable` nor fast: it takes some microseconds a
/// match, against about a tenth of one here, which matters for a million reference numbers.
struct TextPattern: Sendable {
  /// The pattern as the API's page prints it.
  let source: String
  private var pieces: [Piece] = []

  private struct Piece {
    var ranges: [ClosedRange<UInt32>]
    var isNegated = false
    var minimum = 1
    var maximum = 1

    func holds(_ scalar: Unicode.Scalar) -> Bool {
      ranges.contains { $0.contains(scalar.value) } != isNegated
    }
  }

  /// Compiles a pattern that is anchored at both ends; `nil` if it is not of this form.
  init?(_ source: String) {
    guard source.hasPrefix("^"), source.hasSuffix("$") else { return nil }
    self.source = source
    var rest = Array(source.unicodeScalars.dropFirst().dropLast())[...]
    while let first = rest.popFirst() {
      switch first {
      case "[":
        guard let piece = Self.readClass(&rest) else { return nil }
        pieces.append(piece)
      case "\\":
        guard let escaped = rest.popFirst(), !escaped.properties.isAlphabetic else { return nil }
        pieces.append(Piece(ranges: [escaped.value...escaped.value]))
      case "*", "+", "?", "{":
        guard Self.readRepetition(first, &rest, of: &pieces) else { return nil }
      case "(", ")", "|", ".", "^", "$": return nil
      default: pieces.append(Piece(ranges: [first.value...first.value]))
      }
    }
  }

  /// Returns whether the whole text matches.
  func matches(_ text: some StringProtocol) -> Bool {
    matches(Array(text.unicodeScalars)[...], pieces[...])
  }

  private func matches(_ text: ArraySlice<Unicode.Scalar>, _ pieces: ArraySlice<Piece>) -> Bool {
    guard let piece = pieces.first else { return text.isEmpty }
    let others = pieces.dropFirst()
    let run = text.prefix(piece.maximum).prefix { piece.holds($0) }.count
    guard run >= piece.minimum else { return false }
    // The last piece must reach the end, so a shorter run is not worth trying.
    if others.isEmpty { return run == text.count }
    return (piece.minimum...run).reversed().contains { matches(text.dropFirst($0), others) }
  }

  private static func readClass(_ rest: inout ArraySlice<Unicode.Scalar>) -> Piece? {
    var piece = Piece(ranges: [])
    if rest.first == "^" {
      piece.isNegated = true
      rest.removeFirst()
    }
    while let scalar = rest.popFirst(), scalar != "]" {
      guard let low = literal(scalar, &rest) else { return nil }
      var high = low
      // A hyphen makes a range unless it is the last of its class.
      if rest.first == "-", let next = rest.dropFirst().first, next != "]" {
        rest.removeFirst(2)
        guard let end = literal(next, &rest), end.value >= low.value else { return nil }
        high = end
      }
      piece.ranges.append(low.value...high.value)
    }
    return piece.ranges.isEmpty ? nil : piece
  }

  /// Returns a character within a class; `nil` for an escape such as `\d`, which no pattern of the API has.
  private static func literal(
    _ scalar: Unicode.Scalar, _ rest: inout ArraySlice<Unicode.Scalar>
  ) -> Unicode.Scalar? {
    guard scalar == "\\" else { return scalar }
    return rest.popFirst().flatMap { $0.properties.isAlphabetic ? nil : $0 }
  }

  private static func readRepetition(
    _ sign: Unicode.Scalar, _ rest: inout ArraySlice<Unicode.Scalar>, of pieces: inout [Piece]
  ) -> Bool {
    guard var piece = pieces.popLast() else { return false }
    switch sign {
    case "*": (piece.minimum, piece.maximum) = (0, .max)
    case "+": (piece.minimum, piece.maximum) = (1, .max)
    case "?": (piece.minimum, piece.maximum) = (0, 1)
    default:
      guard let close = rest.firstIndex(of: "}") else { return false }
      let count = String(String.UnicodeScalarView(rest[..<close]))
      let bounds = count.split(separator: ",", omittingEmptySubsequences: false)
      guard let low = bounds.first.flatMap({ Int($0) }), bounds.count <= 2 else { return false }
      let high = bounds.count == 1 ? low : bounds[1].isEmpty ? .max : Int(bounds[1])
      guard let high, high >= low else { return false }
      (piece.minimum, piece.maximum) = (low, high)
      rest = rest[rest.index(after: close)...]
    }
    pieces.append(piece)
    return true
  }
}
