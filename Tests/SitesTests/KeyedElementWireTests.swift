import Catalog
import Records
import TestSupport
import Testing

@testable import Sites

/// The requests that change, add and remove the e-mail addresses of a contact, each at its own address.
@Suite struct KeyedElementWireTests {
  private static let path = "/services/rest/connect/v1.4/contacts/7"
  private static let ok = String.ok()
  private static let missing = refusal(404, "OSC-CREST-00013")

  private static func refusal(_ status: Int, _ code: String) -> String {
    String.answer(
      "\(status) No", ["Content-Type: application/problem+json"],
      body: #"{"type": "x", "title": "no", "status": \#(status), "detail": "no", "o:errorCode": "\#(code)"}"#)
  }

  private static func send(
    _ body: String, _ answers: [String], _ change: (inout SiteSettings) -> Void = { _ in }
  ) throws -> (outcome: Outcome, requests: [ScriptedServer.Request]) {
    let server = try ScriptedServer(answers.map { .answer($0) })
    let site = try SiteSettings.test(server.url, change).makeSite(resource: .contacts)
    let exchange = site.makeConnection().send(Write(recordID: 7, body: body, isIdempotent: true))
    return (exchange.outcome, server.requests)
  }

  private static func lines(_ requests: [ScriptedServer.Request]) -> [String] {
    requests.map { $0.line.replacing(path, with: "").replacing(" HTTP/1.1", with: "") }
  }

  private static let one = #"{"emails":[{"addressType":{"id":0},"address":"a@x"}]}"#
  private static let removal = #"{"emails":[{"addressType":{"id":1},"address":null}]}"#

  @Test func anAddressIsPatchedByTheIDOfItsType() throws {
    let (outcome, requests) = try Self.send(Self.one, [Self.ok])
    #expect(outcome == .applied && Self.lines(requests) == ["PATCH /emails/0"])
    #expect(requests.first?.body == #"{"address":"a@x"}"#)
  }

  @Test func oneThatIsNotThereIsAdded() throws {
    let (outcome, requests) = try Self.send(Self.one, [Self.missing, String.answer("201 Created")])
    #expect(outcome == .applied && Self.lines(requests) == ["PATCH /emails/0", "POST /emails"])
    #expect(requests.last?.body == #"{"addressType":{"id":0},"address":"a@x"}"#)
  }

  @Test func oneIsRemovedWithoutABody() throws {
    let (outcome, requests) = try Self.send(Self.removal, [Self.ok])
    #expect(outcome == .applied && Self.lines(requests) == ["DELETE /emails/1"])
    #expect(requests.first?.body == "")
  }

  @Test(arguments: [true, false])
  func whatIsNotThereIsRemovedIfThereIsTheContact(isThere: Bool) throws {
    let contact = String.answer("200 OK", ["Content-Type: application/json"], body: #"{"id": 7}"#)
    let (outcome, requests) = try Self.send(Self.removal, [Self.missing, isThere ? contact : Self.missing])
    #expect(outcome.refusal?.status == (isThere ? nil : 404))
    #expect(Self.lines(requests) == ["DELETE /emails/1", "GET ?fields=id"])
  }

  @Test func theRecordComesFirst() throws {
    let body = #"{"emails":[{"addressType":{"id":0},"address":"a@x"}],"name":{"first":"Ana"}}"#
    let (outcome, requests) = try Self.send(body, [Self.ok, Self.ok])
    #expect(outcome == .applied && Self.lines(requests) == ["PATCH ", "PATCH /emails/0"])
    #expect(requests.map(\.body) == [#"{"name":{"first":"Ana"}}"#, #"{"address":"a@x"}"#])
  }

  /// After a part was carried out, a refusal is a conflict that a rollback knows of, and all else is in doubt.
  @Test func aPartThatWasCarriedOutIsNotForgotten() throws {
    let two = #"{"emails":[{"addressType":{"id":0},"address":"a"},{"addressType":{"id":1},"address":"b"}]}"#
    let (refused, requests) = try Self.send(two, [Self.ok, Self.refusal(400, "OSC-CREST-00006")])
    #expect(requests.count == 2)
    guard case .conflict(let refusal) = refused else { return #expect(Bool(false), "\(refused)") }
    #expect(refusal.code == "not-as-asked" && refusal.message.contains("a part of the row"))
    let busy = String.answer(
      "503 Busy", ["Content-Type: application/problem+json"],
      body:
        #"{"type": "x", "title": "no", "status": 503, "detail": "busy", "o:errorCode": "OSC-CREST-00035"}"#)
    guard case .unknown = try Self.send(two, [Self.ok, busy]).outcome else {
      return #expect(Bool(false), "the second part was not put in doubt")
    }
    guard case .refused = try Self.send(two, [Self.refusal(400, "OSC-CREST-00006")]).outcome else {
      return #expect(Bool(false), "nothing was carried out")
    }
  }

  @Test func aNameWithoutAnIDIsNoPartOfAnAddress() throws {
    let body = #"{"emails":[{"addressType":{"lookupName":"../../x"},"address":"a@x"}]}"#
    let (outcome, requests) = try Self.send(body, [])
    #expect(outcome.refusal?.code == "no-id" && requests.isEmpty)
  }

  @Test func methodsAreOverridden() throws {
    let (_, requests) = try Self.send(
      Self.one.replacing("]}", with: "") + #",{"addressType":{"id":1},"address":null}]}"#,
      [Self.missing, String.answer("201 Created"), Self.ok]
    ) { $0.overridesMethod = true }
    #expect(Self.lines(requests) == ["POST /emails/0", "POST /emails", "POST /emails/1"])
    #expect(requests.map { $0.header("X-HTTP-Method-Override") } == ["PATCH", nil, "DELETE"])
  }
}
