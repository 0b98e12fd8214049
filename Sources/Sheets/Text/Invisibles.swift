extension Unicode.Scalar {
  /// White space of any script, the no-break space that spreadsheets like included.
  public var isBlank: Bool {
    value < 0x80 ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace
  }

  /// Whether nobody sees it: white space, a control character, or what only steers how others are shown.
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

  /// A format character that is seen all the same, around the digits after it (Unicode, property
  /// `Prepended_Concatenation_Mark`).
  private var isPrependedMark: Bool {
    switch value {
    case 0x0600...0x0605, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD: true
    default: false
    }
  }

  /// What may stand around a word without being part of it: white space, and the invisible characters that come
  /// along when a text is copied.
  ///
  /// Not those that may end a word, as a variation selector ends an emoji.
  public var isPadding: Bool {
    if isBlank { return true }
    switch value {
    case 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF: return true
    default: return false
    }
  }
}

extension String {
  /// This text without the padding around it; empty when nothing in it can be seen.
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
