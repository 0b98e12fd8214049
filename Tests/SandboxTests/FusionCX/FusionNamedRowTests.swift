import Foundation
import JSON
import Sandbox
import Testing

/// Service requests at their documented addresses (`serviceRequests/{SrNumber}`).
@Suite struct FusionNamedRowTests {
  private static let records = #"""
    {"resource": "serviceRequests", "SrId": 300100012345678, "SrNumber": "SR/1 ü%", "Title": "Pump"}
    {"resource": "serviceRequests", "SrNumber": "0012", "Title": "Filter"}
    """#

  @Test func areFoundByTheirNumbersAlone() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let reply = try await desk.named("GET", "/serviceRequests/SR%2F1%20%C3%BC%25")
      #expect(reply.value("Title") == "Pump")
      #expect(reply.value("SrId") == 300_100_012_345_678)
      let links = reply.json?["links"]?.array ?? []
      #expect(links.first?["href"]?.string?.hasSuffix("/serviceRequests/SR%2F1%20%C3%BC%25") == true)
      for wrong in ["300100012345678", "SR/1%20%C3%BC%25", "12", "00012", "sr%2F1%20%C3%BC%25"] {
        #expect(try await desk.named("GET", "/serviceRequests/\(wrong)").status == 404, "\(wrong)")
      }
    }
  }

  @Test func areChangedThereAndGetMessages() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let address = "/serviceRequests/SR%2F1%20%C3%BC%25"
      let changed = try await desk.named(
        "PATCH", address, #"{"Title": "Pond pump", "messages": [{"MessageTypeCd": "ORA_SVC_RESPONSE"}]}"#)
      #expect(changed.status == 200 && changed.value("Title") == "Pond pump")
      let messages = try await desk.named("GET", "\(address)/child/messages").json?["items"]?.array ?? []
      let id = try #require(messages.first?["MessageId"]?.integer)
      #expect(messages.first?["SrNumber"] == "SR/1 ü%")
      let message = try await desk.named("PATCH", "\(address)/child/messages/\(id)", #"{"Subject": "x"}"#)
      #expect(message.value("Subject") == "x")
      #expect(try await desk.named("GET", "/serviceRequests/0012/child/messages/\(id)").status == 404)
      let renamed = try await desk.named("PATCH", address, #"{"SrNumber": "SR2"}"#)
      #expect(renamed.status == 400 && renamed.faultPaths == ["/SrNumber"])
    }
  }

  @Test func areFoundByQueriesAndMadeWithNumbers() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let found = try await desk.named(
        "GET",
        "/serviceRequests?q=SrNumber%20in%20('0012','SR%2F1%20%C3%BC%25')")
      #expect(found.json?["items"]?.array?.count == 2)
      let made = try await desk.named("POST", "/serviceRequests", #"{"Title": "Net"}"#)
      let number = try #require(made.value("SrNumber")?.string)
      #expect(try await desk.named("GET", "/serviceRequests/\(number)").value("Title") == "Net")
    }
  }
}

extension Desk {
  /// Sends a request to an address that is encoded already.
  fileprivate func named(_ method: String, _ path: String, _ body: String? = nil) async throws -> Reply {
    try await fusion(method, path, body, isEncoded: true)
  }
}
