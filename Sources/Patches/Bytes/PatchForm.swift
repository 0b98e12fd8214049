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
  /// The attribute whose value a piece names, for each piece; `nil` for one that names none.
  ///
  /// Empty before the names of the run have been looked up, and if no piece is a name.
  public var names: [String?]
  /// The ids that are sent in place of names, for each piece.
  public var ids: [[String: Int64]]

  public init(phrases: [String], isOfCells: Bool, names: [String?] = [], ids: [[String: Int64]] = []) {
    self.phrases = phrases
    self.isOfCells = isOfCells
    self.names = names
    self.ids = ids
  }

  /// The largest piece that a recipe can refer to, in bytes.
  static let pieceLimit = 0xFFFF
  /// The largest row whose bytes a recipe can refer to.
  static let inputLimit = 1 << 30

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
