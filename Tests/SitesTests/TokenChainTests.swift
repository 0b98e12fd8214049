import Catalog
import Sites
import Synchronization
import TestSupport
import Testing

/// Logins and access tokens over the requests of one connection.
@Suite struct TokenChainTests {
  private static let name = "osvc-crest-api-access-token"

  @Test func eachAnswersTokenGoesWithTheNextRequest() throws {
    let server = try ScriptedServer([
      .answer(.ok(["OSVC-Crest-API-Access-Token: one"])), .answer(.ok(["\(Self.name): two"])),
      .answer(.ok()), .answer(.ok()),
    ])
    let connection = try SiteSettings.test(server.url).connection()
    for _ in 0..<4 { _ = connection.send(.update) }
    #expect(server.requests.map { $0.header(Self.name) } == [nil, "one", "two", nil])
  }

  @Test func eachConnectionHasItsOwnChain() throws {
    let server = try ScriptedServer([
      .answer(.ok(["\(Self.name): first"])), .answer(.ok(["\(Self.name): second"])),
    ])
    let site = try SiteSettings.test(server.url).incidents()
    let connections = [site.makeConnection(), site.makeConnection()]
    for connection in connections + connections { _ = connection.send(.update) }
    #expect(server.requests.map { $0.header(Self.name) } == [nil, nil, "first", "second"])
  }

  @Test func aLostAnswerStartsANewChain() throws {
    let server = try ScriptedServer([.answer(.ok(["\(Self.name): one"])), .reset])
    let connection = try SiteSettings.test(server.url).connection()
    for _ in 0..<3 { _ = connection.send(.append) }
    #expect(server.requests.map { $0.header(Self.name) } == [nil, "one", nil])
  }

  @Test func aRefusedTokenIsDroppedAndTheRequestSentWithoutIt() throws {
    let server = try ScriptedServer([
      .answer(.ok(["\(Self.name): stale"])),
      .answer(
        .problem(
          "400 Bad Request", #"{"title": "Invalid API access token", "o:errorCode": "OSC-CREST-00016"}"#)),
    ])
    let connection = try SiteSettings.test(server.url).connection()
    _ = connection.send(.append)
    #expect(connection.send(.append).outcome == .applied)
    #expect(server.requests.map { $0.header(Self.name) } == [nil, "stale", nil])
  }

  @Test func theWaitTheSiteAsksForIsHandedOn() throws {
    let server = try ScriptedServer([
      .answer(.ok(["OSvC-CREST-Next-Request-After: 250"])),
      .answer(
        .problem(
          "503 Service Unavailable", #"{"o:errorCode": "OSC-CREST-00035"}"#,
          ["Retry-After: 2", "osvc-crest-next-request-after: 10"])),
      .answer(.ok()),
    ])
    let connection = try SiteSettings.test(server.url).connection()
    let exchanges = (0..<3).map { _ in connection.send(.update) }
    #expect(exchanges.map(\.nextRequestAfter) == [.milliseconds(250), .milliseconds(10), nil])
    guard case .retryLater(.seconds(2), _) = exchanges[1].outcome else {
      Issue.record("\(exchanges[1].outcome)")
      return
    }
  }

  /// The run has to be able to name the wait, and to stop without waiting for it.
  @Test func pacesTheRequestsOfALook() throws {
    final class Pacing: RequestPacing {
      let rests = Mutex<[Duration]>([])
      func admit() -> Bool { true }
      func refused(after: Duration?, tries: Int) -> Bool { false }
      func rest(_ time: Duration) { rests.withLock { $0.append(time) } }
    }
    let table =
      #"{"items": [{"tableName": "incidents", "count": 0, "columnNames": ["id", "referenceNumber"], "rows": []}]}"#
    let server = try ScriptedServer { _ in
      .answer(.json(table, ["osvc-crest-next-request-after: 4000"]))
    }
    let connection = try SiteSettings.test(server.url).connection()
    let pacing = Pacing()
    connection.keep(to: pacing)
    let keys = (0..<2_000).map { "240317-\(100_000 + $0)" }
    _ = connection.resolve(attribute: "referenceNumber", values: keys)
    #expect(server.requests.count > 1)
    #expect(
      pacing.rests.withLock { $0 } == Array(repeating: .seconds(4), count: server.requests.count - 1))
  }

  @Test func anExpiredTokenIsFetchedAgainOnceForAllConnections() throws {
    let folder = try TemporaryFolder()
    let next = "echo x >> \(folder.path("calls")); wc -l < \(folder.path("calls")) | tr -d ' '"
    let server = try ScriptedServer([
      .answer(.answer("401 Unauthorized")), .answer(.ok()), .answer(.answer("401 Unauthorized")),
      .answer(.ok()),
    ])
    let settings = SiteSettings.test(server.url) { $0.authentication = .bearer(token: .command(next)) }
    let connection = try settings.connection()
    #expect(connection.send(.update).outcome == .applied)
    #expect(connection.send(.update).outcome == .applied)
    #expect(
      server.requests.map { $0.header("Authorization") } == ["Bearer 1", "Bearer 2", "Bearer 2", "Bearer 3"])
  }

