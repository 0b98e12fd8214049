/// The header fields of an answer, in order; names are matched in any case (RFC 9110, section 5.1).
///
/// They stay the lines that came: of most answers, hardly any field is asked for.
struct HTTPHeaders: Equatable {
  private var bytes: [UInt8] = []
  /// Where each line begins.
  private var starts: [Int] = []

  init(_ fields: [(name: String, value: String)] = []) {
    for field in fields {
      let line = Array("\(field.name):\(field.value)".utf8)
      append(line: line.span)
    }
  }

  /// Adds a line with a name, a colon and a value; any other line is no field.
  mutating func append(line: Span<UInt8>) {
    if bytes.isEmpty {
      bytes.reserveCapacity(512)
      starts.reserveCapacity(16)
    }
    starts.append(bytes.count)
    unsafe line.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
  }

  /// Returns the value of the first field of that name.
  subscript(name: String) -> String? {
    let name = name.utf8
    for (index, start) in starts.enumerated() {
      let end = index + 1 < starts.count ? starts[index + 1] : bytes.count
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
