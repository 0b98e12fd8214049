/// Files that people give for sheets and that are none, told by how they begin.
enum NotText {
  /// How many bytes of a file are looked at.
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
      (Array("<!doctype html".utf8), "a web page", "download the sheet again, logged in"),
      (Array("<html".utf8), "a web page", "download the sheet again, logged in"),
    ]
  }()

  /// - Throws: `SheetError` of kind `notText` when a file with these first bytes is known to be no sheet.
  static func check(_ head: [UInt8], place: String) throws(SheetError) {
    let lowered = head.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    for signature in signatures
    where head.starts(with: signature.bytes) || lowered.starts(with: signature.bytes) {
      throw SheetError(
        .notText, place: place, message: "is \(signature.what), not a CSV or JSONL text", hint: signature.hint
      )
    }
  }
}
