import JSON
import NIOHTTP1

/// One request as received, before any check; shared by all that handle it.
final class Exchange: Sendable {
  /// The method of the request line, before any override.
  let method: String
  /// The path as sent, still percent-encoded, without the query.
  let path: String
  /// The query as sent, without the question mark; none if there was none.
  let query: String?
  let headers: HeaderFields
  let body: [UInt8]
  /// The body as JSON, parsed before the transaction; none if there is no body.
  let json: Result<JSONValue, JSONError>?
  /// Indicates that the body was longer than the limit and was not read.
  let isTooLong: Bool
  /// The arrival time, in microseconds since 1970.
  let arrival: Int64
  /// What the rules for faults make of it.
  let fault: FaultDecision

  /// The steps of the path, decoded; doubled slashes count as one, as on live sites.
  let segments: [String]
  /// The parameters of the query, decoded, in their order.
  let parameters: [(name: String, value: String)]
  /// The arrival time as ISO 8601, to the second.
  let timeText: String
  /// The headers that keep rules or events of the service from a change.
  let suppressing: [(name: String, value: String)]

  init(
    method: String, path: String, query: String?, headers: HeaderFields, arrival: Int64, body: [UInt8],
    json: Result<JSONValue, JSONError>? = nil, isTooLong: Bool = false, fault: FaultDecision = FaultDecision()
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.arrival = arrival
    self.body = body
    self.json = json
    self.isTooLong = isTooLong
    self.fault = fault
    segments = Self.segments(of: path)
    parameters = query.map { Self.parameters(of: $0) } ?? []
    timeText = LatestText.times[Timestamp(seconds: arrival / 1_000_000)]
    suppressing = headers.fields.filter { $0.name.hasPrefix("osvc-crest-suppress") }
  }

  /// The same request with a fault.
  convenience init(_ request: Exchange, _ fault: FaultDecision) {
    self.init(
      method: request.method, path: request.path, query: request.query, headers: request.headers,
      arrival: request.arrival, body: request.body, json: request.json, isTooLong: request.isTooLong,
      fault: fault)
  }

  /// The arrival time in the service's form.
  var time: Timestamp { Timestamp(seconds: arrival / 1_000_000) }

  private static func segments(of path: String) -> [String] {
    var path = path
    return path.withUTF8 { path in
      var segments: [String] = []
      segments.reserveCapacity(8)
      let isPlain = unsafe !path.contains(UInt8(ascii: "%"))
      var start = 0
      for end in 0...path.count {
        if end < path.count, unsafe path[end] != UInt8(ascii: "/") { continue }
        if start < end {
          let segment = unsafe String(
            decoding: UnsafeBufferPointer(rebasing: path[start..<end]), as: UTF8.self)
          segments.append(isPlain ? segment : Percent.decoded(segment))
        }
        start = end + 1
      }
      return segments
    }
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
  var origin: String { "http://\(host)" }

  /// The host and port as the client wrote them.
  var host: String { headers["host"] ?? "localhost" }
}

extension Exchange {
  /// A request as read from its connection.
  convenience init(
    _ head: HTTPRequestHead, _ headers: HeaderFields, _ arrival: Int64, _ body: [UInt8], isTooLong: Bool
  ) {
    var target = head.uri.isEmpty ? "/" : head.uri
    let place = target.withUTF8 { unsafe $0.firstIndex(of: UInt8(ascii: "?")) }
    let mark = place.map { target.utf8.index(target.startIndex, offsetBy: $0) }
    self.init(
      method: head.method.rawValue, path: mark.map { String(target[..<$0]) } ?? target,
      query: mark.map { String(target[target.index(after: $0)...]) }, headers: headers, arrival: arrival,
      body: body,
      json: body.isEmpty ? nil : Result { () throws(JSONError) in try JSONValue(parsing: body) },
      isTooLong: isTooLong)
  }
}

/// The headers of a request, with names in lower case; a request has few, so that they are searched one by one.
struct HeaderFields: Sendable {
  private(set) var fields: [(name: String, value: String)] = []
  /// The names of those that came more than once.
  private(set) var repeated: Set<String> = []

  init() {}

  init(_ headers: HTTPHeaders) {
    fields.reserveCapacity(headers.count)
    for (name, value) in headers { add(name.lowercased(), value) }
  }

  /// Adds a header; the values of a repeated one are joined.
  mutating func add(_ name: String, _ value: String) {
    if let known = index(of: name) {
      fields[known].value += ", \(value)"
      repeated.insert(name)
    } else {
      fields.append((name, value))
    }
  }

  subscript(name: String) -> String? { index(of: name).map { fields[$0].value } }

  private func index(of name: String) -> Int? {
    // Most have another length.
    fields.firstIndex { $0.name.utf8.count == name.utf8.count && $0.name == name }
  }
}
