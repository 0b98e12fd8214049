import JSON
import Sandbox
import Testing

/// The example of the page "Update an interaction", sent as printed.
@Suite struct FusionSeedExampleTests {
  static let members = [
    "InteractionId", "ParentInteractionId", "TopLevelFlag", "Description", "ChannelId", "ChannelDisplayName",
    "ChannelTypeCd", "AccountPartyId", "AccountPartyUniqueName", "ContactPartyId", "ContactPartyUniqueName",
    "QueueId", "QueueName", "OwnerResourceId", "OwnerResourcePartyUniqueName", "StartTime", "EndTime",
    "StatusCd", "OriginalSystemReference", "CreatedBy", "CreationDate", "LastUpdatedBy", "LastUpdateDate",
    "LastUpdateLogin", "DirectionCd", "StripeCd", "links",
  ]

  static let links = [
    "self interactions item", "canonical interactions item", "lov DirectionCdLookup collection",
    "lov StatusCdLookup collection", "lov ChannelIdByChannelType collection",
    "child childInteractions collection", "child interactionReferences collection",
    "enclosure Payload other",
  ]

  @Test func answersWithTheMembersOfTheExampleInTheirOrder() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let body = "{\n\"Description\": \"Sent SrMessage again\"\n}"
      let reply = try await desk.change(body, version: nil)
      #expect(reply.status == 200)
      #expect(reply.headers["content-type"] == "application/vnd.oracle.adf.resourceitem+json")
      #expect(reply.headers["content-language"] == "en")
      #expect(reply.headers["rest-framework-version"] == "1")
      #expect(reply.names() == Self.members)

      let item = try #require(reply.json?.object)
      let unchanged: JSONObject = [
        "InteractionId": 300_100_095_824_217, "ParentInteractionId": 300_100_095_824_217,
        "TopLevelFlag": "true", "Description": "Sent SrMessage again", "ChannelId": 1,
        "ChannelDisplayName": "Web (Seeded)", "ChannelTypeCd": "ORA_SVC_WEB", "AccountPartyId": nil,
        "AccountPartyUniqueName": nil, "ContactPartyId": nil, "ContactPartyUniqueName": nil, "QueueId": nil,
        "QueueName": nil, "OwnerResourceId": nil, "OwnerResourcePartyUniqueName": nil,
        "StartTime": "2017-03-03T04:01:13-08:00", "EndTime": nil, "StatusCd": "ORA_SVC_OPEN",
        "OriginalSystemReference": nil, "CreatedBy": "SALES_ADMIN",
        "CreationDate": "2017-03-03T04:01:13-08:00", "DirectionCd": "ORA_SVC_INBOUND",
        "StripeCd": "ORA_SVC_CRM",
      ]
      for (name, value) in unchanged { #expect(item[name] == value, "\(name)") }
      #expect(item["LastUpdateDate"]?.string?.hasSuffix("-08:00") == true)
      #expect(item["LastUpdateLogin"]?.string?.count == 32)
    }
  }

  @Test func linksAsTheExampleDoes() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let reply = try await desk.change(#"{"Description": "Sent SrMessage again"}"#, version: nil)
      let links = try #require(reply.json?["links"]?.array)
      let shown = links.map { link in
        ["rel", "name", "kind"].map { link[$0]?.string ?? "" }.joined(separator: " ")
      }
      #expect(shown == Self.links)
      let item = "\(desk.server.baseURL)\(Desk.fusion)/interactions/300100095824217"
      let addresses =
        ["", "", "/lov/DirectionCdLookup", "/lov/StatusCdLookup", "/lov/ChannelIdByChannelType"]
        + ["/child/childInteractions", "/child/interactionReferences", "/enclosure/Payload"]
      #expect(links.map { $0["href"]?.string } == addresses.map { item + $0 })
      #expect(links[0].object?.map(\.name) == ["rel", "href", "name", "kind", "properties"])
      // As in the example, the tag is that of version 2: one update of a new row.
      #expect(
        reply.changeIndicator?.hasPrefix("ACED0005737200136A6176612E7574696C2E41727261794C697374") == true)
      #expect(reply.changeIndicator?.hasSuffix("0000000278") == true)
      #expect(reply.headers["etag"] == reply.changeIndicator.map { "\"\($0)\"" })
      #expect(try await desk.readFusion("/interactions/300100095824217", version: nil).json == reply.json)
    }
  }

  @Test func keepsTheOtherAttributesForThoseWhoAsk() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let path = "/interactions/300100095824218?fields=InteractionNumber,SubstatusCd&onlyData=true"
      #expect(
        try await desk.readFusion(path).json == ["InteractionNumber": "CALL-218", "SubstatusCd": nil])
    }
    try await Desk.open(Desk.interactions, choices: ["item=schema"]) { desk async throws in
      let names = try await desk.readFusion("/interactions/300100095824218").names()
      #expect(Array(names.prefix(26)) == Self.members.dropLast())
      for name in ["InteractionNumber", "SubstatusCd", "MediaItemId", "DeleteFlag", "Region_c"] {
        #expect(names.contains(name), "\(name)")
      }
      #expect(!names.contains("Payload"))
    }
  }
}
