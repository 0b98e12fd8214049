extension UInt8 {
  /// A capital as a small letter, and every other byte as it is (ASCII).
  var asciiLowercase: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self + 32 : self
  }
}
