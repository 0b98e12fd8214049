import Catalog
import Foundation
import JSON
import Sandbox
import TestSupport
import Testing

/// Resources that only the file of `--catalogue` describes: the model that the project ships as a sample.
@Suite struct UnlistedResourceTests {
  private static let model = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../samples/site-model.json").standardizedFileURL.path

  private func open(_ records: [String], _ body: (Desk) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    settings.database = folder.path("desk.sqlite")
    (settings.incidents, settings.interactions, settings.others) = (0, 0, 0)
    try settings.readCatalogue(Self.model)
    for text in records { try settings.generate(text) }
    try await Desk.open(settings, in: folder, body)
    // The same on a database that is there already.
    try await Desk.open(settings, in: folder) { desk async throws in
      let held = try desk.stored("SELECT count(*) FROM b2c_row WHERE entity = 'CO.Services'") as [Int]
      let rows = try desk.stored("SELECT count(*) FROM fusion_row WHERE entity = 'opportunities'") as [Int]
      #expect(held[0] + rows[0] > 0)
    }
  }

  @Test func aCustomObjectIsInTheMetadata() async throws {
    try await open(["CO.Services=1"]) { desk async throws in
      let names = try await desk.get("metadata-catalog").json?["items"]?.array ?? []
      #expect(names.contains { $0["name"] == "CO.Services" })
      let schema = try await desk.get(
        "metadata-catalog/CO.Services", headers: ["Accept": "application/schema+json"])
      let properties = "definitions.singularResource.properties"
      #expect(schema.value("\(properties).Name.maxLength") == 80)
      #expect(schema.value("\(properties).Name.label") == "Service name")
      #expect(schema.value("\(properties).Visits.maximum") == 99)
      #expect(schema.value("\(properties).CreatedByAccount.readOnly") == true)
      #expect(
        schema.value("\(properties).Customer.$ref")?.string?.hasSuffix("/metadata-catalog/contacts") == true)
      let menu = try await desk.get("namedIDs/CO.Services/Status")
      #expect(menu.value("items")?.array?.map { $0["lookupName"] } == ["Planned", "Under way", "Done"])
    }
  }

  @Test func aCustomObjectIsReadChangedMadeAndRemoved() async throws {
    try await open(["CO.Services=30"]) { desk async throws in
      let first = try await desk.get("CO.Services/1")
      #expect(first.status == 200 && first.value("id") == 1 && first.value("createdTime") != nil)
      #expect(first.value("lookupName") == first.value("Name"))
      let body =
        #"{"Name": "Spring check", "Status": {"lookupName": "Done"}, "Customer": {"id": 7}, "Active": null}"#
      #expect(try await desk.patch("CO.Services/1", body).status == 200)
      let changed = try await desk.get("CO.Services/1")
      #expect(changed.value("lookupName") == "Spring check" && changed.value("Status.id") == 3)
      #expect(changed.value("Customer")?.referencedID == 7 && changed.value("Active") == .null)
      for wrong in [
        #"{"Visits": 100}"#, #"{"Status": {"id": 9}}"#, #"{"name": "x"}"#, #"{"lookupName": "x"}"#,
        #"{"CreatedByAccount": {"id": 1}}"#, #"{"id": 3}"#,
      ] {
        #expect(try await desk.patch("CO.Services/1", wrong).status == 400, "\(wrong)")
      }
      for path in ["CO.Services/31", "CO.services/1", "CO/Services/1", "Services/1", "CO.Services/x"] {
        #expect(try await desk.get(path).status == 404, "\(path)")
      }
      let made = try await desk.send("POST", "CO.Services", #"{"Name": "New one"}"#)
      #expect(made.status == 201 && made.value("id") == 31 && made.value("lookupName") == "New one")
      #expect(made.value("CreatedByAccount")?.referencedID == 1)
      #expect(try await desk.send("DELETE", "CO.Services/31").status == 200)
      #expect(try await desk.get("CO.Services/31").status == 404)
    }
  }

  @Test func aCustomObjectIsFoundByQueries() async throws {
    try await open(["CO.Services=5"]) { desk async throws in
      #expect(try await desk.patch("CO.Services/4", #"{"Price": "12.5", "Visits": 9}"#).status == 200)
      for query in [
        "SELECT id, Price FROM CO.Services WHERE Price = '12.5'",
        "SELECT CO.Services.id, CO.Services.Price FROM CO.Services WHERE CO.Services.Visits = 9",
        "select s.id, s.Price from CO.Services s where s.lookupName = 'CO.Services 4'",
      ] {
        #expect(try await desk.rows(query) == [["4", "12.5"]], "\(query)")
      }
      let found = try await desk.get("CO.Services?q=Visits=9&fields=id,Price")
      #expect(found.value("items")?.array?.map { $0["Price"] } == ["12.5"])
      #expect(try await desk.rows("DESCRIBE CO.Services")?.array?.isEmpty == false)
      #expect(try await desk.rows("SELECT * FROM CO.Nothing") == nil)
    }
  }

  @Test func aResourceOfFusionIsNamedByTheKeyOfTheFile() async throws {
    try await open(["opportunities=20"]) { desk async throws in
      let about = try await desk.readFusion("/opportunities/describe").json?["Resources"]?["opportunities"]
      let own = about?["item"]?["links"]?.array?.first?["href"]?.string
      #expect(own?.hasSuffix("/opportunities/{OptyNumber}") == true)
      let attributes = about?["attributes"]?.array ?? []
      #expect(attributes.count == 12)
      let status = attributes.first { $0["name"] == "StatusCode" }
      #expect(status?["maxLength"] == 30 && status?["lov"]?["childRef"] == "StatusCodeLookup")
      let values = try await desk.readFusion("/opportunities/lov/StatusCodeLookup", version: 7)
      #expect(values.json?["items"]?.array?.map { $0["Meaning"] } == ["Lost", "Open", "Won"])

      let address = "/opportunities/O%2F2024%2F000003"
      let read = try await desk.fusion("GET", address, isEncoded: true)
      let tag = try #require(read.headers["etag"])
      let body = #"{"Name": "Pond", "Revenue": 1250.75, "StatusCode": "WON", "EffectiveDate": "2024-02-29"}"#
      let changed = try await desk.fusion("PATCH", address, body, headers: ["If-Match": tag], isEncoded: true)
      #expect(changed.status == 200 && changed.value("Revenue")?.text() == "1250.75")
      let late = try await desk.fusion("PATCH", address, body, headers: ["If-Match": tag], isEncoded: true)
      #expect(late.status == 412)
      let found = try await desk.readFusion("/opportunities?q=Name='Pond' and StatusCode='WON'&onlyData=true")
      #expect(found.json?["items"]?.array?.map { $0["OptyNumber"] } == ["O/2024/000003"])
      for (wrong, place) in [
        (#"{"WinProb": 101}"#, "/WinProb"), (#"{"StatusCode": "MAYBE"}"#, "/StatusCode"),
        (#"{"OptyNumber": "X"}"#, "/OptyNumber"), (#"{"OptyId": 1}"#, "/OptyId"), (#"{"Nam": 1}"#, "/Nam"),
      ] {
        let refused = try await desk.fusion("PATCH", address, wrong, isEncoded: true)
        #expect(refused.status == 400 && refused.faultPaths == [place], "\(wrong)")
      }
      let id = try #require(read.value("OptyId")?.integer)
      for wrong in ["\(id)", "O0000000003", "O/2024/000003"] {
        #expect(try await desk.fusion("GET", "/opportunities/\(wrong)", isEncoded: true).status == 404)
      }
      let made = try await desk.fusion("POST", "/opportunities", #"{"OptyNumber": "X 1", "Name": "New"}"#)
      #expect(made.status == 201)
      #expect(try await desk.readFusion("/opportunities/X 1").value("Name") == "New")
      #expect(try await desk.fusion("DELETE", "/opportunities/X 1").status == 204)
    }
  }

  /// The service numbers every record, but only `OptyId` beside `OptyNumber` and its like are known to show it.
  @Test func aResourceMayShowNoNumber() async throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    settings.database = folder.path("desk.sqlite")
    (settings.incidents, settings.interactions, settings.others) = (0, 0, 0)
    let entry = #""key": "Code", "attributes": {"Code": {"type": "text(9)"}, "Text": {"type": "text(80)"}}"#
    try settings.readCatalogue(
      folder.write(
        "c.json", #"{"overlay": 1, "resources": {"notes": {"api": "fusion-cx", "# + entry + "}}}"))
    try settings.generate("notes=3")
    try await Desk.open(settings, in: folder) { desk async throws in
      let made = try await desk.fusion("POST", "/notes", #"{"Code": "X", "Text": "New"}"#)
      #expect(made.status == 201)
      #expect(try await desk.fusion("PATCH", "/notes/X", #"{"Text": "Old"}"#).value("Text") == "Old")
      let items = try await desk.readFusion("/notes?onlyData=true").json?["items"]?.array ?? []
      #expect(items.count == 4)
      #expect(items.allSatisfy { $0.object?.map { $0.name }.sorted() == ["Code", "Text"] })
      #expect(try await desk.fusion("PATCH", "/notes/X", #"{"": 1}"#).faultPaths == ["/"])
    }
  }

  @Test(arguments: [
    (
      #""notes": {"api": "fusion-cx", "attributes": {"Text": {"type": "text"}}}"#,
      "'resources.notes' has no key, and the catalogue does not have this resource", #"add "key""#
    ),
    (
      #""answers": {"api": "b2c-service", "key": "Code", "attributes": {"Code": {"type": "text(9)"}}}"#,
      "'resources.answers.key' must be id", "records of B2C Service"
    ),
    (
      #""notes": {"api": "fusion-cx", "key": "NoteId", "attributes": {"Text": {"type": "text"}}}"#,
      "'resources.notes.key' must be one of the attributes, a text or a whole number, not 'NoteId'", "save"
    ),
    (
      #""notes": {"api": "fusion-cx", "key": "Id", "attributes": {"Id": {"type": "text"}, "X": {"title": "x"}}}"#,
      "'resources.notes.attributes.X' has no type", "add \"type\": one of text, code"
    ),
    (#""no/tes": {"api": "fusion-cx"}"#, "'resources' must be entries by the names", "save"),
  ])
  func aWrongEntryIsRefused(_ entry: String, _ reason: String, _ hint: String) throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    let error = #expect(throws: SandboxError.self) {
      try settings.readCatalogue(
        folder.write("c.json", #"{"overlay": 1, "resources": {"# + entry + "}}"))
    }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    #expect(error?.hint.contains(hint) == true, "\(String(describing: error?.hint))")
  }
}
