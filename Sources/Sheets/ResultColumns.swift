/// The columns, or members, that a result file has after those of the sheet.
///
/// A sheet that has them was a result file itself; they are skipped when it is read, and written again.
public enum ResultColumns {
  public static let names = [
    "_row", "_line", "_record_id", "_status", "_http_status", "_error_code", "_error", "_attempts", "_at",
  ]

  /// The column, or member, with the whole row if it has no cells of its own to show.
  public static let input = "_input"

  /// The number of them that is no coincidence.
  private static let certainty = 2

  /// Returns whether a CSV sheet with this header is a result file.
  static func areAmong(_ header: [String]) -> Bool { names.count { header.contains($0) } >= certainty }

  /// Returns whether a JSONL sheet with this beginning is a result file.
  static func areMembers(ofFirstLineIn head: [UInt8]) -> Bool {
    let line = String(decoding: head.prefix { $0 != .lineFeed }, as: UTF8.self)
    return names.count { line.contains("\"\($0)\":") } >= certainty
  }

  /// Returns the delimiter between them in a CSV sheet with this beginning; `nil` if it is no result file.
  static func delimiter(inHeaderOf head: [UInt8]) -> UInt8? {
    let text = String(decoding: head, as: UTF8.self)
    guard names.contains(where: text.contains) else { return nil }
    return DelimiterDetection.candidates.first { delimiter in
      let lines = LineReader(MemorySource(head), limit: head.count + 1)
      var parser = CSVParser(delimiter: delimiter)
      if DelimiterDetection.said(byFirstLineOf: head) != nil { _ = try? lines.next() }
      // A head in memory cannot fail to be read.
      while let line = try? lines.next() {
        switch unsafe parser.feed(line.bytes) {
        case .open, .empty: continue
        case .record where parser.record.isBlank: parser.clear()
        case .record, .strayQuote, .outOfMemory:
          return areAmong((0..<parser.record.keptCount).map { parser.record.text($0) })
        }
      }
      return false
    }
  }
}

extension SheetOptions {
  /// Returns these options adapted to a sheet that begins so.
  ///
  /// A result file describes itself: UTF-8 with the delimiter of its header, whatever the job says about the original
  /// sheet.
  ///
  /// - Parameter bytes: the sheet, decompressed, with its byte order mark if it has one.
  func fitting(_ bytes: PeekableSource, format: SheetFormat?) throws(SheetError) -> SheetOptions {
    guard encoding != nil || delimiter != nil else { return self }
    var head = try bytes.peek(DelimiterDetection.headSize)
    if let mark = try? EncodingMark(Array(head.prefix(4)), said: nil, place: "") {
      head.removeFirst(mark.length)
      // The form of a spreadsheet's "Unicode text".
      if mark.encoding == .utf16 { head = TranscodingSource.decoded(head, mark) }
    }
    var options = self
    if format?.hasHeader == false {
      // Our members come last, and the first row may be long.
      if !head.contains(.lineFeed) { head = try bytes.peek(rowLimit) }
      if ResultColumns.areMembers(ofFirstLineIn: head) { options.encoding = .utf8 }
    } else if let delimiter = ResultColumns.delimiter(inHeaderOf: head) {
      options.encoding = .utf8
      options.delimiter = delimiter
    }
    return options
  }
}
