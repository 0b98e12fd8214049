/// Finds the end of a broken record: the end of the line in which its quotes balance again.
///
/// It reads from the fault on. Outside quotes a delimiter ends a cell and a line end the record. In a cell that does
/// not begin with a quote, quotes have no meaning.
struct QuoteBalance {
  private enum Place {
    case atCellStart
    case inPlainCell
    case outsideQuotes
    case inQuotes
  }

  private let delimiter: UInt8
  private var place: Place
  /// Indicates that a line ended within quotes, so that the record continues in the next one.
  var isOpen: Bool { place == .inQuotes }
  /// Indicates that the last quote in the line seems to close its cell: only a delimiter or the line's end comes
  /// after it.
  private(set) var looksClosed = false
  /// Indicates that no quote since the fault seems to close the cell.
  private(set) var isCellOpen: Bool

  /// - Parameter isAfterClosingQuote: the fault is in a cell that begins with a quote.
  init(delimiter: UInt8, isAfterClosingQuote: Bool) {
    self.delimiter = delimiter
    place = isAfterClosingQuote ? .outsideQuotes : .inPlainCell
    isCellOpen = isAfterClosingQuote
  }

  /// Takes in a line, or the rest of one, without its end.
  ///
  /// - Parameter isEnded: the line is complete with it.
  mutating func read(_ line: UnsafeRawBufferPointer, isEnded: Bool = true) {
    looksClosed = false
    var index = 0
    while index < line.count {
      let byte = unsafe line[index]
      if byte == .quote, isCellOpen { isCellOpen = unsafe !Self.endsCell(line, after: index, delimiter) }
      switch place {
      case .inQuotes where byte == .quote: place = .outsideQuotes
      case .inQuotes:
        index = unsafe line.offset(of: .quote, from: index) ?? line.count
        continue
      case .atCellStart where byte == .quote, .outsideQuotes where byte == .quote:
        place = .inQuotes
        looksClosed = unsafe Self.endsCell(line, after: index, delimiter)
      case _ where byte == delimiter: place = .atCellStart
      case .atCellStart where !byte.isBlank: place = .inPlainCell
      default: break
      }
      index += 1
    }
    if isEnded, !isOpen { place = .atCellStart }
  }

  /// Returns whether only blanks come between a place in a line and the end of its cell.
  private static func endsCell(_ line: UnsafeRawBufferPointer, after index: Int, _ delimiter: UInt8) -> Bool {
    var next = index + 1
    while next < line.count, unsafe line[next].isBlank, unsafe line[next] != delimiter { next += 1 }
    return unsafe next == line.count || line[next] == delimiter
  }

  /// Returns the number of cells of a line with undoubled quotes, if its first quote opens a cell.
  ///
  /// It is `nil` if that quote is elsewhere: then the line more likely is a piece of a cell.
  static func cellCount(of line: UnsafeRawBufferPointer, _ delimiter: UInt8) -> Int? {
    var count = 1
    var place = Place.atCellStart
    var hasQuote = false
    for index in 0..<line.count {
      let byte = unsafe line[index]
      switch place {
      case .inQuotes:
        if byte == .quote, unsafe endsCell(line, after: index, delimiter) { place = .outsideQuotes }
      case _ where byte == delimiter:
        count += 1
        place = .atCellStart
      case .atCellStart where byte == .quote:
        place = .inQuotes
        hasQuote = true
      case .inPlainCell where byte == .quote && !hasQuote: return nil
      case .atCellStart where !byte.isBlank: place = .inPlainCell
      default: break
      }
    }
    return count
  }
}
