import JSON
import Sandbox
import Testing

/// Section 4.2 of the API reference: the query parameters that count on each path.
@Suite struct QueryParameterTests {
  static let record = """
    {"resource": "incidents", "id": 5, "subject": "s", "otherContacts": [{"id": 9}, {"id": 3}], \
    "threads": [{"id": 10, "entryType": {"id": 1}, "text": "a"}, {"id": 11, "entryType": {"id": 2}, "text": "b"}, \
    {"id": 12, "entryType": {"id": 1}, "text": "c"}], \
    "fileAttachments": [{"id": 1, "fileName": "f.txt", "data": "aGVsbG8="}]}
    """

  @Test(arguments: [
    "", "incidents", "incidents/5", "incidents/5/threads", "incidents/5/threads/10",
    "incidents/5/fileAttachments/1", "incidents/5/fileAttachments/1/data", "accounts", "accounts/3",
    "namedIDs", "namedIDs/incidents/severity", "namedIDHierarchies/incidents/source", "metadata-catalog",
    "metadata-catalog/incidents", "queryResults", "/services/rest/connect/exceptions",
  ])
  func refusesAParameterThatMeansNothing(_ path: String) async throws {
    try await Desk.open(Self.record) { desk async throws in
      let query = path == "queryResults" ? "query=select id from incidents" : ""
      #expect(try await desk.get("\(path)?\(query)").status == 200)
      let reply = try await desk.get("\(path)?\(query)&nosuch=1")
      #expect(reply.code == "OSC-CREST-00007")
      #expect(reply.detail == "Unknown parameter: nosuch")
    }
  }

  @Test(arguments: [
    ("incidents/5", "limit=1"), ("incidents/5/threads/10", "limit=1"), ("accounts/3", "orderBy=id"),
    ("incidents/5/threads", "expand=all"), ("accounts", "links=self"), ("incidents/5/threads/10", "download"),
    ("incidents/5/threads/10", "fields=nosuch"), ("incidents/5/threads/10", "expand=text"),
    ("incidents/5/threads", "fields=nosuch"), ("accounts/3", "fields=subject"),
    ("accounts", "fields=subject"),
    ("incidents/5/threads", "fields=entryType.id"), ("incidents/5/threads", "limit=0"),
    ("incidents/5/threads", "q=nosuch=1"), ("incidents/5/threads", "orderBy=subject"),
  ])
  func refusesAParameterOfAnotherKindOfPathOrWithoutSense(_ path: String, _ query: String) async throws {
    try await Desk.open(Self.record) { desk async throws in
      #expect(try await desk.get("\(path)?\(query)").code == "OSC-CREST-00007")
    }
  }

  @Test func refusesParametersOfWhatIsNoReading() async throws {
    try await Desk.open(Self.record) { desk async throws in
      #expect(try await desk.patch("incidents/5?fields=id", #"{"subject": "t"}"#).code == "OSC-CREST-00007")
      #expect(try await desk.get("incidents/5").value("subject") == "s")
    }
  }

  @Test(arguments: [
    ("incidents/5/threads/10", "fields=text,entryType", ["entryType", "text", "links"]),
    ("accounts/3", "fields=lookupName", ["lookupName", "links"]),
    ("incidents/5/otherContacts/9", "fields=id", ["id", "links"]),
    ("incidents/5/fileAttachments/1", "fields=fileName&expand=all", ["fileName", "links"]),
  ])
  func selectsFieldsOfAnyObject(_ path: String, _ query: String, _ names: [String]) async throws {
    try await Desk.open(Self.record) { desk async throws in
      let object = try #require(try await desk.get("\(path)?\(query)").json?.object)
      #expect(object.map(\.name) == names)
      let links = try await desk.get("\(path)?links=canonical").value("links")?.array
      #expect(links?.map { $0["rel"] } == ["canonical"])
    }
  }

  @Test(arguments: [
    ("limit=2", [10, 11], true), ("limit=2&offset=2", [12], false), ("limit=3", [10, 11, 12], false),
    ("orderBy=id:desc&limit=2", [12, 11], true), ("q=entryType.id=1&limit=9", [10, 12], false),
    ("q=entryType.lookupName='Note' and text='c'&limit=9", [12], false),
  ])
  func pagesThroughTheElementsOfAList(_ query: String, _ ids: [Int64], _ hasMore: Bool) async throws {
    try await Desk.open(Self.record) { desk async throws in
      let reply = try await desk.get("incidents/5/threads?\(query)&totalResults=true")
      let items = try #require(reply.value("items")?.array)
      #expect(items.map { $0["href"]?.string?.split(separator: "/").last } == ids.map { Substring("\($0)") })
      #expect(items.allSatisfy { $0.object?.map(\.name) == ["rel", "href"] })
      #expect(reply.value("hasMore") == .bool(hasMore))
      let matching: JSONValue = query.contains("text") ? 1 : query.contains("q=") ? 2 : 3
      #expect(reply.value("totalResults") == matching)
      let next = reply.value("links")?.array?.first { $0["rel"] == "next" }?["href"]?.string
      #expect((next != nil) == hasMore)
      if let next {
        let rest = try await desk.get(String(next.dropFirst(desk.server.baseURL.count)))
        #expect(rest.value("items")?.array?.count == 1)
      }
    }
  }

  @Test func givesTheElementsThemselvesWhereFieldsAreAskedFor() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let threads = try await desk.get("incidents/5/threads?fields=id,text&limit=1")
      let thread = try #require(threads.value("items")?.array?.first?.object)
      #expect(thread.map(\.name) == ["id", "text", "links"])
      #expect(thread["text"] == "a")
      let contacts = try await desk.get("incidents/5/otherContacts?fields=id&orderBy=lookupName")
      #expect(contacts.value("items")?.array?.compactMap { $0["id"]?.integer }.sorted() == [3, 9])
      #expect(
        try await desk.get("accounts?fields=login&limit=1").value("items")?.array?.first?["login"] == "user1")
    }
  }
}
