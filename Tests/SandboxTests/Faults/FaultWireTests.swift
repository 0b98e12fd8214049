import JSON
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Sandbox

/// A fault as a client sees it, byte for byte, and as the log records it.
@Suite struct FaultWireTests {
  private static let incident = "/services/rest/connect/v1.4/incidents/1"
  private static let interaction = "\(Desk.fusion)/interactions/300100000000001"
  private static let subject = #"{"subject": "struck"}"#
  private static let description = #"{"Description": "struck"}"#

  /// The answer, the way the connection ended, and what the desk kept.
  private struct Outcome {
    var text: String
    var end: WireClient.End
    /// `status committed fault` of each request.
    var log: [String]

    var status: Int { WireClient.reply(Array(text.utf8)).status }
    var reply: Reply { WireClient.reply(Array(text.utf8)) }
  }

  /// Sends requests to a desk with faults.
  /// - Parameter number: the last part of the loopback address to listen on, for a test whose port is free in between: on
  ///   the usual address, another test's server may get it. macOS has only the usual one.
  private func run(
    _ faults: [String], onAddress number: Int = 1,
    _ body: (Desk, (String, String, String) async throws -> Outcome) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    settings.database = folder.path("desk.sqlite")
    #if os(Linux)
      settings.host = "127.0.0.\(number)"
    #endif
    settings.incidents = 3
    settings.interactions = 3
    settings.faults = try faults.map { text in try FaultRule(text) }
    try await Desk.open(settings, in: folder) { desk in
      try await body(desk) { method, path, body in
        var headers = Desk.headers
        let isBatch = path == Desk.fusion
        headers["Content-Type"] = isBatch ? "application/vnd.oracle.adf.batch+json" : "application/json"
        headers["REST-Framework-Version"] = "4"
        let (bytes, end) = try await WireClient.bytes(method, path, headers, body, to: desk.server.baseURL)
        return Outcome(
          text: String(decoding: bytes, as: UTF8.self), end: end,
          log: try desk.stored(
            """
            SELECT status || ' ' || committed || ' ' || coalesce(fault, '-') FROM request_log
            WHERE part IS NULL ORDER BY sequence
            """))
      }
    }
  }

  private func isChanged(_ desk: Desk, _ path: String) throws -> Bool {
    let table =
      path == Self.incident
      ? "b2c_row WHERE entity = 'incidents' AND id = 1" : "fusion_row WHERE id = 300100000000001"
    let documents: [String] = try desk.stored("SELECT document FROM \(table)")
    return documents.contains { $0.contains("struck") }
  }

  @Test(
    arguments: [
      ("before-commit", WireClient.End.reset, "0 0"), ("before-commit tcp=fin", .closed, "0 0"),
      ("after-commit", .reset, "200 1"), ("after-commit tcp=fin", .closed, "200 1"),
    ], [(incident, subject), (interaction, description)])
  func cutsTheConnectionWithoutAnAnswer(
    _ fault: (how: String, end: WireClient.End, log: String), _ change: (path: String, body: String)
  ) async throws {
    try await run(["PATCH * reset=\(fault.how)"]) { desk, send async throws in
      let outcome = try await send("PATCH", change.path, change.body)
      #expect(outcome.text == "")
      #expect(outcome.end == fault.end)
      #expect(outcome.log == ["\(fault.log) reset=\(fault.how)"])
      #expect(try isChanged(desk, change.path) == fault.log.hasSuffix("1"))
      // The server takes the next one as if nothing had been.
      #expect(try await send("GET", change.path, "").status == 200)
    }
  }

  @Test func sendsHalfOfABody() async throws {
    try await run(["* * reset=mid-answer"]) { desk, send async throws in
      let outcome = try await send("PATCH", Self.interaction, Self.description)
      let reply = outcome.reply
      #expect(reply.status == 200)
      let length = try #require(reply.headers["content-length"].flatMap { Int($0) })
      #expect(reply.body.count == length / 2)
      #expect(outcome.end == .closed)
      #expect(outcome.log == ["200 1 reset=mid-answer"])
      #expect(try isChanged(desk, Self.interaction))
    }
  }

  @Test func sendsHalfOfTheHeadWhereThereIsNoBody() async throws {
    try await run(["* * reset=mid-answer"]) { desk, send async throws in
      let outcome = try await send("PATCH", Self.incident, Self.subject)
      #expect(outcome.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(!outcome.text.contains("\r\n\r\n"))
      #expect(try isChanged(desk, Self.incident))
    }
  }

