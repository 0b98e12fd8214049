import JSON
import Sheets

extension ValueRule {
  /// Reads a cell: a blank one has no meaning, a failed formula is no value, the null marker clears.
  func read(
    _ cell: String, nulls: NullWords, at column: String, _ report: inout RowReport
  ) -> CellValue {
    let trimmed = cell.trimmingBlanks()
    if trimmed.isEmpty { return .blank }
    if let siteRefusal {
      siteRefusal.report(at: column, value: cell, &report)
      return .rejected
    }
    if SpreadsheetTraces.isError(trimmed) {
      report.failedFormula(cell, at: column)
      return .rejected
    }
    let meaning = nulls.meaning(of: trimmed)
    switch meaning {
    case .clears:
      guard let nullRefusal else { return .value(.null) }
      report.error(
        "not-null", column, value: cell, nullRefusal,
        hint: "leave the cell blank to leave the attribute alone")
      return .rejected
    case .inAnotherCase:
      nulls.reportCase(cell, at: column, &report)
      return .rejected
    case .looksNull, nil: break
    }
    guard let value = read(cell, trimmed, at: column, &report) else { return .rejected }
    if meaning == .looksNull { nulls.note(trimmed, at: column, &report) }
    return .value(value)
  }

  /// Reads a cell that is not blank, no failed formula and not the null marker.
  ///
  /// `cell` is the unchanged text, `trimmed` the same without the blanks around it.
  func read(
    _ cell: String, _ trimmed: Substring, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    switch form {
    case .text(let maximum, let pattern):
      Self.isFine(cell, maximum, pattern, note, at: column, &report) && mayAdd(cell, at: column, &report)
        ? .string(cell) : nil
    case .unstated: Self.isFine(cell, nil, nil, nil, at: column, &report) ? .string(cell) : nil
    case .fileName(let maximum, let pattern):
      Self.isFine(fileName: cell, maximum, pattern, note, at: column, &report) ? .string(cell) : nil
    case .integer(let range): Self.integer(trimmed, range, at: column, &report).map { .integer($0) }
    case .identifier: Self.identifier(trimmed, at: column, &report).map { .integer($0) }
    case .number(let digits, let sign):
      Self.number(trimmed, sign, at: column, &report).flatMap { Self.fits($0, digits, at: column, &report) }
    case .boolean: Self.boolean(trimmed, at: column, &report)
    case .date(let format): Self.date(trimmed, format, at: column, &report)
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

  /// Returns whether a text has no control characters, is not too long and matches the pattern; reports it if not.
  static func isFine(
    _ text: String, _ maximum: Int?, _ pattern: TextPattern?, _ note: String?, at column: String,
    _ report: inout RowReport
  ) -> Bool {
    var isFine = true
    // Such a cell would be blank; here the user has written it out.
    if !text.isEmpty, text.unicodeScalars.allSatisfy(\.isInvisible) {
      report.error(
        "invisible-text", column, value: text, "the text has no visible character",
        hint: "leave it out to change nothing, or clear the attribute")
      return false
    }
    warnOfControls(in: text, at: column, &report)
    // A character takes at least one byte, so most texts need not be counted.
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

  /// Warns of a control character, except tabs and line ends.
  static func warnOfControls(in text: String, at column: String, _ report: inout RowReport) {
    guard let control = text.firstControl(besides: [0x09, 0x0A, 0x0D]) else { return }
    report.warning(
      "control-character", column, value: text, "holds the control character \(control.codePoint)",
      hint: (0x80...0x9F).contains(control.value)
        ? "remove it; if the sheet was read as latin-1, it is more likely windows-1252: say so with csv.encoding"
        : "remove it; tabs and line breaks are kept")
  }

  /// Returns whether a name can be that of an attachment; warns of names that some programs cannot open.
  ///
  /// Source: API reference, section 15 (Oracle support answer 2810).
  private static func isFine(
    fileName name: String, _ maximum: Int?, _ pattern: TextPattern?, _ note: String?, at column: String,
    _ report: inout RowReport
  ) -> Bool {
    if let control = name.firstControl(besides: []) {
      report.error(
        "control-character", column, value: name,
        "a file name with the control character \(control.codePoint)",
        hint: "rename the file: an attachment of this name cannot be opened")
      return false
    }
    guard isFine(name, maximum, pattern, note, at: column, &report) else { return false }
    let doubtful = name.unicodeScalars.first { $0.isInvisible || "#@\\".unicodeScalars.contains($0) }
    if let doubtful {
      let sign = doubtful == " " ? "a blank" : doubtful.isInvisible ? doubtful.codePoint : "'\(doubtful)'"
      report.warning(
        "file-name", column, value: name,
        "a file name with \(sign), which the service does not accept everywhere",
        hint: "give another one with fileName")
    }
    return true
  }

  /// Checks the name of an attached file itself, if the sheet gives no other.
  func checkOwnName(_ name: JSONValue?, at column: String, _ report: inout RowReport) {
    if let name = name?.string { _ = read(name, name[...], at: column, &report) }
  }

  /// Reads a whole number of plain digits within a range.
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

  /// Reads the id of another record in an API without references: digits, or `id:` and digits as for a reference.
  private static func identifier(
    _ text: Substring, at column: String, _ report: inout RowReport
  ) -> Int64? {
    let isMarked = text.hasPrefix("id:")
    let digits = isMarked ? NamedValueRule.digits(ofID: text, at: column, &report) : text
    return digits.flatMap { integer($0, .min ... .max, at: column, &report) }
  }

  /// Returns a range in the form of a finding's message.
  static func inWords(_ range: ClosedRange<Int64>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, .max): "the range of 64-bit integers"
    case (let low, .max): "the range from \(low) to 2^63-1"
    case (let low, let high): "the range from \(low) to \(high)"
    }
  }

  private static func number(
    _ cell: Substring, _ sign: DecimalSign, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    var text = cell
    if sign == .comma {
      guard !cell.contains(".") else {
        report.error(
          "not-a-number", column, value: String(cell), "a number with a point, where csv.decimal is a comma",
          hint: "write digits, and a comma before decimals; no sign between thousands")
        return nil
      }
      text = cell.replacing(",", with: ".")[...]
    }
    let digits = text.hasPrefix("-") ? text.dropFirst() : text
    if digits.isDigits {
      if let number = Int64(text) { return .integer(number) }
      report.error("out-of-range", column, value: String(text), "not in \(inWords(.min ... .max))")
      return nil
    }
    if let number = JSONDecimal(digits: text) { return .decimal(number) }
    let form = NumberForm(text)
    report.error(
      form?.rule ?? "not-a-number", column, value: String(cell),
      form == .decimal && text.contains(",")
        ? "a number with a decimal comma"
        : form == .decimal ? "not a number" : form?.message ?? "not a number",
      hint: form == .scientific
        ? form?.hint
        : form == .decimal && text.contains(",")
          ? "write a point before decimals, or say csv: {decimal: comma} in the job"
          : "write digits, and a \(sign.rawValue) before decimals; no plus sign")
    return nil
  }

  /// Returns the number, unless it has too many digits; those after the point count.
  static func fits(
    _ number: JSONValue, _ maximum: Int?, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    guard let maximum else { return number }
    let text = number.text()
    let digits = text.prefix { $0 != "e" && $0 != "E" }.count { $0.isASCII && $0.isNumber }
    guard digits > maximum else { return number }
    report.error("out-of-range", column, value: text, "\(digits) digits, at most \(maximum) are allowed")
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
    // The two values travel as a pair until the element is assembled.
    reader.read(path, at: column, &report).map { .array([.string($0.fileName), .string($0.base64)]) }
  }
}

extension String {
  /// Returns the first control character (C0, U+007F, C1) that is none of these bytes.
  fileprivate func firstControl(besides allowed: Set<UInt8>) -> Unicode.Scalar? {
    var isAfterC2 = false
    let isThere = utf8.contains { byte in
      defer { isAfterC2 = byte == 0xC2 }
      return byte < 0x20 ? !allowed.contains(byte) : byte == 0x7F || isAfterC2 && (0x80...0x9F).contains(byte)
    }
    guard isThere else { return nil }
    return unicodeScalars.first {
      $0.properties.generalCategory == .control && !($0.value < 0x20 && allowed.contains(UInt8($0.value)))
    }
  }
}
