import JSON
import Sandbox
import Testing

/// The effects of writes (API reference 7, 14).
@Suite struct FusionWritingTests {
  @Test func changesWhatIsGivenAndNothingElse() async throws {
    try await Desk.open(Desk.interactions, choices: ["item=schema"]) { desk async throws in
      let id: Int64 = 300_100_095_824_218
      let before = try #require(try await desk.readFusion("/interactions/\(id)?onlyData=true").json?.object)
      let reply = try await desk.change(
        #"{"OwnerResourceId": null, "Description": "", "ChannelId": 7, "Region_c": "North", "VisitOn_c": "2020-02-29"}"#,
        of: id)
      #expect(reply.status == 200)
      let after = try #require(try await desk.readFusion("/interactions/\(id)?onlyData=true").json?.object)
      let changed = zip(before, after).filter { $0.value != $1.value }.map(\.0.name)
      #expect(
        Set(changed) == [
          "Description", "ChannelId", "ChannelDisplayName", "ChannelShortName", "ChannelTypeCd",
          "OwnerResourceId", "OwnerResourceNumber", "OwnerResourcePartyUniqueName", "Region_c", "VisitOn_c",
          "LastUpdatedBy", "LastUpdateDate", "LastUpdateLogin",
        ])
      #expect(after["OwnerResourceId"] == .null && after["OwnerResourcePartyUniqueName"] == .null)
      #expect(after["Description"] == "")
      #expect(after["ChannelDisplayName"] == "Support mailbox" && after["ChannelTypeCd"] == "ORA_SVC_EMAIL")
      #expect(after["LastUpdatedBy"] == "ADMIN")
    }
  }

  @Test func actsOnTheTwoVerbsAndForgetsThem() async throws {
    try await Desk.open(Desk.interactions, choices: ["item=schema"]) { desk async throws in
      let ended = try await desk.change(#"{"EndInteractionFlag": true}"#)
      #expect(ended.value("EndTime") == ended.value("LastUpdateDate"))
      #expect(ended.value("StatusCd") == "ORA_SVC_OPEN")
      #expect(ended.value("EndInteractionFlag") == false)
      // A started interaction stays started.
      let started = try await desk.change(#"{"StartInteractionFlag": true}"#)
      #expect(started.value("StartTime") == "2017-03-03T04:01:13-08:00")
      _ = try await desk.change(#"{"StartTime": null}"#)
      let again = try await desk.change(#"{"StartInteractionFlag": true}"#)
      #expect(again.value("StartTime") == again.value("LastUpdateDate"))
      #expect(
        try desk.stored("SELECT count(*) FROM fusion_row WHERE document LIKE '%InteractionFlag%'") == [0])
    }
  }

  @Test func createsWithChildrenThreeLevelsDeep() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let body = #"""
        {"ChannelId": 3, "Description": "new", "InteractionNumber": "N-1",
         "interactionReferences": [{"ObjectTypeCd": "MOO_OPTY", "ObjectId": 300100032000001}],
         "smartActions": [{"ActiveFlag": true, "UserActionURLBinding": [{"URLBindingName": "a"}, {"URLBindingName": "b"}]}]}
        """#
      let reply = try await desk.fusion("POST", "/interactions", body)
      #expect(reply.status == 201)
      #expect(reply.kind == "resourceitem+json")
      let id = try #require(reply.value("InteractionId")?.integer)
      #expect(reply.headers["location"] == "\(desk.server.baseURL)\(Desk.fusion)/interactions/\(id)")
      #expect(reply.value("DirectionCd") == "ORA_SVC_INBOUND" && reply.value("StatusCd") == "ORA_SVC_OPEN")
      #expect(reply.value("ChannelTypeCd") == "ORA_SVC_CHAT" && reply.value("StartTime") != .null)
      #expect(reply.value("ParentInteractionId") == .integer(id))
      #expect(reply.value("interactionReferences.items")?.array?.first?["ObjectNumber"] == "OPTY000001")
      let deep = try await desk.readFusion(
        "/interactions/\(id)?fields=smartActions.UserActionURLBinding:URLBindingName,SystemActionFlag&onlyData=true",
        version: 1)
      #expect(
        deep.value("smartActions")?.array?.first?["UserActionURLBinding"] == [
          ["SystemActionFlag": false, "URLBindingName": "a"],
          ["SystemActionFlag": false, "URLBindingName": "b"],
        ])
      let taken = try await desk.fusion(
        "POST", "/interactions", #"{"ChannelId": 3, "InteractionNumber": "N-1"}"#)
      #expect(taken.faultPaths == ["/InteractionNumber"])

      #expect(try await desk.fusion("DELETE", "/interactions/\(id)").status == 204)
      #expect(try await desk.readFusion("/interactions/\(id)").status == 404)
      #expect(try desk.stored("SELECT count(*) FROM fusion_row WHERE entity LIKE '%URLBinding'") == [1])
    }
  }

  @Test func upserts() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let mode = ["Upsert-Mode": "true"]
      let body = #"{"InteractionNumber": "CALL-218", "Description": "found"}"#
      let found = try await desk.fusion("POST", "/interactions", body, headers: mode)
      #expect(found.status == 200)
      #expect(found.value("InteractionId") == 300_100_095_824_218)
      let other = #"{"InteractionNumber": "CALL-219", "ChannelId": 1}"#
      #expect(try await desk.fusion("POST", "/interactions", other, headers: mode).status == 201)
      #expect(try await desk.fusion("POST", "/interactions", other).status == 400)
    }
  }

  @Test func patchesThroughAPost() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let path = "/interactions/\(Desk.interaction)"
      let body = #"{"Description": "by POST"}"#
      let reply = try await desk.fusion("POST", path, body, headers: ["X-HTTP-Method-Override": "PATCH"])
      #expect(reply.value("Description") == "by POST")
      let delete = try await desk.fusion("POST", path, body, headers: ["X-HTTP-Method-Override": "DELETE"])
      #expect(delete.status == 400)
      #expect(try await desk.fusion("POST", path, body).status == 405)
    }
  }

  @Test func keepsLobs() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let path = "/interactions/\(Desk.interaction)/enclosure/Payload"
      let bytes = ["Content-Type": "application/octet-stream"]
      #expect(try await desk.readFusion(path).status == 204)
      let put = try await desk.fusion("PUT", path, "{\"é\"", headers: bytes)
      #expect(put.status == 204 && put.body.isEmpty)
      let read = try await desk.readFusion(path)
      #expect(read.text == "{\"é\"")
      #expect(read.headers["content-type"] == "application/octet-stream")
      #expect(try await desk.fusion("DELETE", path).status == 204)
      #expect(try await desk.readFusion(path).status == 204)
      _ = try await desk.change(#"{"Payload": "AAH/"}"#)
      #expect(try await desk.readFusion(path).body == [0, 1, 255])
      let stale = try await desk.fusion(
        "PUT", path, "x", headers: bytes.merging(["If-Match": "\"1\""]) { $1 })
      #expect(stale.status == 412)
    }
  }

  @Test func listsValues() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let item = "/interactions/300100095824218"
      let codes = try await desk.readFusion("\(item)/lov/StatusCdLookup")
      #expect(
        codes.value("items")?.array?.map { $0["LookupCode"] }
          == ["ORA_SVC_OPEN", "ORA_SVC_CLOSED", "ACME_ON_HOLD"])
      let channels = try await desk.readFusion("\(item)/lov/ChannelIdByChannelType")
      #expect(channels.value("items")?.array?.map { $0["ChannelId"] } == [2, 8])
      #expect(try await desk.readFusion("/interactions/lov/DirectionCdLookup").json?["count"] == 2)
      #expect(try await desk.readFusion("/interactions/lov/Nope").status == 404)
    }
  }

  @Test func describesItsResources() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let reply = try await desk.readFusion("/interactions/describe", version: 7)
      #expect(reply.kind == "description+json")
      let about = try #require(reply.json?["Resources"]?["interactions"])
      let attributes = try #require(about["attributes"]?.array)
      let description = attributes.first { $0["name"] == "Description" }
      #expect(description?["precision"] == 1000 && description?["updatable"] == true)
      #expect(attributes.first { $0["name"] == "ChannelId" }?["mandatory"] == true)
      #expect(attributes.contains { $0["name"] == "Region_c" })
      #expect(about["children"]?["smartActions"]?["children"]?["UserActionURLBinding"] != nil)
      #expect(about["lov"] != nil)
    }
  }

  /// The guarantees for clients (API reference 16).
  @Test func describesItsAttributes() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let about = try await desk.readFusion("/interactions/describe").json?["Resources"]?["interactions"]
      let attributes = try #require(about?["attributes"]?.array)
      func attribute(_ name: String) -> JSONValue? { attributes.first { $0["name"] == .string(name) } }
      for attribute in attributes {
        #expect(attribute["title"]?.string?.isEmpty == false, "\(attribute)")
        #expect(attribute["hasDefaultValueExpression"]?.bool != nil, "\(attribute)")
      }
      #expect(attribute("AgentHTTPSessionId")?["title"] == "Session ID")
      #expect(attribute("OwnerResourcePartyUniqueName")?["title"] == "Owner Resource Party Unique Name")
      #expect(attribute("Region_c")?["title"] == "Region" && attribute("Region_c")?["maxLength"] == 60)
      #expect(attribute("StatusCd")?["maxLength"] == 30 && attribute("ChannelId")?["maxLength"] == nil)
      #expect(attribute("InteractionNumber")?["hasDefaultValueExpression"] == true)
      #expect(attribute("Description")?["hasDefaultValueExpression"] == false)
      #expect(attribute("StatusCd")?["lov"]?["childRef"] == "StatusCdLookup")
      #expect(attribute("ChannelId")?["lov"]?["attributeMap"]?.array?.first?["target"] == "ChannelId")
      #expect(attribute("StripeCd")?["lov"] == nil && attribute("Description")?["lov"] == nil)
    }
  }

  @Test(arguments: ["/describe", "/interactions/describe"])
  func describesNoMoreThanIsAskedFor(_ path: String) async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let reply = try await desk.readFusion("\(path)?metadataMode=minimal")
      #expect(reply.kind == "description+json")
      let about = try #require(reply.json?["Resources"]?["interactions"]?.object)
      #expect(about.map(\.name) == ["title", "links"] && about["title"] == "Interactions")
      #expect(try await desk.readFusion("\(path)?metadataMode=some").status == 400)
    }
  }
}
