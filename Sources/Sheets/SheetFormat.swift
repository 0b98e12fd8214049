/// How rows are written down in a sheet.
///
/// A new format is a case here and a folder in `Formats/`. Those that read bytes stand before those that read text: they are
/// asked first whether a sheet is theirs.
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

  /// Whether a header names the columns, so that rows are cells; else each row is an object that names its own values.
  public var hasHeader: Bool { reader.hasHeader }
}

/// Turns the bytes of one sheet into rows; each format has one, in its own folder in `Formats/`.
///
/// A row with an error among its findings is always `unreadable`, and an `unreadable` row always has one.
protocol SheetFormatReader: AnyObject {
  /// The endings of file names, in lower case and without the dot, that promise this format.
  static var endings: [String] { get }
  static var hasHeader: Bool { get }
  /// Whether a sheet with no telling name is in this format, by how its bytes or its text begin.
  static func recognises(_ content: SheetContent) throws(SheetError) -> Bool

  /// Reads what stands before the first row.
  ///
  /// - Throws: `SheetError` when that cannot be understood, so that no row could be.
  init(_ content: SheetContent) throws(SheetError)

  /// The delimiter in use, where the format has one.
  var delimiter: UInt8? { get }
  /// The names of the columns in order; empty when rows name their own values.
  var header: [String] { get }
  /// How it begins, to look for a header further down.
  var head: SheetHead { get }
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
  var head: SheetHead { SheetHead([]) }
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
  /// - Throws: `SheetError` of kind `format` when the name promises CSV and the text is JSON; when it is no sheet at all.
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

  /// The format of a sheet whose name says nothing; CSV when nothing in it is recognised, as any text is CSV.
  init(recognising content: SheetContent) throws(SheetError) {
    for format in SheetFormat.allCases where try format.reader.recognises(content) {
      self = format
      return
    }
    self = .csv
  }
}
