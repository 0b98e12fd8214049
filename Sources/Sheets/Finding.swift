import JSON

/// An error or a warning about one row of a sheet or about its header.
///
/// Bad data is not a thrown error: every finding of every row is collected, and a row with a finding of severity
/// `error` yields no patch.
public struct Finding: Sendable, Hashable {
  public enum Severity: String, Sendable {
    /// The row is rejected.
    case error
    /// The row runs; the user should look at it.
    case warning
  }

  /// The rule of bytes that are no text in the sheet's encoding, which one wrong setting breaks in many rows.
  public static let encodingRule = "invalid-encoding"

  public var severity: Severity
  /// The data row, from 1; 0 for the header and for the sheet as a whole.
  public var row: Int
  /// The physical line where the row begins, from 1.
  public var line: Int
  /// The column as the sheet's own header spells it, or the path inside a JSONL object.
  public var column: String?
  /// The offending text, shortened to fit on a line.
  public var value: String?
  /// The rule's stable name, such as `too-long`; programs match on it.
  public var rule: String
  /// The problem: lower case, no full stop.
  public var message: String
  /// The advice for the user.
  public var hint: String?

  public init(
    _ severity: Severity = .error, row: Int, line: Int, column: String? = nil,
    value: String? = nil, rule: String, message: String, hint: String? = nil
  ) {
    self.severity = severity
    self.row = row
    self.line = line
    self.column = column
    self.value = value?.printable(limit: 80)
    self.rule = rule
    self.message = message.printable()
    self.hint = hint?.printable()
  }
}
