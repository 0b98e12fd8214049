/// A libcurl handle that logs in and counts what it sends: what every connection does, whatever the API.
struct SiteHandle: ~Copyable {
  private var handle: CurlHandle
  private var requests: [Int: Int] = [:]

  init(_ transport: TransportSettings) { handle = CurlHandle(transport) }

  /// Sends one request under a login, and waits for what comes of it.
  mutating func perform(_ request: HTTPRequest, _ ticket: SiteLogin.Ticket) -> HTTPExchange {
    var request = request
    if let header = ticket.header { request.headers.append(("Authorization", header.reveal())) }
    let exchange = handle.perform(request)
    requests[exchange.answer?.status ?? 0, default: 0] += 1
    return exchange
  }

  /// The requests since this was last asked, by HTTP status; 0 stands for no answer.
  mutating func takeRequests() -> [Int: Int] {
    defer { requests = [:] }
    return requests
  }
}
