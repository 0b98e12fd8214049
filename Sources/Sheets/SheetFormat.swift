/// How rows are written down in a sheet.
///
/// A new format is a case here and a file in `Formats/`.
public enum SheetFormat: String, Sendable, CaseIterable {
  /// Comma-separated values (RFC 4180) and their relatives with other delimiters.
  case csv
  /// One JSON object per line.
  case jsonl

  var reader: any SheetFormatReader.Type {
    switch self {
    case .csv: CSVReader.self
    case .jsonl: JSONLReader.self
    }
  }
}

/// Turns the lines of one sheet into rows; each format has one, in its own file in `Formats/`.
///
/// A row with an error among its findings is always `unreadable`, and an `unreadable` row always has one.
protocol SheetFormatReader: AnyObject {
  /// The endings of file names, in lower case and without the dot, that promise this format.
  static var endings: [String] { get }
  /// Whether a sheet with no telling name that begins with these bytes is in this format.
  static func recognises(_ head: [UInt8]) -> Bool

  /// Reads what stands before the first row.
  ///
  /// - Throws: `SheetError` when that cannot be understood, so that no row could be.
  init(_ lines: LineReader, of text: SheetText) throws(SheetError)

  /// The delimiter in use, where the format has one.
  var delimiter: UInt8? { get }
  /// The names of the columns in order; empty when rows name their own values.
  var header: [String] { get }
  /// What is wrong with the header.
  var findings: [Finding] { get }
  /// What is worth knowing of the rows as a whole, once they were read.
  var closingFindings: [Finding] { get }
  /// The next row; `nil` at the end and ever after.
  func next() throws(SheetError) -> SheetRow?

  /// The next row as bytes, if the format is certain that `next` would find nothing wrong with it; it stays the next one
  /// until `accept`.
  func peek() throws(SheetError) -> RowBytes?
  /// Passes over the row that `peek` has shown.
  func accept()
}

extension SheetFormatReader {
  // A format that is certain of nothing has all its rows read by `next`.
  func peek() -> RowBytes? { nil }
  func accept() {}
}

/// What a format's reader needs to know about the sheet beside its lines.
struct SheetText {
  /// The sheet as the user named it.
  var place: String
  /// What the text was decoded from, for messages.
  var encoding: SheetEncoding
  var options: SheetOptions

  /// The finding for the last row of a sheet when its line does not end, as all others do.
  func unendedRow(_ row: Int, line: Int) -> Finding {
    Finding(
      options.isStrict ? .error : .warning, row: row, line: line, rule: "no-last-line-end",
      message:
        "the last row's line does not end, as all others do: the sheet may be cut off, or still being written",
      hint: "look whether the row is whole, and end its line")
  }
}

extension SheetFormat {
  /// The format that a file's name promises, with or without `.gz` at its end.
  init?(nameOfFile path: String) {
    var name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
    if name.hasSuffix(".gz") { name.removeLast(3) }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let ending = parts.last,
      let format = SheetFormat.allCases.first(where: { $0.reader.endings.contains(String(ending)) })
    else { return nil }
    self = format
  }

  /// The format of a sheet: what was said, else what its name promises, else what it looks like.
  ///
  /// - Throws: `SheetError` of kind `format` when the name promises CSV and the text is JSON.
  init(head: [UInt8], place: String, said: SheetFormat?) throws(SheetError) {
    let named = SheetFormat(nameOfFile: place)
    if said == nil, named == .csv, JSONLReader.recognises(head) {
      throw SheetError(
        .format, place: place, message: "the sheet looks like JSON, but its name promises CSV",
        hint: "name it .jsonl, or say what it is with --format jsonl")
    }
    self = said ?? named ?? SheetFormat(recognising: head)
  }

  /// The format of a sheet whose name says nothing; CSV when nothing in it is recognised, as any text is CSV.
  init(recognising head: [UInt8]) {
    self = SheetFormat.allCases.first { $0.reader.recognises(head) } ?? .csv
  }
}
