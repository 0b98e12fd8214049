/// The encoding of a sheet's characters.
public enum SheetEncoding: String, Sendable, CaseIterable {
  case utf8 = "utf-8"
  /// Little or big endian by its byte order mark.
  case utf16 = "utf-16"
  /// The encoding of older Windows programs in Western Europe; never guessed, only given.
  case windows1252 = "windows-1252"
  /// ISO 8859-1; never guessed, only given.
  case latin1 = "latin-1"
}

/// The encoding that the first bytes of a sheet reveal, and the length of the mark itself.
struct EncodingMark: Equatable {
  var encoding: SheetEncoding
  var isBigEndian = false
  var length: Int

  /// Examines the first four bytes of a sheet, or fewer if it has no more.
  ///
  /// - Throws: `SheetError` if they are text in an encoding that must be given, or is not supported.
  init(_ head: [UInt8], said: SheetEncoding?, place: String) throws(SheetError) {
    let saveAsUTF8 = "save the sheet as CSV UTF-8"
    if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF]) {
      throw SheetError(
        .encoding, place: place, message: "the text is UTF-32, which is not read", hint: saveAsUTF8)
    }
    if head.starts(with: [0xEF, 0xBB, 0xBF]) {
      self.init(encoding: .utf8, length: 3)
    } else if head.starts(with: [0xFF, 0xFE]) {
      self.init(encoding: .utf16, length: 2)
    } else if head.starts(with: [0xFE, 0xFF]) {
      self.init(encoding: .utf16, isBigEndian: true, length: 2)
    } else {
      // Headers and JSON both begin with ASCII, which in UTF-16 has a zero in every second byte.
      let zeros = head.map { $0 == 0 }
      let isBigEndian = zeros == [true, false, true, false]
      let isLittleEndian = zeros == [false, true, false, true]
      switch said {
      case .utf16? where isBigEndian || isLittleEndian:
        self.init(encoding: .utf16, isBigEndian: isBigEndian, length: 0)
      case .utf16?:
        throw SheetError(
          .encoding, place: place, message: "the text has no byte order mark and does not look like UTF-16",
          hint: "leave the encoding out, or \(saveAsUTF8)")
      case let said?: self.init(encoding: said, length: 0)
      case nil where isBigEndian || isLittleEndian:
        throw SheetError(
          .encoding, place: place, message: "the text looks like UTF-16 without a byte order mark",
          hint: "say that the encoding is utf-16, or \(saveAsUTF8)")
      case nil: self.init(encoding: .utf8, length: 0)
      }
    }
  }

  private init(encoding: SheetEncoding, isBigEndian: Bool = false, length: Int) {
    self.encoding = encoding
    self.isBigEndian = isBigEndian
    self.length = length
  }
}
