/// The first lines of a CSV sheet, to look for a header that is not the first of them.
public struct SheetHead: Sendable {
  /// The number of bytes that are kept.
  static let size = 16 << 10

  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The first records under each possible delimiter: the line where each begins, and its cells.
  public var readings: [[(line: Int, cells: [String])]] {
    DelimiterDetection.candidates.map { delimiter in
      var records: [(line: Int, cells: [String])] = []
      HeadRecords.read(bytes, delimiter) { record in
        let cells = (0..<record.cells.keptCount).map { String(record.cells.text($0).trimmingBlanks()) }
        records.append((record.line, cells))
      }
      return records
    }
  }
}
