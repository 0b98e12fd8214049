import JSON

/// Reads JSON Lines: one JSON object on each physical line, without blank lines.
///
/// A line that breaks off within its object is one rejected row with the lines up to the object's end, so that none
/// of them is taken for a row.
final class JSONLReader: SheetFormatReader {
  static let endings = ["jsonl", "ndjson", "json"]

  static let hasHeader = false

  /// Recognises a brace, which begins an object, and a bracket with an object, which is a whole sheet as one array.
  static func recognises(_ content: SheetContent) throws(SheetError) -> Bool {
    let text = try content.text().head().drop(while: isWhiteSpace)
    if text.first == UInt8(ascii: "{") { return true }
    guard text.first == UInt8(ascii: "[") else { return false }
    return text.dropFirst().drop(while: isWhiteSpace).first == UInt8(ascii: "{")
  }

  let delimiter: UInt8? = nil
  let header: [String] = []
  let findings: [Finding] = []
  private(set) var closingFindings: [Finding] = []

  private let lines: LineReader
  private let text: SheetText
  private var lineEnds: LineEnds
  private var rowCount = 0
  /// The bytes of lines, and of those that were read ahead in vain.
  private var bytesRead = 0
  private var bytesWasted = 0
  /// The length of the line that was peeked at, without its end and with it.
  private var peeked = (text: 0, line: 0)

  init(_ content: SheetContent) throws(SheetError) {
    text = try content.text()
    lines = text.lines
    let head = try lines.head(64 << 10)
    lineEnds = JSONLReader.lineEnds(of: head)
    if let fault = JSONLReader.fault(of: head) {
      throw SheetError(.format, place: text.place, message: fault.message, hint: fault.hint)
    }
  }

  func next() throws(SheetError) -> SheetRow? {
    while let line = try lines.next() {
      bytesRead += line.textCount
      if line.isTooLong { return try skipRest(of: line) }
      let bytes = unsafe line.text
      guard unsafe !bytes.allSatisfy(JSONLReader.isWhiteSpace) else {
        lineEnds.pass(JSONLReader.kind(line.end))
        continue
      }
      rowCount += 1
      let stray = lineEnds.next(JSONLReader.kind(line.end))
      var input = unsafe String(decoding: bytes, as: UTF8.self)
      var (content, findings) = unsafe read(bytes, line.number)
      if content == .unreadable,
        unsafe bytes.first(where: { !JSONLReader.isWhiteSpace($0) }) == UInt8(ascii: "{"),
        let rest = unsafe try rest(of: bytes)
      {
        input += rest.text
        findings = [spread(findings, from: line.number, to: rest.lastLine)]
      } else if let stray {
        content = .unreadable
        findings.append(
          Finding(
            row: rowCount, line: line.number, value: input, rule: LineEnds.Stray.rule,
            message: stray.message("line"), hint: LineEnds.Stray.hint))
      } else if line.end == nil, line.number > 1 {
        let unended = text.unendedRow(rowCount, line: line.number)
        if unended.severity == .error {
          (content, findings) = (.unreadable, findings + [unended])
        } else {
          closingFindings.append(unended)
        }
      }
      return SheetRow(number: rowCount, line: line.number, content: content, findings: findings, input: input)
    }
    return nil
  }

  func peek() throws(SheetError) -> RowBytes? {
    guard lineEnds.isSettled, lineEnds.usual == .lineFeed else { return nil }
    while true {
      let upcoming = unsafe lines.upcoming
      guard let end = unsafe upcoming.offset(of: .lineFeed) else {
        guard try lines.extendUpcoming() else { return nil }
        continue
      }
      let isAfterReturn = unsafe end > 0 && upcoming[end - 1] == .carriageReturn
      let line = unsafe upcoming.upTo(isAfterReturn ? end - 1 : end)
      peeked = (text: line.count, line: end + 1)
      guard unsafe isRegular(line) else { return nil }
      return unsafe RowBytes(
        number: rowCount + 1, line: lines.number, content: .object(line), input: line)
    }
  }

  func accept() {
    bytesRead += peeked.text
    rowCount += 1
    lines.pass(peeked.line, lines: 1)
  }

  /// Returns whether a line has an object of faultless text, from its beginning; it need not be JSON.
  private func isRegular(_ line: UnsafeRawBufferPointer) -> Bool {
    guard line.count <= text.options.rowLimit, unsafe line.first == UInt8(ascii: "{"),
      unsafe line.offset(of: .carriageReturn) == nil, unsafe !TextFault.isPossible(in: line)
    else { return false }
    let bytes = unsafe line.assumingMemoryBound(to: UInt8.self)
    return (try? unsafe UTF8Span(validating: bytes.span)) != nil
  }

