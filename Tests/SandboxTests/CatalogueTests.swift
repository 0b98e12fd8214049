import Catalog
import JSON
import Sandbox
import TestSupport
import Testing

/// A sandbox with the model of a site that a file describes (API reference 1, 5, 15 and 16).
@Suite struct CatalogueTests {
  private static let file = """
    {"overlay": 1, "resources": {
      "incidents": {"api": "b2c-service", "absent": ["queue", "otherContacts"], "attributes": {
        "customFields.c.ticket": {"type": "text(8)", "title": "Case ticket"},
        "customFields.Shop.visits": {"type": "integer", "minimum": 1, "maximum": 9},
        "customFields.c.total": {"type": "integer", "access": "read-only"},
        "severity": {"values": {"4": "Sev 1", "50": "Sev 9"}}, "subject": {"type": "text(12)"}}},
      "interactions": {"api": "fusion-cx", "absent": ["QueueId"], "names": {"SubstatusCd": "SubStatusCd"}, "attributes": {
        "Tier_c": {"type": "code(30)", "title": "Customer level", "values": {"GOLD": "Gold", "TIN": "Tin"}}}}}}
    """

  private func open(_ body: (Desk) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    settings.database = folder.path("desk.sqlite")
    (settings.incidents, settings.interactions) = (30, 5)
    try settings.readCatalogue(folder.write("catalogue.json", Self.file))
    try await Desk.open(settings, in: folder, body)
    // The same on a database that is there already.
    try await Desk.open(settings, in: folder, body)
  }

  @Test func describesThatSite() async throws {
    try await open { desk async throws in
      let schema = ["Accept": "application/schema+json"]
      let root = try await desk.get("metadata-catalog/incidents", headers: schema)
      let properties = "definitions.singularResource.properties"
      #expect(root.value("\(properties).subject.maxLength") == 12)
      #expect(root.value("\(properties).queue") == nil && root.value("\(properties).otherContacts") == nil)
      let custom = try await desk.get("metadata-catalog/incidents/customFields/c", headers: schema)
      #expect(custom.value("properties")?.object?.map(\.name).sorted() == ["ticket", "total"])
      #expect(custom.value("properties.ticket.label") == "Case ticket")
      #expect(custom.value("properties.total.readOnly") == true)
      let menu = try await desk.get("namedIDs/incidents/severity")
      #expect(menu.value("items")?.array?.compactMap { $0["lookupName"]?.string } == ["Sev 1", "Sev 9"])
      let about = try await desk.readFusion("/interactions/describe").json?["Resources"]?["interactions"]
      let attributes = try #require(about?["attributes"]?.array)
      let names = attributes.compactMap { $0["name"]?.string }
      #expect(names.contains("SubStatusCd") && !names.contains("SubstatusCd") && !names.contains("QueueId"))
      #expect(names.filter { $0.hasSuffix("_c") } == ["Tier_c"])
      let tier = try #require(attributes.first { $0["name"] == "Tier_c" })
      #expect(tier["title"] == "Customer level" && tier["lov"]?["childRef"] == "Tier_cLookup")
      let values = try await desk.readFusion("/interactions/lov/Tier_cLookup", version: 7)
      #expect(values.json?["items"]?.array?.compactMap { $0["Meaning"]?.string } == ["Gold", "Tin"])
    }
  }

  @Test func takesWhatThatSiteTakes() async throws {
    try await open { desk async throws in
      for (body, status) in [
        (
          #"{"customFields": {"c": {"ticket": "T-1"}, "Shop": {"visits": 9}}, "severity": {"lookupName": "Sev 9"}}"#,
          200
        ),
        (#"{"queue": {"id": 5}}"#, 400), (#"{"severity": {"id": 5}}"#, 400),
        (#"{"subject": "more than twelve"}"#, 400),
        (#"{"customFields": {"c": {"external_ref": "x"}}}"#, 400),
        (#"{"customFields": {"c": {"total": 1}}}"#, 400),
        (#"{"customFields": {"Shop": {"visits": 10}}}"#, 400),
      ] {
        #expect(try await desk.patch("incidents/3", body).status == status, "\(body)")
      }
      let record = try await desk.get("incidents/3")
      #expect(record.value("customFields.Shop.visits") == 9 && record.value("severity.lookupName") == "Sev 9")
    }
  }

  /// Generated records have nothing that the site could not have.
  @Test func generatesRecordsOfThatSite() async throws {
    try await open { desk async throws in
      for id in 1...30 where id != 3 {
        let record = try await desk.get("incidents/\(id)")
        #expect(record.value("severity.id") == 4 || record.value("severity.id") == 50)
        #expect((record.value("subject")?.string?.count ?? 99) <= 12)
        #expect(record.value("queue") == nil && record.value("customFields.c.region") == nil)
      }
    }
  }

  @Test func aFileThatIsNoneIsRefused() throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    let error = #expect(throws: SandboxError.self) {
      try settings.readCatalogue(folder.write("c.json", #"{"overlay": 9}"#))
    }
    #expect(
      error?.description.hasSuffix("c.json: is an overlay of form 9, and this version reads form 1") == true)
    #expect(throws: SandboxError.self) { try settings.readCatalogue(folder.path("none.json")) }
  }
}