  @Test func refusesInTheFormOfTheService() async throws {
    let faults = ["PATCH * status=503 retry-after=2 next-request-after=700ms"]
    try await run(faults) { desk, send async throws in
      let incident = try await send("PATCH", Self.incident, Self.subject).reply
      #expect(incident.status == 503)
      #expect(incident.headers["content-type"] == "application/problem+json")
      #expect(incident.headers["retry-after"] == "2")
      #expect(incident.headers["osvc-crest-next-request-after"] == "700")
      #expect(incident.headers["osvc-crest-api-access-token"] != nil)
      #expect(incident.code == "OSC-CREST-00035")
      let interaction = try await send("PATCH", Self.interaction, Self.description)
      #expect(interaction.reply.status == 503)
      #expect(interaction.reply.headers["retry-after"] == "2")
      #expect(interaction.reply.headers["rest-framework-version"] == "4")
      #expect(interaction.reply.body.isEmpty)
      #expect(interaction.log.allSatisfy { $0 == "503 0 \(faults[0].dropFirst("PATCH * ".count))" })
      #expect(try !isChanged(desk, Self.incident))
      #expect(try !isChanged(desk, Self.interaction))
    }
  }

  @Test func asksForAPauseInAnOrdinaryAnswer() async throws {
    try await run(["* incidents next-request-after=700ms"]) { desk, send async throws in
      let outcome = try await send("PATCH", Self.incident, Self.subject)
      #expect(outcome.reply.headers["osvc-crest-next-request-after"] == "700")
      #expect(outcome.log == ["200 1 next-request-after=700ms"])
    }
  }

  @Test(arguments: [
    ("status=403", 403, "OSC-CREST-00028"), ("token=reject", 401, "OSC-CREST-00014"),
    ("status=401", 401, "OSC-CREST-00014"), ("status=500", 500, "OSC-CREST-00008"),
    ("status=429", 429, "OSC-CREST-00035"), ("status=409", 409, "OSC-CREST-00006"),
  ])
  func wordsEveryStatusAsTheServiceWould(_ action: String, _ status: Int, _ code: String) async throws {
    try await run(["* * \(action)"]) { desk, send async throws in
      let reply = try await send("PATCH", Self.incident, Self.subject).reply
      #expect(reply.status == status)
      #expect(reply.code == code)
      #expect(reply.json?["status"]?.integer == Int64(status))
      #expect((reply.headers["www-authenticate"] != nil) == (status == 401))
      #expect(try desk.stored("SELECT error_code FROM request_log") == [code])
    }
  }

  @Test func answersAsAGatewayWould() async throws {
    try await run(["GET * status=503 body=none", "PATCH * status=502 body=html"]) { desk, send async throws in
      let bare = try await send("GET", Self.incident, "").reply
      #expect(bare.status == 503)
      #expect(bare.body.isEmpty)
      #expect(bare.headers["content-type"] == nil)
      #expect(bare.headers["osvc-crest-api-access-token"] == nil)
      let page = try await send("PATCH", Self.incident, Self.subject).reply
      #expect(page.status == 502)
      #expect(page.headers["content-type"] == "text/html; charset=UTF-8")
      #expect(page.text.hasPrefix("<html>"))
    }
  }

  @Test func writesADateAsHTTPDoes() async throws {
    #expect(Timestamp(seconds: 784_111_777).httpDate == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(Timestamp(seconds: 0).httpDate == "Thu, 01 Jan 1970 00:00:00 GMT")
    try await run(["* * status=503 retry-after=date:90"]) { desk, send async throws in
      let reply = try await send("GET", Self.incident, "").reply
      #expect(reply.headers["retry-after"]?.wholeMatch(of: /\w{3}, \d{2} \w{3} \d{4} [\d:]{8} GMT/) != nil)
    }
  }

  @Test func limitsTheRate() async throws {
    try await run(["* * limit=2/h burst=2 retry-after=5"]) { desk, send async throws in
      var statuses: [Int] = []
      for _ in 0..<4 { statuses.append(try await send("GET", Self.incident, "").status) }
      #expect(statuses == [200, 200, 429, 429])
      #expect(try desk.stored("SELECT count(*) FROM request_log WHERE fault LIKE 'limit=2/h%'") == [2])
    }
  }

  @Test func holdsTheAnswerOfWhatIsDone() async throws {
    try await run(["PATCH incidents stall=100ms at=after-commit", "PATCH interactions stall=100ms"]) {
      desk, send async throws in
      let before = ContinuousClock.now
      #expect(try await send("PATCH", Self.incident, Self.subject).status == 200)
      #expect(try await send("PATCH", Self.interaction, Self.description).status == 200)
      #expect(ContinuousClock.now - before >= .milliseconds(200))
      #expect(try isChanged(desk, Self.incident))
      #expect(try isChanged(desk, Self.interaction))
    }
  }

