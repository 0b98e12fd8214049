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
  /// - Parameter connection: what becomes of the connection, if that is said.
  /// - Returns: `false` if a header holds what no header can.
  func write(headTo bytes: inout WireBytes, bodyLength: Int, connection: String?) -> Bool {
    // An answer with status 0 was never made: its connection has ended, and this goes nowhere.
    let status = HTTPResponseStatus(statusCode: status == 0 ? 500 : status)
    bytes.append("HTTP/1.1 ")
    bytes.append(digitsOf: UInt64(status.code))
    bytes.append(" ")
    bytes.append(status.reasonPhrase)
    bytes.append("\r\n")
    var isValid = true
    if let mediaType { isValid = bytes.append(header: "Content-Type", mediaType) }
    for (name, value) in headers { isValid = bytes.append(header: name, value) && isValid }
    if status.mayHaveResponseBody {
      isValid = bytes.append(header: "Content-Length", String(bodyLength)) && isValid
    }
    isValid = bytes.append(header: "Date", HTTPDate.now) && isValid
    if let connection { isValid = bytes.append(header: "connection", connection) && isValid }
    bytes.append("\r\n")
    return isValid
  }
}

extension WireBytes {
  /// Appends a header; returns `false` if it holds what no header can.
  fileprivate mutating func append(header name: String, _ value: String) -> Bool {
    let start = count
    append(name)
    append(": ")
    append(value)
    defer { append("\r\n") }
    return isText(from: start)
  }
}
