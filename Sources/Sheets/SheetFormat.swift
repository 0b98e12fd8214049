/// The format of a sheet's rows.
///
/// A new format is a case here and a folder in `Formats/`. Formats that read bytes come before those that read text,
/// because they are the first to be tried.
public enum SheetFormat: String, Sendable, CaseIterable {
  /// Comma-separated values (RFC 4180) and variants with other delimiters.
  case csv
  /// One JSON object per line.
  case jsonl

  var reader: any SheetFormatReader.Type {
    switch self {
    case .csv: CSVReader.self
    case .jsonl: JSONLReader.self
    }
  }

  /// Indicates a header that names the columns, so that rows are cells; else each row is an object with its own
  /// names.
  public var hasHeader: Bool { reader.hasHeader }
}

/// Turns the bytes of one sheet into rows; each format has one reader, in its own folder in `Formats/`.
///
/// A row with an error among its findings is always `unreadable`, and an `unreadable` row always has one.
protocol SheetFormatReader: AnyObject {
  /// The file extensions of this format, in lower case and without the dot.
  static var endings: [String] { get }
  static var hasHeader: Bool { get }
  /// Returns whether a sheet with an uninformative name has this format, from the beginning of its bytes or text.
  static func recognises(_ content: SheetContent) throws(SheetError) -> Bool

  /// Reads the part before the first row.
  ///
  /// - Throws: `SheetError` if that is unreadable, so that no row could be read.
  init(_ content: SheetContent) throws(SheetError)

  /// The delimiter in use, if the format has one.
  var delimiter: UInt8? { get }
  /// The names of the columns in order; empty if rows have their own names.
  var header: [String] { get }
  /// The beginning, to look for a header further down.
  var head: SheetHead { get }
  /// The errors of the header.
  var findings: [Finding] { get }
  /// The findings about the rows as a whole, once they were read.
  var closingFindings: [Finding] { get }
  /// Returns the next row; `nil` at the end and ever after.
  func next() throws(SheetError) -> SheetRow?

  /// Returns the next row as bytes, if `next` certainly would find no error in it.
  ///
  /// It stays the next one until `accept`.
  func peek() throws(SheetError) -> RowBytes?
  /// Skips the row that `peek` has returned.
  func accept()
}

extension SheetFormatReader {
  // A format without a fast path has all its rows read by `next`.
  func peek() -> RowBytes? { nil }
  func accept() {}
  var head: SheetHead { SheetHead([]) }
}

extension SheetFormat {
  /// Creates the format of a file's extension, with or without `.gz` at its end.
  init?(nameOfFile path: String) {
    var name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
    if name.hasSuffix(".gz") { name.removeLast(3) }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let ending = parts.last,
      let format = SheetFormat.allCases.first(where: { $0.reader.endings.contains(String(ending)) })
    else { return nil }
    self = format
  }

  /// Creates the format of a sheet: the given one, else that of its name, else that of its content.
  ///
  /// - Throws: `SheetError` of kind `format` if the name means CSV and the text is JSON, or if it is no sheet at all.
  init(of content: SheetContent) throws(SheetError) {
    let named = SheetFormat(nameOfFile: content.place)
    if content.options.format == nil, named == .csv, try JSONLReader.recognises(content) {
      throw SheetError(
        .format, place: content.place, message: "the sheet looks like JSON, but its name promises CSV",
        hint: "name it .jsonl, or say what it is with --format jsonl")
    }
    if let format = content.options.format ?? named {
      self = format
    } else {
      try self.init(recognising: content)
    }
  }

  /// Creates the format of a sheet with an uninformative name; CSV by default, as any text is CSV.
  init(recognising content: SheetContent) throws(SheetError) {
    for format in SheetFormat.allCases where try format.reader.recognises(content) {
      self = format
      return
    }
    self = .csv
  }
}
