import JSON

extension String {
  /// Returns the text on one line, cut after `limit` characters with `…`.
  ///
  /// Runs of white space and control characters become one blank, and other invisible characters are shown as
  /// `<U+200B>`. A server's text ends up on terminals and in CSV files, so no control character may remain.
  func asOneLine(limit: Int) -> String {
    var line = ""
    var count = 0
    var wantsBlank = false
    for character in self {
      guard !character.isBlankOrControl else {
        wantsBlank = count > 0
        continue
      }
      let shown = String(character).printable()
      guard count + (wantsBlank ? 1 : 0) + shown.count <= limit else {
        while line.count >= limit { line.removeLast() }
        return line + "…"
      }
      if wantsBlank {
        line.append(" ")
        count += 1
        wantsBlank = false
      }
      line += shown
      count += shown.count
    }
    return line
  }
}

extension Character {
  /// Indicates white space or a control character.
  fileprivate var isBlankOrControl: Bool {
    isWhitespace || unicodeScalars.allSatisfy { $0.properties.generalCategory == .control }
  }
}
