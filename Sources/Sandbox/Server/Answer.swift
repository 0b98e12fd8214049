import JSON

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
  /// The body as sent.
  var bytes: [UInt8] {
    switch body {
    case .empty: []
    case .json(let json): json.bytes(.indented(4))
    case .record(let record, let template): template.bytes(of: record)
    case .bytes(let bytes): bytes
    }
  }

  /// The headers as sent; those of an answer are all different.
  func fields(bodyLength: Int) -> [(String, String)] {
    var fields: [(String, String)] = []
    fields.reserveCapacity(headers.count + 4)
    if let mediaType { fields.append(("Content-Type", mediaType)) }
    for (name, value) in headers { fields.append((name, value)) }
    fields.append(("Content-Length", String(bodyLength)))
    fields.append(("Date", HTTPDate.now))
    return fields
  }
}
