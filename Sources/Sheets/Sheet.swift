/// An update sheet, read row by row in memory that does not grow with its length.
///
///     let sheet = try Sheet(path: "incidents.csv")
///     while let row = try sheet.next() { … }
///
/// One thread at a time.
public final class Sheet {
  public let format: SheetFormat
  /// What its characters are written in; `nil` for a format that is not text.
  public var encoding: SheetEncoding? { content.encoding }
  /// What separates the cells of a CSV sheet, given or detected.
  public var delimiter: UInt8? { reader.delimiter }
  /// Whether the file is gzip, told by its content and not by its name.
  public let isCompressed: Bool
  /// The names of a CSV sheet's columns in order, without those that are empty; none for JSONL.
  public var header: [String] { reader.header }
  /// What is wrong with the header: names that stand twice, and missing names above data in the first rows.
  public var findings: [Finding] { reader.findings }
  /// What is worth knowing of the sheet as a whole, once `next` has returned `nil`.
  public var closingFindings: [Finding] {
    isAtEnd ? reader.closingFindings + content.closingFindings : []
  }
  /// Whether it has no rows.
  public let isEmpty: Bool
  /// The first lines as CSV, under whatever delimiter, of a sheet whose header may stand further down.
  public var head: SheetHead { reader.head }
  /// Size and hash of its text, once `next` has returned `nil`.
  public var digest: SheetDigest? { isAtEnd ? hashed.digest : nil }

  private let reader: any SheetFormatReader
  private let content: SheetContent
  private let hashed: HashingSource
  private var firstRow: SheetRow?
  private var isAtEnd = false

  /// Opens a sheet, finds out what was left open in the options, and reads its header.
  ///
  /// - Throws: `SheetError` when there is no such file, when it is no sheet, or when it has no rows and may not be
  ///   without.
  public convenience init(path: String, options: SheetOptions = SheetOptions()) throws(SheetError) {
    try self.init(try FileSource(path: path), place: path, options: options)
  }

  /// Reads a sheet from any source.
  ///
  /// - Parameter place: What to call the sheet in messages; its ending counts as that of a file.
  init(_ source: any ByteSource, place: String, options: SheetOptions) throws(SheetError) {
    let file = PeekableSource(source)
    isCompressed = try GzipSource.isAhead(in: file)
    hashed = HashingSource(isCompressed ? try GzipSource(file, place: place) : file)
    content = SheetContent(hashed, place: place, options: options)
    format = try SheetFormat(of: content)
    reader = try format.reader.init(content)
    firstRow = try reader.next()
    isEmpty = firstRow == nil
    guard isEmpty else { return }
    // Only a header tells a sheet without rows from one that was lost.
    guard options.allowsEmpty, !format.hasHeader || !reader.header.isEmpty else {
      throw SheetError(
        .empty, place: place,
        message: reader.header.isEmpty ? "the sheet is empty" : "the sheet has a header and no rows",
        hint: "check that it was saved with its rows"
          + (reader.header.isEmpty ? "" : "; --allow-empty takes a sheet without any"))
    }
  }

  /// The next row; `nil` at the end.
  ///
  /// - Throws: `SheetError` when the world fails, such as a disk or a cut-off compressed file, and at the end of a file
  ///   that was written to meanwhile. What is wrong with a row is among the row's findings, and reading goes on.
  public func next() throws(SheetError) -> SheetRow? {
    if let row = firstRow {
      firstRow = nil
      return row
    }
    guard !isAtEnd else { return nil }
    if let row = try reader.next() { return row }
    isAtEnd = true
    return nil
  }
}

extension Sheet {
  /// The next row as bytes, if there is nothing unusual about it; it stays the next one until `accept`.
  ///
  /// - Returns: `nil` for a row that `next` has to read, and at the end.
  /// - Throws: as `next`.
  public func peek() throws(SheetError) -> RowBytes? {
    guard firstRow == nil, !isAtEnd else { return nil }
    return try reader.peek()
  }

  /// Passes over the row that `peek` has shown.
  public func accept() { reader.accept() }
}

/// A sheet holds the place it has read up to, which two threads would tear apart.
@available(*, unavailable)
extension Sheet: Sendable {}
