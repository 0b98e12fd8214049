/// One row of a sheet as bytes, in memory that is valid until the next row is read.
///
/// Only a row that its format is certain about has this form: as many cells as the header, closed quotes, valid
/// UTF-8, no NUL, no U+FFFD, the usual line end. Every other row is a `SheetRow`, with its findings.
@safe public struct RowBytes {
  /// The number from 1, as in `SheetRow`.
  public let number: Int
  /// The physical line where the row begins, from 1.
  public let line: Int
  public let content: Content
  /// The row in the form of result files, without line end: the same as `SheetRow.input`.
  public let input: UnsafeRawBufferPointer

  @safe public enum Content {
    /// The cells of a CSV record.
    case cells(UnsafeBufferPointer<CellBytes>)
    /// The line of an object, not yet parsed.
    case object(UnsafeRawBufferPointer)
  }

  init(number: Int, line: Int, content: Content, input: UnsafeRawBufferPointer) {
    self.number = number
    self.line = line
    self.content = content
    unsafe self.input = unsafe input
  }
}

/// One cell of a CSV record.
@safe public struct CellBytes {
  /// The cell's text, without its quotes.
  public let text: UnsafeRawBufferPointer
  /// The cell's range in the row's `input`, between its quotes if it has any; quotes in the text are doubled there.
  public let place: Range<Int>

  public init(text: UnsafeRawBufferPointer, place: Range<Int>) {
    unsafe self.text = unsafe text
    self.place = place
  }
}
