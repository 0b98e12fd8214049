extension String {
  /// This text without the white space around it; empty when there is nothing else.
  func trimmingBlanks() -> Substring {
    let bytes = utf8
    guard let first = bytes.first, let last = bytes.last else { return self[...] }
    // Most cells begin and end with a visible ASCII character.
    if first > 0x20, first < 0x80, last > 0x20, last < 0x80 { return self[...] }
    let scalars = unicodeScalars
    guard let start = scalars.firstIndex(where: { !$0.isBlank }),
      let end = scalars.lastIndex(where: { !$0.isBlank })
    else { return self[endIndex...] }
    return self[start...end]
  }
}

extension Unicode.Scalar {
  /// White space of any script, the no-break space that spreadsheets like included.
  fileprivate var isBlank: Bool {
    value < 0x80 ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace
  }
}

extension StringProtocol {
  /// Whether there is at least one character, and only ASCII digits.
  var isDigits: Bool {
    !utf8.isEmpty && utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
