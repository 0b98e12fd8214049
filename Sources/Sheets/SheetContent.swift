/// What a sheet consists of: its bytes, decompressed; and, for the formats that are text, the lines of that text.
final class SheetContent {
  /// The sheet as the user named it; its ending counts as that of a file.
  let place: String
  let options: SheetOptions
  /// The sheet from its first byte, for a format that is no text.
  ///
  /// Whoever takes the text leaves it alone.
  let bytes: PeekableSource
  private var opened: SheetText?

  init(_ source: any ByteSource, place: String, options: SheetOptions) {
    bytes = PeekableSource(source)
    self.place = place
    self.options = options
  }

  /// The sheet as text in whatever encoding it is; always the same lines, of which each is read once.
  ///
  /// - Throws: `SheetError` when it is known to be no text, or one in an encoding that must be said or is not read.
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

  /// What its characters are written in; `nil` for a sheet that is not read as text.
  var encoding: SheetEncoding? { opened?.encoding }

  /// What is wrong with the text as a whole, once it has been read.
  var closingFindings: [Finding] {
    guard let lines = opened?.lines, lines.endOfFileMarks > 0 else { return [] }
    return [
      Finding(
        .warning, row: 0, line: lines.number, rule: "end-of-file-mark",
        message: "the sheet ends in Ctrl-Z (U+001A), with which DOS programs end a text; it was left out",
        hint: "compare the last row with its source")
    ]
  }
}
