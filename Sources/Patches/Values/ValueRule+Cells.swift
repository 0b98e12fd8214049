import JSON

extension ValueRule {
  /// Reads a cell: a blank one says nothing, a failed formula is no value, the null marker clears.
  func read(
    _ cell: String, nullMarker: String, at column: String, _ report: inout RowReport
  ) -> CellValue {
    let trimmed = cell.trimmingBlanks()
    if trimmed.isEmpty { return .blank }
    if SpreadsheetTraces.isError(trimmed) {
      report.failedFormula(cell, at: column)
      return .rejected
    }
    if trimmed == nullMarker {
      guard let nullRefusal else { return .value(.null) }
      report.error(
        "not-null", column, value: cell, nullRefusal,
        hint: "leave the cell blank to leave the attribute alone")
      return .rejected
    }
    return CellValue(read(cell, trimmed, at: column, &report))
  }

  /// Reads a cell that is not blank, no failed formula and not the null marker.
  ///
  /// `cell` is the text as it stands, `trimmed` the same without the blanks around it.
  func read(
    _ cell: String, _ trimmed: Substring, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    switch form {
    case .text(let maximum, let pattern):
      Self.isFine(cell, maximum, pattern, note, at: column, &report) ? .string(cell) : nil
    case .unstated: Self.isFine(cell, nil, nil, nil, at: column, &report) ? .string(cell) : nil
    case .integer(let range): Self.integer(trimmed, range, at: column, &report).map { .integer($0) }
    case .number: Self.number(trimmed, at: column, &report)
    case .boolean: Self.boolean(trimmed, at: column, &report)
    case .date: Self.date(trimmed, at: column, &report)
    case .dateTime(let format): Self.dateTime(trimmed, format, at: column, &report)
    case .named(let rule): rule.read(trimmed, at: column, &report)
    case .code(let rule): rule.check(trimmed, at: column, &report)
    case .references(let rule): Self.references(trimmed, rule, at: column, &report)
    case .base64(let reader): Self.base64(String(trimmed), reader, at: column, &report)
    case .fileBytes(let reader):
      reader.read(String(trimmed), at: column, &report).map { .string($0.base64) }
    case .file(let reader): Self.file(String(trimmed), reader, at: column, &report)
    }
  }

  /// Whether a text has no control characters, is not too long and matches the pattern; reports if not.
  static func isFine(
    _ text: String, _ maximum: Int?, _ pattern: TextPattern?, _ note: String?, at column: String,
    _ report: inout RowReport
  ) -> Bool {
    var isFine = true
    let isControl = { (byte: UInt8) in
      byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D
    }
    if let control = text.utf8.first(where: isControl) {
      report.warning(
        "control-character", column, value: text, "holds the control character \(control)",
        hint: "remove it; tabs and line breaks are kept")
    }
    // A character takes at least one byte, so that most texts need not be counted.
    if let maximum, text.utf8.count > maximum {
      let length = text.unicodeScalars.count
      if length > maximum {
        report.error("too-long", column, value: text, "\(length) characters, at most \(maximum) are allowed")
        isFine = false
      }
    }
    if let pattern, !pattern.matches(text) {
      report.error("pattern", column, value: text, "does not have the form \(pattern.source)", hint: note)
      isFine = false
    }
    return isFine
  }

  /// A whole number of plain digits within a range.
  static func integer(
    _ text: Substring, _ range: ClosedRange<Int64>, at column: String, _ report: inout RowReport
  ) -> Int64? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text
    guard digits.isDigits else {
      let form = NumberForm(text)
      report.error(
        form?.rule ?? "not-an-integer", column, value: String(text),
        form?.message ?? "not a whole number", hint: form?.hint ?? "write digits only")
      return nil
    }
    guard let number = Int64(text), range.contains(number) else {
      report.error("out-of-range", column, value: String(text), "not in \(inWords(range))")
      return nil
    }
    return number
  }

  /// A range as a finding's message has it.
  static func inWords(_ range: ClosedRange<Int64>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, .max): "the range of 64-bit integers"
    case (let low, .max): "the range from \(low) to 2^63-1"
    case (let low, let high): "the range from \(low) to \(high)"
    }
  }

  private static func number(
    _ text: Substring, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text
    if digits.isDigits, let number = Int64(text) { return .integer(number) }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 2, parts.allSatisfy({ $0.isDigits }), let number = Double(text) { return .real(number) }
    let form = NumberForm(text)
    report.error(
      form?.rule ?? "not-a-number", column, value: String(text),
      form == .decimal ? "a number with a decimal comma" : form?.message ?? "not a number",
      hint: form == .scientific ? form?.hint : "write digits, and a point before decimals")
    return nil
  }

  private static func boolean(
    _ text: Substring, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    switch text.lowercased() {
    case "true", "yes", "y", "1": return true
    case "false", "no", "n", "0": return false
    default:
      report.error(
        "not-a-boolean", column, value: String(text), "neither true nor false",
        hint: "write true or false, yes or no, 1 or 0")
      return nil
    }
  }

  private static func references(
    _ text: Substring, _ rule: NamedValueRule, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    var elements: [JSONValue] = []
    var isFine = true
    for part in text.split(separator: ";", omittingEmptySubsequences: true) {
      let part = String(part).trimmingBlanks()
      guard !part.isEmpty else { continue }
      if let element = rule.read(part, at: column, &report) {
        elements.append(element)
      } else {
        isFine = false
      }
    }
    if elements.isEmpty, isFine {
      report.error("not-a-name", column, value: String(text), "only semicolons")
      isFine = false
    }
    return isFine ? .array(elements) : nil
  }

  private static func file(
    _ path: String, _ reader: AttachmentReader, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    // The two values travel as a pair until the element is put together.
    reader.read(path, at: column, &report).map { .array([.string($0.fileName), .string($0.base64)]) }
  }
}
