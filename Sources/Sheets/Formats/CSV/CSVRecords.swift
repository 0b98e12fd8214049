/// Reads the lines of a CSV sheet as records, broken or not; `record` has the cells of the last one.
final class CSVRecords {
  private let lines: LineReader
  private let text: SheetText
  private let delimiter: UInt8
  private var parser: CSVParser
  private var lineEnds: LineEnds
  /// The bytes of records, and of lines that were read ahead in vain.
  private var bytesRead = 0
  private var bytesWasted = 0
  /// The allowed numbers of cells, once the header is read.
  private(set) var cellCounts: ClosedRange<Int>?
  /// Recognises regular records; `nil` while the header is read, and if records differ in their cells.
  private(set) var scanner: CSVScanner?

  init(of text: SheetText, _ delimiter: UInt8, _ lineEnds: LineEnds) {
    lines = text.lines
    self.text = text
    self.delimiter = delimiter
    self.lineEnds = lineEnds
    parser = CSVParser(delimiter: delimiter)
  }

  /// The cells of the last record.
  var record: CSVRecord {
    _read { yield parser.record }
  }

  /// Removes these cells.
  func clear() { parser.clear() }

  /// Reads lines until a record that is not blank has ended, broken or not.
  func next() throws(SheetError) -> CSVExtent? {
    var extent: CSVExtent?
    var size = 0
    while let line = try lines.next() {
      var current = extent ?? CSVExtent(firstLine: line.number)
      current.lastLine = line.number
      if line.isTooLong || size + line.textCount > text.options.rowLimit {
        return try skipRest(of: current, from: line)
      }
      size += unsafe line.bytes.count
      bytesRead += unsafe line.bytes.count
      let cellCount = parser.record.count
      let wasInQuotes = extent != nil
      switch unsafe parser.feed(line.bytes) {
      case .record where !parser.record.isBlank:
        current.isUnended = line.end == nil
        current.fault = lineEnds.next(line.end).map { .lineEnd($0) }
        if current.fault != nil { current.faultyCell = parser.record.count - 1 }
        return current
      case .record, .empty:
        lineEnds.pass(line.end)
        parser.clear()
        extent = nil
        size = 0
      case .open:
        // The same cell is still open only if no cell has ended in this line.
        if !wasInQuotes || parser.record.count > cellCount { current.quoteLine = line.number }
        extent = current
      case .strayQuote(let offset, let isAfterClosingQuote):
        return try readBroken(current, line, at: offset, isAfterClosingQuote: isAfterClosingQuote)
      case .outOfMemory:
        throw SheetError(
          .unreadable, place: "\(text.place):\(current.firstLine)",
          message: "not enough memory for a row of more than \(size) bytes")
      }
    }
    guard var extent else { return nil }
    unsafe parser.append(unfinishedCell: Array(parser.openCell))
    extent.fault = .unclosedQuote
    extent.faultyCell = parser.record.count - 1
    return extent
  }

  /// Ends the header: its line end does not count.
  func beginRows(cellCounts: ClosedRange<Int>) {
    self.cellCounts = cellCounts
    lineEnds.forget()
    if cellCounts.count == 1, cellCounts.lowerBound > 0, let usual = lineEnds.usual {
      scanner = CSVScanner(cellCount: cellCounts.lowerBound, delimiter: delimiter, lineEnd: usual)
    }
  }

  /// The number of the next line.
  var nextLine: Int { lines.number }

  /// Returns the next record, if it is in no way unusual; it stays the next one until `accept`.
  func peek() throws(SheetError) -> CSVScanner? {
    guard let scanner, lineEnds.isSettled else { return nil }
    while true {
      switch unsafe scanner.scan(lines.upcoming) {
      case .record: return scanner.length <= text.options.rowLimit ? scanner : nil
      case .unusual: return nil
      case .incomplete: guard try lines.extendUpcoming() else { return nil }
      }
    }
  }

  /// Skips the record that the scanner has found.
  func accept(_ scanner: CSVScanner) {
    bytesRead += scanner.length
    lines.pass(scanner.length, lines: scanner.lines)
  }

  // MARK: - Broken records

