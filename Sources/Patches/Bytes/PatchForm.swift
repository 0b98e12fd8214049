public import JSON

/// The common text of patches whose rows set the same attributes, without the values.
///
/// A *recipe* describes one row's patch: `[form, piece, …]` as JSON, with a piece for each place between two phrases.
/// A number stands for bytes of the row as the sheet has it: its upper part is their offset, its lower 16 bits their
/// count. A text stands for itself. Values are thus not stored twice, in the row and in its patch.
public struct PatchForm: Sendable, Hashable {
  /// The texts before, between and after the pieces.
  public var phrases: [String]
  /// Indicates that pieces come from cells of a CSV record, which are not JSON yet.
  public var isOfCells: Bool

  public init(phrases: [String], isOfCells: Bool) {
    self.phrases = phrases
    self.isOfCells = isOfCells
  }

  /// The largest piece that a recipe can refer to, in bytes.
  static let pieceLimit = 0xFFFF
  /// The largest row whose bytes a recipe can refer to.
  static let inputLimit = 1 << 30

  /// Returns the patch that a recipe of this form makes of a row; `nil` if they do not match.
  public func patch(by recipe: [JSONValue], from input: String) -> String? {
    guard recipe.count == phrases.count else { return nil }
    var patch: [UInt8] = []
    let bytes = Array(input.utf8)
    for (phrase, piece) in zip(phrases, recipe.dropFirst() + [""]) {
      patch += phrase.utf8
      switch piece {
      case .string(let text): patch += text.utf8
      case .integer(let place):
        guard append(place, of: bytes.span, to: &patch) else { return nil }
      default: return nil
      }
    }
    return String(validating: patch, as: UTF8.self)
  }

  /// Appends the patch that a recipe makes of a row, if all its pieces are places.
  ///
  /// - Parameter places: a number for each place between two phrases.
  /// - Returns: whether the recipe is of this form; otherwise the text is of no use.
  public func append(
    by places: some Collection<Int64>, from input: Span<UInt8>, to patch: inout [UInt8]
  ) -> Bool {
    guard places.count == phrases.count - 1 else { return false }
    var phrase = phrases.startIndex
    for place in places {
      patch += phrases[phrase].utf8
      phrase += 1
      guard append(place, of: input, to: &patch) else { return false }
    }
    patch += phrases[phrase].utf8
    return true
  }

  /// Appends the bytes of a row at a place; returns whether there are any.
  private func append(_ place: Int64, of input: Span<UInt8>, to patch: inout [UInt8]) -> Bool {
    let start = Int(place >> 16)
    let end = start + Int(place & 0xFFFF)
    guard place >= 0, end <= input.count else { return false }
    let bytes = input.extracting(start..<end)
    unsafe bytes.withUnsafeBufferPointer { bytes in
      if isOfCells {
        unsafe Self.append(cell: bytes, to: &patch)
      } else {
        unsafe patch.append(contentsOf: bytes)
      }
    }
    return true
  }

  /// Appends the bytes of a CSV cell, with its doubled quotes, as the inside of a JSON string.
  static func append(cell: some Sequence<UInt8>, to patch: inout [UInt8]) {
    var isSecondQuote = false
    for byte in cell {
      if byte == UInt8(ascii: "\"") {
        if !isSecondQuote { patch += #"\""#.utf8 }
        isSecondQuote.toggle()
        continue
      }
      isSecondQuote = false
      append(byte, to: &patch)
    }
  }

  /// Appends a text as the inside of a JSON string, if it has no characters that are written by number.
  static func append(text: some Sequence<UInt8>, to json: inout [UInt8]) {
    for byte in text {
      if byte == UInt8(ascii: "\"") { json += #"\""#.utf8 } else { append(byte, to: &json) }
    }
  }

  private static func append(_ byte: UInt8, to json: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\\"): json += #"\\"#.utf8
    case 0x0A: json += #"\n"#.utf8
    case 0x0D: json += #"\r"#.utf8
    case 0x09: json += #"\t"#.utf8
    default: json.append(byte)
    }
  }
}