  /// Each has a copy of its own, which it must not keep.
  @Test func everyConnectionSendsTheNewToken() throws {
    let folder = try TemporaryFolder()
    let next = "echo x >> \(folder.path("calls")); wc -l < \(folder.path("calls")) | tr -d ' '"
    let server = try ScriptedServer([
      .answer(.ok()), .answer(.ok()), .answer(.answer("401 Unauthorized")), .answer(.ok()), .answer(.ok()),
    ])
    let settings = SiteSettings.test(server.url) { $0.authentication = .bearer(token: .command(next)) }
    let site = try settings.makeSite(resource: .incidents)
    let (one, other) = (site.makeConnection(), site.makeConnection())
    for connection in [one, other, one, other] { #expect(connection.send(.update).outcome == .applied) }
    #expect(
      server.requests.map { $0.header("Authorization") }
        == ["Bearer 1", "Bearer 1", "Bearer 1", "Bearer 2", "Bearer 2"])
  }

  /// A gateway may have passed it on: only the API's own refusal lets a note be sent again at once.
  @Test(arguments: [
    (String.answer("401 Unauthorized"), OutcomeTests.Kind.unknown, 1),
    (.answer("401 Unauthorized", ["Content-Type: text/html"], body: "<html>Log in</html>"), .unknown, 1),
    (
      .problem("401 Unauthorized", #"{"type":"https://site/exceptions/OSC-CREST-00014","title":"No"}"#),
      .applied,
      2
    ),
  ])
  func whatMustNotHappenTwiceIsNotSentAgainOnAnybodysWord(
    answer: String, kind: OutcomeTests.Kind, requests: Int
  ) throws {
    let folder = try TemporaryFolder()
    let next = "echo x >> \(folder.path("calls")); wc -l < \(folder.path("calls")) | tr -d ' '"
    let server = try ScriptedServer([.answer(answer)], then: .answer(.ok()))
    let settings = SiteSettings.test(server.url) { $0.authentication = .session(token: .command(next)) }
    let connection = try settings.connection()
    #expect(connection.send(.append).outcome.kind == kind)
    #expect(server.requests.count == requests)
    #expect(connection.send(.update).outcome == .applied)
    #expect(server.requests.last?.header("Authorization") == "Session 2")
  }

  @Test func aTokenThatStaysRefusedIsNotTriedAThirdTime() throws {
    let server = try ScriptedServer(then: .answer(.answer("401 Unauthorized")))
    let settings = SiteSettings.test(server.url) {
      $0.authentication = .session(token: .command("echo same"))
    }
    #expect(try settings.connection().send(.append).outcome.kind == .loginRefused)
    #expect(server.requests.count == 1)
  }

  @Test func neverRetriesARefusedPassword() throws {
    let folder = try TemporaryFolder()
    let next = "echo x >> \(folder.path("calls")); wc -l < \(folder.path("calls"))"
    let server = try ScriptedServer(then: .answer(.answer("401 Unauthorized")))
    let settings = SiteSettings.test(server.url) {
      $0.authentication = .basic(user: "admin", password: .command(next))
    }
    #expect(try settings.connection().send(.append).outcome.kind == .loginRefused)
    #expect(server.requests.count == 1)
  }
}
