import JSON

/// Facts about a text that are certain from its bytes alone.
enum CertainText {
  /// Returns whether nothing in a text needs a second look.
  ///
  /// It must have no control character except tabs and line ends, none that JSON writes by number, and not too many
  /// characters. Its beginning and end are not checked.
  static func holds(in text: UnsafeRawBufferPointer, maximum: Int?) -> Bool {
    var seen: UInt8 = 0
    for index in 0..<text.count {
      let byte = unsafe text[index]
      seen |= byte
      if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D { return false }
      if byte == 0x7F { return false }
    }
    if seen >= 0x80, unsafe !isShownAsItStands(text) { return false }
    guard let maximum, text.count > maximum else { return true }
    var characters = 0
    for index in 0..<text.count where unsafe text[index] & 0xC0 != 0x80 { characters += 1 }
    return characters <= maximum
  }

  /// Returns whether JSON has every character beyond ASCII unchanged.
  private static func isShownAsItStands(_ text: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while index < text.count {
      let lead = unsafe text[index]
      switch lead {
      case ..<0x80: index += 1
      // U+00C0 to U+02FF and U+0380 to U+04FF: letters.
      case 0xC3...0xCB, 0xCE...0xD3: index += 2
      default:
        let count = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard index + count <= text.count else { return false }
        var value = UInt32(lead) & (count == 2 ? 0x1F : count == 3 ? 0x0F : 0x07)
        for offset in 1..<count { value = unsafe value << 6 | UInt32(text[index + offset] & 0x3F) }
        guard let scalar = Unicode.Scalar(value), !scalar.actsOnAScreen(), !joins(scalar) else {
          return false
        }
        index += count
      }
    }
    return true
  }

  /// Returns whether a character's effect depends on the one before it.
  private static func joins(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200C, 0x200D, 0xFE00...0xFE0F, 0xE0100...0xE01EF: true
    default: false
    }
  }

  /// Returns whether a character is visible ASCII, so that nothing beside it is trimmed.
  static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

  /// Reads a whole number without sign and leading zeros, which JSON has unchanged.
  @inline(__always)
  static func integer(_ text: UnsafeRawBufferPointer) -> Int64? {
    guard (1...18).contains(text.count), unsafe text[0] != 0x30 || text.count == 1 else { return nil }
    var number: Int64 = 0
    for index in 0..<text.count {
      let digit = unsafe text[index] &- 0x30
      guard digit <= 9 else { return nil }
      number = number &* 10 &+ Int64(digit)
    }
    return number
  }
}
