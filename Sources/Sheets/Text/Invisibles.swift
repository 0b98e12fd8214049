extension Unicode.Scalar {
  /// Indicates white space of any script, including the no-break space that spreadsheets use.
  public var isBlank: Bool {
    value < 0x80 ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace
  }

  /// Indicates an invisible character: white space, a control character, or one that only affects others.
  public var isInvisible: Bool {
    if value < 0x7F { return value <= 0x20 }
    if isBlank || properties.isDefaultIgnorableCodePoint { return true }
    switch properties.generalCategory {
    case .format: return !isPrependedMark
    case .control, .lineSeparator, .paragraphSeparator: return true
    // The Braille pattern without a dot.
    default: return value == 0x2800
    }
  }

  /// Indicates a format character that is visible all the same, around the digits after it (Unicode, property
  /// `Prepended_Concatenation_Mark`).
  private var isPrependedMark: Bool {
    switch value {
    case 0x0600...0x0605, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD: true
    default: false
    }
  }

  /// Indicates a character that may surround a word without being part of it.
  ///
  /// These are white space, and the invisible characters that come along when a text is copied. Characters that may
  /// end a word do not count, as a variation selector ends an emoji.
  public var isPadding: Bool {
    if isBlank { return true }
    switch value {
    case 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF: return true
    default: return false
    }
  }
}

extension String {
  /// Returns this text without the padding around it; empty if nothing in it is visible.
  public func trimmingBlanks() -> Substring {
    let bytes = utf8
    guard let first = bytes.first, let last = bytes.last else { return self[...] }
    // Most cells begin and end with a visible ASCII character.
    if first > 0x20, first < 0x7F, last > 0x20, last < 0x7F { return self[...] }
    let scalars = unicodeScalars
    guard let start = scalars.firstIndex(where: { !$0.isPadding }),
      let end = scalars.lastIndex(where: { !$0.isPadding }), scalars.contains(where: { !$0.isInvisible })
    else { return self[endIndex...] }
    return self[start...end]
  }
}
