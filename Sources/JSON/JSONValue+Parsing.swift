internal import CJansson

/// The reason a text is not one JSON value, with its place.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line and column of the fault, both from 1.
  public var line: Int
  public var column: Int
  /// The fault in words, lower case, without the place.
  public var message: String
  /// Indicates that the text would be JSON except for a number that is too large.
  public var isNumberTooLarge = false

  public var description: String { "line \(line), column \(column): \(message)" }
}

extension JSONValue {
  /// Parses exactly one JSON value (RFC 8259) from UTF-8 bytes, with only white space around it.
  ///
  /// Duplicate member names are refused, because the intended one is unknown.
  ///
  /// - Throws: `JSONError` with line and column if the bytes are not one JSON value, contain an integer beyond 64
  ///   bits, or nest deeper than jansson's limit of 2048.
  public init(parsing bytes: UnsafeRawBufferPointer) throws(JSONError) {
    var error = json_error_t()
    let flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL
    // jansson refuses a null pointer with "wrong arguments"; an empty text has a better message.
    let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    guard let start = unsafe start, unsafe !bytes.isEmpty else {
      throw JSONError(line: 1, column: 1, message: "the text is empty")
    }
    // No JSON text contains one, but jansson 2.14 reads over a NUL after a number or a literal.
    if let position = unsafe bytes.firstIndex(of: 0) { throw unsafe JSONError(nulAt: position, in: bytes) }
    guard let root = unsafe json_loadb(start, bytes.count, Int(flags), &error) else {
      throw JSONError(error)
    }
    defer { unsafe json_decref(root) }
    var decimals = unsafe DecimalTokens(bytes)
    self = unsafe JSONValue(node: root, &decimals)
  }

  /// Parses exactly one JSON value from UTF-8 bytes.
  ///
  /// - Throws: as `init(parsing:)` for a raw buffer.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    self = unsafe try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
      try unsafe JSONValue(parsing: UnsafeRawBufferPointer(buffer))
    }
  }

  /// Parses exactly one JSON value from a text.
  ///
  /// - Throws: as `init(parsing:)` for a raw buffer.
  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: Array(text.utf8))
  }

  fileprivate init(node json: UnsafeMutablePointer<json_t>, _ decimals: inout DecimalTokens) {
    switch unsafe json.pointee.type {
    case JSON_OBJECT: self = unsafe .object(JSONObject(node: json, &decimals))
    case JSON_ARRAY:
      var elements: [JSONValue] = []
      for index in unsafe 0..<json_array_size(json) {
        guard let element = unsafe json_array_get(json, index) else { continue }
        unsafe elements.append(JSONValue(node: element, &decimals))
      }
      self = .array(elements)
    case JSON_STRING:
      let bytes = unsafe UnsafeBufferPointer(
        start: json_string_value(json), count: json_string_length(json))
      self = unsafe .string(String(decoding: UnsafeRawBufferPointer(bytes), as: UTF8.self))
    case JSON_INTEGER: self = unsafe .integer(Int64(json_integer_value(json)))
    // jansson has made a double of it, which is ignored.
    case JSON_REAL: self = .decimal(JSONDecimal(token: decimals.next()))
    case JSON_TRUE: self = .bool(true)
    case JSON_FALSE: self = .bool(false)
    default: self = .null
    }
  }
}

extension JSONObject {
  fileprivate init(node json: UnsafeMutablePointer<json_t>, _ decimals: inout DecimalTokens) {
    self.init(capacity: unsafe json_object_size(json))
    var iterator = unsafe json_object_iter(json)
    while let current = unsafe iterator {
      // The key's length is not part of jansson 2.13's interface; a NUL inside a key would end it early,
      // and jansson refuses such keys itself.
      if let key = unsafe json_object_iter_key(current),
        let value = unsafe json_object_iter_value(current)
      {
        unsafe append(unique: String(cString: key), JSONValue(node: value, &decimals))
      }
      unsafe iterator = json_object_iter_next(json, current)
    }
  }
}

/// The numbers with a fraction or an exponent in a text, in order.
///
/// jansson keeps members and elements in the order of the text, refuses anything that would drop one (a duplicate
/// name), and treats the same numbers as real ones. Its n-th is therefore the n-th here.
@safe private struct DecimalTokens {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  /// - Parameter bytes: one JSON value that jansson has accepted, valid while this is used.
  init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = unsafe bytes }

  /// Returns the next one's text.
  mutating func next() -> String {
    while unsafe position < bytes.count {
      let byte = unsafe bytes[position]
      if byte == UInt8(ascii: "\"") {
        skipString()
      } else if byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte) {
        let start = position
        var isDecimal = false
        while unsafe position < bytes.count, let kind = unsafe Self.part(bytes[position]) {
          if kind == .decimal { isDecimal = true }
          position += 1
        }
        if isDecimal { return unsafe String(decoding: bytes[start..<position], as: UTF8.self) }
      } else {
        position += 1
      }
    }
    preconditionFailure("jansson found a real number that the text does not have")
  }

  private mutating func skipString() {
    position += 1
    while unsafe position < bytes.count, unsafe bytes[position] != UInt8(ascii: "\"") {
      position += unsafe bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position += 1
  }

  private enum Part {
    case digit
    case decimal
  }

  /// Returns the part of a number that a byte belongs to; `nil` if it ends the number.
  private static func part(_ byte: UInt8) -> Part? {
    switch byte {
    case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"): .digit
    case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): .decimal
    default: nil
    }
  }
}

extension JSONError {
  fileprivate init(nulAt position: Int, in bytes: UnsafeRawBufferPointer) {
    let lines = unsafe bytes.prefix(position).split(separator: 0x0A, omittingEmptySubsequences: false)
    let line = unsafe lines.last.map { unsafe String(decoding: $0, as: UTF8.self) } ?? ""
    self.init(
      line: unsafe lines.count, column: line.unicodeScalars.count + 1, message: "a NUL byte is not allowed")
  }

  fileprivate init(_ error: json_error_t) {
    let message = unsafe withUnsafeBytes(of: error.text) { raw in
      unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
    }
    self.init(
      line: max(1, Int(error.line)), column: max(1, Int(error.column)), message: message,
      isNumberTooLarge: unsafe withUnsafePointer(to: error) {
        unsafe json_error_code($0) == json_error_numeric_overflow
      })
  }
}
