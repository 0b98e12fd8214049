/// A sheet that is text, for formats that read text: its lines, and facts about them.
struct SheetText {
  /// The sheet as the user named it.
  var place: String
  /// The original encoding of the text, for messages.
  var encoding: SheetEncoding
  /// The user's options; for a result file, its own.
  var options: SheetOptions
  var lines: LineReader

  /// Returns the beginning of the text without reading it.
  func head() throws(SheetError) -> [UInt8] { try lines.head(1024) }

  /// Returns the finding for a last row whose line does not end, unlike all others.
  func unendedRow(_ row: Int, line: Int) -> Finding {
    Finding(
      options.isStrict ? .error : .warning, row: row, line: line, rule: "no-last-line-end",
      message:
        "the last row's line does not end, as all others do: the sheet may be cut off, or still being written",
      hint: "check whether the row is whole, and end its line")
  }
}
