import Sites
import TestSupport
import Testing

/// libcurl sends a request again by itself when a reused connection dies before the answer's first byte.
///
/// The server may have carried out the first one, so a write that is not idempotent must not go that way.
@Suite struct SendingTwiceTests {
  @Test(arguments: [ScriptedServer.Reaction.close, .reset])
  func anAppendOverAReusedConnectionThatDiesIsSentOnceAndUnknown(reaction: ScriptedServer.Reaction) throws {
    let server = try ScriptedServer([.answer(.ok()), reaction])
    let connection = try SiteSettings.test(server.url).connection()
    #expect(connection.send(.append).outcome == .applied)
    let exchange = connection.send(.append)
    #expect(exchange.outcome.kind == .unknown)
    #expect(exchange.outcome.refusal?.code == "closed")
    #expect(exchange.status == nil)
    #expect(server.requests.map(\.connection) == [1, 1])
  }

  @Test func theConnectionGoesOnAfterwards() throws {
    let server = try ScriptedServer([.answer(.ok()), .close])
    let connection = try SiteSettings.test(server.url).connection()
    _ = connection.send(.append)
    _ = connection.send(.append)
    #expect(connection.send(.append).outcome == .applied)
    #expect(server.requests.count == 3)
  }

  @Test func aFieldUpdateMayGoTwice() throws {
    let server = try ScriptedServer([.answer(.ok()), .close])
    let connection = try SiteSettings.test(server.url).connection()
    #expect(connection.send(.update).outcome == .applied)
    #expect(connection.send(.update).outcome == .applied)
    #expect(server.requests.map(\.connection) == [1, 1, 2])
  }

  @Test func aConnectionThatTheServerClosedWhileIdleIsReplacedUnseen() throws {
    let server = try ScriptedServer([.answerAndClose(.ok(["Connection: close"]))])
    let connection = try SiteSettings.test(server.url).connection()
    for _ in 0..<3 { #expect(connection.send(.append).outcome == .applied) }
    #expect(server.requests.map(\.connection) == [1, 2, 2])
  }
}
