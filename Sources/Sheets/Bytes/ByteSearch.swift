#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension UnsafeRawBufferPointer {
  /// Returns the first offset of a byte from a start on.
  ///
  /// It uses `memchr`, which the C libraries vectorise; the sheet's lines are found with it.
  func offset(of byte: UInt8, from start: Int = 0) -> Int? {
    guard start < count, let base = baseAddress,
      let found = unsafe memchr(base + start, Int32(byte), count - start)
    else { return nil }
    return unsafe UnsafeRawPointer(found) - base
  }

  /// Returns these bytes from an offset on.
  func from(_ start: Int) -> UnsafeRawBufferPointer { unsafe .init(rebasing: self[start...]) }

  /// Returns these bytes up to an offset.
  func upTo(_ end: Int) -> UnsafeRawBufferPointer { unsafe .init(rebasing: self[..<end]) }
}

extension UInt8 {
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let quote: UInt8 = 0x22
  static let comma: UInt8 = 0x2C

  /// Indicates a space or a tab.
  var isBlank: Bool { self == 0x20 || self == 0x09 }
}
