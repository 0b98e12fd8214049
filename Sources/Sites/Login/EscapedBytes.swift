/// The bytes of a text with its escapes resolved layer by layer, and their places in the original text.
struct EscapedBytes {
  private(set) var bytes: [UInt8]
  /// The place of each byte in the original text; for the end, the length.
  private var origins: [Int]

  init(_ text: some Sequence<UInt8>) {
    bytes = Array(text)
    origins = Array(0...bytes.count)
  }

  /// Returns the ranges of a sequence in the original text, in any case of its letters (ASCII).
  func ranges(of wanted: [UInt8]) -> [Range<Int>] {
    guard let first = wanted.first?.asciiLowercase, wanted.count <= bytes.count else { return [] }
    var ranges: [Range<Int>] = []
    for start in 0...(bytes.count - wanted.count)
    where bytes[start].asciiLowercase == first
      && zip(bytes[start...], wanted).allSatisfy({ $0.asciiLowercase == $1.asciiLowercase })
    {
      ranges.append(origins[start]..<origins[start + wanted.count])
    }
    return ranges
  }

  /// Resolves every escape once.
  ///
  /// - Returns: whether there was one.
  mutating func resolve() -> Bool {
    var resolved: [UInt8] = []
    var places: [Int] = []
    resolved.reserveCapacity(bytes.count)
    places.reserveCapacity(origins.count)
    var position = 0
    while position < bytes.count {
      guard let (value, length) = escape(at: position) else {
        resolved.append(bytes[position])
        places.append(origins[position])
        position += 1
        continue
      }
      resolved += value
      places += Array(repeating: origins[position], count: value.count)
      position += length
    }
    guard resolved.count != bytes.count else { return false }
    places.append(origins[bytes.count])
    (bytes, origins) = (resolved, places)
    return true
  }

  /// Returns the bytes that an escape stands for, and its length.
  private func escape(at position: Int) -> ([UInt8], Int)? {
    switch bytes[position] {
    case UInt8(ascii: "%"):
      hexadecimal(position + 1, digits: 2).map { ([UInt8($0)], 3) }
    case UInt8(ascii: "&"): entity(at: position)
    case UInt8(ascii: "\\"): backslash(at: position)
    default: nil
    }
  }

  private func hexadecimal(_ start: Int, digits: Int) -> UInt32? {
    guard start + digits <= bytes.count else { return nil }
    let text = bytes[start..<start + digits]
    guard text.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else { return nil }
    return UInt32(String(decoding: text, as: UTF8.self), radix: 16)
  }

  /// Returns an entity by number, or by one of the names needed to write any text in HTML.
  private func entity(at start: Int) -> ([UInt8], Int)? {
    // Leading zeros can make a number arbitrarily long.
    guard let end = bytes[start...].prefix(24).firstIndex(of: UInt8(ascii: ";")), end > start + 1,
      !bytes[start + 1..<end].contains(UInt8(ascii: "&"))
    else {
      return unendedNumber(at: start)
    }
    let name = String(decoding: bytes[start + 1..<end], as: UTF8.self)
    let scalar: Unicode.Scalar?
    if name.hasPrefix("#") {
      let digits = name.dropFirst()
      let number =
        digits.lowercased().hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
      scalar = number.flatMap(Unicode.Scalar.init)
    } else {
      scalar = Self.names[name.lowercased()]
    }
    return scalar.map { (Array(String($0).utf8), end + 1 - start) } ?? unendedNumber(at: start)
  }

  /// Returns an entity by number without its end, which browsers accept.
  private func unendedNumber(at start: Int) -> ([UInt8], Int)? {
    var position = start + 1
    guard position < bytes.count, bytes[position] == UInt8(ascii: "#") else { return nil }
    position += 1
    let isHexadecimal = position < bytes.count && bytes[position] | 0x20 == UInt8(ascii: "x")
    if isHexadecimal { position += 1 }
    let digits = bytes[position...].prefix(20).prefix { byte in
      isHexadecimal
        ? Character(UnicodeScalar(byte)).isHexDigit : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    let number = UInt32(String(decoding: digits, as: UTF8.self), radix: isHexadecimal ? 16 : 10)
    return number.flatMap(Unicode.Scalar.init).map { (Array(String($0).utf8), digits.endIndex - start) }
  }

  private static let names: [String: Unicode.Scalar] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "excl": "!",
    "num": "#",
    "dollar": "$", "percnt": "%", "lpar": "(", "rpar": ")", "ast": "*", "plus": "+", "comma": ",",
    "period": ".", "sol": "/", "colon": ":", "semi": ";", "equals": "=", "quest": "?",
    "commat": "@",
    "lsqb": "[", "lbrack": "[", "bsol": "\\", "rsqb": "]", "rbrack": "]", "hat": "^", "lowbar": "_",
    "grave": "`", "lcub": "{", "lbrace": "{", "verbar": "|", "vert": "|", "rcub": "}",
    "rbrace": "}",
  ]

  /// Returns an escape of JSON, or of a programming language.
  private func backslash(at start: Int) -> ([UInt8], Int)? {
    guard start + 1 < bytes.count else { return nil }
    switch bytes[start + 1] {
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      guard let unit = hexadecimal(start + 2, digits: 4) else { return nil }
      if (0xD800..<0xDC00).contains(unit), start + 12 <= bytes.count,
        bytes[start + 6] == UInt8(ascii: "\\"),
        let low = hexadecimal(start + 8, digits: 4), (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
      {
        return (Array(String(scalar).utf8), 12)
      }
      return Unicode.Scalar(unit).map { (Array(String($0).utf8), 6) }
    case UInt8(ascii: "x"): return hexadecimal(start + 2, digits: 2).map { ([UInt8($0)], 4) }
    case UInt8(ascii: "n"): return ([UInt8(ascii: "\n")], 2)
    case UInt8(ascii: "t"): return ([UInt8(ascii: "\t")], 2)
    case UInt8(ascii: "r"): return ([UInt8(ascii: "\r")], 2)
    case let other where "\"\\/'".utf8.contains(other): return ([other], 2)
    default: return nil
    }
  }
}