  /// Reads all that may belong to a record with a stray quote, so that no line of it is read as a row.
  ///
  /// - Parameter offset: the offset of the fault in its line.
  private func readBroken(
    _ start: CSVExtent, _ line: Line, at offset: Int, isAfterClosingQuote: Bool
  ) throws(SheetError) -> CSVExtent {
    var broken = unsafe BrokenRecord(
      extent: start, text: Array(parser.openCell) + Array(line.bytes[offset..<line.textCount]), end: line.end,
      balance: QuoteBalance(delimiter: delimiter, isAfterClosingQuote: isAfterClosingQuote))
    unsafe broken.balance.read(line.text.from(offset))
    broken.extent.fault = .strayQuote(isAfterClosingQuote: isAfterClosingQuote)
    broken.extent.faultyCell = parser.record.count
    while broken.surelyGoesOn, let next = try lines.next() { broken.take(next, limit: text.options.rowLimit) }
    if broken.mayGoOn, let whole = try lookAhead(broken) { broken = whole }
    _ = lineEnds.next(broken.end)
    parser.append(unfinishedCell: broken.text)
    return broken.extent
  }

  /// The number of bytes to look ahead for the end of a record that has probably ended.
  private static let reach = 64 << 10

  /// Returns a record that has probably ended, with the lines up to its possible later end.
  ///
  /// It is `nil` if there is no such end within reach, or if it would be in a line that looks like a separate row.
  private func lookAhead(_ record: BrokenRecord) throws(SheetError) -> BrokenRecord? {
    // Bytes that are read ahead in vain are read again, which must not add up.
    guard bytesWasted <= bytesRead + 4 << 20 else { return nil }
    var record = record
    lines.hold()
    var length = 0
    while length < CSVRecords.reach, let line = try lines.next() {
      length += line.textCount
      record.take(line, limit: text.options.rowLimit)
      guard !record.mayGoOn, line.isEnded else { continue }
      let count = unsafe QuoteBalance.cellCount(of: line.text, delimiter)
      if let count, let cellCounts, cellCounts.contains(count) { break }
      lines.release()
      return record
    }
    bytesWasted += length
    lines.rewind()
    return nil
  }

  private static let excerptSize = 200

  /// Skips a row that is too long and keeps only its beginning; only quotes and line ends count.
  private func skipRest(of extent: CSVExtent, from first: Line) throws(SheetError) -> CSVExtent {
    var extent = extent
    extent.isCut = true
    var isInQuotes = parser.isInQuotes
    // In its first line the row was not split into cells; in a later line the fault is in the open cell.
    if extent.firstLine < first.number { extent.faultyCell = parser.record.count }
    let opened = unsafe Array(parser.openCell.prefix(CSVRecords.excerptSize))
    // Bytes that come much later do not follow the beginning directly.
    let more =
      unsafe opened.count < CSVRecords.excerptSize ? Array(first.text.prefix(CSVRecords.excerptSize)) : []
    parser.append(unfinishedCell: opened + more)
    var line: Line? = first
    var end: LineEnd?
    while let piece = line {
      extent.lastLine = piece.number
      end = piece.end
      var quote = unsafe piece.text.offset(of: .quote)
      while let found = quote {
        isInQuotes.toggle()
        if isInQuotes { extent.quoteLine = piece.number }
        quote = unsafe piece.text.offset(of: .quote, from: found + 1)
      }
      if piece.isEnded, !isInQuotes { break }
      line = try lines.next()
    }
    _ = lineEnds.next(end)
    extent.fault = isInQuotes ? .unclosedQuote : .tooLong(limit: text.options.rowLimit)
    return extent
  }
}

/// A record with a stray quote, as far as it has been read.
private struct BrokenRecord {
  var extent: CSVExtent
  /// The text from the cell with the fault on.
  var text: [UInt8]
  /// The end of its last line.
  var end: LineEnd?
  var balance: QuoteBalance
  /// Indicates that its last line was read to its end.
  private var isLineEnded = true

  init(extent: CSVExtent, text: [UInt8], end: LineEnd?, balance: QuoteBalance) {
    self.extent = extent
    self.text = text
    self.end = end
    self.balance = balance
  }

  private var spansLines: Bool { extent.lastLine > extent.firstLine }

  /// Indicates that it cannot have ended: its quotes do not balance, and no quote seems to end a record of one line.
  var surelyGoesOn: Bool { !isLineEnded || balance.isOpen && (spansLines || !balance.looksClosed) }

  /// Indicates that it may still continue, as far as its quotes show.
  var mayGoOn: Bool { balance.isOpen || spansLines && balance.isCellOpen }

  /// Takes in one more line, or a piece of one.
  mutating func take(_ line: Line, limit: Int) {
    extent.lastLine = line.number
    if unsafe text.count + line.bytes.count <= limit {
      text.append(.lineFeed)
      unsafe text += line.text
    } else {
      extent.isCut = true
    }
    end = line.end
    isLineEnded = line.isEnded
    unsafe balance.read(line.text, isEnded: line.isEnded)
  }
}
