import JSON

/// Reads CSV: RFC 4180, and the variants of spreadsheets and scripts.
///
/// - Cells keep every byte between delimiters or quotes; only names in the header are trimmed.
/// - Rows with only delimiters and blanks are padding and do not count.
/// - Columns with an empty name are left out if there is no data below it.
/// - A row that breaks the rules ends with its physical line, or, if it spans lines, where its quotes balance again;
///   reading continues with the next.
/// - All lines have the same end: one that ends differently may be half a cell, and is rejected.
final class CSVReader: SheetFormatReader {
  static let endings = ["csv", "tsv", "tab", "txt"]
  static let hasHeader = true
  static func recognises(_ content: SheetContent) -> Bool { false }

  let delimiter: UInt8?
  private(set) var header: [String] = []
  private(set) var findings: [Finding] = []
  private(set) var closingFindings: [Finding] = []
  let head: SheetHead

  private let text: SheetText
  private let records: CSVRecords
  private var columns = CSVColumns()
  private var isResultFile = false
  private var encoder = CSVEncoder()
  /// Rows that were read before they were requested.
  private var readAhead: [SheetRow] = []
  private var rowCount = 0

  init(_ content: SheetContent) throws(SheetError) {
    let text = try content.text()
    let lines = text.lines
    self.head = SheetHead(try lines.head(SheetHead.size))
    let head = try lines.head(DelimiterDetection.headSize)
    let saidByFirstLine = DelimiterDetection.said(byFirstLineOf: head)
    let delimiter = text.options.delimiter ?? saidByFirstLine ?? DelimiterDetection.delimiter(of: head)
    guard ![.quote, .lineFeed, .carriageReturn].contains(delimiter), delimiter < 0x80 else {
      throw SheetError(
        .option, place: text.place, message: "the delimiter cannot be a quote, a line end or beyond ASCII",
        hint: "leave the delimiter out to have it detected")
    }
    self.text = text
    self.delimiter = delimiter
    var ends: [LineEnd?] = []
    HeadRecords.read(head, delimiter) { ends.append($0.end) }
    records = CSVRecords(of: text, delimiter, LineEnds(first: ends))
    if saidByFirstLine != nil { _ = try lines.next() }
    try readHeader()
    if header.count == 1, text.options.delimiter == nil,
      let sign = DelimiterDetection.otherSeparator(in: head)
    {
      throw SheetError(
        .format, place: text.place,
        message: "the sheet looks delimited by \(sign.isInvisible ? sign.codePoint : "'\(sign)'")",
        hint: "save it with one of ',', ';', '|' or tab between the cells")
    }
  }

  func next() throws(SheetError) -> SheetRow? {
    guard readAhead.isEmpty else { return readAhead.removeFirst() }
    return try readRow()
  }

  func peek() throws(SheetError) -> RowBytes? {
    // Cells without a name are not part of a row.
    guard readAhead.isEmpty, !columns.hasUnnamed, let scanner = try records.peek() else { return nil }
    return unsafe RowBytes(
      number: rowCount + 1, line: records.nextLine, content: .cells(scanner.cells), input: scanner.input)
  }

  func accept() {
    guard let scanner = records.scanner else { return }
    records.accept(scanner)
    rowCount += 1
  }

  // MARK: - Header

  private func readHeader() throws(SheetError) {
    guard let extent = try records.next() else { return }
    let place = "\(text.place):\(extent.firstLine)"
    switch extent.fault {
    case nil, .lineEnd: break
    case let fault?:
      throw SheetError(
        .header, place: place, message: "the header cannot be read: \(fault.message(extent))",
        hint: fault.hint)
    }
    let record = records.record
    guard record.count <= CSVRecord.cellLimit else {
      throw SheetError(
        .header, place: place, message: "the header has \(record.count) columns, at most 16384 are read",
        hint: "check the delimiter")
    }
    isResultFile = ResultColumns.areAmong((0..<record.count).map { record.text($0) })
    for index in 0..<record.count {
      guard let fault = TextFault(in: record.cell(index)) else { continue }
      throw SheetError(
        .header, place: place,
        message: fault.message("the name of column \(index + 1)", record.cell(index), text.encoding),
        hint: fault.hint(text.encoding, isInResultFile: isResultFile))
    }
    columns = CSVColumns(header: record)
    header = columns.names
    findings = columns.duplicates(line: extent.firstLine)
    records.clear()
    records.beginRows(cellCounts: columns.cellCounts)
    try findDataWithoutName(headerLine: extent.firstLine)
  }

