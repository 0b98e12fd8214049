import JSON
import Records
import Sheets
import Staging

/// Writes rows of a run as CSV records or JSON lines: the sheet's columns first, ours after.
///
/// CSV has the sheet's own delimiter and begins with a byte order mark, from which every program, above all a
/// spreadsheet, knows that it is UTF-8.
struct ResultEncoder {
  enum Format: String, CaseIterable {
    case csv
    case jsonl
  }

  let format: Format
  /// The names of the sheet's columns; `nil` for a sheet of JSON objects.
  private let header: [String]?
  /// The indices of the sheet's cells that are not ours; `nil` for all.
  private let kept: [Int]?
  private let csv: CSVText

  /// Creates an encoder in the format of the sheet.
  init(_ record: RunRecord) { self.init(record, format: record.rowFormat) }

  init(_ record: RunRecord, format: Format) {
    self.format = format
    csv = CSVText(delimiter: record.sheetDelimiter?.utf8.first ?? UInt8(ascii: ","))
    guard record.rowFormat == .csv else {
      (header, kept) = (nil, nil)
      return
    }
    header = record.sheetHeader
    let own = record.sheetHeader.indices.filter { !ResultColumns.names.contains(record.sheetHeader[$0]) }
    kept = own.count == record.sheetHeader.count ? nil : own
  }

  /// Returns the header with its line end; empty for JSON lines.
  func head() -> [UInt8] {
    guard format == .csv else { return [] }
    var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
    csv.append(cells: (header.map(own) ?? [ResultColumns.input]) + ResultColumns.names, to: &bytes)
    bytes.append(0x0A)
    return bytes
  }

  /// Returns one row with its line end.
  func encode(_ row: ResultRow) -> [UInt8] {
    var bytes: [UInt8] = []
    switch format {
    case .csv:
      appendInput(of: row, to: &bytes)
      bytes.append(csv.delimiter)
      csv.append(cells: ResultEncoder.cells(of: row), to: &bytes)
    case .jsonl:
      bytes = jsonObject(of: row).utf8 + []
    }
    bytes.append(0x0A)
    return bytes
  }

  // MARK: Rows that need no second look

  /// Appends one row with its line end.
  func append(_ row: ResultBytes, to bytes: inout [UInt8]) {
    // A row that was never valid, or has an error, is converted to text first.
    guard row.state != .rejected, row.state != .skipped, !row.hasError else {
      bytes += encode(row.row)
      return
    }
    switch format {
    case .csv where header != nil && kept == nil && csv.delimiter == UInt8(ascii: ","):
      unsafe bytes.append(contentsOf: row.input.assumingMemoryBound(to: UInt8.self))
      appendCells(of: row, to: &bytes)
    case .jsonl where unsafe header == nil && ResultEncoder.isPlainObject(row.input):
      appendObject(of: row, to: &bytes)
    default: bytes += encode(row.row)
    }
  }

  /// The end of a record for a row without an outcome.
  private static let untouched = Array(",\(RowState.staged.rawValue),,,,0,\n".utf8)

  private func appendCells(of row: ResultBytes, to bytes: inout [UInt8]) {
    let comma = UInt8(ascii: ",")
    bytes.append(comma)
    bytes.append(number: Int64(row.number))
    bytes.append(comma)
    bytes.append(number: Int64(row.line))
    bytes.append(comma)
    switch row.recordID {
    case .integer(let number)?: bytes.append(number: number)
    case .text(let text)?: csv.append(cell: CSVText.inert(text), to: &bytes)
    case nil: break
    }
    if row.state == .staged, row.isUntouched {
      bytes += ResultEncoder.untouched
      return
    }
    bytes.append(comma)
    bytes += row.state.rawValue.utf8
    bytes.append(comma)
    if let status = row.httpStatus { bytes.append(number: Int64(status)) }
    bytes += ",,,".utf8
    bytes.append(number: Int64(row.attempts))
    bytes.append(comma)
    unsafe bytes.append(contentsOf: row.finishedAt.assumingMemoryBound(to: UInt8.self))
    bytes.append(0x0A)
  }

