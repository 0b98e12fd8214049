/// A sheet that is text, for the formats that read one: its lines, and what to know about them.
struct SheetText {
  /// The sheet as the user named it.
  var place: String
  /// What the text was decoded from, for messages.
  var encoding: SheetEncoding
  /// What the user says; of a result file, what that says itself.
  var options: SheetOptions
  var lines: LineReader

  /// How the text begins; stays to be read.
  func head() throws(SheetError) -> [UInt8] { try lines.head(1024) }

  /// The finding for the last row of a sheet when its line does not end, as all others do.
  func unendedRow(_ row: Int, line: Int) -> Finding {
    Finding(
      options.isStrict ? .error : .warning, row: row, line: line, rule: "no-last-line-end",
      message:
        "the last row's line does not end, as all others do: the sheet may be cut off, or still being written",
      hint: "look whether the row is whole, and end its line")
  }
}
