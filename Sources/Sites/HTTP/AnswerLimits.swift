/// The limits for an answer.
///
/// With up to 128 lanes, a server must not fill the memory, nor keep a lane busy with parsing.
struct AnswerLimits: Equatable {
  /// The largest number of bytes in the body.
  var bytes: Int
  /// The largest number of values in a JSON text, nested ones included: each takes many times its bytes in memory.
  var values: Int

  /// The bytes of all header lines, including interim answers and trailers.
  static let headerBytes = 64 << 10

  /// A table of as many rows as a site lists has half a million cells at most.
  static let read = AnswerLimits(bytes: 32 << 20, values: 600_000)
  /// The limits for a complete record, or an error.
  static let write = AnswerLimits(bytes: 1 << 20, values: 20_000)

  /// Returns the limits for a record for each part.
  static func batch(of parts: Int) -> AnswerLimits {
    AnswerLimits(bytes: (1 << 20) + parts * (32 << 10), values: 20_000 + parts * 500)
  }

  /// Returns whether a text has no more JSON values than allowed; it need not be JSON.
  func allowValues(of json: [UInt8]) -> Bool {
    var count = 1
    var isInText = false
    var isEscaped = false
    for byte in json {
      if isEscaped {
        isEscaped = false
      } else if isInText {
        if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInText = false
        }
      } else {
        switch byte {
        case UInt8(ascii: "\""): isInText = true
        case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{"): count += 1
        default: break
        }
      }
    }
    return count <= values
  }
}