  /// A client that hangs up during a stall, whose change is either made or not.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("stall=3600s", "0 0"), ("stall=3600s at=after-commit", "200 1"), ("stall=100ms at=late", "200 1"),
    ])
  func seesTheClientHangUp(_ action: String, _ log: String) async throws {
    try await run(["PATCH * \(action)"]) { desk, send async throws in
      try await WireClient.sendAndHangUp(
        "PATCH", Self.incident, Desk.headers, Self.subject, to: desk.server.baseURL)
      var rows: [String] = []
      while rows.isEmpty {
        rows = try desk.stored("SELECT status || ' ' || committed || ' ' || fault FROM request_log")
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(rows == ["\(log) \(action)"])
      #expect(try isChanged(desk, Self.incident) == log.hasSuffix("1"))
    }
  }

  @Test func meansBatchesAndQueriesByTheirResource() async throws {
    try await run(["POST interactions status=503", "GET incidents after=2 status=500"]) {
      desk, send async throws in
      let batch = #"{"parts": [\#(Desk.part("a", 300_100_000_000_001, Self.description))]}"#
      let refused = try await send("POST", Desk.fusion, batch)
      #expect(refused.status == 503)
      #expect(refused.log == ["503 0 status=503"])
      #expect(try await send("PATCH", Self.interaction, Self.description).status == 200)
      let query = "/services/rest/connect/v1.4/queryResults?query=select%20id%20FROM%20incidents"
      #expect(try await send("GET", query, "").status == 200)
      #expect(try await send("GET", query, "").status == 500)
      #expect(try await send("GET", "/services/rest/connect/v1.4/incidents/1/threads", "").status == 500)
      #expect(try await send("GET", "/services/rest/connect/v1.4/namedIDs", "").status == 200)
    }
  }

  @Test func marksThePartsOfABatchToo() async throws {
    try await run(["POST interactions reset=after-commit"]) { desk, send async throws in
      let batch = #"{"parts": [\#(Desk.part("a", 300_100_000_000_001, Self.description))]}"#
      #expect(try await send("POST", Desk.fusion, batch).end == .reset)
      let rows: [String] = try desk.stored(
        "SELECT coalesce(part, '-') || ' ' || committed || ' ' || fault FROM request_log ORDER BY sequence")
      #expect(rows == ["- 1 reset=after-commit", "a 1 reset=after-commit"])
    }
  }

  @Test func isGoneForAWhileAndThenThereAgain() async throws {
    try await run(["PATCH incidents times=2 restart=3s"], onAddress: 2) { desk, send async throws in
      for _ in 1...2 {
        // Another client that is connected loses its connection, too.
        let other = try await WireClient.whileConnected(to: desk.server.baseURL) {
          let outcome = try await send("PATCH", Self.incident, Self.subject)
          #expect(outcome.text == "")
          #expect(outcome.end == .reset)
          #expect(outcome.log.last == "0 0 restart=3s")
        }
        #expect(other == .reset)
        let deadline = ContinuousClock.now + .seconds(300)
        while true {
          // A client that connects at the last moment is cut off with the others.
          if let outcome = try? await send("GET", Self.incident, ""), outcome.end != .reset,
            outcome.log.last != "0 0 restart=3s"
          {
            #expect(outcome.status == 200)
            break
          }
          try #require(ContinuousClock.now < deadline, "the sandbox did not come back")
        }
      }
      #expect(try !isChanged(desk, Self.incident))
      #expect(try await send("PATCH", Self.incident, Self.subject).status == 200)
    }
  }

  /// However long the test is kept waiting, this outage is not over.
  @Test func servesNobodyMeanwhile() async throws {
    try await run(["PATCH incidents times=1 restart=3600s"], onAddress: 3) { desk, send async throws in
      #expect(try await send("PATCH", Self.incident, Self.subject).end == .reset)
      for _ in 1...3 {
        // A client that connects at the last moment is cut off with the others.
        let outcome = try? await send("GET", Self.incident, "")
        #expect(outcome == nil || outcome?.end == .reset)
        #expect(try desk.stored("SELECT status FROM request_log") == [0])
      }
    }
  }

  /// A process started meanwhile may have inherited the old socket and hold the port for longer than the outage.
  @Test func listensAgainOnceItsPortIsFree() async throws {
    try await run(["PATCH incidents times=1 restart=10ms"], onAddress: 4) { desk, send async throws in
      #expect(try await send("PATCH", Self.incident, Self.subject).end == .reset)
      let (host, port) = WireClient.address(of: desk.server.baseURL)
      // Refused while the sandbox still listens, or listens again.
      if let holder = try? await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .bind(host: host, port: port).get()
      {
        for _ in 1...200 {
          try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: host, port: port).get().close()
        }
        try await holder.close()
      }
      var outcome = try? await send("GET", Self.incident, "")
      while outcome?.status != 200 { outcome = try? await send("GET", Self.incident, "") }
      #expect(try !isChanged(desk, Self.incident))
    }
  }
}
