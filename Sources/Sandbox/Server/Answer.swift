import JSON
import NIOHTTP1

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
  /// Indicates that it gets the headers of every answer of the service; a server before the service does not know them.
  var hasServiceHeaders = true
  /// The service's own code of an error, for the log.
  var errorCode: String?
  /// The created record, for the log.
  var createdID: Int64?
  /// Indicates that the store has changed.
  var isChange = false

  static func json(_ value: JSONObject) -> Answer { Answer(body: .json(.object(value))) }
}

extension Answer {
  /// Writes the body as sent.
  func write(bodyTo bytes: inout WireBytes) {
    switch body {
    case .empty: break
    case .json(let json): bytes.append(json.bytes(.indented(4)))
    case .record(let record, let template): template.write(record, to: &bytes)
    case .bytes(let body): bytes.append(body)
    }
  }

  /// Enough for most bodies.
  var usualSize: Int {
    switch body {
    case .empty: 0
    case .json, .record: 16 << 10
    case .bytes(let body): body.count
    }
  }

  /// Writes the status line and the headers as sent; those of an answer are all different.
  ///
  /// - Parameters:
  ///   - connection: what becomes of the connection, if that is said.
  ///   - service: writes the headers of its every answer.
  /// - Returns: `false` if a header holds what no header can.
  func write(
    headTo bytes: inout WireBytes, bodyLength: Int, connection: String?, service: (inout WireBytes) -> Void
  ) -> Bool {
    // An answer with status 0 was never made: its connection has ended, and this goes nowhere.
    let status = HTTPResponseStatus(statusCode: status == 0 ? 500 : status)
    bytes.append("HTTP/1.1 ")
    bytes.append(digitsOf: UInt64(status.code))
    bytes.append(" ")
    bytes.append(text: status.reasonPhrase)
    bytes.append("\r\n")
    let start = bytes.count
    if let mediaType { bytes.append(header: "Content-Type", mediaType) }
    for (name, value) in headers { bytes.append(header: name, value) }
    // The two that end each header are the only control characters.
    let isValid = bytes.controls(from: start) == 2 * (headers.count + (mediaType == nil ? 0 : 1))
    if hasServiceHeaders { service(&bytes) }
    if status.mayHaveResponseBody { bytes.append(header: "Content-Length", UInt64(bodyLength)) }
    bytes.append(header: "Date", LatestText.dates[.now])
    if let connection { bytes.append(header: "connection", connection) }
    bytes.append("\r\n")
    return isValid
  }
}

extension WireBytes {
  mutating func append(header name: String, _ value: String) {
    append(text: name)
    append(": ")
    append(text: value)
    append("\r\n")
  }

  /// Appends a header that is a number of at least 0.
  mutating func append(header name: StaticString, _ value: UInt64) {
    append(name)
    append(": ")
    append(digitsOf: value)
    append("\r\n")
  }
}
