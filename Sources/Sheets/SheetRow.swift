public import JSON

/// One data row of an update sheet, in any format.
public struct SheetRow: Sendable, Hashable {
  /// The number from 1; the header and blank lines do not count.
  public var number: Int
  /// The physical line where the row begins, from 1, as an editor shows it.
  public var line: Int
  public var content: Content
  /// The errors of the row's bytes and shape: ragged, a NUL byte, invalid UTF-8, broken JSON.
  public var findings: [Finding]
  /// The row in the form of a result file: one CSV record (RFC 4180, comma) or one JSON object, no line end.
  public var input: String

  public init(number: Int, line: Int, content: Content, findings: [Finding], input: String) {
    self.number = number
    self.line = line
    self.content = content
    self.findings = findings
    self.input = input
  }

  /// The rule about a row with too few or too many cells.
  public static let raggedRule = "ragged-row"

  public enum Content: Sendable, Hashable {
    /// The cells of a CSV record, as many as the header has names.
    case cells([String])
    /// A line of JSONL.
    case object(JSONObject)
    /// The row's shape is broken, so that its values cannot be trusted; `findings` explains it.
    case unreadable
  }
}
