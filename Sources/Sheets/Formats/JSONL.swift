import JSON

/// Reads JSON Lines: one JSON object on each physical line, blank lines left out.
final class JSONLReader: SheetFormatReader {
  static let endings = ["jsonl", "ndjson", "json"]

  /// A brace begins an object; a bracket with an object in it is the whole sheet as one array.
  static func recognises(_ head: [UInt8]) -> Bool {
    let text = head.drop(while: isWhiteSpace)
    if text.first == UInt8(ascii: "{") { return true }
    guard text.first == UInt8(ascii: "[") else { return false }
    return text.dropFirst().drop(while: isWhiteSpace).first == UInt8(ascii: "{")
  }

  let delimiter: UInt8? = nil
  let header: [String] = []
  let findings: [Finding] = []

  private let lines: LineReader
  private let text: SheetText
  private var rowCount = 0

  init(_ lines: LineReader, of text: SheetText) throws(SheetError) {
    self.lines = lines
    self.text = text
    let head = try lines.head(64 << 10).drop(while: JSONLReader.isWhiteSpace)
    let firstLine = head.prefix { $0 != .lineFeed && $0 != .carriageReturn }
    let isBraceAlone = firstLine.first == UInt8(ascii: "{") && firstLine.dropFirst().allSatisfy(\.isBlank)
    // A line that is a brace and nothing else begins an object that is spread over lines.
    if head.first == UInt8(ascii: "[") || isBraceAlone {
      throw SheetError(
        .format, place: text.place,
        message: isBraceAlone
          ? "a JSON object is spread over several lines" : "the sheet is one JSON array",
        hint: "write one object per line, for example with: jq -c \(isBraceAlone ? "." : "'.[]'")")
    }
  }

  func next() throws(SheetError) -> SheetRow? {
    while let line = try lines.next() {
      if line.isTooLong { return try skipRest(of: line) }
      let bytes = unsafe line.text
      guard unsafe !bytes.allSatisfy(JSONLReader.isWhiteSpace) else { continue }
      rowCount += 1
      let (content, finding) = unsafe read(bytes, line.number)
      return unsafe SheetRow(
        number: rowCount, line: line.number, content: content, findings: finding.map { [$0] } ?? [],
        input: String(decoding: bytes, as: UTF8.self))
    }
    return nil
  }

  private func read(_ bytes: UnsafeRawBufferPointer, _ line: Int) -> (SheetRow.Content, Finding?) {
    if let fault = unsafe textFault(in: bytes) {
      return unsafe (
        .unreadable,
        Finding(
          row: rowCount, line: line, value: excerpt(bytes), rule: fault.rule,
          message: fault.message("the line", bytes, text.encoding), hint: fault.hint(text.encoding))
      )
    }
    do {
      let value = unsafe try JSONValue(parsing: bytes)
      if let object = value.object { return (.object(object), nil) }
      return unsafe (
        .unreadable,
        Finding(
          row: rowCount, line: line, value: excerpt(bytes), rule: "not-an-object",
          message: "the line is \(article(value.kind)), not an object",
          hint: #"write each row as an object, such as {"id": 771, "subject": "…"}"#)
      )
    } catch {
      // To the parser each line is a whole file, which would confuse who reads of its end.
      let reason = error.message.replacing("end of file", with: "the end of the line")
      return unsafe (
        .unreadable,
        Finding(
          row: rowCount, line: line, value: excerpt(bytes), rule: "broken-json",
          message: "the line is not valid JSON at column \(error.column): \(reason)",
          hint: "write each row as one complete JSON object on a line of its own")
      )
    }
  }

  /// What is wrong with the text itself; the search for it costs only where something may be wrong.
  private func textFault(in bytes: UnsafeRawBufferPointer) -> TextFault? {
    let isValid = unsafe String(validating: bytes, as: UTF8.self) != nil
    guard unsafe !isValid || TextFault.isPossible(in: bytes) else { return nil }
    return unsafe TextFault(in: bytes)
  }

  /// Passes over a line that is too long, keeping only its beginning.
  private func skipRest(of first: Line) throws(SheetError) -> SheetRow {
    rowCount += 1
    let number = first.number
    let beginning = unsafe excerpt(first.text)
    var isEnded = first.isEnded
    while !isEnded, let piece = try lines.next() { isEnded = piece.isEnded }
    return SheetRow(
      number: rowCount, line: number, content: .unreadable,
      findings: [
        Finding(
          row: rowCount, line: number, value: beginning, rule: "row-too-long",
          message: "the row is longer than \(text.options.rowLimit) bytes and was skipped",
          hint: "make the row shorter")
      ], input: beginning)
  }

  private func excerpt(_ bytes: UnsafeRawBufferPointer) -> String {
    unsafe String(decoding: bytes.prefix(200), as: UTF8.self)
  }

  private func article(_ kind: String) -> String {
    switch kind {
    case "null": kind
    case "array": "an \(kind)"
    default: "a \(kind)"
    }
  }

  /// JSON's own white space.
  private static func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte.isBlank || byte == .lineFeed || byte == .carriageReturn
  }
}
