/// Something wrong, or worth knowing, about one row of a sheet or about its header.
///
/// Bad data is not an error that is thrown: every finding of every row is collected, and a row with a
/// finding of severity `error` yields no patch.
public struct Finding: Sendable, Hashable {
  public enum Severity: String, Sendable {
    /// The row is rejected.
    case error
    /// The row runs; somebody should look.
    case warning
  }

  public var severity: Severity
  /// The data row, from 1; 0 for the header and for the sheet as a whole.
  public var row: Int
  /// The physical line the row begins at, from 1.
  public var line: Int
  /// The column as the sheet's own header spells it, or the path inside a JSONL object.
  public var column: String?
  /// The offending text, shortened to what fits on a line.
  public var value: String?
  /// The rule's stable name, such as `too-long`; programs match on it.
  public var rule: String
  /// What is wrong: lower case, no full stop.
  public var message: String
  /// What to do about it.
  public var hint: String?

  public init(
    _ severity: Severity = .error, row: Int, line: Int, column: String? = nil,
    value: String? = nil, rule: String, message: String, hint: String? = nil
  ) {
    self.severity = severity
    self.row = row
    self.line = line
    self.column = column
    self.value = value.map(Finding.shortened)
    self.rule = rule
    self.message = message
    self.hint = hint
  }

  /// A cell's text made fit for one line: at most 80 characters, line ends and tabs as blanks, and what cannot be
  /// seen as `U+200B`.
  private static func shortened(_ text: String) -> String {
    var shown: [Unicode.Scalar] = []
    var previous: Unicode.Scalar?
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard shown.count < 80 else { return Finding.text(shown.prefix(79)) + "…" }
      switch scalar {
      case " ", "\t", "\n", "\r": shown.append(" ")
      case _ where scalar.isInvisible && !scalar.isPartOfEmoji(after: previous):
        shown.append(contentsOf: scalar.codePoint.unicodeScalars)
      default: shown.append(scalar)
      }
      previous = scalar
    }
    return Finding.text(shown[...])
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }
}

extension Unicode.Scalar {
  /// Whether this joins or varies the emoji before it, so that both are seen as one sign.
  fileprivate func isPartOfEmoji(after previous: Unicode.Scalar?) -> Bool {
    guard let previous, previous.value > 0xFF else { return false }
    let isJoiner = value == 0x200D || value == 0xFE0F || (0xE0020...0xE007F).contains(value)
    return isJoiner && (previous.properties.isEmoji || previous.value == 0xFE0F || previous.value >= 0xE0020)
  }
}
