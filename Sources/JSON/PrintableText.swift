extension StringProtocol {
  /// Returns the text on one line and without anything that acts on a screen, for every foreign text that people
  /// read.
  ///
  /// Names, paths, cells and a site's words are data. A line end in them would fake a line of ours, an escape
  /// sequence would colour or hide one, and a direction mark would reverse it. Line ends and tabs are shown as `\n`,
  /// `\r` and `\t`, every other control or invisible character as `<U+200B>`. The joiners of emoji and scripts stay.
  ///
  /// - Parameter limit: the number of characters before the text is cut with `…`; `nil` for no limit.
  public func printable(limit: Int? = nil) -> String {
    if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
      guard let limit, utf8.count > limit else { return String(self) }
    }
    var shown = ""
    var count = 0
    for character in self {
      if let limit, count >= limit { return shown + "…" }
      count += 1
      var before: Unicode.Scalar?
      for scalar in character.unicodeScalars {
        switch scalar {
        case "\n": shown += "\\n"
        case "\r": shown += "\\r"
        case "\t": shown += "\\t"
        case _ where scalar.actsOnAScreen(after: before): shown += "<\(scalar.codePoint)>"
        default: shown.unicodeScalars.append(scalar)
        }
        before = scalar
      }
    }
    return shown
  }
}

extension String {
  /// The text with its lines and tabs unchanged, without anything else that acts on a screen.
  ///
  /// It is the last filter for our own texts, whose colours stay.
  public var harmless: String {
    guard utf8.contains(where: { $0 != 0x0A && !(0x20..<0x7F).contains($0) }) else { return self }
    var shown = ""
    var before: Unicode.Scalar?
    var rest = unicodeScalars[...]
    while let scalar = rest.first {
      if let colour = rest.prefixThatColours {
        shown.unicodeScalars += colour
        rest = rest[colour.endIndex...]
        before = nil
        continue
      }
      let stays = scalar == "\n" || scalar == "\t" || !scalar.actsOnAScreen(after: before)
      if stays { shown.unicodeScalars.append(scalar) } else { shown += "<\(scalar.codePoint)>" }
      before = scalar
      rest = rest.dropFirst()
    }
    return shown
  }
}

extension Unicode.Scalar {
  /// The code point as `U+200B`.
  public var codePoint: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)"
  }

  /// Returns whether a terminal obeys the character, or shows nothing of it.
  ///
  /// - Parameter before: the scalar before it in the same visible character.
  public func actsOnAScreen(after before: Unicode.Scalar? = nil) -> Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFFF9...0xFFFB: true
    case ..<0xAD: false
    // Joiners and variation selectors belong to the character of a script or an emoji.
    case 0x200C, 0x200D: (before?.value ?? 0) < 0x80
    case 0xFE00...0xFE0F, 0xE0100...0xE01EF: before == nil
    default: properties.isDefaultIgnorableCodePoint
    }
  }
}

extension Substring.UnicodeScalarView {
  /// The terminal colour at the beginning, such as `ESC [ 3 1 m`; `nil` if there is none.
  fileprivate var prefixThatColours: Self? {
    guard first == "\u{1B}" else { return nil }
    let rest = dropFirst()
    guard rest.first == "[" else { return nil }
    let digits = rest.dropFirst().prefix { ("0"..."9").contains($0) || $0 == ";" }
    guard digits.count < 16, digits.endIndex < endIndex, self[digits.endIndex] == "m" else { return nil }
    return self[startIndex...digits.endIndex]
  }
}
