public import JSON

/// Bodies, made by their recipes.
extension PatchForm {
  /// Reads a recipe of numbers alone, as nearly all are: `[3,65541,983047]`.
  public static func read(_ recipe: Span<UInt8>, into numbers: inout [Int64]) -> Bool {
    numbers.removeAll(keepingCapacity: true)
    guard recipe.count > 2, recipe[0] == UInt8(ascii: "["), recipe[recipe.count - 1] == UInt8(ascii: "]")
    else { return false }
    var (number, digits) = (Int64(0), 0)
    for index in 1..<recipe.count {
      let byte = recipe[index]
      if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits < 18 {
        number = number * 10 + Int64(byte - UInt8(ascii: "0"))
        digits += 1
      } else {
        guard digits > 0, byte == UInt8(ascii: ",") || index == recipe.count - 1 else { return false }
        numbers.append(number)
        (number, digits) = (0, 0)
      }
    }
    return true
  }

  /// Returns the patch that any recipe makes of a row; `nil` if they do not match.
  ///
  /// - Parameter forms: the forms of the rows, by number.
  public static func patch(
    by recipe: Span<UInt8>, of input: Span<UInt8>, _ forms: [Int64: PatchForm]
  ) -> String? {
    let pieces = unsafe recipe.withUnsafeBufferPointer { try? unsafe JSONValue(parsing: Array($0)) }?.array
    guard let pieces, let number = pieces.first?.integer else { return nil }
    let text = unsafe input.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    return forms[number]?.patch(by: pieces, from: text)
  }

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
  private enum Piece {
    case place(Int64)
    case text(String)
  }

  /// Appends the patch that places of a row make of it.
  ///
  /// - Parameter places: one for each place between two phrases.
  /// - Returns: whether they are of this form; otherwise the text is of no use.
  public func append(_ places: ArraySlice<Int64>, from input: Span<UInt8>, to patch: inout [UInt8]) -> Bool {
    append(places.lazy.map { .place($0) }, from: input, to: &patch)
  }

  private func append(
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

  /// Returns the range of bytes that a place stands for; `nil` if a row of `count` bytes does not have it.
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
}
