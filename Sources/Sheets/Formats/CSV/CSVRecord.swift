/// The cells of one record: their bytes end to end, and the end of each.
///
/// libcsv's callbacks fill it by appending only, and it is reused for the next record.
struct CSVRecord {
  /// The number of columns of a worksheet; further cells of a record are counted, not kept.
  static let cellLimit = 16_384

  private(set) var bytes: [UInt8] = []
  private var ends: [Int] = []
  /// The number of cells in the record.
  private(set) var count = 0
  /// Indicates that the record's end was reached.
  var isComplete = false

  /// The number of cells that are kept.
  var keptCount: Int { ends.count }

  mutating func append(_ cell: UnsafeRawBufferPointer) {
    count += 1
    guard ends.count < CSVRecord.cellLimit else { return }
    unsafe bytes.append(contentsOf: cell)
    ends.append(bytes.count)
  }

  mutating func removeAll() {
    // One enormous row must not occupy its memory until the end of the sheet.
    bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
    ends.removeAll(keepingCapacity: true)
    count = 0
    isComplete = false
  }

  /// Returns the range of a kept cell's bytes.
  func range(of cell: Int) -> Range<Int> { (cell == 0 ? 0 : ends[cell - 1])..<ends[cell] }

  /// Returns the bytes of a kept cell.
  func cell(_ index: Int) -> ArraySlice<UInt8> { bytes[range(of: index)] }

  /// Returns the text of a kept cell, with invalid UTF-8 replaced by U+FFFD.
  func text(_ index: Int) -> String { String(decoding: cell(index), as: UTF8.self) }

  /// Returns whether a cell contains only spaces and tabs.
  func isBlank(_ index: Int) -> Bool { cell(index).allSatisfy(\.isBlank) }

  /// Indicates that all cells are blank: an empty line, or one that a spreadsheet padded with delimiters.
  var isBlank: Bool { bytes.allSatisfy(\.isBlank) }
}

/// Writes records in the form of RFC 4180, with commas and without line ends.
struct CSVEncoder {
  private(set) var bytes: [UInt8] = []

  mutating func removeAll() { bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20) }

  /// Appends one cell, quoted if it contains a comma, a quote or a line end, or begins or ends with a blank.
  mutating func append(cell: UnsafeRawBufferPointer, isFirst: Bool) {
    if !isFirst { bytes.append(.comma) }
    guard let first = unsafe cell.first, let last = unsafe cell.last else { return }
    var isPlain = !first.isBlank && !last.isBlank
    var isQuoteFree = true
    for index in 0..<cell.count {
      switch unsafe cell[index] {
      case .comma, .lineFeed, .carriageReturn: isPlain = false
      case .quote:
        isPlain = false
        isQuoteFree = false
      default: break
      }
    }
    guard !isPlain else {
      unsafe bytes.append(contentsOf: cell)
      return
    }
    bytes.append(.quote)
    if isQuoteFree {
      unsafe bytes.append(contentsOf: cell)
    } else {
      for index in 0..<cell.count {
        let byte = unsafe cell[index]
        if byte == .quote { bytes.append(.quote) }
        bytes.append(byte)
      }
    }
    bytes.append(.quote)
  }

  /// Returns a record of these cells.
  static func record(_ cells: [String]) -> String {
    var encoder = CSVEncoder()
    for (index, cell) in cells.enumerated() {
      unsafe Array(cell.utf8).withUnsafeBytes { unsafe encoder.append(cell: $0, isFirst: index == 0) }
    }
    return String(decoding: encoder.bytes, as: UTF8.self)
  }
}
