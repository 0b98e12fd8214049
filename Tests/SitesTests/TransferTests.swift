import Catalog
import Dispatch
import Records
import TestSupport
import Testing

@testable import Sites

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Patches that are begun and ended, so that several connections are waited for at once.
@Suite(.blocking) struct TransferTests {
  private static let token = "osvc-crest-api-access-token: chain"
  private static let page = String.answer("401 Unauthorized", ["Content-Type: text/html"], body: "<p>Log in")
  private static let busy = String.problem(
    "503 Service Unavailable", #"{"o:errorCode": "OSC-CREST-00035"}"#, ["Retry-After: 2"])

  /// What differs, if anything, is how it is waited for.
  @Test(
    arguments: [
      [.answer(.ok())], [.answer(.ok([token])), .answer(.ok())], [.answer(.json(#"{"id": 7}"#))],
      [.answer(.json(#"{"id": 8}"#))], [.answer(.answer("204 No Content"))], [.answer(.ok()), .close],
      [.answer(.ok()), .reset], [.close], [.reset], [.answerAndClose("HTTP/1.1 200 OK\r\nContent-Len")],
      [.answer(.ok([token])), .answer(.problem("400 Bad Request", #"{"title": "Invalid access token"}"#))],
      [.answer(.problem("404 Not Found", #"{"title": "No", "o:errorCode": "OSC-CREST-00005"}"#))],
      [.answer(busy)], [.answer(page)], [.answer(.answer("406 Not Acceptable"))],
      [.answer(.answer("302 Found", ["Location: http://elsewhere.invalid/"]))],
    ] as [[ScriptedServer.Reaction]], [Write.update, .append])
  func endsAsAPatchThatIsWaitedFor(reactions: [ScriptedServer.Reaction], write: Write) throws {
    let connect: [(String) throws -> any SiteConnection] = [
      { try SiteSettings.test($0).connection() }, { try SiteSettings.fusion($0).interactions() },
    ]
    for connect in connect {
      let (waited, begun) = (try ScriptedServer(reactions), try ScriptedServer(reactions))
      let (one, other) = (try connect(waited.url), try connect(begun.url))
      for _ in 0..<3 {
        var (expected, exchange) = (one.send(write), try other.sendApart(write))
        (expected.duration, exchange.duration) = (.zero, .zero)
        #expect(exchange.withoutPort(begun.port) == expected.withoutPort(waited.port))
      }
      #expect(begun.requests.map(\.withoutPort) == waited.requests.map(\.withoutPort))
      let statuses = { (connection: any SiteConnection) in connection.takeRequests().map(\.status) }
      #expect(statuses(other) == statuses(one))
    }
  }

  @Test func anAnswerThatTakesLongHoldsUpNoOther() throws {
    let held = DispatchSemaphore(value: 0)
    let server = try ScriptedServer { request in
      request.body.contains("slow")
        ? .answerLater {
          held.wait()
          return .ok()
        } : .answer(.ok())
    }
    let site = try SiteSettings.test(server.url).incidents()
    let connections = (0..<4).map { _ in site.makeConnection() }
    var slow = Write.update
    slow.body = #"{"subject":"slow"}"#
    let transfers = try connections.enumerated().map { index, connection in
      try #require(connection.begin(index == 0 ? slow : .update))
    }
    var poll = TransferPoll()
    while !transfers.dropFirst().allSatisfy(\.isDone) { poll.wait(for: transfers) }
    #expect(!transfers[0].isDone)
    for connection in connections.dropFirst() {
      #expect(connection.endsPlainly)
      #expect(connection.end().outcome == .applied)
    }
    held.signal()
    while !transfers[0].isDone { poll.wait(for: transfers) }
    #expect(connections[0].end().outcome == .applied)
    #expect(Set(server.requests.map(\.connection)).count == 4)
  }

  @Test func aTimeOutEndsAPatch() throws {
    let server = try ScriptedServer([.stall])
    let settings = SiteSettings.test(server.url) { $0.requestTimeout = .milliseconds(200) }
    let connection = try settings.connection()
    let exchange = try connection.sendApart(.append)
    #expect(exchange.outcome.refusal?.code == "timeout")
    #expect(exchange.outcome.kind == .unknown)
  }

  /// The thread that waits for it may have been held up, by a terminal that is stopped, or as a whole.
  @Test func anAnswerThatHasArrivedIsTakenAfterTheTimeOut() throws {
    let answered = DispatchSemaphore(value: 0)
    // More than is read at once.
    let answer = String.json(#"{"id": 7}"# + String(repeating: " ", count: 60_000))
    let server = try ScriptedServer { _ in .answerAndTell(answer) { answered.signal() } }
    let connection = try SiteSettings.test(server.url).connection()
    #expect(connection.send(.append).outcome == .applied)
    answered.wait()
    let transfer = try #require(connection.begin(.append))
    answered.wait()
    transfer.limit = .now
    var poll = TransferPoll()
    while !transfer.isDone { poll.wait(for: [transfer]) }
    #expect(connection.end().outcome == .applied)
    #expect(Set(server.requests.map(\.connection)) == [1])
  }

  @Test func theBellEndsAWait() throws {
    let server = try ScriptedServer([.stall])
    let connection = try SiteSettings.test(server.url).connection()
    let transfer = try #require(connection.begin(.update))
    var ends: [CInt] = [-1, -1]
    try #require(unsafe pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    var poll = TransferPoll()
    #expect(poll.wait(for: [transfer], bell: ends[0], until: .now) == false)
    var byte: UInt8 = 0
    #expect(unsafe write(ends[1], &byte, 1) == 1)
    while !poll.wait(for: [transfer], bell: ends[0]) {}
    #expect(!transfer.isDone)
  }

  @Test func whatIsNotAdmittedIsNotSent() throws {
    final class Closed: RequestPacing {
      func admit() -> Bool { false }
      func refused(after: Duration?, tries: Int) -> Bool { false }
      func rest(_ time: Duration) {}
    }
    let server = try ScriptedServer()
    let (connection, pacing) = (try SiteSettings.test(server.url).connection(), Closed())
    connection.keep(to: pacing)
    #expect(try connection.sendApart(.append).outcome.refusal?.code == Refusal.notSent)
    #expect(connection.takeRequests().isEmpty)
    #expect(server.requests.isEmpty)
  }

  /// A file of megabytes would have to be copied, and an element at its own address be looked up.
  @Test func onlyAShortRequestOfItsOwnIsBegun() throws {
    let server = try ScriptedServer()
    var long = Write.update
    long.body = "{\"subject\":\"\(String(repeating: "x", count: CurlHandle.longestCopied))\"}"
    #expect(try SiteSettings.test(server.url).connection().begin(long) == nil)
    var element = Write.update
    element.element = ElementAddress(list: "InteractionAssociation", id: 5)
    #expect(try SiteSettings.fusion(server.url).interactions().begin(element) == nil)
    #expect(server.requests.isEmpty)
  }

  @Test func aConnectionThatGetsANewTokenHoldsUpNoOther() throws {
    let folder = try TemporaryFolder()
    for name in ["asked", "go"] { try #require(unsafe mkfifo(folder.path(name), 0o600) == 0) }
    // The first token comes at once, the second when the test says so.
    let command = """
      echo x >> \(folder.path("calls")); calls=$(wc -l < \(folder.path("calls")) | tr -d ' ')
      if [ $calls = 2 ]; then echo x > \(folder.path("asked")); cat \(folder.path("go")) > /dev/null; fi; echo $calls
      """
    let server = try ScriptedServer([.answer(.ok()), .answer(.answer("401 Unauthorized"))])
    let settings = SiteSettings.test(server.url) { $0.authentication = .bearer(token: .command(command)) }
    let site = try settings.makeSite(resource: .incidents)
    let (other, ended) = (site.makeConnection(), DispatchSemaphore(value: 0))
    #expect(try other.sendApart(.update).outcome == .applied)
    DispatchQueue(label: "renewing").async {
      #expect(site.makeConnection().send(.update).outcome == .applied)
      ended.signal()
    }
    // It can be read when the command has begun.
    let asked = unsafe open(folder.path("asked"), O_RDONLY)
    var byte: UInt8 = 0
    #expect(unsafe read(asked, &byte, 1) == 1)
    close(asked)
    #expect(other.begin(.update) == nil)
    unsafe close(open(folder.path("go"), O_WRONLY))
    ended.wait()
    #expect(try other.sendApart(.update).outcome == .applied)
    #expect(
      server.requests.map { $0.header("Authorization") }
        == ["Bearer 1", "Bearer 1", "Bearer 2", "Bearer 2"])
  }
}

extension SiteConnection {
  /// Begins a patch, waits for its transfer, and ends it.
  fileprivate func sendApart(_ write: Write) throws -> Exchange {
    let transfer = try #require(begin(write))
    var poll = TransferPoll()
    while !transfer.isDone { poll.wait(for: [transfer]) }
    return end()
  }
}

extension Exchange {
  /// The same, as it would be with any port.
  fileprivate func withoutPort(_ port: UInt16) -> String { "\(self)".replacing("\(port)", with: "PORT") }
}

extension ScriptedServer.Request {
  fileprivate var withoutPort: ScriptedServer.Request {
    var request = self
    request.headers.removeAll { $0.hasPrefix("Host:") }
    return request
  }
}
