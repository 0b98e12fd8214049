/// The faults that make a text unfit as data although its shape is right.
enum TextFault {
  case nul
  /// Bytes that are no character, from that offset on.
  case undecodable(Int)
  /// U+FFFD, which other programs write for a lost character.
  case lostCharacter

  /// The bytes of U+FFFD in UTF-8.
  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  /// Returns whether a text might have a fault; a fast check.
  static func isPossible(in bytes: UnsafeRawBufferPointer) -> Bool {
    unsafe bytes.offset(of: 0) != nil || bytes.offset(of: replacement[0]) != nil
  }

  /// Finds the first fault of UTF-8 text, if there is one.
  init?(in bytes: some Collection<UInt8>) {
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var offset = 0
    while true {
      switch parser.parseScalar(from: &rest) {
      case .valid(let scalar):
        if scalar.count == 1, scalar.first == 0 {
          self = .nul
          return
        }
        if scalar.elementsEqual(TextFault.replacement) {
          self = .lostCharacter
          return
        }
        offset += scalar.count
      case .error:
        self = .undecodable(offset)
        return
      case .emptyInput: return nil
      }
    }
  }

  /// The stable name of the rule that the fault breaks.
  var rule: String {
    switch self {
    case .nul: "nul-byte"
    case .undecodable: Finding.encodingRule
    case .lostCharacter: "lost-character"
    }
  }

  /// Returns the fault in words, about `subject`.
  func message(_ subject: String, _ text: some BidirectionalCollection<UInt8>, _ encoding: SheetEncoding)
    -> String
  {
    switch self {
    case .nul:
      let tail = text.reversed().prefix { $0 == 0 }.count
      if tail == text.count { return "\(subject) is nothing but NUL bytes, \(tail) of them" }
      let isTail = text.dropLast(tail).allSatisfy { $0 != 0 }
      return isTail ? "\(subject) ends in \(counted(tail, "NUL byte"))" : "\(subject) holds a NUL byte"
    case .lostCharacter:
      return "\(subject) holds U+FFFD, the sign for a character that an earlier program lost"
    case .undecodable(let offset):
      guard encoding != .utf8 else { return "\(subject) is not valid utf-8 at its byte \(offset + 1)" }
      let character = String(decoding: text.prefix(offset), as: UTF8.self).unicodeScalars.count + 1
      return "\(subject) is not valid \(encoding.rawValue) at its character \(character)"
    }
  }

  /// Returns the advice for the user.
  ///
  /// - Parameter isInResultFile: the text is in a result file, whose encoding is fixed.
  func hint(_ encoding: SheetEncoding, isInResultFile: Bool) -> String {
    switch self {
    case .nul:
      "NUL bytes come from files that were damaged or cut off, and from encodings mixed in one file: "
        + "compare the rows with their source, and remove them"
    case .lostCharacter: "restore the right character from the source of the text"
    case .undecodable where encoding == .utf8 && isInResultFile:
      "a result file is always read as UTF-8: save it as such, in Excel as 'CSV UTF-8' and not as 'CSV'"
    case .undecodable where encoding == .utf8:
      "save the sheet as CSV UTF-8, or say its encoding, such as windows-1252"
    case .undecodable: "save the sheet as CSV UTF-8, or say another encoding"
    }
  }
}