  private func read(_ bytes: UnsafeRawBufferPointer, _ line: Int) -> (SheetRow.Content, [Finding]) {
    if let fault = unsafe textFault(in: bytes) {
      let isOfResultFile = unsafe ResultColumns.areMembers(ofFirstLineIn: Array(bytes))
      return unsafe (
        .unreadable,
        [
          Finding(
            row: rowCount, line: line, value: excerpt(bytes), rule: fault.rule,
            message: fault.message("the line", bytes, text.encoding),
            hint: fault.hint(text.encoding, isInResultFile: isOfResultFile))
        ]
      )
    }
    do {
      let value = unsafe try JSONValue(parsing: bytes)
      if let object = value.object { return (.object(object), []) }
      return unsafe (
        .unreadable,
        [
          Finding(
            row: rowCount, line: line, value: excerpt(bytes), rule: "not-an-object",
            message: "the line is \(article(value.kind)), not an object",
            hint: #"write each row as an object, such as {"id": 771, "subject": "…"}"#)
        ]
      )
    } catch {
      // To the parser each line is a whole file, which would confuse the reader of the message.
      let reason = error.message.replacing("end of file", with: "the end of the line")
      return unsafe (
        .unreadable,
        [
          Finding(
            row: rowCount, line: line, value: excerpt(bytes), rule: JSONLReader.brokenRule,
            message: error.isNumberTooLarge
              ? "the line holds a number beyond what can be kept, at column \(error.column): \(reason)"
              : "the line is not valid JSON at column \(error.column): \(reason)",
            hint: error.isNumberTooLarge
              ? "write it in quotes where the attribute is a text, and shorter where it is a number"
              : JSONLReader.brokenHint)
        ]
      )
    }
  }

  private static let brokenRule = "broken-json"
  private static let brokenHint = "write each row as one complete JSON object on a line of its own"

  /// Returns the error of the text itself; the search is made only if there may be one.
  private func textFault(in bytes: UnsafeRawBufferPointer) -> TextFault? {
    let isValid = unsafe String(validating: bytes, as: UTF8.self) != nil
    guard unsafe !isValid || TextFault.isPossible(in: bytes) else { return nil }
    return unsafe TextFault(in: bytes)
  }

  // MARK: - Objects over several lines

  /// Returns the lines after a broken one up to its object's end, with the line ends before them.
  ///
  /// It is `nil` if the object does not continue, or does not end within 64 KiB.
  private func rest(of first: UnsafeRawBufferPointer) throws(SheetError) -> (text: String, lastLine: Int)? {
    var balance = JSONBalance()
    unsafe balance.read(first)
    // Bytes that are read ahead in vain are read again, which must not add up.
    guard balance.isOpen, bytesWasted <= bytesRead + 4 << 20 else { return nil }
    lines.hold()
    var text: [UInt8] = []
    while let line = try lines.next(), !line.isTooLong, text.count < 64 << 10 {
      text.append(.lineFeed)
      unsafe text += line.text
      unsafe balance.read(line.text)
      guard !balance.isOpen else { continue }
      lines.release()
      lineEnds.pass(JSONLReader.kind(line.end))
      return (String(decoding: text, as: UTF8.self), line.number)
    }
    bytesWasted += text.count
    lines.rewind()
    return nil
  }

  /// One finding for all the lines of an object.
  private func spread(_ findings: [Finding], from line: Int, to lastLine: Int) -> Finding {
    Finding(
      row: rowCount, line: line, value: findings.first?.value, rule: JSONLReader.brokenRule,
      message: "the object is spread over lines \(line) to \(lastLine)", hint: JSONLReader.brokenHint)
  }

  /// Skips a line that is too long, and keeps only its beginning.
  private func skipRest(of first: Line) throws(SheetError) -> SheetRow {
    rowCount += 1
    let number = first.number
    let beginning = unsafe excerpt(first.text)
    var (isEnded, end) = (first.isEnded, first.end)
    while !isEnded, let piece = try lines.next() { (isEnded, end) = (piece.isEnded, piece.end) }
    _ = lineEnds.next(JSONLReader.kind(end))
    return SheetRow(
      number: rowCount, line: number, content: .unreadable,
      findings: [
        Finding(
          row: rowCount, line: number, value: beginning, rule: "row-too-long",
          message:
            "the row is longer than \(text.options.rowLimit) bytes and was skipped; only its beginning is kept",
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

  // MARK: - The head

  /// Returns the reason that a sheet with this beginning cannot be read line by line.
  private static func fault(of head: [UInt8]) -> (message: String, hint: String)? {
    let text = head.drop(while: isWhiteSpace)
    let firstLine = text.prefix { $0 != .lineFeed && $0 != .carriageReturn }
    switch text.first {
    case nil: return nil
    case UInt8(ascii: "["):
      return ("the sheet is one JSON array", "write one object per line, for example with: jq -c '.[]'")
    case UInt8(ascii: "{"):
      // A line with only a brace begins an object that spans lines.
      guard firstLine.dropFirst().allSatisfy(\.isBlank) else { return nil }
      return (
        "a JSON object is spread over several lines", "write one object per line, for example with: jq -c ."
      )
    default:
      let lines = text.split { $0 == .lineFeed || $0 == .carriageReturn }
      let hasObject = lines.contains { $0.drop(while: isWhiteSpace).first == UInt8(ascii: "{") }
      guard !hasObject, (try? JSONValue(parsing: Array(firstLine))) == nil else { return nil }
      var cells = 0
      HeadRecords.read(Array(text), DelimiterDetection.delimiter(of: Array(text))) { record in
        if cells == 0 { cells = record.cells.count }
      }
      let shown = String(decoding: firstLine.prefix(80), as: UTF8.self)
      return cells > 1
        ? ("the sheet looks like CSV, not like JSON Lines", "name it .csv, or say so with --format csv")
        : ("the sheet is not JSON Lines: it begins with '\(shown)'", brokenHint)
    }
  }

  /// Returns the kind of a line end; to JSON, a CR before an LF is white space.
  private static func kind(_ end: LineEnd?) -> LineEnd? {
    end.map { $0 == .carriageReturn ? $0 : .lineFeed }
  }

  private static func lineEnds(of head: [UInt8]) -> LineEnds {
    let lines = LineReader(MemorySource(head), limit: head.count)
    var ends: [LineEnd?] = []
    // A head in memory cannot fail to be read.
    while ends.count < 50, let line = try? lines.next() {
      if unsafe !line.text.allSatisfy(isWhiteSpace) { ends.append(kind(line.end)) }
    }
    return LineEnds(first: ends)
  }

  /// Returns whether a byte is JSON's own white space.
  private static func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte.isBlank || byte == .lineFeed || byte == .carriageReturn
  }
}
