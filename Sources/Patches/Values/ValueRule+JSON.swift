import JSON
import Sheets

extension ValueRule {
  /// Checks a member of a JSONL row; `null` clears, and the null marker of cells is a mistake.
  func checkMember(
    _ value: JSONValue, nulls: NullWords, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    if let siteRefusal {
      siteRefusal.report(at: column, value: value.text(), &report)
      return nil
    }
    guard case .string(let text) = value else { return check(value, at: column, &report) }
    let word = text.trimmingBlanks()
    let meaning = nulls.meaning(of: word)
    switch meaning {
    case .clears where word == nulls.marker, .inAnotherCase:
      report.error(
        "null-marker", column, value: text, "clears the attribute in a CSV sheet, but is plain text here",
        hint: "write null, without quotes")
      return nil
    case .clears: return check(.null, at: column, &report)
    case .looksNull, nil: break
    }
    let checked = check(value, at: column, &report)
    if meaning == .looksNull, checked != nil {
      nulls.note(word, at: column, clearing: JSONValue.null.text(), &report)
    }
    return checked
  }

  private func check(_ value: JSONValue, at column: String, _ report: inout RowReport) -> JSONValue? {
    if value.isNull {
      guard let nullRefusal else { return .null }
      report.error(
        "not-null", column, value: "null", nullRefusal, hint: "leave the member out to leave it alone")
      return nil
    }
    switch form {
    case .text(let maximum, let pattern):
      return checked(value, at: column, &report).flatMap {
        Self.isFine($0, maximum, pattern, note, at: column, &report) && mayAdd($0, at: column, &report)
          ? .string($0) : nil
      }
    case .fileName:
      return checked(value, at: column, &report).flatMap { read($0, $0[...], at: column, &report) }
    case .integer(let range):
      guard let number = value.integer else { return wrongKind(value, "a whole number", at: column, &report) }
      guard range.contains(number) else {
        report.error("out-of-range", column, value: value.text(), "not in \(Self.inWords(range))")
        return nil
      }
      return value
    case .identifier:
      return value.integer != nil ? value : wrongKind(value, "a whole number", at: column, &report)
    case .number(let digits, _):
      guard value.kind == "number" else { return wrongKind(value, "a number", at: column, &report) }
      return Self.fits(value, digits, at: column, &report)
    case .boolean:
      return value.bool != nil ? value : wrongKind(value, "true or false", at: column, &report)
    case .date:
      return checked(value, at: column, &report).flatMap { Self.date($0[...], nil, at: column, &report) }
    case .dateTime(let format):
      return checked(value, at: column, &report).flatMap {
        Self.dateTime($0[...], format, at: column, &report)
      }
    case .named(let rule): return rule.check(value, at: column, &report)
    case .code(let rule):
      return checked(value, at: column, &report).flatMap { rule.check($0[...], at: column, &report) }
    case .references(let rule):
      guard let values = value.array else { return wrongKind(value, "an array", at: column, &report) }
      let read = values.enumerated().map { rule.check($1, at: "\(column)[\($0)]", &report) }
      return read.contains(nil) ? nil : .array(read.compactMap { $0 })
    case .base64(let reader):
      return checked(value, at: column, &report).flatMap { Self.base64($0, reader, at: column, &report) }
    case .file:
      return checked(value, at: column, &report).flatMap { read($0, $0[...], at: column, &report) }
    case .fileBytes:
      return checked(value, at: column, &report).flatMap { read($0, $0[...], at: column, &report) }
    case .unstated(let takesObjects): return unstated(value, takesObjects, at: column, &report)
    }
  }

  /// Returns the text of a string, unless it is one that only a sheet's cell would contain.
  private func checked(_ value: JSONValue, at column: String, _ report: inout RowReport) -> String? {
    guard let text = value.string else {
      _ = wrongKind(value, "a string", at: column, &report)
      return nil
    }
    if SpreadsheetTraces.isError(text.trimmingBlanks()) {
      report.failedFormula(text, at: column)
      return nil
    }
    return text
  }

  private func unstated(
    _ value: JSONValue, _ takesObjects: Bool, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    switch value {
    case .object where takesObjects: return NamedValueRule().check(value, at: column, &report)
    case .array, .object: return wrongKind(value, "a single value", at: column, &report)
    case .string: return checked(value, at: column, &report).map { .string($0) }
    default: return value
    }
  }

  private func wrongKind(
    _ value: JSONValue, _ wanted: String, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    report.error(
      "wrong-kind", column, value: value.text(), "a JSON \(value.kind), where \(wanted) belongs",
      hint: value.string != nil ? "write it without quotes" : nil)
    return nil
  }
}

extension RowReport {
  /// Reports a cell with the text of a failed formula.
  mutating func failedFormula(_ text: String, at column: String) {
    error(
      "failed-formula", column, value: text, "the result of a formula that failed",
      hint: "fix the formula, or empty the cell to leave the attribute alone")
  }
}
