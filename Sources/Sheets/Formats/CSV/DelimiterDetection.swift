/// Detects the delimiter of a sheet from its first rows.
enum DelimiterDetection {
  /// The candidates, most likely first.
  static let candidates: [UInt8] = [.comma, UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]
  /// The number of bytes of a sheet that are examined.
  static let headSize = 64 << 10
  private static let recordCount = 50

  /// Returns the delimiter in Excel's first line `sep=;`; `nil` if the sheet begins differently.
  static func said(byFirstLineOf head: [UInt8]) -> UInt8? {
    var line = head.prefix(9).prefix { $0 != .lineFeed && $0 != .carriageReturn }
    if line.count == 7, line.first == .quote, line.last == .quote { line = line.dropFirst().dropLast() }
    guard line.count == 5, let delimiter = line.last, delimiter < 0x80, delimiter != .quote,
      String(decoding: line.dropLast(), as: UTF8.self).lowercased() == "sep="
    else { return nil }
    return delimiter
  }

  /// Returns the candidate under which most of the first records have as many cells as the header.
  ///
  /// - Parameters:
  ///   - head: the first `headSize` bytes of the sheet, or all of them.
  static func delimiter(of head: [UInt8]) -> UInt8 {
    var best: (delimiter: UInt8, agreeing: Int, cells: Int) = (.comma, 0, 1)
    for delimiter in candidates {
      let counts = cellCounts(of: head, delimiter)
      guard let cells = counts.first, cells > 1 else { continue }
      let agreeing = counts.count { $0 == cells }
      if (agreeing, cells) > (best.agreeing, best.cells) { best = (delimiter, agreeing, cells) }
    }
    return best.delimiter
  }

  /// Characters that other programs separate cells with, and that are not supported.
  private static let otherSeparators: [UInt8] = Array("^~:!#*\u{1}\u{1E}\u{1F}".utf8)

  /// Returns the character that seems to separate the cells of a sheet without a delimiter.
  ///
  /// Every record has as many of them as the header.
  static func otherSeparator(in head: [UInt8]) -> Unicode.Scalar? {
    otherSeparators.first { sign in
      let counts = cellCounts(of: head, sign)
      return counts.count > 1 && counts[0] > 1 && counts.allSatisfy { $0 == counts[0] }
    }.map { Unicode.Scalar($0) }
  }

  /// Returns the number of cells of each of the first records under a delimiter; 0 for stray quotes.
  private static func cellCounts(of head: [UInt8], _ delimiter: UInt8) -> [Int] {
    var counts: [Int] = []
    var endsAtHeadEnd = false
    HeadRecords.read(head, delimiter) { record in
      counts.append(record.isBroken ? 0 : record.cells.count)
      endsAtHeadEnd = record.isLast
    }
    // A full head probably ends within a record.
    if endsAtHeadEnd, head.count >= headSize, counts.count > 1 { counts.removeLast() }
    return counts
  }
}

/// The first records of a sheet whose format is not known yet.
enum HeadRecords {
  private static let limit = 50

  struct Record {
    /// The line where it begins.
    var line: Int
    var cells: CSVRecord
    /// Indicates stray quotes.
    var isBroken: Bool
    /// The end of its last line.
    var end: LineEnd?
    /// Indicates that the head ends with it.
    var isLast: Bool
  }

  /// Calls `body` with each of the first fifty records that are not blank; a broken one ends with its line.
  static func read(_ head: [UInt8], _ delimiter: UInt8, _ body: (Record) -> Void) {
    let lines = LineReader(MemorySource(head), limit: head.count)
    var parser = CSVParser(delimiter: delimiter)
    var count = 0
    var firstLine: Int?
    // A head in memory cannot fail to be read.
    while count < limit, let line = try? lines.next() {
      let step = unsafe parser.feed(line.bytes)
      firstLine = firstLine ?? line.number
      if step == .open { continue }
      if step != .empty, !parser.record.isBlank {
        body(
          Record(
            line: firstLine ?? line.number, cells: parser.record, isBroken: step != .record, end: line.end,
            isLast: lines.isAtEnd))
        count += 1
      }
      firstLine = nil
      parser.clear()
    }
  }
}
