import Foundation
import JSON
import Sandbox
import Testing

/// Children, at their own addresses and inside their parent's body (API reference 1, 7, 14).
@Suite struct FusionChildTests {
  static let parent = "/interactions/300100095824218"
  static let references = "\(parent)/child/interactionReferences"

  /// The path of the first row of a collection, as its self link has it.
  private func first(_ collection: String, _ desk: Desk) async throws -> String {
    let reply = try await desk.readFusion("\(collection)?links=self")
    let href = try #require(reply.json?["items"]?.array?.first?["links"]?.array?.first?["href"]?.string)
    return String(href.dropFirst(desk.server.baseURL.count + Desk.fusion.count))
  }

  @Test func keysOfChildrenAreOpaque() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let path = try await first(Self.references, desk)
      let key = path.split(separator: "/").last ?? ""
      #expect(key.count > 40 && key.allSatisfy(\.isHexDigit) && !key.contains("300100077000001"))
      #expect(try await desk.readFusion(path).value("ReferenceId") == 300_100_077_000_001)
      for wrong in ["300100077000001", "\(key)00", String(key.dropLast()) + "F"] {
        #expect(try await desk.readFusion("\(Self.references)/\(wrong)").status == 404, "\(wrong)")
      }
      // The key of one parent's child means nothing below another.
      let moved = "/interactions/\(Desk.interaction)/child/interactionReferences/\(key)"
      #expect(try await desk.readFusion(moved).status == 404)
    }
    try await Desk.open(Desk.interactions, choices: ["child-keys=id"]) { desk async throws in
      #expect(try await first(Self.references, desk) == "\(Self.references)/300100077000001")
    }
  }

  @Test func childrenAreMadeChangedAndRemovedAtTheirAddress() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let path = try await first(Self.references, desk)
      let tag = try #require(try await desk.readFusion(path).headers["etag"])
      let changed = try await desk.fusion("PATCH", path, #"{"ObjectId": 300100030000002}"#)
      #expect(changed.value("ObjectNumber") == "SR000002")
      #expect(
        changed.value("InteractionId") == 300_100_095_824_218
          && changed.value("InteractionNumber") == "CALL-218")
      let stale = try await desk.fusion("DELETE", path, headers: ["If-Match": tag])
      #expect(stale.status == 412)
      // The object must be one of the type's.
      let type = try await desk.fusion("PATCH", path, #"{"ObjectTypeCd": "MOO_OPTY"}"#)
      #expect(type.faultPaths == ["/ObjectId"])
      let parent = try await desk.fusion("PATCH", path, #"{"InteractionId": 300100095824218}"#)
      #expect(parent.faultCodes == ["27008"])

      let made = try await desk.fusion(
        "POST", Self.references,
        #"{"ObjectTypeCd": "MOO_OPTY", "ObjectId": 300100032000001, "InteractionId": 300100095824218}"#)
      #expect(made.status == 201)
      let location = try #require(made.headers["location"])
      #expect(try await desk.get(String(location.dropFirst(desk.server.baseURL.count))).status == 200)
      #expect(try await desk.readFusion(Self.references).json?["count"] == 2)
      #expect(try await desk.readFusion("\(Self.references)?q=ObjectTypeCd='MOO_OPTY'").json?["count"] == 1)
      #expect(try await desk.fusion("DELETE", path).status == 204)
      #expect(try await desk.readFusion(path).status == 404)
      #expect(try desk.stored("SELECT version FROM fusion_row WHERE id = 300100095824218") == [1])
    }
  }

  @Test func everyKindOfChildHasItsAddress() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let bodies: [(String, String)] = [
        ("childInteractions", #"{"ChannelId": 2, "Description": "below"}"#),
        ("interactionReferences", #"{"ObjectTypeCd": "ZMM_ACTIVITIES", "ObjectId": 300100031000001}"#),
        (
          "InteractionParticipants",
          #"{"ContactPartyId": 300100020000001, "DurationMinutes": 5, "Json": "e30="}"#
        ),
        ("InteractionData", #"{"TokenId": 7, "Value": "gold"}"#), ("smartActions", #"{"ActiveFlag": true}"#),
      ]
      for (child, body) in bodies {
        let collection = "/interactions/\(Desk.interaction)/child/\(child)"
        let made = try await desk.fusion("POST", collection, body)
        #expect(made.status == 201, "\(child): \(made.text)")
        let path = try await first(collection, desk)
        #expect(try await desk.readFusion(path).json == made.json, "\(child)")
        #expect(try await desk.fusion("PATCH", path, "{}").status == 200, "\(child)")
        for grandchild in child == "smartActions"
          ? ["UserActionNavigation", "UserActionRequestPayload", "UserActionURLBinding"] : []
        {
          let below = "\(path)/child/\(grandchild)"
          let body = grandchild == "UserActionNavigation" ? #"{"UserActionNavType": "PAGE"}"# : "{}"
          #expect(try await desk.fusion("POST", below, body).status == 201, "\(grandchild)")
          let deep = try await first(below, desk)
          #expect(try await desk.readFusion(deep).status == 200, "\(grandchild)")
          #expect(try await desk.fusion("DELETE", deep).status == 204, "\(grandchild)")
        }
      }
      let json = try await first("/interactions/\(Desk.interaction)/child/InteractionParticipants", desk)
      #expect(try await desk.readFusion("\(json)/enclosure/Json").text == "{}")
      let below = try await desk.readFusion("/interactions/\(Desk.interaction)/child/childInteractions")
      let child = try #require(below.json?["items"]?.array?.first)
      #expect(child["ParentInteractionId"] == .integer(Desk.interaction) && child["TopLevelFlag"] == "false")
    }
  }

  @Test func nestedRowsAreAddedOrChangedAndNeverRemoved() async throws {
    let body = #"""
      {"interactionReferences": [{"ReferenceId": 300100077000001, "ObjectId": 300100030000009},
                                 {"ObjectTypeCd": "MOO_OPTY", "ObjectId": 300100032000001}]}
      """#
    let objects = """
      SELECT json_extract(document, '$.ObjectId') FROM fusion_row
      WHERE entity = 'interactions.interactionReferences' ORDER BY id
      """
    try await Desk.open(Desk.interactions) { desk async throws in
      #expect(try await desk.change(body, of: 300_100_095_824_218).status == 200)
      #expect(try desk.stored(objects) as [Int64] == [300_100_030_000_009, 300_100_032_000_001])
      #expect(try await desk.change(#"{"interactionReferences": []}"#, of: 300_100_095_824_218).status == 200)
      #expect(try desk.stored(objects) as [Int64] == [300_100_030_000_009, 300_100_032_000_001])
    }
    try await Desk.open(Desk.interactions, choices: ["nested-rows=insert"]) { desk async throws in
      let known =
        #"{"interactionReferences": [{"ReferenceId": 300100077000001, "ObjectTypeCd": "MOO_OPTY", "ObjectId": 300100032000001}]}"#
      #expect(try await desk.change(known, of: 300_100_095_824_218).status == 200)
      #expect(try desk.stored(objects) as [Int64] == [300_100_012_345_678, 300_100_032_000_001])
    }
  }

  @Test func aFaultBelowUndoesAllOfIt() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let reply = try await desk.change(
        #"{"Description": "x", "interactionReferences": [{"ObjectTypeCd": "MOO_OPTY", "ObjectId": 300100032000001}, {"ObjectTypeCd": "MOO_OPTY", "ObjectId": 1}]}"#
      )
      #expect(reply.faultPaths == ["/interactionReferences/1/ObjectId"])
      #expect(
        try await desk.readFusion("/interactions/\(Desk.interaction)").value("Description")
          == "Sent SrMessage")
      #expect(try desk.stored("SELECT count(*) FROM fusion_row WHERE entity LIKE '%References'") == [1])
    }
  }
}
