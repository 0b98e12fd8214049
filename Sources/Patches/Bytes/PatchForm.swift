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
  /// The attribute whose value a piece names, for each piece; `nil` for one that names none. Empty before the names
  /// of the run have been looked up, and if no piece is a name.
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

  /// Returns the patch that a recipe of this form makes of a row; `nil` if they do not match.
  public func patch(by recipe: [JSONValue], from input: String) -> String? {
    var pieces: [Piece] = []
    for piece in recipe.dropFirst() {
      switch piece {
      case .string(let text): pieces.append(.text(text))
      case .integer(let place): pieces.append(.place(place))
      default: return nil
      }
    }
    var patch: [UInt8] = []
    let bytes = Array(input.utf8)
    guard append(pieces, from: bytes.span, to: &patch) else { return nil }
    return String(validating: patch, as: UTF8.self)
  }

  /// What a recipe has between two phrases.
  public enum Piece {
    case place(Int64)
    case text(String)
  }

  /// Appends the patch that pieces make of a row.
  ///
  /// - Parameter pieces: one for each place between two phrases.
  /// - Returns: whether they are of this form; otherwise the text is of no use.
  public func append(
    _ pieces: some Collection<Piece>, from input: Span<UInt8>, to patch: inout [UInt8]
  ) -> Bool {
    guard pieces.count == phrases.count - 1 else { return false }
    var index = 0
    var isAfterID = false
    for piece in pieces {
      switch piece {
      case .text(let text):
        append(phrase: index, isAfterID: isAfterID, isBeforeID: false, to: &patch)
        patch += text.utf8
        isAfterID = false
      case .place(let place):
        guard let range = PatchForm.range(place, in: input.count) else { return false }
        let bytes = input.extracting(range)
        let id = id(of: bytes, at: index)
        append(phrase: index, isAfterID: isAfterID, isBeforeID: id != nil, to: &patch)
        if let id {
          patch += #"{"id":"#.utf8
          patch.append(number: id)
          patch += "}".utf8
        } else {
          append(bytes, to: &patch)
        }
        isAfterID = id != nil
      }
      index += 1
    }
    append(phrase: index, isAfterID: isAfterID, isBeforeID: false, to: &patch)
    return true
  }

  private func append(phrase index: Int, isAfterID: Bool, isBeforeID: Bool, to patch: inout [UInt8]) {
    let phrase = phrases[index].utf8
    guard isAfterID || isBeforeID else {
      patch += phrase
      return
    }
    patch += phrase.dropFirst(isAfterID ? nameEnd.utf8.count : 0).dropLast(
      isBeforeID ? nameBegin.utf8.count : 0)
  }

  /// Returns the bytes of a row that a place stands for, of a row with so many.
  static func range(_ place: Int64, in count: Int) -> Range<Int>? {
    let start = Int(place >> 16)
    let end = start + Int(place & 0xFFFF)
    return place >= 0 && end <= count ? start..<end : nil
  }

  private func append(_ bytes: Span<UInt8>, to patch: inout [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      if isOfCells {
        unsafe Self.append(cell: bytes, to: &patch)
      } else {
        unsafe patch.append(contentsOf: bytes)
      }
    }
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
