/// An update sheet, read row by row in memory that does not grow with its length.
///
///     let sheet = try Sheet(path: "incidents.csv")
///     while let row = try sheet.next() { … }
///
/// One thread at a time.
public final class Sheet {
  public let format: SheetFormat
  /// The encoding of its characters; `nil` for a format that is not text.
  public var encoding: SheetEncoding? { content.encoding }
  /// The delimiter of a CSV sheet, given or detected.
  public var delimiter: UInt8? { reader.delimiter }
  /// Indicates a gzip file, recognised by its content and not by its name.
  public let isCompressed: Bool
  /// The names of a CSV sheet's columns in order, without empty ones; none for JSONL.
  public var header: [String] { reader.header }
  /// The errors of the header: duplicate names, and missing names above data in the first rows.
  public var findings: [Finding] { reader.findings }
  /// The findings about the sheet as a whole, once `next` has returned `nil`.
  public var closingFindings: [Finding] {
    isAtEnd ? reader.closingFindings + content.closingFindings : []
  }
  /// Indicates that it has no rows.
  public let isEmpty: Bool
  /// The first lines as CSV, under any delimiter, of a sheet whose header may be further down.
  public var head: SheetHead { reader.head }
  /// The size and hash of its text, once `next` has returned `nil`.
  public var digest: SheetDigest? { isAtEnd ? hashed.digest : nil }

  private let reader: any SheetFormatReader
  private let content: SheetContent
  private let hashed: HashingSource
  private var firstRow: SheetRow?
  private var isAtEnd = false

  /// Opens a sheet, detects what the options leave open, and reads its header.
  ///
  /// - Throws: `SheetError` if there is no such file, if it is no sheet, or if it has no rows and must have some.
  public convenience init(path: String, options: SheetOptions = SheetOptions()) throws(SheetError) {
    try self.init(try FileSource(path: path), place: path, options: options)
  }

  /// Reads a sheet from any source.
  ///
  /// - Parameter place: the sheet's name in messages; its extension counts as that of a file.
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
    // Only a header distinguishes a sheet without rows from a lost one.
    guard options.allowsEmpty, !format.hasHeader || !reader.header.isEmpty else {
      throw SheetError(
        .empty, place: place,
        message: reader.header.isEmpty ? "the sheet is empty" : "the sheet has a header and no rows",
        hint: "check that it was saved with its rows"
          + (reader.header.isEmpty ? "" : "; --allow-empty accepts a sheet without any"))
    }
  }

  /// Returns the next row; `nil` at the end.
  ///
  /// - Throws: `SheetError` for failures such as a disk or a cut-off compressed file, and at the end of a file that
  ///   was written to meanwhile. Errors of a row are among its findings, and reading continues.
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
  /// Returns the next row as bytes, if it is in no way unusual; it stays the next one until `accept`.
  ///
  /// - Returns: `nil` for a row that `next` must read, and at the end.
  /// - Throws: as `next`.
  public func peek() throws(SheetError) -> RowBytes? {
    guard firstRow == nil, !isAtEnd else { return nil }
    return try reader.peek()
  }

  /// Skips the row that `peek` has returned.
  public func accept() { reader.accept() }
}

/// A sheet keeps its current place, which two threads would corrupt.
@available(*, unavailable)
extension Sheet: Sendable {}
