extension StringProtocol {
  /// Indicates at least one character, and only ASCII digits.
  var isDigits: Bool {
    !utf8.isEmpty && utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
