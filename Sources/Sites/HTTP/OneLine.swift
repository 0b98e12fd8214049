extension String {
  /// The text on one line: runs of white space and control characters become one blank, and what is longer
  /// than `limit` characters is cut with `…`.
  ///
  /// What a server writes ends up on terminals and in CSV files, so no control character may survive.
  func asOneLine(limit: Int) -> String {
    var line = ""
    var count = 0
    var wantsBlank = false
    for character in self {
      guard !character.isBlankOrControl else {
        wantsBlank = count > 0
        continue
      }
      guard count + (wantsBlank ? 2 : 1) <= limit else {
        while line.count >= limit { line.removeLast() }
        return line + "…"
      }
      if wantsBlank {
        line.append(" ")
        count += 1
        wantsBlank = false
      }
      line.append(character)
      count += 1
    }
    return line
  }
}

extension Character {
  /// White space, a control character, or an invisible character that reorders or hides text.
  fileprivate var isBlankOrControl: Bool {
    isWhitespace
      || unicodeScalars.allSatisfy { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
      }
  }
}
