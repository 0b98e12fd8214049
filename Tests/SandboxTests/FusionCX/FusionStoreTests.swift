import Catalog
import JSON
import Sandbox
import Testing

/// The records themselves: generated, imported, kept; and resources that the catalogue adds.
@Suite struct FusionStoreTests {
  @Test func generatesTheSameInteractionsFromTheSameSeed() async throws {
    let rows =
      """
      SELECT entity || id || coalesce(number, '') || version || document FROM fusion_row
      WHERE entity LIKE 'interactions%' ORDER BY entity, id
      """
    var dumps: [[String]] = []
    for seed in [1, 1, 2] as [UInt64] {
      try await Desk.generated(200, seed: seed) { desk async throws in
        dumps.append(try desk.stored(rows))
        let ids: [Int64] = try desk.stored(
          "SELECT id FROM fusion_row WHERE entity = 'interactions' ORDER BY id")
        #expect(ids == (0..<200).map { 300_100_000_000_001 + $0 })
        for kind in try desk.stored("SELECT DISTINCT entity FROM fusion_row") as [String] where seed == 1 {
          #expect(try desk.stored("SELECT count(*) FROM fusion_row WHERE entity = '\(kind)'") != [0])
        }
        // Each of them is one that the service would have taken.
        for path in ["?limit=200&expand=all", "?limit=200&q=StatusCd='ORA_SVC_CLOSED' and EndTime is null"] {
          #expect(try await desk.readFusion("/interactions\(path)").status == 200)
        }
      }
    }
    #expect(dumps[0] == dumps[1])
    #expect(dumps[0] != dumps[2])
    #expect(Set(dumps[0].compactMap { $0.split(separator: "3").first }).count == 9)
  }

  @Test func importsWhatTheSiteDoesNotHaveYet() async throws {
    let records = #"""
      {"resource": "interactions", "InteractionId": 7, "ChannelId": 99, "ChannelDisplayName": "Fax", "ChannelTypeCd": "ACME_FAX", "StatusCd": "ACME_NEW", "OwnerResourceId": 5, "OwnerResourcePartyUniqueName": "Lea Lopez", "ObjectVersionNumber": 4, "CreatedBy": "LEA"}
      """#
    try await Desk.open(records, choices: ["tag-format=version"]) { desk async throws in
      let reply = try await desk.readFusion("/interactions/7")
      #expect(reply.value("ChannelDisplayName") == "Fax" && reply.value("ChannelTypeCd") == "ACME_FAX")
      #expect(reply.value("OwnerResourcePartyUniqueName") == "Lea Lopez")
      #expect(reply.value("CreatedBy") == "LEA" && reply.headers["etag"] == "\"4\"")
      let other = try await desk.change(#"{"StatusCd": "ACME_NEW", "OwnerResourceId": 5}"#, of: 7)
      #expect(other.status == 200)
    }
  }

  @Test(arguments: [
    (#"{"resource": "interactions", "InteractionId": 7, "Nope": 1}"#, "Nope"),
    (#"{"resource": "interactions", "InteractionId": 7, "Description": 5}"#, "Description"),
    (
      "{\"resource\": \"interactions\", \"InteractionId\": 7}\n{\"resource\": \"interactions\", \"InteractionId\": 7}",
      "7 is given twice"
    ),
  ])
  func refusesARecordTheServiceCouldNotHold(_ records: String, _ words: String) async throws {
    let error = await #expect(throws: SandboxError.self) { try await Desk.open(records) { _ in } }
    #expect(error?.description.contains(words) == true)
  }

  @Test func servesAResourceThatOnlyTheCatalogueKnows() async throws {
    let leads = ResourceType(
      name: "leads", singular: "lead", summary: "A sale that may come.", dialect: .fusionCX, key: "LeadId",
      alternateKeys: ["LeadNumber"],
      fields: [
        Field("LeadId", .integer(minimum: 1), .readOnly),
        Field("LeadNumber", .string(maximumLength: 30), .createOnly),
        Field("Name", .string(maximumLength: 80), nullability: .notNull),
        Field("Score", .integer(minimum: 0, maximum: 100)), Field("Source", .code()),
        Field("Attachment", .base64, isEnclosure: true),
      ],
      lists: [
        ChildList(
          name: "notes", singular: "note",
          element: .object([
            Field("NoteId", .integer(), .selector), Field("Text", .string(maximumLength: 100)),
          ]),
          operations: [])
      ], customFields: [], examples: [])
    let records =
      #"{"resource": "leads", "LeadId": 12, "LeadNumber": "L-12", "Name": "Ana", "notes": [{"Text": "hi"}]}"#
    try await Desk.serving(leads, records) { desk async throws in
      let reply = try await desk.fusion("PATCH", "/leads/12", #"{"Score": 7, "notes": [{"Text": "ho"}]}"#)
      #expect(reply.names() == ["LeadId", "LeadNumber", "Name", "Score", "Source", "links"])
      #expect(reply.value("Score") == 7)
      let found = try await desk.readFusion(
        "/leads?q=LeadNumber='L-12' and Score=7&expand=notes&onlyData=true", version: 2)
      #expect(found.value("items")?.array?.first?["notes"]?.array?.map { $0["Text"] } == ["hi", "ho"])
      for (body, code) in [
        (#"{"Score": 101}"#, "27024"), (#"{"Name": null}"#, "27014"), (#"{"LeadNumber": "x"}"#, "27008"),
      ] {
        #expect(try await desk.fusion("PATCH", "/leads/12", body).faultCodes == [code])
      }
      #expect(try await desk.readFusion("/describe").json?["Resources"]?["leads"] != nil)
      #expect(
        try desk.stored("SELECT record_id FROM request_log WHERE resource = 'leads' AND committed = 1") == [
          12
        ])
    }
  }

  @Test func keepsItsChoices() throws {
    var choices = Choices()
    for choice in Choices.all {
      // Every listed value can be set, the default too; and no other is accepted.
      let examples = ["ID": "7", "NAME": choice.name == "missing-attribute" ? "SubstatusCd" : "LegacyCd"]
      let first = choice.values.split(separator: "|").first.map { String($0) } ?? ""
      let value = examples[first] ?? first
      try choices.set("\(choice.name)=\(value)")
      let wrong = choice.name.hasSuffix("-code") ? "" : "no such value"
      #expect(throws: SandboxError.self, "\(choice.name)") { try choices.set("\(choice.name)=\(wrong)") }
    }
    choices.fusion.lockedRow = nil
    choices.fusion.missingAttribute = nil
    choices.fusion.extraAttribute = nil
    #expect(choices == Choices())
    try choices.set("time-zone=+05:30")
    #expect(choices.fusion.timeZone == 19_800)
  }
}
