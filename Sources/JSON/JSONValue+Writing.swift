extension JSONValue {
  /// How a value is laid out as text.
  public enum Layout: Sendable {
    /// One line without blanks.
    case compact
    /// One member or element a line, each level indented by so many blanks.
    case indented(Int)
  }

  /// This value as JSON text (RFC 8259), members in their own order.
  public func text(_ layout: Layout = .compact) -> String {
    String(decoding: bytes(layout), as: UTF8.self)
  }

  /// This value as UTF-8 JSON.
  public func bytes(_ layout: Layout = .compact) -> [UInt8] {
    var writer = JSONWriter(layout: layout)
    writer.write(self)
    return writer.bytes
  }
}

extension JSONObject {
  /// This object as JSON text, members in their own order.
  public func text(_ layout: JSONValue.Layout = .compact) -> String {
    JSONValue.object(self).text(layout)
  }
}

private struct JSONWriter {
  let layout: JSONValue.Layout
  var bytes: [UInt8] = []
  var depth = 0

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let bool): bytes += (bool ? "true" : "false").utf8
    case .integer(let integer): bytes += String(integer).utf8
    case .decimal(let decimal): bytes += decimal.text.utf8
    case .string(let string): write(string)
    case .array(let elements):
      writeList("[", "]", elements) { $0.write($1) }
    case .object(let object):
      writeList("{", "}", object) { writer, member in
        writer.write(member.name)
        writer.bytes.append(UInt8(ascii: ":"))
        if case .indented = writer.layout { writer.bytes.append(UInt8(ascii: " ")) }
        writer.write(member.value)
      }
    }
  }

  private mutating func writeList<Elements: Collection>(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ elements: Elements,
    _ writeOne: (inout JSONWriter, Elements.Element) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    depth += 1
    var isFirst = true
    for element in elements {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      breakLine()
      writeOne(&self, element)
    }
    depth -= 1
    if !isFirst { breakLine() }
    bytes.append(UInt8(ascii: close))
  }

  private mutating func breakLine() {
    guard case .indented(let width) = layout else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes += repeatElement(UInt8(ascii: " "), count: depth * width)
  }

  private mutating func write(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += #"\""#.utf8
      case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
      case 0x0A: bytes += #"\n"#.utf8
      case 0x0D: bytes += #"\r"#.utf8
      case 0x09: bytes += #"\t"#.utf8
      case 0x00..<0x20:
        let hex = Array("0123456789abcdef".utf8)
        bytes += #"\u00"#.utf8
        bytes += [hex[Int(byte >> 4)], hex[Int(byte & 0xF)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
