import GRDB
import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// One of the APIs that the sandbox stands in for.
protocol SandboxService: Sendable {
  /// Whether a path belongs to this API.
  func serves(_ segments: [String]) -> Bool

  /// Does what a request asks and logs it, inside a transaction; the answer is sent after the commit.
  ///
  /// - Throws: what the database throws; a refusal is an answer.
  func answer(_ request: Exchange, in database: Database) throws -> Answer

  /// The answer when the store fails.
  func failure(_ reason: String, _ request: Exchange) -> Answer
}

extension B2CService: SandboxService {
  func serves(_ segments: [String]) -> Bool { segments.starts(with: Self.root) }

  func failure(_ reason: String, _ request: Exchange) -> Answer {
    Self.errorAnswer(Refusal(500, .internalError, reason), request)
  }
}

extension FusionCX: SandboxService {
  func serves(_ segments: [String]) -> Bool { segments.starts(with: Self.root) }

  /// Empty by design, so that no details leak (API reference 10).
  func failure(_ reason: String, _ request: Exchange) -> Answer { Answer(status: 500, mediaType: nil) }
}

/// Between the web server and the services: bytes in, bytes out.
struct SandboxResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  let store: SandboxStore
  let services: [any SandboxService]
  let latency: Duration
  let bodyLimit: Int

  func respond(to request: Request, context: Context) async throws -> Response {
    let exchange = try await exchange(of: request)
    if latency > .zero { try await Task.sleep(for: latency) }
    let service = services.first { $0.serves(exchange.segments) }
    let answer: Answer
    do {
      answer = try await store.perform { database in
        guard let service else {
          let answer = Self.noService(exchange)
          try RequestLogEntry(exchange: exchange, answer: answer).insert(into: database)
          return answer
        }
        return try service.answer(exchange, in: database)
      }
    } catch {
      // The store cannot be written: nothing of this request was kept.
      answer = service?.failure("The store failed: \(error)", exchange) ?? Answer(status: 500, mediaType: nil)
    }
    let response = Self.response(answer)
    return request.method == .head ? response.createHeadResponse() : response
  }

  private func exchange(of request: Request) async throws -> Exchange {
    var headers: [String: String] = [:]
    for field in request.headers {
      let name = field.name.canonicalName
      headers[name] = headers[name].map { "\($0), \(field.value)" } ?? field.value
    }
    headers["host"] = headers["host"] ?? request.head.authority
    let target = request.head.path ?? "/"
    let mark = target.firstIndex(of: "?")
    var exchange = Exchange(
      method: request.method.rawValue, path: String(target[..<(mark ?? target.endIndex)]),
      query: mark.map { String(target[target.index(after: $0)...]) }, headers: headers, body: [],
      arrival: Timestamp.microsecondsNow)
    do {
      let buffer = try await request.body.collect(upTo: bodyLimit)
      exchange.body = Array(buffer.readableBytesView)
    } catch is NIOTooManyBytesError {
      exchange.isTooLong = true
    }
    if !exchange.body.isEmpty {
      let body = exchange.body
      exchange.json = Result { () throws(JSONError) in try JSONValue(parsing: body) }
    }
    return exchange
  }

  private static func noService(_ exchange: Exchange) -> Answer {
    Answer(
      status: 404,
      body: .json(["title": "Not an API of this sandbox", "status": 404, "detail": .string(exchange.path)]))
  }

  private static func response(_ answer: Answer) -> Response {
    var headers = HTTPFields()
    if let type = answer.mediaType { headers[.contentType] = type }
    for (name, value) in answer.headers {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    let body: ResponseBody
    switch answer.body {
    case .empty: body = ResponseBody()
    case .json(let json): body = ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes(.indented(4))))
    case .bytes(let bytes): body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    }
    return Response(status: HTTPResponse.Status(code: answer.status), headers: headers, body: body)
  }
}
