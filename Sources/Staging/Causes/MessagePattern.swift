/// A message without the parts that differ from row to row: quoted texts, and words with a digit.
///
/// Messages with the same pattern tell the same problem.
public struct MessagePattern: Hashable, Sendable {
  /// The place of a value in `template`.
  public static let hole: Character = "\u{1A}"
  private static let holeByte: UInt8 = 0x1A
  /// The largest number of values that are kept; further ones only leave their place.
  private static let valueLimit = 6

  /// The message with a hole in place of each value; the quotes around a value stay.
  public let template: String
  /// The values, in order.
  public let values: [String]

  /// Takes a message apart.
  public init(_ message: String) {
    let bytes = Array(message.utf8)
    var template: [UInt8] = []
    var values: [String] = []
    template.reserveCapacity(bytes.count)
    func take(_ range: Range<Int>) {
      template.append(Self.holeByte)
      if values.count < Self.valueLimit { values.append(String(decoding: bytes[range], as: UTF8.self)) }
    }
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte.isQuote, index == 0 || !bytes[index - 1].isOfWord, let end = Self.end(ofQuote: index, bytes) {
        template.append(byte)
        take(index + 1..<end)
        template.append(byte)
        index = end + 1
      } else if byte.isOfWord {
        let end = bytes[index...].firstIndex { !$0.isOfWord } ?? bytes.count
        if bytes[index..<end].contains(where: \.isDigit) {
          take(index..<end)
        } else {
          template += bytes[index..<end]
        }
        index = end
      } else {
        template.append(byte == Self.holeByte ? UInt8(ascii: " ") : byte)
        index += 1
      }
    }
    self.template = String(decoding: template, as: UTF8.self)
    self.values = values
  }

  /// Returns the index of the closing quote; an apostrophe within a value does not count.
  private static func end(ofQuote start: Int, _ bytes: [UInt8]) -> Int? {
    var index = start + 1
    while index < bytes.count {
      if bytes[index] == bytes[start], index + 1 == bytes.count || !bytes[index + 1].isOfWord { return index }
      index += 1
    }
    return nil
  }

  /// Returns a message without the general sentences that a site puts before the fact.
  public static func fact(of message: String) -> String {
    let template = MessagePattern(message).template
    func sentences(_ text: String) -> Int { text.split(separator: ": ").count }
    let dropped = sentences(template) - sentences(withoutPreamble(template))
    var rest = message[...]
    for _ in 0..<max(0, dropped) {
      guard let colon = rest.firstRange(of: ": ") else { break }
      rest = rest[colon.upperBound...]
    }
    return String(rest)
  }

  /// Returns the template without the general sentences that a site puts before the fact.
  ///
  /// A sentence ends in a colon. It is dropped if it has no value and what follows is still a sentence.
  public static func withoutPreamble(_ template: String) -> String {
    var rest = template[...]
    while let colon = rest.firstRange(of: ": ") {
      let (first, tail) = (rest[..<colon.lowerBound], rest[colon.upperBound...])
      guard !first.contains(hole),
        tail.split(separator: " ").filter({ $0.contains(where: \.isLetter) }).count > 2
      else { break }
      rest = tail
    }
    return String(rest)
  }
}

extension UInt8 {
  fileprivate var isQuote: Bool { self == UInt8(ascii: "'") || self == UInt8(ascii: "\"") }
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
  /// A letter, a digit, a hyphen, an underscore, or a byte of any other script.
  fileprivate var isOfWord: Bool {
    isDigit || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self >= 0x80
      || self == UInt8(ascii: "_") || self == UInt8(ascii: "-")
  }
}
