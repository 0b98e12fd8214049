import TestSupport
import Testing

@testable import Sites

/// The limits on what a server's answer may take of this machine.
@Suite struct AnswerLimitTests {
  private static func chunked(_ trailers: Int) -> String {
    let lines = (0..<trailers).map { "X-\($0): \(String(repeating: "a", count: 1000))\r\n" }
      .joined()
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\(lines)\r\n"
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\n"
      + String(repeating: "X-Filler: \(String(repeating: "a", count: 90))\r\n", count: 1000)
      + "Content-Length: 0\r\n\r\n",
    String(repeating: "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", count: 3000) + .ok(),
    chunked(200),
    .json("[" + String(repeating: " ", count: 2 << 20) + "]"),
  ])
  func anAnswerToAWriteThatDoesNotEndIsLeftInDoubt(answer: String) throws {
    let server = try ScriptedServer(then: .answerAndClose(answer))
    let exchange = try SiteSettings.test(server.url).connection().send(.append)
    #expect(exchange.outcome.kind == .unknown)
    #expect(server.requests.count == 1)
  }

  @Test func trailersAreNoHeaders() throws {
    let answer =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHTTP/1.1 500 Oops: x\r\nosvc-crest-next-request-after: 9000\r\n\r\n"
    let server = try ScriptedServer(then: .answer(answer))
    let exchange = try SiteSettings.test(server.url).connection().send(.append)
    #expect(exchange.outcome == .applied)
    #expect(exchange.nextRequestAfter == nil)
  }

  @Test(arguments: [
    ("", 1), ("[]", 2), (#"{"a": [1, 2, 3]}"#, 5), (#"["a, [b", "c\",{"]"#, 3), ("[[[[", 5),
    (#"["a"#, 2),
  ])
  func countsNoFewerValuesThanThereAre(json: String, count: Int) {
    #expect(AnswerLimits(bytes: 0, values: count).allowValues(of: Array(json.utf8)))
    #expect(!AnswerLimits(bytes: 0, values: count - 1).allowValues(of: Array(json.utf8)))
  }

  @Test func moreValuesThanAnyRecordHasAreNotParsed() throws {
    let body = #"{"id": 7, "a": [\#(String(repeating: "0,", count: 30_000))0]}"#
    let server = try ScriptedServer(then: .answer(.json(body)))
    #expect(try SiteSettings.test(server.url).connection().send(.append).outcome.kind == .unknown)
  }
}
