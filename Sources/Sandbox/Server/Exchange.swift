import JSON

/// One request as it came over the wire, before anything has judged it.
struct Exchange: Sendable {
  /// The method of the request line, before any override.
  var method: String
  /// The path as it was sent, still percent-encoded, without the query.
  var path: String { didSet { segments = Self.segments(of: path) } }
  /// The query as it was sent, without the question mark; none when there was none.
  var query: String? { didSet { parameters = Self.parameters(of: query ?? "") } }
  /// Names in lower case.
  var headers: [String: String]
  var body: [UInt8]
  /// The body as JSON, parsed before the store is entered; none when there is no body.
  var json: Result<JSONValue, JSONError>?
  /// Whether the body was longer than the limit, and so was not read.
  var isTooLong = false
  /// When it arrived, in microseconds since 1970.
  var arrival: Int64
  /// What is done to it because a fault was asked for, for the log.
  var fault: String?
  /// The pause in milliseconds that its answer asks for, where a fault says so.
  var nextRequestAfter: Int?

  /// When it arrived, as the service writes times.
  var time: Timestamp { Timestamp(seconds: arrival / 1_000_000) }

  /// The steps of the path, decoded; doubled slashes count as one (the real service was seen to accept them).
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
    path.split(separator: "/").map { Percent.decoded($0) }
  }

  /// The parameters of a query, decoded, in their order.
  static func parameters(of query: some StringProtocol) -> [(name: String, value: String)] {
    query.split(separator: "&").map { pair in
      let sign = pair.firstIndex(of: "=") ?? pair.endIndex
      return (
        Percent.decoded(pair[..<sign], plusIsBlank: true),
        Percent.decoded(pair[sign...].dropFirst(), plusIsBlank: true)
      )
    }
  }

  /// The value of a parameter; the last one when it is repeated.
  func parameter(_ name: String) -> String? {
    parameters.last { $0.name == name }?.value
  }

  /// Scheme, host and port as the client wrote them, for the links of an answer.
  var origin: String { "http://\(headers["host"] ?? "localhost")" }
}

/// What a request is answered with, before it is turned into bytes.
struct Answer: Sendable {
  enum Body: Sendable {
    case empty
    case json(JSONValue)
    /// A record in full, which becomes text when it is sent.
    case record(RecordRow, RecordTemplate)
    case bytes([UInt8])
  }

  var status = 200
  /// Headers beyond those that every answer of the service carries.
  var headers: [(name: String, value: String)] = []
  /// The type of the body; none where the service sends no such header.
  var mediaType: String? = "application/json"
  var body = Body.empty
  /// The service's own code of an error, for the log.
  var errorCode: String?
  /// The record that was created, for the log.
  var createdID: Int64?
  /// Whether the store holds something else than before.
  var isChange = false

  static func json(_ value: JSONObject) -> Answer { Answer(body: .json(.object(value))) }
}

/// Percent-encoding of URLs (RFC 3986, section 2.1).
enum Percent {
  /// The text with its escapes resolved; an escape that is none stays as it is.
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

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
