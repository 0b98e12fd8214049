/// How much of an answer is taken: with as many lanes as there may be, a server must not fill the memory, nor hold a lane
/// with what it has to be read for.
struct AnswerLimits: Equatable {
  /// Bytes of the body.
  var bytes: Int
  /// Values of a JSON text, those inside others included: each takes many times the bytes it has there.
  var values: Int

  /// Bytes of all header lines, interim answers and trailers included.
  static let headerBytes = 64 << 10

  /// A table of as many rows as a site lists has half a million cells at most.
  static let read = AnswerLimits(bytes: 32 << 20, values: 600_000)
  /// A record with all it has, or an error.
  static let write = AnswerLimits(bytes: 1 << 20, values: 20_000)

  /// A record for each part.
  static func batch(of parts: Int) -> AnswerLimits {
    AnswerLimits(bytes: (1 << 20) + parts * (32 << 10), values: 20_000 + parts * 500)
  }

  /// Whether a JSON text has no more values than allowed; it need not be one.
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
