/// The physical lines of a record, and its fault if it is broken.
struct CSVExtent {
  var firstLine: Int
  var lastLine: Int
  /// The line where the last quote was opened.
  var quoteLine: Int
  var fault: CSVFault?
  /// The index of the cell with the fault; `nil` if unknown.
  var faultyCell: Int?
  /// Indicates that the record ends with the sheet, not with its line.
  var isUnended = false
  /// Indicates that only the beginning of the record is kept.
  var isCut = false

  init(firstLine: Int) {
    self.firstLine = firstLine
    lastLine = firstLine
    quoteLine = firstLine
  }
}

/// The ways a record can break the rules of the format itself.
enum CSVFault: Equatable {
  case strayQuote(isAfterClosingQuote: Bool)
  case unclosedQuote
  case tooLong(limit: Int)
  /// A line end of a different kind than the sheet's.
  case lineEnd(LineEnds.Stray)

  /// The stable name of the rule that is broken.
  var rule: String {
    switch self {
    case .strayQuote: "stray-quote"
    case .unclosedQuote: "unclosed-quote"
    case .tooLong: "row-too-long"
    case .lineEnd: LineEnds.Stray.rule
    }
  }

  func message(_ extent: CSVExtent) -> String {
    words(extent) + (extent.isCut ? "; only its beginning is kept" : "")
  }

  private func words(_ extent: CSVExtent) -> String {
    let span =
      extent.lastLine > extent.firstLine
      ? "; lines \(extent.firstLine) to \(extent.lastLine) were taken as this one row" : ""
    switch self {
    case .strayQuote(isAfterClosingQuote: false):
      return "a quote stands in the middle of an unquoted cell\(span)"
    case .strayQuote(isAfterClosingQuote: true):
      return "text follows the closing quote of a cell\(span)"
    case .unclosedQuote:
      let count = extent.lastLine - extent.quoteLine + 1
      return
        "the quote opened in line \(extent.quoteLine) is never closed; everything from there to the end, "
        + "\(counted(count, "line")), was taken as one cell"
    case .tooLong(let limit):
      return "the row is longer than \(limit) bytes and was skipped\(span)"
    case .lineEnd(let stray): return stray.message("row")
    }
  }

  var hint: String {
    switch self {
    case .strayQuote: "put the whole cell in quotes and double each quote inside it"
    case .unclosedQuote: "close the quote where its cell ends; the rows after it were not read"
    case .tooLong: "look for a quote that is never closed, or make the row shorter"
    case .lineEnd: LineEnds.Stray.hint
    }
  }
}

/// Returns a number with its noun, in the plural except for one.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