  /// Each of our members' names, before its value.
  private static let labels = ResultColumns.names.map { Array(#","\#($0)":"#.utf8) }
  private static let null = Array("null".utf8)
  /// The end of an object for a row without an outcome.
  private static let untouchedMembers = Array(
    (#","_status":"\#(RowState.staged.rawValue)","_http_status":null,"_error_code":null,"_error":null,"#
      + "\"_attempts\":0,\"_at\":null}\n").utf8)

  /// Appends the object as `spliced` does, for one that has none of our members.
  private func appendObject(of row: ResultBytes, to bytes: inout [UInt8]) {
    let labels = ResultEncoder.labels
    let input = unsafe row.input
    let end = unsafe input.lastIndex(of: UInt8(ascii: "}")) ?? input.endIndex
    unsafe bytes.append(
      contentsOf: UnsafeRawBufferPointer(rebasing: input[..<end]).assumingMemoryBound(to: UInt8.self))
    bytes += labels[0]
    bytes.append(number: Int64(row.number))
    bytes += labels[1]
    bytes.append(number: Int64(row.line))
    bytes += labels[2]
    switch row.recordID {
    case .integer(let number)?: bytes.append(number: number)
    case .text(let text)?: bytes += JSONValue.string(text).bytes()
    case nil: bytes += ResultEncoder.null
    }
    if row.state == .staged, row.isUntouched {
      bytes += ResultEncoder.untouchedMembers
      return
    }
    let quote = UInt8(ascii: "\"")
    bytes += labels[3]
    bytes.append(quote)
    bytes += row.state.rawValue.utf8
    bytes.append(quote)
    bytes += labels[4]
    if let status = row.httpStatus {
      bytes.append(number: Int64(status))
    } else {
      bytes += ResultEncoder.null
    }
    for label in labels[5...6] { bytes += label + ResultEncoder.null }
    bytes += labels[7]
    bytes.append(number: Int64(row.attempts))
    bytes += labels[8]
    if unsafe row.finishedAt.isEmpty {
      bytes += ResultEncoder.null
    } else {
      bytes.append(quote)
      unsafe bytes.append(contentsOf: row.finishedAt.assumingMemoryBound(to: UInt8.self))
      bytes.append(quote)
    }
    bytes += "}\n".utf8
  }

  /// Returns whether an ASCII object has none of our members, which all begin with `_`, and no escaped names.
  ///
  /// It reads all bytes without a decision on the way, which the compiler makes one for many bytes at once.
  private static func isPlainObject(_ input: UnsafeRawBufferPointer) -> Bool {
    var largest: UInt8 = 0
    var found: UInt8 = 0
    for index in 0..<input.count { unsafe largest = max(largest, input[index]) }
    guard largest < 0x7F else { return false }
    for index in 1..<max(input.count, 1) {
      let (before, byte) = unsafe (input[index - 1], input[index])
      found |= before == UInt8(ascii: "\\") && byte == UInt8(ascii: "u") ? 1 : 0
      found |= before == UInt8(ascii: "\"") && byte == UInt8(ascii: "_") ? 1 : 0
    }
    return found == 0
  }

  // MARK: CSV

  /// Appends the sheet's cells, always as many as the header has.
  ///
  /// A row of broken shape is one text in its first cell, with the sheet's delimiter; the other cells are blank. Our
  /// columns thus stay in their places, and nothing is lost. The row is rejected again if the file is used as a sheet
  /// before the user has fixed it. Padding or truncating it could shift values into the wrong columns.
  private func appendInput(of row: ResultRow, to bytes: inout [UInt8]) {
    guard let header else {
      csv.append(cell: row.input, to: &bytes)
      return
    }
    // Valid rows have the header's shape, and the run file has them with commas; only the others need a check.
    guard row.state == .rejected || row.state == .skipped || kept != nil || csv.delimiter != UInt8(ascii: ",")
    else {
      bytes += row.input.utf8
      return
    }
    if let cells = CSVText.cells(of: row.input), cells.count == header.count {
      csv.append(cells: own(cells), to: &bytes)
    } else {
      csv.append(cell: brokenText(of: row, header), to: &bytes)
      bytes += repeatElement(csv.delimiter, count: max(0, own(header).count - 1))
    }
  }

  /// Returns the text of a row of broken shape.
  ///
  /// The run file has it with commas, and perhaps with an extra blank cell, so that it is never taken for a whole
  /// row.
  private func brokenText(of row: ResultRow, _ header: [String]) -> String {
    guard var cells = CSVText.cells(of: row.input), cells.count > 1 else { return row.input }
    // A ragged row has its own extra cell; and without a second column, the text could be read as a key.
    if header.count > 1, cells.count == header.count + 1, cells.last == "",
      row.errorCode != SheetRow.raggedRule
    {
      cells.removeLast()
    }
    var bytes: [UInt8] = []
    csv.append(cells: cells, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func own(_ cells: [String]) -> [String] { kept.map { $0.map { cells[$0] } } ?? cells }

  private static func cells(of row: ResultRow) -> [String] {
    [
      String(row.number), String(row.line), CSVText.inert(row.recordID?.text ?? ""), row.state.rawValue,
      row.httpStatus.map { String($0) } ?? "", CSVText.inert(row.errorCode ?? ""),
      CSVText.inert(row.explanation), String(row.attempts), row.finishedAt ?? "",
    ]
  }

  // MARK: JSON lines

  private func jsonObject(of row: ResultRow) -> String {
    guard let header else { return ResultEncoder.spliced(row) }
    guard let cells = CSVText.cells(of: row.input), cells.count == header.count else {
      return ResultEncoder.joined([ResultColumns.input: .string(brokenText(of: row, header))], row)
    }
    return ResultEncoder.joined(JSONObject(zip(own(header), own(cells).map(JSONValue.string))), row)
  }

  /// Returns the sheet's own object as written, with our members after its last one.
  private static func spliced(_ row: ResultRow) -> String {
    guard let value = try? JSONValue(parsing: row.input), var object = value.object else {
      return joined([ResultColumns.input: .string(row.input)], row)
    }
    guard !object.contains(where: { ResultColumns.names.contains($0.name) }) else {
      for name in ResultColumns.names { object[name] = nil }
      return joined(object, row)
    }
    guard let end = row.input.lastIndex(of: "}") else { return joined(object, row) }
    return JSONValue.escaped(String(row.input[..<end])) + (object.isEmpty ? "" : ",")
      + members(of: row).text().dropFirst()
  }

  private static func joined(_ object: JSONObject, _ row: ResultRow) -> String {
    var object = object
    for (name, value) in members(of: row) { object[name] = value }
    return object.text()
  }

  private static func members(of row: ResultRow) -> JSONObject {
    let id = row.recordID?.json
    let status = row.httpStatus.map { JSONValue.integer(Int64($0)) }
    let values: [JSONValue] = [
      .integer(Int64(row.number)), .integer(Int64(row.line)), id ?? .null, .string(row.state.rawValue),
      status ?? .null, row.errorCode.map(JSONValue.string) ?? .null,
      row.explanation.isEmpty ? .null : .string(row.explanation), .integer(Int64(row.attempts)),
      row.finishedAt.map(JSONValue.string) ?? .null,
    ]
    return JSONObject(zip(ResultColumns.names, values))
  }
}

extension ResultRow {
  /// The reason for the row's state: for one that was never valid all its findings, not only the first.
  var explanation: String {
    guard state == .rejected, let findings else {
      return [error, hint.map { "hint: \($0)" }].compactMap { $0?.printable() }.joined(separator: "; ")
    }
    return FindingList.objects(findings).map { finding in
      [finding["column"]?.string, finding["message"]?.string].compactMap { $0?.printable() }.joined(
        separator: ": ")
    }.joined(separator: "; ")
  }
}
