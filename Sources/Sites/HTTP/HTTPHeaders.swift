/// The header fields of an answer, in order; names are matched in any case (RFC 9110, section 5.1).
///
/// They stay the lines that came: of most answers, hardly any field is asked for.
struct HTTPHeaders: Equatable {
  private var bytes: [UInt8] = []

  init(_ fields: [(name: String, value: String)] = []) {
    for field in fields {
      let line = Array("\(field.name):\(field.value)".utf8)
      append(line: line.span)
    }
  }

  /// Adds a line with a name, a colon and a value; any other line is no field.
  mutating func append(line: Span<UInt8>) {
    if bytes.isEmpty { bytes.reserveCapacity(512) }
    // Each line follows its length.
    bytes.append(UInt8(truncatingIfNeeded: line.count))
    bytes.append(UInt8(truncatingIfNeeded: line.count >> 8))
    bytes.append(UInt8(truncatingIfNeeded: line.count >> 16))
    unsafe line.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
  }

  /// Returns the value of the first field of that name.
  subscript(name: String) -> String? {
    let name = name.utf8
    var end = 0
    while end < bytes.count {
      let start = end + 3
      end = start + Int(bytes[end]) + Int(bytes[end + 1]) << 8 + Int(bytes[end + 2]) << 16
      let colon = start + name.count
      guard colon < end, bytes[colon] == UInt8(ascii: ":") else { continue }
      guard zip(name, bytes[start..<colon]).allSatisfy({ $0.inLowerCase == $1.inLowerCase }) else { continue }
      return String(decoding: bytes[(colon + 1)..<end], as: UTF8.self).trimmingBlanks()
    }
    return nil
  }
}

extension UInt8 {
  /// The small letter of a capital ASCII letter; any other byte is itself.
  fileprivate var inLowerCase: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
  }
}
