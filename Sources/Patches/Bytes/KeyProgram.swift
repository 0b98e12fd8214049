import JSON
import Records
import Sheets

/// Reads the key of a row from bytes, if it is certain.
struct KeyProgram {
  private let rule: KeyRule
  private let nulls: NullWords

  init(_ rule: KeyRule, _ nulls: NullWords) {
    self.rule = rule
    self.nulls = nulls
  }

  /// A key, and its form in the row.
  enum Key {
    case id(Int64, digits: Range<Int>)
    case text(String)
    case alternate(attribute: String, String)
  }

  /// Reads a cell of a CSV sheet; `nil` if the rules must decide.
  func read(_ cell: CellBytes) -> Key? {
    if rule.isID, !rule.isText { return unsafe id(cell.text).map { .id($0, digits: cell.place) } }
    let text = unsafe String(decoding: cell.text, as: UTF8.self)
    let trimmed = text.trimmingBlanks()
    guard !trimmed.isEmpty, !SpreadsheetTraces.isError(trimmed), nulls.meaning(of: trimmed) == nil else {
      return nil
    }
    return key { rule.read(trimmed, at: "", &$0) }
  }

  /// Reads a member's value from its token, which begins at `start`.
  func read(token: UnsafeRawBufferPointer, at start: Int) -> Key? {
    if rule.isID, !rule.isText {
      return unsafe id(token).map { .id($0, digits: start..<start + token.count) }
    }
    guard let value = try? unsafe JSONValue(parsing: token) else { return nil }
    return key { rule.check(value, at: "", &$0) }
  }

  private func id(_ digits: UnsafeRawBufferPointer) -> Int64? {
    guard let number = unsafe CertainText.integer(digits), rule.range.contains(number) else { return nil }
    return number
  }

  private func key(_ read: (inout RowReport) -> RecordKey?) -> Key? {
    var report = RowReport(row: 1, line: 1)
    guard let key = read(&report), report.findings.isEmpty else { return nil }
    switch key {
    case .id(.text(let text)): return .text(text)
    case .alternate(let attribute, let text): return .alternate(attribute: attribute, text)
    case .id(.integer): return nil
    }
  }
}
