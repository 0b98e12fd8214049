extension UInt8 {
  /// The byte with an ASCII capital as a small letter.
  var asciiLowercase: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self + 32 : self
  }
}
