/// The tokens of a JSON text, found in its bytes.
///
/// It may accept texts that are not JSON, but it accepts every plainly written JSON text.
@safe struct JSONTokens {
  let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = unsafe bytes }

  var isAtEnd: Bool { unsafe position == bytes.count }

  /// The next byte.
  var next: UInt8? { unsafe position < bytes.count ? bytes[position] : nil }

  mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x09 { position += 1 }
  }

  /// Skips this byte if it is next.
  mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  /// Skips a string; returns the range of its text, between the quotes.
  mutating func takeString() -> Range<Int>? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = position
    while unsafe position < bytes.count {
      switch unsafe bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return start..<position - 1
      case UInt8(ascii: "\\"): position += 2
      case ..<0x20: return nil
      default: position += 1
      }
    }
    return nil
  }

  /// Skips a value of any kind; returns its range.
  mutating func takeValue() -> Range<Int>? {
    let start = position
    switch next {
    case UInt8(ascii: "\"")?:
      guard takeString() != nil else { return nil }
    case UInt8(ascii: "{")?, UInt8(ascii: "[")?:
      var depth = 0
      repeat {
        switch next {
        case nil: return nil
        case UInt8(ascii: "\"")?:
          guard takeString() != nil else { return nil }
          continue
        case UInt8(ascii: "{")?, UInt8(ascii: "[")?: depth += 1
        case UInt8(ascii: "}")?, UInt8(ascii: "]")?: depth -= 1
        default: break
        }
        position += 1
      } while depth > 0
    default:
      while let byte = next, byte > 0x20, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}"),
        byte != UInt8(ascii: "]")
      {
        position += 1
      }
    }
    return position > start ? start..<position : nil
  }

  /// Returns the number of escapes in a string's text; `nil` if they are not certain.
  ///
  /// All must be those that `JSONValue` writes, and none may be the first or last character.
  static func escapes(in text: UnsafeRawBufferPointer) -> Int? {
    var escapes = 0
    var index = 0
    while index < text.count {
      let byte = unsafe text[index]
      if byte < 0x20 { return nil }
      index += 1
      guard byte == UInt8(ascii: "\\") else { continue }
      guard index > 1, index + 1 < text.count else { return nil }
      switch unsafe text[index] {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
        escapes += 1
        index += 1
      default: return nil
      }
    }
    return escapes
  }

  /// Returns the range of the digits in an object that has only an id.
  static func id(in token: UnsafeRawBufferPointer) -> Range<Int>? {
    var tokens = unsafe JSONTokens(token)
    guard tokens.take(UInt8(ascii: "{")) else { return nil }
    tokens.skipBlanks()
    guard let name = tokens.takeString(), name.count == 2,
      unsafe token[name.lowerBound] == UInt8(ascii: "i"),
      unsafe token[name.lowerBound + 1] == UInt8(ascii: "d")
    else { return nil }
    tokens.skipBlanks()
    guard tokens.take(UInt8(ascii: ":")) else { return nil }
    tokens.skipBlanks()
    guard let value = tokens.takeValue(),
      unsafe CertainText.integer(UnsafeRawBufferPointer(rebasing: token[value])) != nil
    else { return nil }
    tokens.skipBlanks()
    return tokens.take(UInt8(ascii: "}")) && tokens.isAtEnd ? value : nil
  }
}
