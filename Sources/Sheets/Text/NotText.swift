/// Recognises files that users give as sheets and that are none, from their beginning.
enum NotText {
  /// The number of bytes of a file that are examined.
  static let headSize = 16

  private static let signatures: [(bytes: [UInt8], what: String, hint: String)] = {
    let save = "open it in the spreadsheet program and save it as CSV UTF-8"
    let unpack = "decompress it first; only gzip is read directly"
    return [
      (Array("PK\u{03}\u{04}".utf8), "an Excel or OpenDocument workbook or a zip archive", save),
      ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "an old Excel workbook", save),
      (Array("%PDF-".utf8), "a PDF document", "ask for the data as CSV UTF-8"),
      (Array("BZh".utf8), "compressed with bzip2", unpack),
      ([0xFD] + Array("7zXZ".utf8), "compressed with xz", unpack),
      ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd", unpack),
      (Array("PAR1".utf8), "a Parquet file", "export it as CSV UTF-8"),
      (Array("SQLite format 3\0".utf8), "an SQLite database", "export the table as CSV UTF-8"),
      ([0x89] + Array("PNG".utf8), "a picture", "ask for the data as CSV UTF-8"),
    ]
  }()

  /// Texts of other kinds by their beginning, in lower case.
  private static let texts: [(beginning: String, what: String, hint: String)] = [
    ("<!doctype html", "a web page", "download the sheet again, logged in"),
    ("<html", "a web page", "download the sheet again, logged in"),
    ("<table", "a web page's table", "open it in the spreadsheet program and save it as CSV UTF-8"),
    ("<?xml", "an XML document", "ask for the data as CSV UTF-8"),
    ("{\\rtf", "a rich text document", "save it as CSV UTF-8"),
  ]

  /// Texts that only Excel's XML has in its first lines.
  private static let workbookMarks = [
    "urn:schemas-microsoft-com:office:spreadsheet", "progid=\"excel.sheet\"",
  ]

  /// Checks the first characters of a decoded text.
  ///
  /// - Throws: `SheetError` of kind `notText` if it is known to be no sheet.
  static func check(text head: [UInt8], place: String) throws(SheetError) {
    let text = String(decoding: head, as: UTF8.self).lowercased().drop { $0.isWhitespace }
    guard var (_, what, hint) = texts.first(where: { text.hasPrefix($0.beginning) }) else { return }
    if workbookMarks.contains(where: { text.contains($0) }) {
      (what, hint) = (
        "an Excel workbook as XML", "open it in the spreadsheet program and save it as CSV UTF-8"
      )
    }
    throw SheetError(.notText, place: place, message: "is \(what), not a CSV or JSONL text", hint: hint)
  }

  /// - Throws: `SheetError` of kind `notText` if a file with these first bytes is known to be no sheet.
  static func check(_ head: [UInt8], place: String) throws(SheetError) {
    for signature in signatures where head.starts(with: signature.bytes) {
      throw SheetError(
        .notText, place: place, message: "is \(signature.what), not a CSV or JSONL text", hint: signature.hint
      )
    }
  }
}
