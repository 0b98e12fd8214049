import Catalog
import JSON
import Records
import Sheets

/// The rule for a record's key: the id, or an attribute to look it up by.
final class KeyRule: Sendable {
  let attribute: String
  /// Indicates the key in URLs.
  let isID: Bool
  /// Indicates that it is a text there, too.
  let isText: Bool
  /// Indicates one of several attributes that name a record together.
  let isPart: Bool
  let range: ClosedRange<Int64>
  private let maximum: Int?
  private let pattern: TextPattern?
  private let note: String?

  init(attribute: String, isID: Bool, isPart: Bool = false, field: Field?) {
    self.attribute = attribute
    self.isID = isID
    self.isPart = isPart
    note = field?.note
    if case .string? = field?.kind { isText = true } else { isText = !isID }
    switch field?.kind {
    case .integer(let minimum, let maximum):
      range = minimum...maximum
      (self.maximum, pattern) = (nil, nil)
    case .string(let maximum, let pattern):
      range = 1...(.max)
      self.maximum = maximum
      self.pattern = pattern.flatMap { TextPattern($0) }
    default:
      range = 1...(.max)
      (maximum, pattern) = (nil, nil)
    }
  }

  /// Reads a key cell that is not blank, no failed formula and not the null marker.
  func read(_ trimmed: Substring, at column: String, _ report: inout RowReport) -> RecordKey? {
    guard isText else {
      return ValueRule.integer(trimmed, range, at: column, &report).map { .id(.integer($0)) }
    }
    let text = String(trimmed)
    guard ValueRule.isFine(text, maximum, pattern, note, at: column, &report) else { return nil }
    guard isID else { return .alternate(attribute: attribute, value: text) }
    guard let id = RecordID(key: text) else {
      report.error("no-key", column, value: text, "no record can have this key in its address", hint: note)
      return nil
    }
    return .id(id)
  }

  /// Checks the key member of a JSONL row.
  func check(_ value: JSONValue, at column: String, _ report: inout RowReport) -> RecordKey? {
    switch value {
    case .null: report.keyIsCleared(at: column)
    case .integer(let number) where !isText:
      if range.contains(number) { return .id(.integer(number)) }
      report.error("out-of-range", column, value: value.text(), "not in \(ValueRule.inWords(range))")
    case .decimal where !isText:
      report.error(
        "scientific-notation", column, value: value.text(),
        "a number with a fraction or an exponent; its last digits may be lost", hint: "write all its digits")
    case .string(let text) where isText:
      let trimmed = text.trimmingBlanks()
      guard !trimmed.isEmpty else {
        report.error("missing-key", column, value: text, "the key is blank")
        return nil
      }
      if SpreadsheetTraces.isError(trimmed) {
        report.failedFormula(text, at: column)
        return nil
      }
      return read(trimmed, at: column, &report)
    default:
      report.error(
        "wrong-kind", column, value: value.text(),
        "a JSON \(value.kind), where a \(isText ? "string" : "whole number") belongs",
        hint: !isText && value.string != nil ? "write it without quotes" : nil)
    }
    return nil
  }
}

extension RowReport {
  /// Reports a key cell with the null marker.
  mutating func keyIsCleared(at column: String) {
    error("not-null", column, "the key names the record and cannot be cleared")
  }
}
