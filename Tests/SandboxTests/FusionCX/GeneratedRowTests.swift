import Catalog
import Foundation
import JSON
import Sandbox
import TestSupport
import Testing

/// Generated records of every resource of Fusion CX, at their documented addresses.
@Suite struct GeneratedRowTests {
  private static let resources = ResourceType.all.filter {
    $0.dialect == .fusionCX && $0.name != ResourceType.interactions.name
  }.map(\.name)

  private func open(_ name: String, _ count: Int, _ body: (Desk) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    settings.database = folder.path("desk.sqlite")
    (settings.incidents, settings.interactions, settings.others) = (0, 0, 0)
    try settings.generate("fusion-cx/\(name)=\(count)")
    try await Desk.open(settings, in: folder, body)
  }

  /// Whatever was generated, a client could have given.
  @Test(arguments: resources)
  func areFoundAtTheirOwnLinksAndTakeWhatTheyHold(_ name: String) async throws {
    let resource = try #require(ResourceType.all.first { $0.dialect == .fusionCX && $0.name == name })
    let writable = Set(resource.fields.filter { $0.access == .writable }.map(\.path))
    try await open(name, 20) { desk async throws in
      let list = try await desk.readFusion("/\(name)?limit=100")
      let items = try #require(list.json?["items"]?.array)
      #expect(items.count == 20)
      let keys = Set(items.compactMap { $0[resource.key]?.string })
      #expect(keys.count == 20 && keys.contains("0000000005") && keys.contains { $0.contains("/2024/") })
      #expect(keys.contains { $0.contains(" 50% #1?") } && keys.contains("Störung & O'Hara 000009"))
      for item in items {
        let link = try #require(item["links"]?.array?.first?["href"]?.string)
        let path = try #require(link.components(separatedBy: "/11.13.18.05").last)
        let body = JSONObject(
          (item.object ?? [:]).filter { writable.contains($0.name) && !$0.value.isNull }
            .map { ($0.name, $0.value) })
        let reply = try await desk.fusion("PATCH", path, body.text(), isEncoded: true)
        #expect(reply.status == 200, "\(link): \(reply.text)")
        #expect(reply.value(resource.key) == item[resource.key])
      }
    }
  }

  @Test(arguments: resources)
  func areNamedByThatKeyAlone(_ name: String) async throws {
    let resource = try #require(ResourceType.all.first { $0.dialect == .fusionCX && $0.name == name })
    try await open(name, 5) { desk async throws in
      let about = try await desk.readFusion("/\(name)/describe").json?["Resources"]?[name]
      let own = about?["item"]?["links"]?.array?.first?["href"]?.string
      #expect(own?.hasSuffix("/\(name)/{\(resource.key)}") == true)
      let items = try await desk.readFusion("/\(name)").json?["items"]?.array ?? []
      let id = try #require(items.first?.object?.first { $0.name.hasSuffix("Id") && $0.value.integer != nil })
      for wrong in ["\(id.value.text())", "5", "00000000005", "no%20such", "%20"] {
        #expect(try await desk.fusion("GET", "/\(name)/\(wrong)", isEncoded: true).status == 404, "\(wrong)")
      }
      #expect(try await desk.readFusion("/\(name)/0000000005").status == 200)
    }
  }

