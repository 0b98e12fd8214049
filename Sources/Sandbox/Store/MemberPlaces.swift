import Foundation

/// The places of the members in the compact text of an object; what is written otherwise is left to the parser.
@safe struct MemberPlaces {
  struct Place {
    /// Without the quotes.
    var name: Range<Int>
    var value: Range<Int>
  }

  /// Valid while the places are looked for.
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 1
  private(set) var found: [Place] = []

  init?(of text: UnsafeBufferPointer<UInt8>) {
    unsafe self.text = unsafe text
    let last = text.count - 1
    guard last > 0, unsafe text[0] == UInt8(ascii: "{"), unsafe text[last] == UInt8(ascii: "}") else {
      return nil
    }
    guard last > 1 else { return }
    found.reserveCapacity(48)
    while true {
      guard let name = string(), position < last, unsafe text[position] == UInt8(ascii: ":") else {
        return nil
      }
      position += 1
      let start = position
      guard skipValue(), position > start else { return nil }
      found.append(Place(name: name, value: start..<position))
      if position == last { return }
      guard unsafe text[position] == UInt8(ascii: ",") else { return nil }
      position += 1
    }
  }

  /// Reads a string; its place is without the quotes.
  private mutating func string() -> Range<Int>? {
    guard unsafe position < text.count, unsafe text[position] == UInt8(ascii: "\"") else { return nil }
    let start = position + 1
    guard var end = quote(from: start) else { return nil }
    if unsafe text[end - 1] == UInt8(ascii: "\\") {
      // It may be escaped.
      end = start
      while unsafe end < text.count, unsafe text[end] != UInt8(ascii: "\"") {
        end += unsafe text[end] == UInt8(ascii: "\\") ? 2 : 1
      }
      guard unsafe end < text.count else { return nil }
    }
    position = end + 1
    return start..<end
  }

  /// The place of the next quote.
  private func quote(from start: Int) -> Int? {
    guard let first = unsafe text.baseAddress,
      let found = unsafe memchr(first + start, Int32(UInt8(ascii: "\"")), text.count - start)
    else { return nil }
    return unsafe UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - first
  }

  /// Moves to the end of a value.
  private mutating func skipValue() -> Bool {
    var depth = 0
    while unsafe position < text.count {
      switch unsafe text[position] {
      case UInt8(ascii: "\""): guard string() != nil else { return false }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { return true }
        depth -= 1
        position += 1
      case UInt8(ascii: ","):
        guard depth > 0 else { return true }
        position += 1
      case ...0x20: return false
      default: position += 1
      }
    }
    return false
  }
}
