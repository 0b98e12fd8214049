import JSON

/// One request as received, before any check.
struct Exchange: Sendable {
  /// The method of the request line, before any override.
  var method: String
  /// The path as sent, still percent-encoded, without the query.
  var path: String { didSet { segments = Self.segments(of: path) } }
  /// The query as sent, without the question mark; none if there was none.
  var query: String? { didSet { parameters = Self.parameters(of: query ?? "") } }
  /// The headers, with names in lower case.
  var headers: [String: String]
  var body: [UInt8]
  /// The body as JSON, parsed before the transaction; none if there is no body.
  var json: Result<JSONValue, JSONError>?
  /// Indicates that the body was longer than the limit and was not read.
  var isTooLong = false
  /// The arrival time, in microseconds since 1970.
  var arrival: Int64
  /// The effect of a fault on it, for the log.
  var fault: String?
  /// The pause in milliseconds that its answer asks for, if a fault says so.
  var nextRequestAfter: Int?

  /// The arrival time in the service's form.
  var time: Timestamp { Timestamp(seconds: arrival / 1_000_000) }

  /// The steps of the path, decoded; doubled slashes count as one, as on live sites.
  private(set) var segments: [String]
  /// The parameters of the query, decoded, in their order.
  private(set) var parameters: [(name: String, value: String)]

  /// A request without its body.
  init(method: String, path: String, query: String?, headers: [String: String], arrival: Int64) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.arrival = arrival
    body = []
    segments = Self.segments(of: path)
    parameters = Self.parameters(of: query ?? "")
  }

  private static func segments(of path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { Percent.decoded(Substring($0)) }
  }

  /// The parameters of a query, decoded, in their order.
  static func parameters(of query: some StringProtocol) -> [(name: String, value: String)] {
    guard !query.isEmpty else { return [] }
    return query.split(separator: "&").map { pair in
      let sign = pair.firstIndex(of: "=") ?? pair.endIndex
      return (
        Percent.decoded(pair[..<sign], plusIsBlank: true),
        Percent.decoded(pair[sign...].dropFirst(), plusIsBlank: true)
      )
    }
  }

  /// The value of a parameter; the last one if it is repeated.
  func parameter(_ name: String) -> String? {
    parameters.last { $0.name == name }?.value
  }

  /// The scheme, host and port as the client wrote them, for the links of an answer.
  var origin: String { "http://\(headers["host"] ?? "localhost")" }
}

/// The answer to a request, before it is turned into bytes.
struct Answer: Sendable {
  enum Body: Sendable {
    case empty
    case json(JSONValue)
    /// A complete record, which becomes text when it is sent.
    case record(RecordRow, RecordTemplate)
    case bytes([UInt8])
  }

  var status = 200
  /// The headers beyond those of every answer of the service.
  var headers: [(name: String, value: String)] = []
  /// The type of the body; none if the service sends no such header.
  var mediaType: String? = "application/json"
  var body = Body.empty
  /// The service's own code of an error, for the log.
  var errorCode: String?
  /// The created record, for the log.
  var createdID: Int64?
  /// Indicates that the store has changed.
  var isChange = false

  static func json(_ value: JSONObject) -> Answer { Answer(body: .json(.object(value))) }
}

/// Percent-encoding of URLs (RFC 3986, section 2.1).
enum Percent {
  /// The text with its escapes resolved; an invalid escape stays as it is.
  static func decoded(_ text: some StringProtocol, plusIsBlank: Bool = false) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || plusIsBlank && $0 == UInt8(ascii: "+") })
    else {
      return String(text)
    }
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
