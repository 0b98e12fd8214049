import Dispatch
import Records
import Sites
import TestSupport
import Testing

/// The reports of requests whose answer did not come, over real sockets.
@Suite struct TransportTests {
  @Test func aRefusedConnectionCanBeTriedLater() throws {
    let port = try ClosedPort()
    let exchange = try SiteSettings.test(port.url).connection().send(.append)
    guard case .retryLater(nil, let refusal) = exchange.outcome else {
      Issue.record("\(exchange.outcome)")
      return
    }
    #expect(refusal.code == "connect")
    #expect(refusal.message == "cannot connect: connection refused")
    #expect(refusal.hint != nil)
    #expect(exchange.status == nil)
  }

  @Test func aProxyThatDoesNotExistCanBeTriedLater() throws {
    // The name is reserved, so that no network has it (RFC 6761).
    let settings = SiteSettings.test("https://desk.example") {
      $0.proxy = "http://no-such-proxy.invalid:3128"
    }
    let exchange = try settings.connection().send(.append)
    #expect(exchange.outcome.kind == .retryLater)
  }

  /// Without the login, wherever it appears.
  @Test(arguments: ["", "user:secret@", "user:se/cret@"]) func aDeadProxyIsNamed(login: String) throws {
    let port = try ClosedPort()
    let address = port.url.replacing("http://", with: "")
    let settings = SiteSettings.test("https://desk.example") { $0.proxy = "http://\(login)\(address)" }
    let refusal = try settings.connection().send(.append).outcome.refusal
    guard !login.contains("/") else {
      #expect(refusal?.message.contains("cret") == false)
      return
    }
    #expect(refusal?.message == "cannot connect to the proxy \(address): connection refused")
    #expect(refusal?.code == "proxy")
  }

  @Test func aByteOrderMarkBeforeAnAnswerIsPassedOver() throws {
    let body = "\u{FEFF}{\"title\":\"no such queue\",\"o:errorCode\":\"OSC-CREST-00013\"}"
    let server = try ScriptedServer([.answer(.problem("400 Bad Request", body))])
    let refusal = try SiteSettings.test(server.url).connection().send(.update).outcome.refusal
    #expect(refusal?.code == "OSC-CREST-00013")
    #expect(refusal?.message == "no such queue")
  }

