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
      let first = path.split(separator: "/").first.map { String($0) }
      #expect(all.value("items")?.array?.contains { $0["name"]?.string == first } == true)
    }
  }

  /// As live sites list them: one level at a time (section 15).
  @Test func aListingHasTheNamesOfOneLevel() async throws {
    try await Desk.open(incidents: 0) { desk async throws in
      let names =
        try await desk.get("namedIDs/incidents").value("items")?.array?
        .compactMap { $0["name"]?.string } ?? []
      #expect(names.contains("assignedTo") && names.contains("severity") && names.contains("statusWithType"))
      #expect(names.allSatisfy { !$0.contains("/") && !$0.contains(".") })
      #expect(Set(names).count == names.count)
      for (path, members) in [
        ("statusWithType", ["status", "statusType", "links"]), ("customFields", ["c", "links"]),
        ("customFields/c", ["region", "links"]),
        ("threads", ["channel", "contentType", "entryType", "links"]),
      ] {
        let reply = try await desk.get("namedIDs/incidents/\(path)")
        #expect(reply.json?.object?.map(\.name) == members, "\(path)")
      }
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
      #expect(reply.value("properties.items.items") == ["$ref": "#/definitions/singularResource"])
      #expect(reply.value("\(properties).subject.isAvailableForPOST") == true)
      #expect(reply.value("\(properties).subject.isDeprecated") == false)
      #expect(reply.value("\(properties).organization.isEnumerable") == true)
      #expect(reply.value("\(properties).subject.isEnumerable") == false)
      // Parts are referred to, and have plain schemas of their own.
      for (name, last) in [
        ("assignedTo.$ref", "/metadata-catalog/incidents/assignedTo"),
        ("customFields.$ref", "/metadata-catalog/incidents/customFields"),
        ("organization.$ref", "/metadata-catalog/organizations"),
        ("threads.items.$ref", "/metadata-catalog/incidents/threads"),
        ("otherContacts.items.$ref", "/metadata-catalog/contacts"),
      ] {
        let place = try #require(reply.value("\(properties).\(name)")?.string, "\(name)")
        #expect(place.hasSuffix(last))
      }
      let threads = try await desk.get("metadata-catalog/incidents/threads", headers: schema)
      #expect(threads.json?.object?.map(\.name) == ["properties"])
      #expect(threads.value("properties.channel.isAvailableForPATCH") == false)
      #expect(threads.value("properties.channel.isAvailableForPOST") == true)
      let custom = try await desk.get("metadata-catalog/incidents/customFields/c", headers: schema)
      #expect(custom.value("properties.external_ref.maxLength") == 60)
      #expect(custom.value("properties.callback_ok.type") == ["boolean", "null"])
      #expect(custom.value("properties.callback_ok.isEnumerable") == true)
      let packages = try await desk.get("metadata-catalog/incidents/customFields", headers: schema)
      #expect(packages.value("properties")?.object?.map(\.name) == ["c", "Field"])
      #expect(try await desk.get("metadata-catalog/nothings").status == 404)
    }
  }
}
