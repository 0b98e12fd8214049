internal import CJansson

/// Why a text is not one JSON value, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Line and column of the fault, both from 1.
  public var line: Int
  public var column: Int
  /// The fault in words, lower case, without the place.
  public var message: String

  public var description: String { "line \(line), column \(column): \(message)" }
}

extension JSONValue {
  /// Parses exactly one JSON value (RFC 8259) from UTF-8 bytes, with only white space around it.
  ///
  /// Duplicate member names are refused, because which one the writer meant cannot be known.
  ///
  /// - Throws: `JSONError` with line and column when the bytes are not one JSON value, hold an integer
  ///   beyond 64 bits, or nest deeper than jansson's limit of 2048.
  public init(parsing bytes: UnsafeRawBufferPointer) throws(JSONError) {
    var error = json_error_t()
    let flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL
    // jansson refuses a null pointer with "wrong arguments"; an empty text has a better message.
    let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    guard let start = unsafe start, unsafe !bytes.isEmpty else {
      throw JSONError(line: 1, column: 1, message: "the text is empty")
    }
    // No JSON text holds one, but jansson 2.14 reads over a NUL that follows a number or a literal.
    if let position = unsafe bytes.firstIndex(of: 0) { throw unsafe JSONError(nulAt: position, in: bytes) }
    guard let root = unsafe json_loadb(start, bytes.count, Int(flags), &error) else {
      throw JSONError(error)
    }
    defer { unsafe json_decref(root) }
    self = unsafe JSONValue(node: root)
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

  fileprivate init(node json: UnsafeMutablePointer<json_t>) {
    switch unsafe json.pointee.type {
    case JSON_OBJECT: self = unsafe .object(JSONObject(node: json))
    case JSON_ARRAY:
      let count = unsafe json_array_size(json)
      self = .array(
        (0..<count).compactMap { unsafe json_array_get(json, $0).map { unsafe JSONValue(node: $0) } })
    case JSON_STRING:
      let bytes = unsafe UnsafeBufferPointer(
        start: json_string_value(json), count: json_string_length(json))
      self = unsafe .string(String(decoding: UnsafeRawBufferPointer(bytes), as: UTF8.self))
    case JSON_INTEGER: self = unsafe .integer(Int64(json_integer_value(json)))
    case JSON_REAL: self = unsafe .real(json_real_value(json))
    case JSON_TRUE: self = .bool(true)
    case JSON_FALSE: self = .bool(false)
    default: self = .null
    }
  }
}

extension JSONObject {
  fileprivate init(node json: UnsafeMutablePointer<json_t>) {
    self.init()
    var iterator = unsafe json_object_iter(json)
    while let current = unsafe iterator {
      // The key's length is not part of jansson 2.13's interface; a NUL inside a key would end it early,
      // and jansson refuses such keys itself.
      if let key = unsafe json_object_iter_key(current),
        let value = unsafe json_object_iter_value(current)
      {
        unsafe append(unique: String(cString: key), JSONValue(node: value))
      }
      unsafe iterator = json_object_iter_next(json, current)
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
      line: max(1, Int(error.line)), column: max(1, Int(error.column)), message: message)
  }
}
