import JSON
import Sandbox
import Testing

/// Section 4 of the API reference: the shape of records as they are read.
@Suite struct ReadingTests {
  static let record = """
    {"resource": "incidents", "id": 5120, "referenceNumber": "240317-000042", "createdTime": "2024-03-17T09:12:44Z", \
    "updatedTime": "2024-03-18T15:01:09Z", "subject": "Screen flickers", "primaryContact": {"id": 9}, \
    "assignedTo": {"account": {"id": 31}, "staffGroup": {"id": 100004}}, \
    "threads": [{"id": 3, "entryType": {"id": 3}, "text": "It started this morning.", "channel": {"id": 6}}]}
    """

  /// The keys of the reference's example, in its order.
  static let keys = """
    id lookupName createdTime updatedTime asset assignedTo banner billedMinutes category channel chatQueue closedTime \
    createdByAccount customFields disposition fileAttachments initialResponseDueTime initialSolutionTime interface \
    language lastResponseTime lastSurveyScore mailbox mailing milestoneInstances organization otherContacts \
    primaryContact product queue referenceNumber resolutionInterval responseEmailAddressType responseInterval severity \
    sLAInstance smartSenseCustomer smartSenseStaff source statusWithType subject threads updatedByAccount links
    """

  @Test func anIncidentHasTheShapeOfTheReference() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let reply = try await desk.get("incidents/5120")
      let object = try #require(reply.json?.object)
      #expect(object.map(\.name) == Self.keys.split(separator: " ").map { String($0) })
      #expect(object["id"] == 5120)
      #expect(object["lookupName"] == "240317-000042")
      #expect(object["referenceNumber"] == "240317-000042")
      #expect(object["asset"] == .some(.null))
      #expect(object["sLAInstance"] == .some(.null))
      #expect(
        object["banner"] == ["importanceFlag": nil, "text": nil, "updatedByAccount": nil, "updatedTime": nil])
      #expect(object["channel"] == ["id": 6, "lookupName": "CSS Web"])
      #expect(
        object["source"]
          == [
            "id": 3001, "lookupName": "Ask A Question",
            "parents": [["id": 32002, "lookupName": "End-User Pages"]],
          ])
      let base = "\(desk.server.baseURL)/services/rest/connect/v1.4"
      #expect(
        object["assignedTo"]?["account"] == [
          "links": [
            ["rel": "self", "href": .string("\(base)/accounts/31")],
            ["rel": "canonical", "href": .string("\(base)/accounts/31")],
            [
              "rel": "describedby", "href": .string("\(base)/metadata-catalog/accounts"),
              "mediaType": "application/schema+json",
            ],
          ]
        ])
      #expect(
        object["threads"] == [
          "links": [
            ["rel": "self", "href": .string("\(base)/incidents/5120/threads")],
            [
              "rel": "full", "href": .string("\(base)/incidents/5120/threads/{thread_id}"), "templated": true,
            ],
          ]
        ])
      #expect(reply.text.hasPrefix("{\n    \"id\": 5120,\n    \"lookupName\""))
    }
  }

  @Test func threadsAreLinksAndEachIsReadByItself() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let base = "\(desk.server.baseURL)/services/rest/connect/v1.4"
      let list = try await desk.get("incidents/5120/threads")
      #expect(
        list.value("items")
          == [["rel": "canonical", "href": .string("\(base)/incidents/5120/threads/3")]])
      let thread = try #require(try await desk.get("incidents/5120/threads/3").json?.object)
      #expect(
        thread.map(\.name) == [
          "id", "account", "channel", "contact", "contentType", "createdTime", "displayOrder", "entryType",
          "mailHeader", "text", "links",
        ])
      #expect(thread["entryType"] == ["id": 3, "lookupName": "Customer"])
      #expect(thread["contentType"] == ["id": 1, "lookupName": "text/plain"])
      #expect(thread["contact"]?.referencedID == 9)
      #expect(try await desk.get("incidents/5120/threads/4").status == 404)
      #expect(try await desk.send("DELETE", "incidents/5120/threads/3").code == "OSC-CREST-00002")
    }
  }

  @Test func selectsFieldsAndExpandsLists() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let some = try await desk.get("incidents/5120?fields=id,assignedTo.account,customFields.c.region")
      #expect(some.json?.object?.map(\.name) == ["id", "assignedTo", "customFields", "links"])
      #expect(some.value("assignedTo")?.object?.map(\.name) == ["account"])
      #expect(some.value("customFields.c")?.object?.map(\.name) == ["region"])
      #expect(try await desk.get("incidents/5120?fields=nothing").code == "OSC-CREST-00007")
      let expanded = try await desk.get("incidents/5120?expand=threads")
      #expect(expanded.value("threads.items")?.array?.first?["text"] == "It started this morning.")
      #expect(expanded.value("fileAttachments.items") == nil)
      let all = try await desk.get("incidents/5120?expand=all")
      #expect(all.value("fileAttachments.items") == [])
      #expect(try await desk.get("incidents/5120?expand=subject").status == 400)
      #expect(try await desk.get("incidents/5120?links=canonical").value("links")?.array?.count == 1)
    }
  }

  @Test func leavesOutNullsAndFalseOnRequest() async throws {
    try await Desk.open(Self.record) { desk async throws in
      _ = try await desk.patch("incidents/5120", #"{"customFields": {"c": {"callback_ok": false}}}"#)
      let reply = try await desk.get("incidents/5120", headers: ["prefer": "exclude-null-properties"])
      #expect(reply.value("asset") == nil)
      #expect(reply.value("customFields.c") == [:])
      #expect(reply.value("subject") == "Screen flickers")
    }
  }

  @Test func pagesThroughACollection() async throws {
    try await Desk.open(incidents: 25) { desk async throws in
      var path: String? = "incidents?limit=10"
      var ids: [Int64] = []
      var pages = 0
      while let next = path {
        let reply = try await desk.get(next)
        let items = try #require(reply.value("items")?.array)
        #expect(
          items.first?.object?.map(\.name) == ["id", "lookupName", "createdTime", "updatedTime", "links"])
        ids += items.compactMap { $0["id"]?.integer }
        pages += 1
        let link = reply.value("links")?.array?.first { $0["rel"] == "next" }
        #expect(reply.value("hasMore") == .bool(link != nil))
        path = link?["href"]?.string.map { String($0.dropFirst(desk.server.baseURL.count)) }
      }
      #expect(pages == 3)
      #expect(ids == Array(1...25))
      let total = try await desk.get("incidents?limit=1&offset=24&totalResults=true")
      #expect(total.value("totalResults") == 25)
      #expect(total.value("hasMore") == false)
      #expect(total.value("links")?.array?.contains { $0["rel"] == "prev" } == true)
    }
  }

  @Test func aPageHasAThousandUnlessAskedAndTwentyThousandAtMost() async throws {
    try await Desk.open(incidents: 1001) { desk async throws in
      #expect(try await desk.get("incidents").value("items")?.array?.count == 1000)
      #expect(try await desk.get("incidents?limit=20000").value("items")?.array?.count == 1001)
      #expect(try await desk.get("incidents?limit=20001").code == "OSC-CREST-00007")
      #expect(try await desk.get("incidents?limit=0").status == 400)
      #expect(try await desk.get("incidents?offset=-1").status == 400)
    }
  }

  @Test func filtersAndSortsACollection() async throws {
    try await Desk.open(incidents: 60) { desk async throws in
      let found = try await desk.get(
        "incidents?q=statusWithType.status.id=2&fields=id,statusWithType&limit=100")
      let items = try #require(found.value("items")?.array)
      #expect(!items.isEmpty)
      #expect(items.allSatisfy { $0["statusWithType"]?["status"]?["id"] == 2 })
      let number = try #require(try await desk.get("incidents/17").value("referenceNumber")?.string)
      let one = try await desk.get("incidents?q=referenceNumber='\(number)'&totalResults=true")
      #expect(one.value("items")?.array?.map { $0["id"] } == [17])
      #expect(one.value("totalResults") == 1)
      let last = try await desk.get("incidents?orderBy=id:desc&limit=2")
      #expect(last.value("items")?.array?.map { $0["id"] } == [60, 59])
      #expect(try await desk.get("incidents?q=colour=1").code == "OSC-CREST-00007")
      #expect(try await desk.get("incidents?fields=assignedTo.account").code == "OSC-CREST-00007")
      #expect(try await desk.get("incidents?colour=1").code == "OSC-CREST-00007")
    }
  }

  @Test func referencedRecordsCanBeFollowedAndFound() async throws {
    try await Desk.open(incidents: 0) { desk async throws in
      let account = try await desk.get("accounts/17")
      #expect(account.value("lookupName") == "Alex Kim")
      let same = try await desk.get("accounts?q=lookupName='Alex Kim'")
      #expect(same.value("items")?.array?.map { $0["id"] } == [17, 42])
      #expect(try await desk.get("accounts?limit=5&offset=55").value("items")?.array?.count == 5)
      #expect(try await desk.get("serviceProducts/7").value("parent")?.referencedID == 5)
      #expect(try await desk.get("accounts/9999").status == 404)
      #expect(try await desk.patch("accounts/1", "{}").code == "OSC-CREST-00002")
      let root = try await desk.get("")
      let names = root.value("items")?.array?.compactMap { $0["name"]?.string } ?? []
      #expect(names.contains("incidents") && names.contains("accounts"))
    }
  }

  /// A record read without parameters is written from a prepared text, everything else member by member.
  @Test func aRecordReadsTheSameEitherWay() async throws {
    let record = """
      {"resource": "incidents", "id": 900, "subject": "\\"quotes\\" \\u202e and a\\nline end", "sLAInstance": \
      {"nameOfSLA": {"id": 2}, "remainingTotal": 3}, "source": {"id": 8007}, "banner": {"text": "x"}, "otherContacts": \
      [{"id": 8}], "customFields": {"c": {"visit_on": "2024-04-02"}, "Field": {"Technician": {"id": 17}}}}
      """
    try await Desk.open(record, incidents: 30) { desk async throws in
      let paths = (1...30).map { "incidents/\($0)" } + ["incidents/900", "contacts/9", "serviceProducts/7"]
      for path in paths {
        let short = try await desk.get(path)
        let long = try await desk.get(path, headers: ["prefer": "return=representation"])
        #expect(short.status == 200)
        #expect(short.text == long.text, "\(path)")
      }
    }
  }
}
