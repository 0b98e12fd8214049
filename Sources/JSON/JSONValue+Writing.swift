extension JSONValue {
  /// The layout of a value as text.
  public enum Layout: Sendable {
    /// One line without blanks.
    case compact
    /// One member or element per line, with each level indented by this many blanks.
    case indented(Int)
    /// The compact layout with every allowed character unescaped, for texts that are compared with older ones.
    case verbatim
  }

  /// Returns this value as JSON text (RFC 8259), members in their own order.
  public func text(_ layout: Layout = .compact) -> String {
    String(decoding: bytes(layout), as: UTF8.self)
  }

  /// Returns this value as UTF-8 JSON.
  public func bytes(_ layout: Layout = .compact) -> [UInt8] {
    var writer = JSONWriter(layout: layout)
    writer.write(self)
    return writer.bytes
  }
}

extension JSONObject {
  /// Returns this object as JSON text, members in their own order.
  public func text(_ layout: JSONValue.Layout = .compact) -> String {
    JSONValue.object(self).text(layout)
  }
}

extension JSONValue {
  /// Returns an equivalent JSON text with characters that a screen obeys or hides written as `\u202e`.
  ///
  /// Outside its strings a JSON text has only ASCII, so any other character is inside one.
  public static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0x7F }) else { return text }
    var writer = JSONWriter(layout: .compact)
    writer.writeShown(text) { $0.bytes += $1 }
    return String(decoding: writer.bytes, as: UTF8.self)
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

  /// Characters that a screen obeys or hides are written as `\u001b`, because people read JSON lines, too.
  private mutating func write(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    defer { bytes.append(UInt8(ascii: "\"")) }
    if case .verbatim = layout { return write(ordinary: string.utf8) }
    guard string.utf8.contains(where: { $0 >= 0x7F }) else { return write(ordinary: string.utf8) }
    writeShown(string) { $0.write(ordinary: $1) }
  }

  /// - Parameter ordinary: writes an unescaped character.
  mutating func writeShown(_ string: String, ordinary: (inout JSONWriter, UTF8.EncodedScalar) -> Void) {
    var before: Unicode.Scalar?
    for scalar in string.unicodeScalars {
      if scalar.value >= 0x7F, scalar.actsOnAScreen(after: before) {
        for unit in String(scalar).utf16 { write(escaped: unit) }
      } else if let code = UTF8.encode(scalar) {
        ordinary(&self, code)
      }
      before = scalar
    }
  }

  private mutating func write(escaped unit: UInt16) {
    let hex = Array("0123456789abcdef".utf8)
    bytes += #"\u"#.utf8
    for shift in [12, 8, 4, 0] { bytes.append(hex[Int(unit >> shift) & 0xF]) }
  }

  private mutating func write(ordinary text: some Sequence<UInt8>) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""): bytes += #"\""#.utf8
      case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
      case 0x0A: bytes += #"\n"#.utf8
      case 0x0D: bytes += #"\r"#.utf8
      case 0x09: bytes += #"\t"#.utf8
      case 0x00..<0x20: write(escaped: UInt16(byte))
      default: bytes.append(byte)
      }
    }
  }
}
