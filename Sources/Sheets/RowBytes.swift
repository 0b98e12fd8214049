/// One row of a sheet as bytes, in memory that is valid until the sheet is asked for another.
///
/// Only a row of which its format is certain comes like this: as many cells as the header has, closed quotes, valid
/// UTF-8, no NUL, no U+FFFD, a line end as the others have. Every other row comes as a `SheetRow`, with its findings.
@safe public struct RowBytes {
  /// Counted from 1, as in `SheetRow`.
  public let number: Int
  /// The physical line the row begins at, from 1.
  public let line: Int
  public let content: Content
  /// The row as result files have it, without line end: what `SheetRow.input` would be.
  public let input: UnsafeRawBufferPointer

  @safe public enum Content {
    /// The cells of a CSV record.
    case cells(UnsafeBufferPointer<CellBytes>)
    /// The line of an object, which nobody has parsed.
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
  /// What it says, without its quotes.
  public let text: UnsafeRawBufferPointer
  /// Where it stands in the row's `input`, between its quotes if it has any; these bytes double each quote of the text.
  public let place: Range<Int>

  public init(text: UnsafeRawBufferPointer, place: Range<Int>) {
    unsafe self.text = unsafe text
    self.place = place
  }
}
