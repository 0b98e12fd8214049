import Sheets

/// The findings of one row, or of the header as row 0, while they are collected.
struct RowReport {
  let row: Int
  let line: Int
  private(set) var findings: [Finding]
  /// The number of findings so far that reject the row.
  private(set) var errors: Int

  var isRejected: Bool { errors > 0 }

  init(row: Int, line: Int, findings: [Finding] = []) {
    self.row = row
    self.line = line
    self.findings = findings
    errors = findings.count { $0.severity == .error }
  }

  mutating func error(
    _ rule: String, _ column: String?, value: String? = nil, _ message: String, hint: String? = nil
  ) {
    add(.error, rule, column, value, message, hint)
    errors += 1
  }

  mutating func warning(
    _ rule: String, _ column: String?, value: String? = nil, _ message: String, hint: String? = nil
  ) {
    add(.warning, rule, column, value, message, hint)
  }

  /// Warns of a list that a bulk update should leave alone.
  mutating func caution(_ message: String, at column: String, value: String? = nil) {
    warning("caution", column, value: value, message, hint: "leave them to the application that keeps them")
  }

  /// Reports a change of elements that the job rewrites by what they say.
  mutating func rewritesTwice(at place: String) {
    error(
      "set-twice", place, "the job rewrites these by what they say, and here they are changed as well",
      hint: "leave one of them out, or make two jobs of it")
  }

  private mutating func add(
    _ severity: Finding.Severity, _ rule: String, _ column: String?, _ value: String?,
    _ message: String, _ hint: String?
  ) {
    findings.append(
      Finding(
        severity, row: row, line: line, column: column, value: value, rule: rule, message: message,
        hint: hint))
  }
}
