import Foundation
import GRDB
import TestSupport
import Testing

/// Something stands between the tool and the site, and speaks in its place.
@Suite(.blocking) struct GatewayTests {
  private static let sheet = (1...9).map {
    $0.isMultiple(of: 3)
      ? #"{"id":\#($0 % 2 + 1),"subject":"row \#($0)"}"# + "\n"
      : #"{"id":\#($0 % 2 + 1),"threads":{"entryType":{"id":1},"text":"row \#($0)"}}"# + "\n"
  }.joined()

  private func run(_ desk: Desk, exits code: Int32 = 0, location: SourceLocation = #_sourceLocation) throws {
    try desk.folder.write("sheet.jsonl", Self.sheet)
    try desk.call(
      [
        "run", "sheet.jsonl", "--resource", "incidents", "--site", "incidents", "--settle", "50ms",
        "--retries-base", "1ms", "--retries-attempts", "9", "--quiet",
      ], exits: code, location: location)
    let texts = try desk.threads { $0.hasPrefix("row ") }
    #expect(
      texts == [1: ["row 2", "row 4", "row 8"], 2: ["row 1", "row 5", "row 7"]], sourceLocation: location)
    #expect(try desk.counts() == ["applied": 9], sourceLocation: location)
  }

  /// The site has applied a note, and the gateway says that it has not.
  @Test(arguments: [
    ScriptedServer.Reaction.answer(.gatewayPage), .answer(.answer("503 Service Unavailable")),
    .answer(.answer("429 Too Many Requests", ["Content-Type: text/html"], body: "<html>slow down</html>")),
    .answer(.answer("500 Internal Server Error", body: "upstream error")),
    .answer(.answer("413 Content Too Large", ["Content-Type: text/html"], body: "<html>too large</html>")),
    .answer(.answer("431 Request Header Fields Too Large")), .close,
    .answerAndClose(String(String.gatewayPage.prefix(150))),
  ])
  func whatAGatewaySaysDecidesNothing(answer: ScriptedServer.Reaction) throws {
    let desk = try Desk(incidents: 5)
    let gateway = try ScriptedGateway(to: desk.url) { _, number in
      number.isMultiple(of: 2) ? .answerInPlace(answer) : .pass
    }
    try desk.writeSites(at: gateway.url)
    try run(desk)
    // Each was sent once.
    #expect(gateway.writes.count == 9)
  }

  /// It asks for a login of its own once the site has applied a note.
  @Test(arguments: ["401 Unauthorized", "407 Proxy Authentication Required"])
  func aGatewaysOwnLoginDecidesNothing(status: String) throws {
    let desk = try Desk(incidents: 5)
    let gateway = try ScriptedGateway(to: desk.url) { _, number in
      number == 2 ? .answerInPlace(.answer(.answer(status))) : .pass
    }
    try desk.writeSites(at: gateway.url)
    try desk.folder.write(
      "sheet.jsonl",
      (1...4).map { #"{"id":\#($0),"threads":{"entryType":{"id":1},"text":"row \#($0)"}}"# + "\n" }.joined())
    try desk.call(
      [
        "run", "sheet.jsonl", "--resource", "incidents", "--site", "incidents", "--settle", "50ms", "--quiet",
        "--lanes", "1",
      ], exits: 77)
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(
      try desk.threads { $0.hasPrefix("row ") } == [1: ["row 1"], 2: ["row 2"], 3: ["row 3"], 4: ["row 4"]])
    #expect(gateway.writes.count == 4)
  }

  /// Answers that look like Fusion's but are not: a JSON error without its members, an item with nothing in
  /// it.
  @Test(arguments: [
    String.problem("400 Bad Request", #"{"type":"about:blank","title":"Bad Request","status":400}"#),
    .json(#"{"InteractionId": 300100000000002}"#),
  ])
  func whatIsNotFusionsDecidesNothing(answer: String) throws {
    let desk = try Desk("--interactions", "5")
    let before = try references(desk)
    let gateway = try ScriptedGateway(to: desk.url) { _, number in
      number.isMultiple(of: 2) ? .answerInPlace(.answer(answer)) : .pass
    }
    try desk.folder.write(
      "sheet.jsonl",
      (1...5).map {
        #"{"InteractionId":\#(300_100_000_000_000 + $0),"Description":"row \#($0)","interactionReferences":"#
          + #"[{"ObjectTypeCd":"SVC_SERVICE_REQUESTS","ObjectId":300100030000001}]}"# + "\n"
      }.joined())
    try desk.call(
      [
        "run", "sheet.jsonl", "--resource", "interactions", "--site", gateway.url, "--settle", "50ms",
        "--quiet", "--lanes", "1",
      ], exits: 0)
    #expect(try desk.counts() == ["applied": 5])
    #expect(gateway.writes.count == 5)
    let added = try references(desk).filter { !before.keys.contains($0.key) }
    #expect(added.values.sorted() == (1...5).map { 300_100_000_000_000 + $0 })
  }

  /// The records of the references, by their ids.
  private func references(_ desk: Desk) throws -> [Int64: Int64] {
    try desk.read(desk.database) { database in
      try Row.fetchAll(
        database, sql: "SELECT id, parent FROM fusion_row WHERE entity = 'interactions.interactionReferences'"
      ).reduce(into: [:]) { $0[$1["id"]] = $1["parent"] }
    }
  }

  /// It finds a token too old once the site has applied a note; another token is available.
  @Test(arguments: ["b2c-service incidents", "fusion-cx interactions"])
  func aTokenThatGrewOldMeanwhileSendsNothingTwice(site: String) throws {
    let (kind, resource) = (site.split(separator: " ")[0], site.split(separator: " ")[1])
    let desk = try Desk(options: ["--incidents", "5", "--interactions", "5"])
    let login = "Basic \(Data("admin:sandbox".utf8).base64EncodedString())"
    let gateway = try ScriptedGateway(to: desk.url, login: login) { _, number in
      number.isMultiple(of: 3)
        ? .answerInPlace(
          .answer(.answer("401 Unauthorized", ["Content-Type: text/html"], body: "<p>expired</p>")))
        : .pass
    }
    let token = "echo x >> \(desk.folder.path("calls")); echo token$(wc -l < \(desk.folder.path("calls")))"
    try desk.folder.write(
      "sites.yaml",
      "desk: {kind: \(kind), url: '\(gateway.url)', auth: {bearer: {token: {command: '\(token)'}}}}\n")
    let rows = (1...12).map { number in
      kind == "fusion-cx"
        ? #"{"InteractionId":\#(300_100_000_000_000 + number % 3 + 1),"Description":"row \#(number)"}"#
        : #"{"id":\#(number % 3 + 1),"threads":{"entryType":{"id":1},"text":"row \#(number)"}}"#
    }
    try desk.folder.write("sheet.jsonl", rows.map { $0 + "\n" }.joined())
    try desk.call(
      [
        "run", "sheet.jsonl", "--resource", String(resource), "--site", "desk", "--settle", "50ms",
        "--retries-base", "1ms", "--quiet", "--lanes", "1",
      ], exits: 0)
    #expect(try desk.counts() == ["applied": 12])
    if kind == "fusion-cx" {
      #expect(gateway.writes.count >= 12)
    } else {
      #expect(gateway.writes.count == 12)
      let texts = try desk.threads { $0.hasPrefix("row ") }.values.flatMap { $0 }
      #expect(texts.sorted() == (1...12).map { "row \($0)" }.sorted())
    }
  }

  /// It has given up on the site, which is still working on the request.
  @Test func whatAGatewayHasGivenUpMayStillCome() throws {
    let desk = try Desk(incidents: 5)
    let gateway = try ScriptedGateway(to: desk.url) { _, number in
      number == 1 ? .giveUp(.answer(.gatewayPage), handingOnAfter: 0.8) : .pass
    }
    try desk.writeSites(at: gateway.url)
    try run(desk)
    // A write that only sets fields may be sent again; a note must not.
    #expect(gateway.writes.count { $0.body.contains("threads") } == 6)
  }

  /// On Fusion CX, a write that a gateway makes twice runs into its own change.
  @Test func ourOwnWriteIsNoForeignChange() throws {
    let desk = try Desk(options: ["--interactions", "5"])
    try desk.folder.write(
      "sheet.csv", "InteractionId,Description\n300100000000001,one\n300100000000002,two\n")
    let gateway = try ScriptedGateway(to: desk.url) { _, number in number == 1 ? .handOnTwice : .pass }
    try desk.writeSites(at: gateway.url)
    try desk.call(
      [
        "run", "sheet.csv", "--resource", "interactions", "--site", "interactions", "--settle", "50ms",
        "--quiet",
      ],
      exits: 0)
    #expect(try desk.counts() == ["applied": 2])
    #expect(try desk.answers()["412"] == 1)
  }
}