  /// Checks the first rows, so that a header with a missing name is detected before anything is done.
  private func findDataWithoutName(headerLine: Int) throws(SheetError) {
    guard columns.hasUnnamed else { return }
    while readAhead.count < 100, let row = try readRow() { readAhead.append(row) }
    guard
      let row = readAhead.first(where: { $0.findings.contains { $0.rule == CSVColumns.unnamedRule } }),
      let finding = row.findings.first(where: { $0.rule == CSVColumns.unnamedRule })
    else { return }
    findings.append(
      Finding(
        row: 0, line: headerLine, value: finding.value, rule: CSVColumns.unnamedRule,
        message: "\(finding.message), first in line \(row.line)", hint: finding.hint))
  }

  // MARK: - Rows

  private func readRow() throws(SheetError) -> SheetRow? {
    guard let extent = try records.next() else { return nil }
    defer { records.clear() }
    rowCount += 1
    return makeRow(records.record, extent)
  }

  private func makeRow(_ record: CSVRecord, _ extent: CSVExtent) -> SheetRow {
    if let fault = extent.fault {
      return makeRow(
        unreadable: record,
        extent,
        [
          Finding(
            row: rowCount, line: extent.firstLine,
            column: extent.faultyCell.flatMap { columns.name(at: $0) },
            value: record.keptCount > 0 ? record.text(record.keptCount - 1) : nil, rule: fault.rule,
            message: fault.message(extent), hint: fault.hint)
        ])
    }
    let shape = columns.findings(about: record, row: rowCount, line: extent.firstLine)
    guard shape.isEmpty else { return makeRow(unreadable: record, extent, padding(record, extent) ?? shape) }
    if extent.isUnended {
      let unended = text.unendedRow(rowCount, line: extent.firstLine)
      if unended.severity == .error { return makeRow(unreadable: record, extent, [unended]) }
      closingFindings.append(unended)
    }

    encoder.removeAll()
    let cells = unsafe record.bytes.withUnsafeBytes { bytes in
      for (position, column) in columns.indices.enumerated() {
        unsafe encoder.append(
          cell: UnsafeRawBufferPointer(rebasing: bytes[record.range(of: column)]), isFirst: position == 0)
      }
      return unsafe [String](unsafeUninitializedCapacity: columns.indices.count) { cells, count in
        for column in columns.indices {
          let cell = unsafe UnsafeRawBufferPointer(rebasing: bytes[record.range(of: column)])
          unsafe cells.initializeElement(at: count, to: String(decoding: cell, as: UTF8.self))
          count += 1
        }
      }
    }
    let isSuspect = unsafe encoder.bytes.withUnsafeBytes { unsafe TextFault.isPossible(in: $0) }
    if let input = String(validating: encoder.bytes, as: UTF8.self) {
      let faults = isSuspect ? textFindings(record, extent) : []
      return SheetRow(
        number: rowCount, line: extent.firstLine,
        content: faults.isEmpty ? .cells(cells) : .unreadable, findings: faults, input: input)
    }
    return SheetRow(
      number: rowCount, line: extent.firstLine, content: .unreadable,
      findings: textFindings(record, extent), input: String(decoding: encoder.bytes, as: UTF8.self))
  }

  /// Returns the finding for a row of NUL bytes, as at the end of a truncated or preallocated file.
  private func padding(_ record: CSVRecord, _ extent: CSVExtent) -> [Finding]? {
    guard record.count == 1, record.bytes.allSatisfy({ $0 == 0 }), let fault = TextFault(in: record.bytes)
    else {
      return nil
    }
    return [
      Finding(
        row: rowCount, line: extent.firstLine, rule: fault.rule,
        message: fault.message("the row", record.bytes, text.encoding),
        hint: fault.hint(text.encoding, isInResultFile: isResultFile))
    ]
  }

  /// Returns the errors in the text of the cells, one finding per cell.
  private func textFindings(_ record: CSVRecord, _ extent: CSVExtent) -> [Finding] {
    columns.indices.compactMap { column in
      let cell = record.cell(column)
      return TextFault(in: cell).map { fault in
        Finding(
          row: rowCount, line: extent.firstLine, column: columns.name(at: column),
          value: record.text(column), rule: fault.rule,
          message: fault.message("the cell", cell, text.encoding),
          hint: fault.hint(text.encoding, isInResultFile: isResultFile))
      }
    }
  }

  private func makeRow(unreadable record: CSVRecord, _ extent: CSVExtent, _ findings: [Finding]) -> SheetRow {
    var cells = (0..<record.keptCount).map { record.text($0) }
    // A result file is a sheet again. A row that could not be read must not become readable by being copied into one,
    // so it never has as many cells as the header.
    if cells.count == header.count { cells.append("") }
    return SheetRow(
      number: rowCount, line: extent.firstLine, content: .unreadable, findings: findings,
      input: CSVEncoder.record(cells))
  }
}
