import Sandbox
import Testing

/// RFC 9112, sections 3.2 and 9.3, and RFC 9110, section 10.1.1; each test ends when the server ends the connection.
@Suite(.timeLimit(.minutes(1))) struct HTTP1RulesTests {
  private static let path = "/services/rest/connect/v1.4/incidents/1"
  private static let login = """
    Authorization: Basic YWRtaW46c2FuZGJveA==\r\nOSvC-CREST-Application-Context: tests\r\n
    """

  private func get(_ version: String, _ headers: String) -> String {
    "GET \(Self.path)?fields=id HTTP/\(version)\r\n\(headers)\(Self.login)\r\n"
  }

  private func patch(_ headers: String) -> String {
    "PATCH \(Self.path) HTTP/1.1\r\nHost: desk\r\n\(headers)Content-Type: application/json\r\n\(Self.login)\r\n"
  }

  @Test(arguments: [
    ("1.0", ""), ("1.0", "Host: desk\r\n"), ("1.1", "Host: desk\r\nConnection: close\r\n"),
    ("1.1", "Host: desk\r\nConnection: TE, Close\r\n"),
  ])
  func endsAConnectionThatIsNotToBeKept(_ version: String, _ headers: String) async throws {
    try await Desk.open(incidents: 1) { desk in
      let text = try await WireClient.exchange([(get(version, headers), "")], to: desk.server.baseURL)
      #expect(text.hasPrefix("HTTP/1.1 200"))
      #expect(text.lowercased().contains("\r\nconnection: close\r\n"))
    }
  }

  @Test func keepsAConnectionOfAnOldClientThatAsksForIt() async throws {
    try await Desk.open(incidents: 1) { desk in
      let text = try await WireClient.exchange(
        [(get("1.0", "Connection: Keep-Alive\r\n"), "}"), (get("1.0", ""), "")], to: desk.server.baseURL)
      #expect(text.matches(of: /HTTP\/1\.1 200/).count == 2)
      #expect(text.lowercased().contains("\r\nconnection: keep-alive\r\n"))
    }
  }

  @Test(arguments: [
    ("", 400), ("Host: desk\r\nHost: desk\r\n", 400), ("Host: desk\r\nExpect: miracles\r\n", 417),
  ])
  func refusesWhatIsNoProperRequest(_ headers: String, _ status: Int) async throws {
    try await Desk.open(incidents: 1) { desk in
      // The body is announced and never comes.
      let text = try await WireClient.exchange(
        [(get("1.1", headers + "Content-Length: 20\r\n"), "")], to: desk.server.baseURL)
      #expect(text.hasPrefix("HTTP/1.1 \(status)"))
      #expect(text.lowercased().contains("\r\nconnection: close\r\n"))
      #expect(try desk.stored("SELECT status FROM request_log") == [status])
    }
  }

  @Test func tellsAClientThatWaitsToSendItsBody() async throws {
    try await Desk.open(incidents: 1) { desk in
      let body = #"{"subject": "waited"}"#
      let headers = "Expect: 100-Continue\r\nContent-Length: \(body.utf8.count)\r\n"
      let go = "HTTP/1.1 100 Continue\r\n\r\n"
      // The second waits behind the first, and is told after the first one's answer.
      let text = try await WireClient.exchange(
        [
          (patch(headers), go), (body + patch(headers + "Connection: close\r\n"), go), (body, ""),
        ], to: desk.server.baseURL)
      #expect(text.matches(of: /HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/).count == 2)
      #expect(try desk.stored("SELECT status FROM request_log") == [200, 200])
    }
  }

  @Test(arguments: ["", "Connection: close\r\n"]) func answersAClientThatSaysEverythingAtOnce(_ last: String)
    async throws
  {
    try await Desk.open(incidents: 1) { desk in
      let host = "Host: desk\r\n"
      let text = try await WireClient.exchange(
        [(get("1.1", host) + get("1.1", host) + get("1.1", host + last), "")], saysNoMore: true,
        to: desk.server.baseURL)
      #expect(text.matches(of: /HTTP\/1\.1 200/).count == 3)
    }
  }

  @Test func answersWhatIsSentAtOnceOneByOne() async throws {
    try await Desk.open(incidents: 1) { desk in
      let body = #"{"subject": "number"}"#
      let requests = (1...50).map { number in
        patch("Content-Length: \(body.utf8.count + 1)\r\n") + body.replacing("number", with: "\(number)")
          + String(repeating: " ", count: "number".count + 1 - "\(number)".count)
      }
      // What is no request ends the connection, once those before it are answered.
      let text = try await WireClient.exchange(
        [(requests.joined() + "NONSENSE\r\n\r\n", "")], to: desk.server.baseURL)
      #expect(text.matches(of: /HTTP\/1\.1 200/).count == 50)
      #expect(text.hasSuffix("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
      let subjects: [String] = try desk.stored("SELECT trim(body) FROM request_log ORDER BY sequence")
      #expect(subjects == (1...50).map { #"{"subject": "\#($0)"}"# })
    }
  }

  @Test func ignoresExpectationsThatAClientCannotKnow() async throws {
    try await Desk.open(incidents: 1) { desk in
      let text = try await WireClient.exchange(
        [(get("1.0", "Expect: 100-continue\r\nsandbox-refusal: host\r\n"), "")], to: desk.server.baseURL)
      #expect(text.hasPrefix("HTTP/1.1 200"))
    }
  }
}
