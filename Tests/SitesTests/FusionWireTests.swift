import Catalog
import Records
import Sites
import TestSupport
import Testing

/// The requests on the wire to a Fusion CX site.
@Suite struct FusionWireTests {
  private static let update = Write(
    recordID: 300_100_095_824_217, body: #"{"Description":"Sent SrMessage again"}"#, isIdempotent: true)

  private static let item = String.json(
    #"{"InteractionId": 300100095824217, "Description": "Sent SrMessage again"}"#)

  @Test func aPatchIsSentAsTheReferenceHasIt() throws {
    let server = try ScriptedServer(then: .answer(Self.item))
    let settings = SiteSettings.fusion(server.url) {
      $0.authentication = .basic(user: "admin", password: .command("printf secret"))
      $0.metadataContext = #"sandbox="Track""#
    }
    var write = Self.update
    write.token = "ACED02"
    #expect(try settings.interactions().send(write).outcome == .applied)
    let request = try #require(server.requests.first)
    #expect(request.line == "PATCH \(fusionPath)/interactions/300100095824217 HTTP/1.1")
    #expect(
      request.headers.sorted() == [
        "Accept-Encoding: identity",
        "Accept: application/json",
        "Authorization: Basic YWRtaW46c2VjcmV0",
        "Content-Length: 38",
        "Content-Type: application/vnd.oracle.adf.resourceitem+json",
        "Host: 127.0.0.1:\(server.port)",
        #"If-Match: "ACED02""#,
        #"Metadata-Context: sandbox="Track""#,
        "REST-Framework-Version: 4",
        "User-Agent: bulkpatch",
        "X-Requested-By: bulkpatch",
      ])
    #expect(request.body == Self.update.body)
  }

  @Test func asksForNoBodyThatItDoesNotNeed() throws {
    let server = try ScriptedServer(then: .answer(.answer("204 No Content")))
    let connection = try SiteSettings.fusion(server.url).interactions()
    #expect(connection.send(Self.update).outcome == .applied)
    let request = try #require(server.requests.first)
    #expect(
      request.header("Accept")
        == "application/vnd.oracle.adf.resourceitem+json;q=0, application/vnd.oracle.adf.error+json")
    #expect(request.header("Accept-Encoding") == "identity")
    #expect(request.header("If-Match") == nil)
  }

  @Test func aSiteThatMustSendABodyMay() throws {
    let server = try ScriptedServer { request in
      .answer(request.header("Accept") == "application/json" ? Self.item : .answer("406 Not Acceptable"))
    }
    let connection = try SiteSettings.fusion(server.url).interactions()
    #expect(connection.send(Self.update).outcome == .applied)
    #expect(connection.send(Self.update).outcome == .applied)
    #expect(connection.takeRequests().byStatus == [406: 1, 200: 2])
  }

  @Test func aWriteThatMustNotBeRepeatedTakesItsBody() throws {
    let server = try ScriptedServer()
    var write = Self.update
    write.isIdempotent = false
    _ = try SiteSettings.fusion(server.url).interactions().send(write)
    #expect(server.requests.first?.header("Accept") == "application/json")
  }

  @Test func patchIsTunnelledThroughPostWhereTheSiteSaysSo() throws {
    let server = try ScriptedServer()
    let settings = SiteSettings.fusion(server.url) { $0.overridesMethod = true }
    _ = try settings.interactions().send(Self.update)
    #expect(server.requests.first?.line.hasPrefix("POST ") == true)
    #expect(server.requests.first?.header("X-HTTP-Method-Override") == "PATCH")
  }

  @Test func anExpiredTokenIsRenewedOnce() throws {
    let folder = try TemporaryFolder()
    let counter = folder.path("n")
    let server = try ScriptedServer([.answer(.answer("401 Unauthorized"))])
    let settings = SiteSettings.fusion(server.url) {
      $0.authentication = .bearer(token: .command("echo x >> \(counter); echo token$(wc -l < \(counter))"))
    }
    #expect(try settings.interactions().send(Self.update).outcome == .applied)
    #expect(server.requests.map { $0.header("Authorization") } == ["Bearer token1", "Bearer token2"])
  }

  @Test func bytesGoToTheirOwnAddress() throws {
    let server = try ScriptedServer(then: .answer(.answer("204 No Content")))
    let connection = try SiteSettings.fusion(server.url).interactions()
    let write = Write(
      recordID: 7, body: "cGF5bG9hZAA=", isIdempotent: true, token: "T1", enclosure: "Payload")
    #expect(connection.send(write).outcome == .applied)
    let request = try #require(server.requests.first)
    #expect(request.line == "PUT \(fusionPath)/interactions/7/enclosure/Payload HTTP/1.1")
    #expect(request.header("Content-Type") == "application/octet-stream")
    #expect(request.header("If-Match") == #""T1""#)
    #expect(request.body == "payload\0")
    let empty = Write(recordID: 7, body: "", isIdempotent: true, enclosure: "Payload")
    #expect(connection.send(empty).outcome == .applied)
    #expect(server.requests.last?.header("Content-Length") == "0")
    let broken = Write(recordID: 7, body: "é", isIdempotent: true, enclosure: "Payload")
    #expect(connection.send(broken).outcome.refusal?.code == "bad-base64")
    #expect(server.requests.count == 2)
  }
}