  @Test(arguments: [
    "socks9://user:hunter2-x@127.0.0.1:9", "http://user:hunter2-x@[127.0.0.1:9", "x://hunter2-x",
  ])
  func aProxyWithATypoIsNotQuoted(proxy: String) throws {
    let settings = SiteSettings.test("https://desk.example") { $0.proxy = proxy }
    let refusal = try settings.connection().send(.append).outcome.refusal
    #expect(
      refusal != nil && refusal?.message.contains("hunter2") == false,
      "\(String(describing: refusal))")
  }

  @Test func whatASiteCallsARequestHoldsNoLogin() throws {
    let server = try ScriptedServer(then: .answer(.ok(["X-Request-ID: a-hunter2-x-b"])))
    let settings = SiteSettings.test(server.url) {
      $0.authentication = .basic(user: "admin", password: .command("printf hunter2-x"))
    }
    let connection = try settings.connection()
    _ = connection.send(.append)
    #expect(connection.takeRequests().map(\.siteRequestID) == ["a-***-b"])
  }

  @Test(arguments: [Write.update, Write.append])
  func anAnswerThatNeverComesIsUnknown(write: Write) throws {
    let server = try ScriptedServer([.stall])
    let settings = SiteSettings.test(server.url) { $0.requestTimeout = .milliseconds(200) }
    let exchange = try settings.connection().send(write)
    #expect(exchange.outcome.kind == .unknown)
    #expect(exchange.outcome.refusal?.code == "timeout")
    #expect(server.requests.count == 1)
  }

  @Test(arguments: [ScriptedServer.Reaction.close, .reset])
  func aConnectionThatEndsWithoutAnAnswerIsUnknown(reaction: ScriptedServer.Reaction) throws {
    let server = try ScriptedServer([reaction])
    let exchange = try SiteSettings.test(server.url).connection().send(.update)
    #expect(exchange.outcome.kind == .unknown)
    #expect(["closed", "reset"].contains(exchange.outcome.refusal?.code))
    #expect(exchange.status == nil)
    #expect(server.requests.count == 1)
  }

  @Test(
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"id\":",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"",
    ])
  func aSuccessThatIsCutIsUnknown(answer: String) throws {
    let server = try ScriptedServer([.answerAndClose(answer)])
    let exchange = try SiteSettings.test(server.url).connection().send(.update)
    #expect(exchange.outcome.kind == .unknown)
    #expect(exchange.outcome.refusal?.status == 200)
  }

  @Test(arguments: ["HTTP/1.1 200 OK\r\nContent-Len", "HTTP/1.1 20", "garbage\r\n\r\n", "\u{0}\u{1}\u{2}"])
  func aMalformedAnswerIsUnknown(answer: String) throws {
    let server = try ScriptedServer([.answerAndClose(answer)])
    let exchange = try SiteSettings.test(server.url).connection().send(.append)
    #expect(exchange.outcome.kind == .unknown)
    #expect(server.requests.count == 1)
  }

  /// A gateway's answer may have begun like this.
  @Test func aTruncatedRefusalIsUnknown() throws {
    let head =
      "HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nContent-Length: 500\r\n\r\n"
    let server = try ScriptedServer([.answerAndClose(head + #"{"title": "No"#)])
    let exchange = try SiteSettings.test(server.url).connection().send(.append)
    #expect(exchange.outcome.kind == .unknown)
    #expect(exchange.status == 400)
  }

  @Test func anInterimAnswerIsNotTheAnswer() throws {
    let server = try ScriptedServer([.answer("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + .ok())])
    let exchange = try SiteSettings.test(server.url).connection().send(.append)
    #expect(exchange == Exchange(outcome: .applied, status: 200, duration: exchange.duration))
    #expect(exchange.duration > .zero)
  }

  @Test func redirectionsAreNotFollowed() throws {
    let elsewhere = try ScriptedServer()
    let server = try ScriptedServer([
      .answer(.answer("307 Temporary Redirect", ["Location: \(elsewhere.url)/x"]))
    ])
    let exchange = try SiteSettings.test(server.url).connection().send(.append)
    #expect(exchange.outcome.kind == .foreign)
    #expect(exchange.outcome.refusal?.message == "the site redirects to \(elsewhere.url) with HTTP 307")
    #expect(elsewhere.requests.isEmpty)
  }

  @Test func oneConnectionServesManyRequests() throws {
    let server = try ScriptedServer()
    let connection = try SiteSettings.test(server.url).connection()
    for _ in 0..<20 { #expect(connection.send(.append).outcome == .applied) }
    #expect(server.requests.map(\.connection) == Array(repeating: 1, count: 20))
  }

  @Test func connectionsOfManyLanesDoNotMeet() throws {
    let server = try ScriptedServer()
    let site = try SiteSettings.test(server.url).incidents()
    let lanes = DispatchGroup()
    for lane in 1...16 {
      DispatchQueue(label: "lane.\(lane)").async(group: lanes) {
        let connection = site.makeConnection()
        for _ in 0..<25 {
          let write = Write(recordID: .integer(Int64(lane)), body: "{}", isIdempotent: false)
          #expect(connection.send(write).outcome == .applied)
        }
      }
    }
    lanes.wait()
    let lines = server.requests.map { "\($0.connection) \($0.line)" }
    #expect(lines.count == 400)
    #expect(Set(lines).count == 16)
  }

  @Test func anEndlessAnswerIsCutOff() throws {
    // 65 MiB in one chunk of 0x4100000 bytes, which stays short of its end.
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 68157440\r\n\r\n"
    let server = try ScriptedServer([.answerAndClose(head + String(repeating: " ", count: 68_157_440))])
    let exchange = try SiteSettings.test(server.url).connection().send(.update)
    #expect(exchange.outcome.kind == .unknown)
    #expect(exchange.outcome.refusal?.code == "answer-too-large")
  }
}
