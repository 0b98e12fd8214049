import Sites
import TestSupport
import Testing

/// libcurl resends a request automatically when a reused connection dies before the answer's first byte.
///
/// The server may have applied the first one, so no write may be sent that way, whatever it writes.
@Suite struct SendingTwiceTests {
  @Test(arguments: [ScriptedServer.Reaction.close, .reset], [Write.append, .update])
  func aWriteOverAReusedConnectionThatDiesIsSentOnceAndUnknown(
    reaction: ScriptedServer.Reaction, write: Write
  ) throws {
    let server = try ScriptedServer([.answer(.ok()), reaction])
    let connection = try SiteSettings.test(server.url).connection()
    #expect(connection.send(write).outcome == .applied)
    let exchange = connection.send(write)
    #expect(exchange.outcome.kind == .unknown)
    #expect(exchange.outcome.refusal?.code == "closed")
    #expect(exchange.status == nil)
    #expect(server.requests.map(\.connection) == [1, 1])
  }

  @Test func theConnectionStillWorksAfterwards() throws {
    let server = try ScriptedServer([.answer(.ok()), .close])
    let connection = try SiteSettings.test(server.url).connection()
    _ = connection.send(.append)
    _ = connection.send(.append)
    #expect(connection.send(.append).outcome == .applied)
    #expect(server.requests.count == 3)
  }

  @Test func aReadMayGoTwice() throws {
    let server = try ScriptedServer([.answer(.ok()), .close])
    let connection = try SiteSettings.test(server.url).connection()
    #expect(connection.check().outcome.kind != .unknown)
    #expect(connection.check().outcome.kind != .unknown)
    #expect(server.requests.map(\.connection) == [1, 1, 2])
  }

  @Test func aConnectionThatTheServerClosedWhileIdleIsReplacedUnseen() throws {
    let server = try ScriptedServer([.answerAndClose(.ok(["Connection: close"]))])
    let connection = try SiteSettings.test(server.url).connection()
    for _ in 0..<3 { #expect(connection.send(.append).outcome == .applied) }
    #expect(server.requests.map(\.connection) == [1, 2, 2])
  }
}