/// The address of a child is the one that the child gives, not its id.
@Suite struct FusionChildTests {
  private static let references = """
    {"items": [
      {"ReferenceId": 5, "links": [{"rel": "self", "href": "https://x/a/child/interactionReferences/00AA",
        "properties": {"changeIndicator": "C5"}}]},
      {"ReferenceId": 6, "links": [{"rel": "self", "href": "https://x/a/child/interactionReferences/00BB",
        "properties": {"changeIndicator": "C6"}}]}], "hasMore": false}
    """
  private static let write = Write(
    recordID: 7, element: .init(list: "interactionReferences", id: 6), body: #"{"ObjectId":1}"#,
    isIdempotent: true)

  @Test func aChildIsWrittenWhereItsLinkPoints() throws {
    let server = try ScriptedServer([.answer(.json(Self.references))])
    let connection = try SiteSettings.fusion(server.url).interactions()
    #expect(connection.send(Self.write).outcome == .applied)
    #expect(
      server.requests.map(\.line) == [
        "GET \(fusionPath)/interactions/7/child/interactionReferences?fields=ReferenceId&links=self&limit=500"
          + " HTTP/1.1",
        "PATCH \(fusionPath)/interactions/7/child/interactionReferences/00BB HTTP/1.1",
      ])
    #expect(server.requests.last?.header("If-Match") == nil)
  }

  @Test(arguments: ["T1", "T2"])
  func aConditionIsTheRecordsAndThenTheChilds(tag: String) throws {
    let server = try ScriptedServer([
      .answer(.json(#"{"InteractionId": 7, "links": []}"#, [#"ETag: "\#(tag)""#])),
      .answer(.json(Self.references)), .answer(.json(#"{"ReferenceId": 6, "ObjectId": 1}"#)),
    ])
    var write = Self.write
    write.token = "T1"
    let exchange = try SiteSettings.fusion(server.url).interactions().send(write)
    #expect(
      server.requests.first?.line
        == "GET \(fusionPath)/interactions/7?fields=InteractionId&links=self HTTP/1.1")
    if tag == "T1" {
      #expect(exchange.outcome == .applied)
      #expect(server.requests.last?.header("If-Match") == #""C6""#)
    } else {
      #expect(exchange.outcome.kind == .conflict)
      #expect(exchange.outcome.refusal?.code == "changed-meanwhile")
      #expect(server.requests.count == 1)
    }
  }

  @Test func aChildBelowAChildIsFoundStepByStep() throws {
    let item = { (name: String, key: String) in
      #"{"items": [{"\#(name)": 5, "@context": {"links": [{"rel": "self", "href": "/x/\#(key)"}]}}]}"#
    }
    let server = try ScriptedServer([
      .answer(.json(item("UserActionId", "A"))), .answer(.json(item("URLBindingId", "B"))),
    ])
    var write = Self.write
    write.element = .init(list: "smartActions/5/UserActionURLBinding", id: 5)
    #expect(try SiteSettings.fusion(server.url).interactions().send(write).outcome == .applied)
    #expect(
      server.requests.last?.line
        == "PATCH \(fusionPath)/interactions/7/child/smartActions/A/child/UserActionURLBinding/B HTTP/1.1")
  }

  @Test(
    arguments: [
      ("interactionReferences", 9, "not-found"), ("interactionReference", 6, "unknown-attribute"),
      ("interactionReferences/6", 6, "unknown-attribute"), ("../x", 6, "unknown-attribute"),
      ("", 6, "unknown-attribute"),
    ])
  func whatIsNotThereIsNotWritten(list: String, id: Int64, code: String) throws {
    let server = try ScriptedServer(then: .answer(.json(Self.references)))
    var write = Self.write
    write.element = .init(list: list, id: id)
    let exchange = try SiteSettings.fusion(server.url).interactions().send(write)
    #expect(exchange.outcome.refusal?.code == code)
    #expect(server.requests.allSatisfy { $0.line.hasPrefix("GET ") })
  }

  @Test func aLookUpThatFailsEndsTheWrite() throws {
    let server = try ScriptedServer(then: .answer(.answer("503 Service Unavailable")))
    #expect(try SiteSettings.fusion(server.url).interactions().send(Self.write).outcome.kind == .retryLater)
    #expect(server.requests.count == 1)
  }
}
