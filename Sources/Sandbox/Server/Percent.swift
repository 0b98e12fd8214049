/// Percent-encoding of URLs (RFC 3986, section 2.1).
enum Percent {
  /// The text with its escapes resolved; an invalid escape stays as it is.
  static func decoded(_ text: some StringProtocol, plusIsBlank: Bool = false) -> String {
    var text = String(text)
    let isPlain = text.withUTF8 { text in
      unsafe text.reduce(true) {
        $0 && $1 != UInt8(ascii: "%") && !(plusIsBlank && $1 == UInt8(ascii: "+"))
      }
    }
    if isPlain { return text }
    let bytes = Array(text.utf8)
    var decoded: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = hexadecimal(bytes[index + 1]), let low = hexadecimal(bytes[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(plusIsBlank && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  /// The text as one step of a path: everything but the unreserved characters of section 2.3 is escaped.
  static func encoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        byte < 0x80 && (scalar.properties.isAlphabetic || "0123456789-._~".unicodeScalars.contains(scalar))
      let digits = String(byte, radix: 16, uppercase: true)
      encoded += isPlain ? String(scalar) : "%" + (byte < 0x10 ? "0" : "") + digits
    }
    return encoded
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