  @Test func anAccountIsChangedOnlyAsItWasRead() async throws {
    try await open("accounts", 5) { desk async throws in
      let address = "/accounts/A%2F2024%2F000003"
      let account = try await desk.fusion("GET", address, isEncoded: true)
      let tag = try #require(account.headers["etag"])
      let body = #"{"OrganizationName": "Pinnacle Pumps", "EmployeesTotal": 12.5}"#
      let first = try await desk.fusion("PATCH", address, body, headers: ["If-Match": tag], isEncoded: true)
      #expect(first.status == 200 && first.value("OrganizationName") == "Pinnacle Pumps")
      #expect(first.value("EmployeesTotal")?.text() == "12.5" && first.headers["etag"] != tag)
      let late = try await desk.fusion("PATCH", address, body, headers: ["If-Match": tag], isEncoded: true)
      #expect(late.status == 412 && late.value("OrganizationName") == "Pinnacle Pumps")
      #expect(try await desk.fusion("PATCH", address, #"{"Type": "X"}"#, isEncoded: true).status == 200)
      let named = try await desk.fusion("PATCH", address, #"{"PartyNumber": "A1"}"#, isEncoded: true)
      #expect(named.faultPaths == ["/PartyNumber"])
      // The number can be looked up by anything else.
      let found = try await desk.readFusion(
        "/accounts?q=OrganizationName='Pinnacle Pumps'&fields=PartyNumber")
      #expect(found.json?["items"]?.array?.map { $0["PartyNumber"] } == ["A/2024/000003"])
      let byID = try await desk.readFusion("/accounts?q=PartyId=300100021000003&onlyData=true")
      #expect(byID.json?["items"]?.array?.first?["PartyNumber"] == "A/2024/000003")
      let made = try await desk.fusion("POST", "/accounts", #"{"OrganizationName": "New", "Country": "DE"}"#)
      let number = try #require(made.value("PartyNumber")?.string)
      #expect(made.status == 201 && made.value("PartyId")?.integer != nil)
      #expect(try await desk.fusion("DELETE", "/accounts/\(number)").status == 204)
      #expect(try await desk.readFusion("/accounts/\(number)").status == 404)
    }
  }

  @Test(arguments: [
    ("serviceRequests", "is not of the form NAME=N", "write it as serviceRequests=5000"),
    ("serviceRequests=x", "'x' is not a number of records", "write a whole number up to 100000000"),
    ("serviceRequests=", "'' is not a number", "write a whole number"),
    ("incidents=-1", "'-1' is not a number", "write a whole number"),
    ("acounts=1", "no resource has this name", "did you mean 'accounts'?"),
    ("b2c-service/interactions=1", "no resource has this name", "served here: incidents, "),
  ])
  func aNumberThatCannotBeReadIsRefused(_ text: String, _ reason: String, _ hint: String) {
    var settings = SandboxSettings()
    let error = #expect(throws: SandboxError.self) { try settings.generate(text) }
    #expect(
      error?.description.hasPrefix("records '\(text)': \(reason)") == true, "\(String(describing: error))")
    #expect(error?.hint.hasPrefix(hint) == true, "\(String(describing: error?.hint))")
  }

  /// Both APIs have accounts; the key of a line says whose it is.
  @Test func areImportedByTheirKeysOrTheNameOfTheAPI() async throws {
    let records = #"""
      {"resource": "accounts", "id": 700, "lookupName": "Zoe Import"}
      {"resource": "accounts", "PartyNumber": "CDRM_7", "OrganizationName": "Pumps", "Country": "DE"}
      {"resource": "fusion-cx/accounts", "OrganizationName": "Nets", "Country": "DE", "PartyId": 77}
      {"resource": "b2c-service/accounts", "id": 701, "lookupName": "Yan Import"}
      """#
    try await Desk.open(records) { desk async throws in
      #expect(try await desk.get("accounts/700").value("lookupName") == "Zoe Import")
      #expect(try await desk.get("accounts/701").status == 200)
      #expect(try await desk.readFusion("/accounts/CDRM_7").value("OrganizationName") == "Pumps")
      let found = try await desk.readFusion("/accounts?q=PartyId=77")
      #expect(found.json?["items"]?.array?.first?["OrganizationName"] == "Nets")
    }
    let unclear = await #expect(throws: SandboxError.self) {
      try await Desk.open(#"{"resource": "accounts", "OrganizationName": "Nets"}"#) { _ in }
    }
    #expect(
      unclear?.description.hasSuffix(
        ":1: both APIs have accounts: write b2c-service/accounts or fusion-cx/accounts") == true)
  }
}
