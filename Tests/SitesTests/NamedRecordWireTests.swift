import Catalog
import JSON
import Records
import TestSupport
import Testing

@testable import Sites

/// Records that are named by texts, on the wire: a key is one step of a path and one literal of a query.
@Suite struct NamedRecordWireTests {
  private static let keys = [
    ("SR0000012345", "SR0000012345"), ("0012", "0012"), ("SR/2024/7", "SR%2F2024%2F7"), ("a b", "a%20b"),
    ("50%", "50%25"), ("#1?", "%231%3F"), ("%2F", "%252F"), ("Störung", "St%C3%B6rung"), ("...", "..."),
    ("O'Hara", "O%27Hara"), ("a;b=c&d+e", "a%3Bb%3Dc%26d%2Be"), ("漢", "%E6%BC%A2"), ("\"", "%22"),
  ]

  private func site(_ url: String, version: Int = 4) throws -> any Site {
    try SiteSettings.fusion(url) { $0.frameworkVersion = version }.makeSite(resource: .serviceRequests)
  }

  private func item(_ key: String) -> String {
    JSONValue.object(["SrNumber": .string(key), "Title": "new"]).text()
  }

  @Test(arguments: keys)
  func aPatchGoesToOneStep(key: String, step: String) throws {
    let server = try ScriptedServer(then: .answer(.json(item(key))))
    let write = Write(recordID: .text(key), body: #"{"Title":"new"}"#, isIdempotent: true, token: "T1")
    #expect(try site(server.url).makeConnection().send(write).outcome == .applied)
    #expect(server.requests.map(\.line) == ["PATCH \(fusionPath)/serviceRequests/\(step) HTTP/1.1"])
  }

  @Test(arguments: keys)
  func anAnswerAboutAnotherRecordCountsForNothing(key: String, step: String) throws {
    let server = try ScriptedServer(then: .answer(.json(item(key + "0"))))
    let write = Write(recordID: .text(key), body: #"{"Title":"new"}"#, isIdempotent: true, token: "T1")
    #expect(try site(server.url).makeConnection().send(write).outcome.kind == .unknown)
  }

  @Test func theyStandInTheAddressesOfParts() throws {
    let server = try ScriptedServer { request in
      let parts = (try? JSONValue(parsing: request.body))?["parts"]?.array ?? []
      let done = zip(parts, Self.keys).map { part, key -> JSONValue in
        [
          "id": part["id"] ?? "", "path": part["path"] ?? "", "operation": "update",
          "payload": ["SrNumber": .string(key.0), "Title": "new"],
        ]
      }
      return .answer(.json(JSONValue.object(["parts": .array(done)]).text()))
    }
    let writes = Self.keys.map {
      Write(recordID: .text($0.0), body: #"{"Title":"new"}"#, isIdempotent: true)
    }
    let exchanges = try site(server.url).makeConnection().send(batch: writes)
    #expect(exchanges.allSatisfy { $0.outcome == .applied })
    let parts = (try? JSONValue(parsing: server.requests.first?.body ?? ""))?["parts"]?.array ?? []
    #expect(parts.map { $0["path"]?.string } == Self.keys.map { "/serviceRequests/\($0.1)" })
  }

  @Test func areReadByOneQuery() throws {
    let keys = ["SR/1", "O'Hara", "é", "e\u{301}"]
    let items = keys.map(item).joined(separator: ",")
    let server = try ScriptedServer(then: .answer(.json(#"{"items": [\#(items)], "hasMore": false}"#)))
    let (exchange, images) = try site(server.url).makeConnection()
      .read(ReadRequest(ids: keys.map(RecordID.text), attributes: ["Title"]))
    #expect(exchange.outcome == .applied)
    #expect(images.keys.sorted() == keys.map(RecordID.text).sorted())
    let query = "SrNumber in ('SR/1','O''Hara','é','e\u{301}')"
    #expect(server.requests.map(\.line).allSatisfy { $0.contains("q=" + query.percentEncoded) })
    #expect(server.requests.count == 1)
  }

  @Test(arguments: keys)
  func areReadOneByOneInTheFirstVersion(key: String, step: String) throws {
    let server = try ScriptedServer(then: .answer(.json(item(key))))
    let (exchange, images) = try site(server.url, version: 1).makeConnection()
      .read(ReadRequest(ids: [.text(key)], attributes: ["Title"]))
    #expect(exchange.outcome == .applied)
    #expect(images[.text(key)]?.values == ["Title": "new"])
    #expect(server.requests.first?.line.contains("/serviceRequests/\(step)?fields=") == true)
  }

  @Test func areNeverMoreThanALiteralInROQL() {
    #expect(RecordID.integer(7).roqlLiteral == "7")
    #expect(RecordID.text("0012").roqlLiteral == "'0012'")
    for text in ["O'Hara", "a;b", "a\\", "`", "\""] { #expect(RecordID.text(text).roqlLiteral == "''") }
  }
}
