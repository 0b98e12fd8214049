/// The delimiter that a sheet was written with, found out from its first rows.
enum DelimiterDetection {
  /// Candidates, the likelier first.
  static let candidates: [UInt8] = [.comma, UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]
  /// How many bytes of a sheet are looked at.
  static let headSize = 64 << 10
  private static let recordCount = 50

  /// What Excel means by a first line `sep=;`: the delimiter; `nil` when the sheet begins otherwise.
  static func said(byFirstLineOf head: [UInt8]) -> UInt8? {
    var line = head.prefix(9).prefix { $0 != .lineFeed && $0 != .carriageReturn }
    if line.count == 7, line.first == .quote, line.last == .quote { line = line.dropFirst().dropLast() }
    guard line.count == 5, let delimiter = line.last, delimiter < 0x80, delimiter != .quote,
      String(decoding: line.dropLast(), as: UTF8.self).lowercased() == "sep="
    else { return nil }
    return delimiter
  }

  /// The candidate under which the most of the first records have as many cells as the header.
  ///
  /// - Parameters:
  ///   - head: The first `headSize` bytes of the sheet, or all of them.
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

  /// Signs that others separate cells with, and that are not read.
  private static let strangers: [UInt8] = Array("^~:!#*\u{1}\u{1E}\u{1F}".utf8)

  /// The sign that seems to separate the cells of a sheet without a delimiter: every record has as many of them as the
  /// header.
  static func stranger(in head: [UInt8]) -> Unicode.Scalar? {
    strangers.first { sign in
      let counts = cellCounts(of: head, sign)
      return counts.count > 1 && counts[0] > 1 && counts.allSatisfy { $0 == counts[0] }
    }.map { Unicode.Scalar($0) }
  }

  /// How many cells each of the first records has under a delimiter; 0 for one that has stray quotes.
  private static func cellCounts(of head: [UInt8], _ delimiter: UInt8) -> [Int] {
    var counts: [Int] = []
    var endsAtHeadEnd = false
    HeadRecords.read(head, delimiter) { record in
      counts.append(record.isBroken ? 0 : record.cells.count)
      endsAtHeadEnd = record.isLast
    }
    // What a full head ends with is probably the first half of a record.
    if endsAtHeadEnd, head.count >= headSize, counts.count > 1 { counts.removeLast() }
    return counts
  }
}

/// The first records of a sheet, read before it is known what it is.
enum HeadRecords {
  private static let limit = 50

  struct Record {
    /// Where it begins.
    var line: Int
    var cells: CSVRecord
    /// Whether it has stray quotes.
    var isBroken: Bool
    /// How its last line ends.
    var end: LineEnd?
    /// Whether nothing of the head comes after it.
    var isLast: Bool
  }

  /// Calls `body` with each of the first fifty records that are not blank, a broken one up to the end of its line.
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
