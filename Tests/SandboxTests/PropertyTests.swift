import JSON
import Testing

/// Paths below a property, records that come expanded, and older versions (API reference, section 15).
@Suite struct PropertyTests {
  static let records = """
    {"resource": "incidents", "id": 5, "subject": "five", "severity": {"id": 5}, "primaryContact": {"id": 9}, "customFields": {"c": {"visits": 3}}, "threads": [{"id": 7, "text": "a", "entryType": {"id": 3}}]}
    """

  @Test func aReferenceAnswersTheRecordItLeadsTo() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let reply = try await desk.get("incidents/5/primaryContact")
      #expect(reply.status == 200)
      #expect(reply.value("id") == 9)
      let links = reply.value("links")?.array ?? []
      #expect(links.first { $0["rel"] == "canonical" }?["href"]?.string?.hasSuffix("/contacts/9") == true)
      #expect(links.first { $0["rel"] == "self" }?["href"]?.string?.hasSuffix("/5/primaryContact") == true)
      #expect(try await desk.get("incidents/5/primaryContact/name/first").value("first") != nil)
      #expect(try await desk.get("incidents/5/asset").status == 404)
    }
  }

  @Test func partsAreReadByThemselves() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let status = try await desk.get("incidents/5/statusWithType")
      #expect(status.json?.object?.map(\.name) == ["status", "statusType", "links"])
      let menu = try await desk.get("incidents/5/statusWithType/status")
      #expect(menu.value("id") == 1 && menu.value("lookupName") == "Unresolved")
      #expect(try await desk.get("incidents/5/subject").value("subject") == "five")
      #expect(try await desk.get("incidents/5/customFields/c/visits").value("visits") == 3)
      for path in ["colour", "subject/x", "statusWithType/colour", "severity/id", "customFields/x/y"] {
        #expect(try await desk.get("incidents/5/\(path)").status == 404, "\(path)")
      }
      #expect(try await desk.get("incidents/6/subject").status == 404)
    }
  }

  @Test func aContactHasNamesAddressesAndCustomFields() async throws {
    try await Desk.open(Self.records) { desk async throws in
      #expect(try await desk.get("contacts/9/customFields/c/newsletter").value("newsletter") == false)
      let email = try await desk.get("contacts/9/emails/0")
      #expect(email.value("address")?.string?.contains("@") == true)
      #expect(email.value("addressType.id") == 0)
      #expect(try await desk.get("contacts/9/emails").value("items")?.array?.count == 1)
      #expect(try await desk.get("contacts/9?expand=emails").value("emails.items")?.array?.count == 1)
      for path in ["emails/1", "emails/x", "colour", "name/first/x"] {
        #expect(try await desk.get("contacts/9/\(path)").status == 404, "\(path)")
      }
      #expect(try await desk.get("contacts/999999/emails/0").status == 404)
    }
  }

  @Test func aPartIsPatchedByItself() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let reply = try await desk.patch("incidents/5/statusWithType/status", #"{"lookupName": "Solved"}"#)
      #expect(reply.status == 200 && reply.body.isEmpty)
      #expect(try await desk.get("incidents/5").value("statusWithType.status.id") == 2)
      #expect(try await desk.get("incidents/5").value("closedTime")?.string != nil)
      let part = #"{"account": {"id": 31}}"#
      #expect(try await desk.patch("incidents/5/assignedTo", part).status == 200)
      #expect(try await desk.get("incidents/5").value("assignedTo.account")?.referencedID == 31)
      let unknown = try await desk.patch("incidents/5/statusWithType/status", #"{"id": 999}"#)
      #expect(unknown.status == 400 && unknown.code == "OSC-CREST-00006")
      for path in ["subject", "primaryContact"] {
        let reply = try await desk.patch("incidents/5/\(path)", #"{"id": 1}"#)
        #expect(reply.status == 400 && reply.code == "OSC-CREST-00002", "\(path)")
      }
    }
  }

  @Test func aNewRecordComesExpandedOnRequest() async throws {
    let body =
      #"{"primaryContact": {"id": 9}, "subject": "x", "threads": {"text": "t", "entryType": {"id": 3}}}"#
    try await Desk.open(Self.records) { desk async throws in
      let plain = try await desk.send("POST", "incidents", body)
      #expect(plain.status == 201 && plain.value("threads.items") == nil)
      let expanded = try await desk.send("POST", "incidents?expand=all", body)
      #expect(expanded.status == 201)
      #expect(expanded.value("threads.items")?.array?.first?["text"] == "t")
      #expect(expanded.value("fileAttachments.items") == [])
      #expect(try await desk.send("POST", "incidents?limit=1", body).status == 400)
      #expect(try await desk.send("PATCH", "incidents/5?expand=all", "{}").status == 400)
    }
  }

  @Test func anOlderSiteServesV13WithoutItsSuccessorsHeaders() async throws {
    let path = "/services/rest/connect/v1.3/incidents/5"
    try await Desk.open(Self.records, choices: ["api-version=v1.3"]) { desk async throws in
      let newer = try await desk.get("incidents/5")
      #expect(newer.status == 400 && newer.code == "OSC-CREST-00003")
      let older = try await desk.get(path, headers: ["OSvC-CREST-Application-Context": nil])
      #expect(older.status == 200)
      #expect(older.headers["osvc-crest-api-access-token"] == nil)
      #expect(older.headers["osvc-crest-next-request-after"] == nil)
      #expect(older.value("links")?.array?.first?["href"]?.string?.contains("/v1.3/") == true)
      #expect(try await desk.patch(path, #"{"subject": "new"}"#).status == 200)
      #expect(try await desk.get("/services/rest/connect/latest/incidents/5").value("subject") == "new")
      #expect(try desk.stored("SELECT count(*) FROM request_log WHERE record_id = 5") as [Int] == [4])
    }
    try await Desk.open(Self.records, choices: ["api-version=both"]) { desk async throws in
      #expect(try await desk.get(path).headers["osvc-crest-api-access-token"] == nil)
      #expect(try await desk.get("incidents/5").headers["osvc-crest-api-access-token"] != nil)
      #expect(try await desk.get("/services/rest/connect/v1.2/incidents/5").status == 400)
    }
  }
}
