import JSON
import Testing

/// Menus and metadata (API reference 1, 5 and 6).
@Suite struct MenuTests {
  @Test func listsTheStatuses() async throws {
    try await Desk.open(incidents: 0) { desk async throws in
      let reply = try await desk.get("namedIDs/incidents/statusWithType/status")
      let items = try #require(reply.value("items")?.array)
      for (id, name) in [(1, "Unresolved"), (2, "Solved"), (3, "Waiting"), (8, "Updated")] {
        #expect(items.contains(["id": .integer(Int64(id)), "lookupName": .string(name)]))
      }
    }
  }

  @Test func listsEveryEntryTypeOfAThread() async throws {
    try await Desk.open(incidents: 0) { desk async throws in
      let reply = try await desk.get("namedIDs/incidents/threads/entryType")
      #expect(
        reply.value("items")?.array?.compactMap { $0["lookupName"]?.string } == [
          "Note", "Staff Account", "Customer", "Customer Proxy", "Chat", "Rule Response",
          "Rule Response Template",
          "Voice Integration",
        ])
    }
  }

  @Test(arguments: [
    "severity", "queue", "channel", "language", "assignedTo/staffGroup", "banner/importanceFlag",
    "billedMinutes/billableTask", "sLAInstance/nameOfSLA", "threads/channel", "customFields/c/region",
    "responseEmailAddressType",
  ])
  func everyMenuHasValuesAndIsListed(_ path: String) async throws {
    try await Desk.open(incidents: 0) { desk async throws in
      #expect(try await desk.get("namedIDs/incidents/\(path)").value("items")?.array?.isEmpty == false)
      let all = try await desk.get("namedIDs/incidents")
      #expect(all.value("items")?.array?.contains { $0["name"] == .string(path) } == true)
    }
  }

  @Test func aHierarchyShowsItsParents() async throws {
    try await Desk.open(incidents: 0) { desk async throws in
      let items = try await desk.get("namedIDHierarchies/incidents/source").value("items")?.array
      #expect(
        items?.first { $0["id"] == 3001 }?["parents"] == [["id": 32002, "lookupName": "End-User Pages"]])
      #expect(try await desk.get("namedIDs/incidents/severity/5").value("lookupName") == "2 - Major")
      #expect(try await desk.get("namedIDs/incidents/severity/999").status == 404)
      #expect(try await desk.get("namedIDs/incidents/subject").status == 404)
      #expect(try await desk.get("namedIDs/nothings/severity").status == 404)
    }
  }

  @Test func describesIncidents() async throws {
    try await Desk.open(incidents: 0) { desk async throws in
      let schema = ["Accept": "application/schema+json"]
      let listing = try await desk.get("metadata-catalog")
      #expect(listing.value("items")?.array?.contains { $0["name"] == "incidents" } == true)
      let plain = try await desk.get("metadata-catalog/incidents")
      #expect(plain.value("definitions") == nil)
      let reply = try await desk.get("metadata-catalog/incidents", headers: schema)
      #expect(reply.headers["content-type"] == "application/schema+json")
      let properties = "definitions.singularResource.properties"
      #expect(reply.value("\(properties).subject.maxLength") == 240)
      #expect(reply.value("\(properties).subject.isAvailableForPATCH") == true)
      #expect(reply.value("\(properties).closedTime.readOnly") == true)
      #expect(reply.value("\(properties).severity.isMenu") == true)
      #expect(reply.value("\(properties).threads.items.properties.channel.isAvailableForPATCH") == false)
      let custom = try await desk.get("metadata-catalog/incidents/customFields/c", headers: schema)
      #expect(custom.value("\(properties).external_ref.maxLength") == 60)
      #expect(custom.value("\(properties).callback_ok.type") == ["boolean", "null"])
      #expect(try await desk.get("metadata-catalog/nothings").status == 404)
    }
  }
}
