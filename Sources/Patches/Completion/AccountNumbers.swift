/// Finds international bank account numbers (ISO 13616) in texts.
///
/// A number counts if it has the length of its country and passes the check of its two digits. After the first four
/// characters, single blanks or hyphens may stand between the others. Case does not matter.
enum AccountNumbers {
  /// Returns the places of all such numbers in a text, in bytes of UTF-8.
  static func places(in text: String) -> [Range<Int>] {
    let bytes = Array(text.utf8)
    var places: [Range<Int>] = []
    var start = 0
    while start + 15 <= bytes.count {
      guard start == 0 || !bytes[start - 1].isPartOfWord, let end = end(ofNumberAt: start, in: bytes) else {
        start += 1
        continue
      }
      places.append(start..<end)
      start = end
    }
    return places
  }

  private static func end(ofNumberAt start: Int, in bytes: [UInt8]) -> Int? {
    let head = bytes[start..<start + 4].map(\.capital)
    guard head[0].isCapital, head[1].isCapital, head[2].isDigit, head[3].isDigit,
      let length = lengths[String(decoding: head[..<2], as: UTF8.self)]
    else { return nil }
    var number = head
    var index = start + 4
    while number.count < length, index < bytes.count {
      let byte = bytes[index].capital
      if byte.isCapital || byte.isDigit {
        number.append(byte)
      } else if byte != UInt8(ascii: " ") && byte != UInt8(ascii: "-") || !bytes[index - 1].isPartOfWord {
        return nil
      }
      index += 1
    }
    guard number.count == length, index == bytes.count || !bytes[index].isPartOfWord else { return nil }
    return isChecked(number) ? index : nil
  }

  /// Returns whether the number, with its first four characters at its end and letters as 10…35, leaves 1 modulo 97.
  private static func isChecked(_ number: [UInt8]) -> Bool {
    var remainder = 0
    for byte in number[4...] + number[..<4] {
      remainder =
        byte.isDigit
        ? (remainder * 10 + Int(byte & 0x0F)) % 97
        : (remainder * 100 + Int(byte - UInt8(ascii: "A")) + 10) % 97
    }
    return remainder == 1
  }

  /// The length of each country's numbers, by the registry of ISO 13616.
  private static let lengths: [String: Int] = [
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27,
    "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28,
    "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
    "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21,
    "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28,
    "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22,
    "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25,
    "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
  ]
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  fileprivate var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  /// The capital of a small letter; itself otherwise.
  fileprivate var capital: UInt8 {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) ? self & 0xDF : self
  }
  /// Indicates a letter or digit, of any alphabet.
  fileprivate var isPartOfWord: Bool { isDigit || capital.isCapital || self >= 0x80 }
}
