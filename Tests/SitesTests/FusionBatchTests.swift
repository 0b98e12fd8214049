import Catalog
import JSON
import Records
import Synchronization
import TestSupport
import Testing

@testable import Sites

/// Several writes in one request, all of them or none.
@Suite struct FusionBatchTests {
  /// The answer of a site to a batch that it has applied: each part with its record.
  private static func listing(_ parts: [(part: String, id: Int64)]) -> String {
    let listed = parts.map {
      #"{"id": "\#($0.part)", "payload": {"InteractionId": \#($0.id), "Description": "n\#($0.id)"}}"#
    }
    return .json(#"{"parts": [\#(listed.joined(separator: ","))]}"#)
  }

  private static func listing(_ request: ScriptedServer.Request) -> String {
    listing(
      request.body.matches(of: /"id":"(r\d+)","path":"\/interactions\/(\d+)"/)
        .map { (String($0.1), Int64($0.2) ?? 0) })
  }

  /// The record that a PATCH is for.
  fileprivate static func item(_ request: ScriptedServer.Request) -> String {
    let id = request.target.split(separator: "/").last ?? "0"
    return .json(#"{"InteractionId": \#(id), \#(request.body.dropFirst())"#)
  }

  private static func write(_ id: Int64, token: String? = nil) -> Write {
    Write(recordID: .integer(id), body: #"{"Description":"n\#(id)"}"#, isIdempotent: true, token: token)
  }

  @Test func aBatchIsSentAsTheReferenceHasIt() throws {
    let server = try ScriptedServer([.answer(Self.listing([("r1", 7), ("r2", 8)]))])
    let site = try SiteSettings.fusion(server.url).makeSite(resource: .interactions)
    #expect(site.batchLimit == 100)
    let exchanges = site.makeConnection().send(batch: [Self.write(7, token: "AC\"ED"), Self.write(8)])
    #expect(exchanges.map(\.outcome) == [.applied, .applied])
    let request = try #require(server.requests.first)
    #expect(server.requests.count == 1)
    #expect(request.line == "POST \(fusionPath) HTTP/1.1")
    #expect(request.header("Content-Type") == "application/vnd.oracle.adf.batch+json")
    #expect(request.header("Accept") == "application/json")
    #expect(
      try JSONValue(parsing: request.body) == [
        "parts": [
          [
            "id": "r1", "path": "/interactions/7", "operation": "update", "ifMatch": "AC\"ED",
            "payload": ["Description": "n7"],
          ],
          [
            "id": "r2", "path": "/interactions/8", "operation": "update",
            "payload": ["Description": "n8"],
          ],
        ]
      ])
  }

  @Test(
    arguments: [
      (listing([("r1", 7)]), [.applied, .unknown]), (listing([("r1", 7), ("r2", 9)]), [.applied, .unknown]),
      (String.json(#"{"parts": [{"id": "r1"}, {"id": "r2", "payload": null}]}"#), [.unknown, .unknown]),
      (.json(#"{"parts": []}"#), [.unknown, .unknown]), (.json("{}"), [.unknown, .unknown]),
      (.answer("204 No Content"), [.unknown, .unknown]),
      (
        .json(
          #"{"parts": [{"id": "r2", "payload": {"InteractionId": "8", "Description": "n8"}}, {"id": "r1", "preconditionSucceeded": false}]}"#
        ),
        [.conflict, .applied]
      ),
      (
        .json(
          #"{"parts": [{"id": "r2", "preconditionSucceeded": true, "payload": {"InteractionId": 8, "Description": "n8"}}]}"#
        ),
        [.unknown, .applied]
      ),
      // A part with nothing of what was set.
      (.json(#"{"parts": [{"id": "r1", "payload": {"InteractionId": 7}}]}"#), [.unknown, .unknown]),
      (.answer("503 Service Unavailable"), [.unknown, .unknown]),
      (.answer("403 Forbidden", ["Content-Type: text/html"], body: "<html></html>"), [.foreign, .foreign]),
      (.answer("429 Too Many Requests"), [.retryLater, .retryLater]),
      (.answer("401 Unauthorized"), [.loginRefused, .loginRefused]),
      (.answer("500 Internal Server Error"), [.unknown, .unknown]),
      (.answer("504 Gateway Timeout"), [.unknown, .unknown]),
    ] as [(String, [OutcomeTests.Kind])])
  func whatIsNotListedIsNeverTakenForDone(answer: String, kinds: [OutcomeTests.Kind]) throws {
    let server = try ScriptedServer([.answer(answer)])
    let exchanges = try SiteSettings.fusion(server.url).interactions()
      .send(batch: [Self.write(7), Self.write(8)])
    #expect(exchanges.map(\.outcome.kind) == kinds)
    #expect(server.requests.count == 1)
  }

  @Test(arguments: [ScriptedServer.Reaction.close, .reset, .answerAndClose("HTTP/1.1 200 OK\r\nContent-")])
  func aLostAnswerLeavesEveryPartUnknown(reaction: ScriptedServer.Reaction) throws {
    let server = try ScriptedServer([reaction])
    let exchanges = try SiteSettings.fusion(server.url).interactions()
      .send(batch: [Self.write(7, token: "a"), Self.write(8), Self.write(9)])
    #expect(exchanges.map(\.outcome.kind) == [.unknown, .unknown, .unknown])
    #expect(server.requests.count == 1)
  }

  /// Ways in which a site may name the guilty parts.
  enum Naming: CaseIterable { case none, byPlace, byID, wrongly, firstOnly }

  @Test(arguments: Naming.allCases)
  func exactlyThePoisonedPartsFailAndTheOthersAreAppliedOnce(naming: Naming) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<12 {
      let count = Int.random(in: 2...70, using: &random)
      let ids = (1...count).map { Int64($0) }
      let share = Double.random(in: 0...0.3, using: &random)
      let poisoned = Set(ids.filter { _ in Double.random(in: 0..<1, using: &random) < share })
      let site = Transactions(poisoned: poisoned, naming: naming)
      let server = try ScriptedServer(rest: site.react)
      let connection = try SiteSettings.fusion(server.url).interactions()
      let exchanges = connection.send(batch: ids.map { Self.write($0) })
      for (id, exchange) in zip(ids, exchanges) {
        let isPoisoned = poisoned.contains(id)
        #expect(exchange.outcome.kind == (isPoisoned ? .refused : .applied), "seed \(seed)")
        if isPoisoned { #expect(exchange.outcome.refusal?.message.contains("bad n\(id)") == true) }
      }
      let applied = site.applied.withLock { $0 }
      #expect(
        applied == Dictionary(uniqueKeysWithValues: ids.filter { !poisoned.contains($0) }.map { ($0, 1) }))
      if naming == .byPlace || naming == .byID, poisoned.count * 2 <= count, count - poisoned.count > 1 {
        #expect(server.requests.count <= poisoned.count + 2, "seed \(seed)")
      }
    }
  }

  @Test func aChangedRecordIsAConflictAndTheOthersAreApplied() throws {
    let server = try ScriptedServer { request in
      if request.line.hasPrefix("PATCH") {
        return .answer(
          request.header("If-Match") == #""old""# ? .answer("412 Precondition Failed") : Self.item(request))
      }
      guard !request.body.contains(#""old""#) else {
        return .answer(.problem("400 Bad Request", #"{"o:errorDetails": [{"o:errorCode": "25014"}]}"#))
      }
      return .answer(Self.listing(request))
    }
    let writes = (1...16).map { Self.write($0, token: $0 == 11 ? "old" : "new") }
    let exchanges = try SiteSettings.fusion(server.url).interactions().send(batch: writes)
    for (write, exchange) in zip(writes, exchanges) {
      #expect(exchange.outcome.kind == (write.recordID == 11 ? .conflict : .applied))
    }
    #expect(exchanges[10].outcome.refusal?.code == "changed-meanwhile")
  }

  @Test func nothingMoreIsSentOnceTheSiteSaysLater() throws {
    let server = try ScriptedServer([
      .answer(.answer("400 Bad Request")), .answer(.answer("429 Too Many Requests", ["Retry-After: 7"])),
    ])
    let exchanges = try SiteSettings.fusion(server.url).interactions()
      .send(batch: (1...8).map { Self.write($0) })
    #expect(exchanges.map(\.outcome.kind) == Array(repeating: .retryLater, count: 8))
    guard case .retryLater(let after, _) = exchanges[7].outcome else { return }
    #expect(after == .seconds(7))
    #expect(server.requests.count == 2)
  }

  @Test func batchesThatNeverWorkAreGivenUp() throws {
    let server = try ScriptedServer { request in
      .answer(request.line.hasPrefix("POST") ? .answer("404 Not Found") : .answer("204 No Content"))
    }
    let connection = try SiteSettings.fusion(server.url).interactions()
    for _ in 0..<5 {
      let exchanges = connection.send(batch: (1...4).map { Self.write($0) })
      #expect(exchanges.map(\.outcome) == Array(repeating: .applied, count: 4))
    }
    // Two batches taken apart at four and two parts, and single writes throughout.
    #expect(connection.takeRequests().byStatus == [404: 6, 204: 20])
  }

  @Test func childrenAndBytesGoByThemselves() throws {
    let server = try ScriptedServer { request in
      if request.line.hasPrefix("GET") {
        return .answer(
          .json(#"{"items": [{"ReferenceId": 6, "links": [{"rel": "self", "href": "/x/00BB"}]}]}"#))
      }
      if request.line.hasPrefix("PUT") { return .answer(.answer("204 No Content")) }
      return .answer(
        request.line.hasPrefix("POST")
          ? Self.listing(request) : .json(#"{"ReferenceId": 6, "Description": "n8"}"#))
    }
    var child = Self.write(8)
    child.element = .init(list: "interactionReferences", id: 6)
    var bytes = Self.write(10)
    (bytes.enclosure, bytes.body) = ("Payload", "eA==")
    let exchanges = try SiteSettings.fusion(server.url).interactions()
      .send(batch: [Self.write(7), child, Self.write(9), bytes])
    #expect(exchanges.map(\.outcome) == Array(repeating: .applied, count: 4))
    #expect(server.requests.count { $0.line.hasPrefix("POST") } == 1)
    #expect(server.requests.contains { $0.line.hasPrefix("PUT") })
  }

  @Test func anAppendNeverGoesIntoABatch() async {
    await #expect(processExitsWith: .failure) {
      let write = Write(recordID: 1, body: "{}", isIdempotent: false)
      _ = try SiteSettings.fusion("http://127.0.0.1:9").interactions().send(batch: [write])
    }
  }

  @Test func aRecordIsOncePerBatch() async {
    await #expect(processExitsWith: .failure) {
      let write = Write(recordID: 1, body: "{}", isIdempotent: true)
      _ = try SiteSettings.fusion("http://127.0.0.1:9").interactions().send(batch: [write, write])
    }
  }
}

/// A site that applies a batch in whole or not at all, and counts its changes.
private final class Transactions: Sendable {
  let poisoned: Set<Int64>
  let naming: FusionBatchTests.Naming
  let applied = Mutex<[Int64: Int]>([:])

  init(poisoned: Set<Int64>, naming: FusionBatchTests.Naming) {
    self.poisoned = poisoned
    self.naming = naming
  }

  func react(_ request: ScriptedServer.Request) -> ScriptedServer.Reaction {
    let parts = (try? JSONValue(parsing: request.body))?["parts"]?.array ?? []
    let single = request.target.firstMatch(of: /interactions\/(\d+)/).flatMap { Int64($0.1) }
    let ids = single.map { [$0] } ?? parts.map { Self.id($0) }
    let guilty = ids.indices.filter { poisoned.contains(ids[$0]) }
    guard guilty.isEmpty else {
      let details = (naming == .firstOnly ? Array(guilty.prefix(1)) : guilty).map { place -> JSONValue in
        [
          "detail": .string("bad n\(ids[place])"), "o:errorCode": "27024",
          "o:errorPath": .string(path(place, parts)),
        ]
      }
      let body: JSONValue = ["title": "Bad Request", "status": "400", "o:errorDetails": .array(details)]
      return .answer(.problem("400 Bad Request", body.text()))
    }
    applied.withLock { for id in ids { $0[id, default: 0] += 1 } }
    if single != nil { return .answer(FusionBatchTests.item(request)) }
    let listed = parts.map { part -> JSONValue in
      var item = part["payload"]?.object ?? JSONObject()
      item["InteractionId"] = .integer(Self.id(part))
      return ["id": part["id"] ?? .null, "payload": .object(item)]
    }
    return .answer(.json(JSONValue.object(["parts": .array(listed)]).text()))
  }

  private static func id(_ part: JSONValue) -> Int64 {
    part["path"]?.string?.split(separator: "/").last.flatMap { Int64($0) } ?? 0
  }

  private func path(_ place: Int, _ parts: [JSONValue]) -> String {
    guard !parts.isEmpty else { return "/Description" }
    return switch naming {
    case .none: ""
    case .byPlace, .firstOnly: "/parts/\(place)/payload/Description"
    case .byID: "/parts/\(parts[place]["id"]?.string ?? "")/payload/Description"
    case .wrongly: "/parts/\((place + 1) % parts.count)"
    }
  }
}
