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

  /// How many cells each of the first records has under a delimiter; 0 for one that has stray quotes.
  private static func cellCounts(of head: [UInt8], _ delimiter: UInt8) -> [Int] {
    let lines = LineReader(MemorySource(head), limit: headSize)
    var parser = CSVParser(delimiter: delimiter)
    var counts: [Int] = []
    var endsAtHeadEnd = false
    // A head in memory cannot fail to be read.
    while counts.count < recordCount, let line = try? lines.next() {
      let step = unsafe parser.feed(line.bytes)
      if step == .open { continue }
      if step != .empty, !parser.record.isBlank {
        counts.append(step == .record ? parser.record.count : 0)
        endsAtHeadEnd = lines.isAtEnd
      }
      parser.clear()
    }
    // What a full head ends with is probably the first half of a record.
    if endsAtHeadEnd, head.count >= headSize, counts.count > 1 { counts.removeLast() }
    return counts
  }
}
