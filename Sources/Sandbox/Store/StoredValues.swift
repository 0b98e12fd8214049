import Foundation
import JSON

/// The attributes of a stored row by dotted path, kept as the JSON text that the store has.
///
/// A value is parsed when it is asked for, because most requests read and change few of a record's values. A changed or
/// new one is appended to the text, and its place is noted. Paths are names of attributes, which JSON writes as they are
/// (`isAttributeName`).
struct StoredValues: Sendable {
  private(set) var text: [UInt8] = []
  private(set) var members: [MemberPlaces.Place] = []

  init() {}

  init(_ values: JSONObject) {
    for (name, value) in values { append(name, value) }
  }

  /// Reads the text of an object.
  ///
  /// - Throws: `JSONError` if the text is not JSON.
  init(parsing text: [UInt8]) throws(JSONError) {
    guard let members = unsafe text.withUnsafeBufferPointer({ unsafe MemberPlaces(of: $0)?.found }) else {
      self.init(try JSONValue(parsing: text).object ?? [:])
      return
    }
    self.init()
    self.text = text
    self.members = members
  }

  /// The value at a path; assigning `nil` removes it, a new path goes last.
  subscript(path: String) -> JSONValue? {
    get { index(of: path).map { value(at: members[$0].value) } }
    set {
      switch (index(of: path), newValue) {
      case (let index?, let value?):
        members[index].value = append(value)
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): append(path, value)
      case (nil, nil): break
      }
    }
  }

  /// Copies the members of an object; null removes.
  mutating func merge(_ other: JSONObject) {
    for (path, value) in other { self[path] = value.isNull ? nil : value }
  }

  var object: JSONObject {
    JSONObject(members.map { (String(decoding: text[$0.name], as: UTF8.self), value(at: $0.value)) })
  }

  /// The JSON text of the object, in UTF-8.
  var bytes: WireBytes {
    var bytes = WireBytes(capacity: text.count + 2)
    bytes.append("{")
    unsafe text.withUnsafeBufferPointer { text in
      // Members that follow each other in the text are copied together.
      var run = 0..<0
      for (index, member) in members.enumerated() {
        // The quotes, the colon and, except for the first one, the comma belong to the name.
        let name = member.name.lowerBound - (index == 0 ? 1 : 2)..<member.name.upperBound + 2
        if name.lowerBound != run.upperBound {
          unsafe bytes.append(UnsafeBufferPointer(rebasing: text[run]))
          run = name
        }
        run = run.lowerBound..<name.upperBound
        if member.value.lowerBound != run.upperBound {
          unsafe bytes.append(UnsafeBufferPointer(rebasing: text[run]))
          run = member.value
        }
        run = run.lowerBound..<member.value.upperBound
      }
      unsafe bytes.append(UnsafeBufferPointer(rebasing: text[run]))
    }
    bytes.append("}")
    return bytes
  }

  // MARK: Values by their places

  func value(at place: Range<Int>) -> JSONValue {
    if let integer = integer(at: place) { return .integer(integer) }
    let bytes = text[place]
    if bytes.first == UInt8(ascii: "\""), !bytes.contains(UInt8(ascii: "\\")) {
      return .string(String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self))
    }
    return (try? JSONValue(parsing: Array(bytes))) ?? .null
  }

  /// A value that is an integer of up to 18 digits.
  private func integer(at place: Range<Int>) -> Int64? {
    let isNegative = text[place.lowerBound] == UInt8(ascii: "-")
    let digits = text[isNegative ? place.dropFirst() : place]
    // More digits may be more than 64 bits.
    guard (1...18).contains(digits.count) else { return nil }
    var number: Int64 = 0
    for byte in digits {
      guard (0x30...0x39).contains(byte) else { return nil }
      number = number * 10 + Int64(byte - 0x30)
    }
    return isNegative ? -number : number
  }

  /// Writes a value as JSON text.
  func write(_ place: Range<Int>, to bytes: inout WireBytes) {
    // Plain texts are written in one way only; of others the writer decides.
    let isPlain = unsafe text.withUnsafeBufferPointer { text in
      let value = unsafe UnsafeBufferPointer(rebasing: text[place])
      guard unsafe value.allSatisfy({ $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else { return false }
      unsafe bytes.append(value)
      return true
    }
    if !isPlain { bytes.append(value(at: place).bytes()) }
  }

  // MARK: Members

  private mutating func append(_ path: String, _ value: JSONValue) {
    text.append(UInt8(ascii: ","))
    text.append(UInt8(ascii: "\""))
    let start = text.count
    text += path.utf8
    let name = start..<text.count
    text.append(UInt8(ascii: "\""))
    text.append(UInt8(ascii: ":"))
    members.append(MemberPlaces.Place(name: name, value: append(value)))
  }

  /// Appends a value as the writer does, the usual ones without it.
  private mutating func append(_ value: JSONValue) -> Range<Int> {
    let start = text.count
    switch value {
    case .integer(let number): text.append(number: number)
    case .string(let string) where Self.isPlain(string):
      text.append(UInt8(ascii: "\""))
      text += string.utf8
      text.append(UInt8(ascii: "\""))
    default: text += value.bytes()
    }
    return start..<text.count
  }

  private func index(of path: String) -> Int? {
    var path = path
    return path.withUTF8 { path in
      unsafe text.withUnsafeBufferPointer { text in
        members.firstIndex { unsafe UnsafeBufferPointer(rebasing: text[$0.name]).holds(path) }
      }
    }
  }

  /// Returns whether a text is written in JSON as it is.
  static func isPlain(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { text in
      // Without an early end several bytes are looked at together.
      var others: UInt8 = 0
      for index in text.indices {
        let byte = unsafe text[index]
        others |=
          byte < 0x20 || byte > 0x7E || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 1 : 0
      }
      return others == 0
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Returns whether the bytes are the same.
  func holds(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    guard count == other.count, let first = baseAddress, let second = other.baseAddress else {
      return count == other.count
    }
    return unsafe memcmp(first, second, count) == 0
  }
}
