/// The content of a sheet: its bytes, decompressed, and the lines of text for formats that are text.
final class SheetContent {
  /// The sheet as the user named it; its extension counts as that of a file.
  let place: String
  let options: SheetOptions
  /// The sheet from its first byte, for a format that is no text.
  ///
  /// A reader that uses the text must not use the bytes.
  let bytes: PeekableSource
  private var opened: SheetText?

  init(_ source: any ByteSource, place: String, options: SheetOptions) {
    bytes = PeekableSource(source)
    self.place = place
    self.options = options
  }

  /// Returns the sheet as text in any encoding; always the same lines, each of which is read once.
  ///
  /// - Throws: `SheetError` if it is known to be no text, or its encoding must be given or is not supported.
  func text() throws(SheetError) -> SheetText {
    if let opened { return opened }
    try NotText.check(bytes.peek(NotText.headSize), place: place)
    let options = try options.fitting(bytes, format: options.format ?? SheetFormat(nameOfFile: place))
    let mark = try EncodingMark(bytes.peek(4), said: options.encoding, place: place)
    bytes.drop(mark.length)
    let lines = LineReader(
      mark.encoding == .utf8 ? bytes : TranscodingSource(bytes, mark), limit: options.rowLimit)
    let text = SheetText(place: place, encoding: mark.encoding, options: options, lines: lines)
    try NotText.check(text: text.head(), place: place)
    opened = text
    return text
  }

  /// The encoding of its characters; `nil` for a sheet that is not read as text.
  var encoding: SheetEncoding? { opened?.encoding }

  /// The findings about the text as a whole, once it has been read.
  var closingFindings: [Finding] {
    guard let lines = opened?.lines, lines.endOfFileMarks > 0 else { return [] }
    return [
      Finding(
        .warning, row: 0, line: lines.number, rule: "end-of-file-mark",
        message: "the sheet ends in Ctrl-Z (U+001A), the end mark of DOS programs; it was ignored",
        hint: "compare the last row with its source")
    ]
  }
}
