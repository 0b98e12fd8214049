public import JSON

/// What the patches of rows have in common that say the same attributes: their text but for the values.
///
/// A *recipe* says what one row's patch is: `[form, piece, …]` as JSON, a piece for each place between two phrases. A number
/// stands for bytes of the row as the sheet has it, its upper part for where they begin, its lower 16 bits for how many they
/// are; a text stands for itself. So that a value is not kept twice, in the row and in its patch.
public struct PatchForm: Sendable, Hashable {
  /// What stands before, between and behind the pieces.
  public var phrases: [String]
  /// Whether pieces come from cells of a CSV record, which are no JSON yet.
  public var isOfCells: Bool

  public init(phrases: [String], isOfCells: Bool) {
    self.phrases = phrases
    self.isOfCells = isOfCells
  }

  /// The largest piece that a recipe can name, in bytes.
  static let pieceLimit = 0xFFFF
  /// The largest row whose bytes a recipe can name.
  static let inputLimit = 1 << 30

  /// The patch that a recipe of this form makes of a row; `nil` when they do not fit together.
  public func patch(by recipe: [JSONValue], from input: String) -> String? {
    guard recipe.count == phrases.count else { return nil }
    var patch: [UInt8] = []
    let bytes = Array(input.utf8)
    for (phrase, piece) in zip(phrases, recipe.dropFirst() + [""]) {
      patch += phrase.utf8
      switch piece {
      case .string(let text): patch += text.utf8
      case .integer(let place):
        let start = Int(place >> 16)
        let end = start + Int(place & 0xFFFF)
        guard place >= 0, end <= bytes.count else { return nil }
        if isOfCells {
          Self.append(cell: bytes[start..<end], to: &patch)
        } else {
          patch += bytes[start..<end]
        }
      default: return nil
      }
    }
    return String(validating: patch, as: UTF8.self)
  }

  /// Writes what a CSV record has of a cell, its quotes doubled, as JSON has it within a string.
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

  /// Writes a text as JSON has it within a string, as far as it has none of the characters that are written by number.
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
