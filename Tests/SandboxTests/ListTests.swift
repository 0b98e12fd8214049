import JSON
import Testing

/// The lists of an incident: threads, attachments, billed minutes, other contacts (API reference 7).
@Suite struct ListTests {
  static let record = """
    {"resource": "incidents", "id": 1, "threads": [{"id": 7, "entryType": {"id": 2}, "text": "Answer"}], \
    "billedMinutes": [{"id": 4, "account": {"id": 2}, "billTime": "2024-01-01T10:00:00Z", "minutes": 15}], \
    "otherContacts": [{"id": 8}]}
    {"resource": "incidents", "id": 2, "threads": [{"id": 9, "entryType": {"id": 1}, "text": "Other"}]}
    """

  @Test func postAppendsAThread() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let reply = try await desk.send(
        "POST", "incidents/1/threads",
        #"{"text": "Posted", "entryType": {"lookupName": "Note"}, "channel": {"id": 3}}"#)
      #expect(reply.status == 201)
      #expect(reply.value("id") == 10)
      #expect(reply.headers["location"]?.hasSuffix("/incidents/1/threads/10") == true)
      #expect(try await desk.get("incidents/1/threads/10").value("channel.lookupName") == "Phone")
      let withID = try await desk.send(
        "POST", "incidents/1/threads", #"{"id": 7, "text": "x", "entryType": {"id": 1}}"#)
      #expect(withID.status == 400)
    }
  }

  @Test func appendsAnArrayOfThreadsInItsOrder() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let body =
        #"{"threads": [{"text": "a", "entryType": {"id": 1}}, {"text": "a", "entryType": {"id": 1}}, {"id": 7, "text": "b"}]}"#
      #expect(try await desk.patch("incidents/1", body).status == 200)
      #expect(
        try await desk.rows(
          "select threads.id, threads.text, threads.displayOrder from incidents where id = 1")
          == [["7", "b", "1"], ["10", "a", "1"], ["11", "a", "2"]])
    }
  }

  @Test func aThreadOfAnotherIncidentIsNotFound() async throws {
    try await Desk.open(Self.record) { desk async throws in
      #expect(try await desk.patch("incidents/1/threads/9", #"{"text": "x"}"#).status == 404)
      #expect(try await desk.patch("incidents/1", #"{"threads": [{"id": 9, "text": "x"}]}"#).status == 400)
      #expect(try await desk.get("incidents/2/threads/9").value("text") == "Other")
    }
  }

  @Test func textOfAThreadMayHave349525Characters() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let text = String(repeating: "x", count: 349_525)
      #expect(try await desk.patch("incidents/1/threads/7", #"{"text": "\#(text)"}"#).status == 200)
      #expect(try await desk.patch("incidents/1/threads/7", #"{"text": "\#(text)x"}"#).status == 400)
      #expect(try await desk.get("incidents/1/threads/7").value("text") == .string(text))
    }
  }

  @Test func attachmentsAreAddedReadChangedAndRemoved() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let added = try await desk.patch(
        "incidents/1",
        #"{"fileAttachments": [{"fileName": "a b.txt", "data": "SGVsbG8=", "contentType": "text/plain"}]}"#)
      #expect(added.status == 200)
      let posted = try await desk.send(
        "POST", "incidents/1/fileAttachments", #"{"fileName": "two.bin", "data": "AAE="}"#)
      #expect(posted.status == 201)
      #expect(posted.value("size") == 2)
      let patched = try await desk.patch(
        "incidents/1/fileAttachments", #"{"fileName": "three.bin", "data": "AAE="}"#)
      #expect(patched.status == 200)
      #expect(patched.body.isEmpty)
      #expect(try await desk.get("incidents/1/fileAttachments").value("items")?.array?.count == 3)
      #expect(try await desk.get("incidents/1/fileAttachments/1/data").value("data") == "SGVsbG8=")
      let raw = try await desk.get("incidents/1/fileAttachments/1?download")
      #expect(raw.text == "Hello")
      #expect(raw.headers["content-type"] == "text/plain")
      let changed = try await desk.patch(
        "incidents/1", #"{"fileAttachments": [{"id": 1, "description": "greeting"}]}"#)
      #expect(changed.status == 200)
      #expect(try await desk.get("incidents/1/fileAttachments/1").value("description") == "greeting")
      #expect(try await desk.patch("incidents/1/fileAttachments/1", #"{"data": "AAE="}"#).status == 400)
      #expect(try await desk.send("DELETE", "incidents/1/fileAttachments/1").status == 200)
      #expect(try await desk.get("incidents/1/fileAttachments/1").status == 404)
    }
  }

  @Test(arguments: [
    #"{"fileName": "a/b", "data": "AAE="}"#, #"{"fileName": "a.txt", "data": "not base64"}"#,
    #"{"fileName": "a.txt"}"#,
    #"{"data": "AAE="}"#, #"{"fileName": "a", "data": "AAE=", "contentType": "text"}"#,
    #"{"fileName": "a", "data": "AAE=", "size": 9}"#,
  ])
  func refusesABadAttachment(_ body: String) async throws {
    try await Desk.open(Self.record) { desk async throws in
      #expect(try await desk.send("POST", "incidents/1/fileAttachments", body).code == "OSC-CREST-00006")
      #expect(
        try await desk.patch("incidents/1", #"{"fileAttachments": [\#(body)]}"#).code == "OSC-CREST-00006")
      #expect(try await desk.get("incidents/1/fileAttachments").value("items") == [])
    }
  }

  @Test func billedMinutesAreAddedOrUpdatedByIDOrKey() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let body = """
        {"billedMinutes": [{"id": 4, "comment": "longer"}, {"account": {"id": 2}, "billTime": "2024-01-01T11:00:00+01:00", "minutes": 20},
         {"account": {"id": 3}, "billTime": "2024-01-02T10:00:00Z", "minutes": 5, "billableTask": {"lookupName": "Telephone"}}]}
        """
      #expect(try await desk.patch("incidents/1", body).status == 200)
      let items = try #require(
        try await desk.get("incidents/1?expand=billedMinutes").value("billedMinutes.items")?.array)
      #expect(items.map { $0["minutes"] } == [20, 5])
      #expect(items.first?["comment"] == "longer")
      #expect(items.last?["account"]?.referencedID == 3)
      #expect(
        try await desk.patch("incidents/1", #"{"billedMinutes": [{"id": 4, "minutes": 1441}]}"#).status == 400
      )
      #expect(try await desk.patch("incidents/1", #"{"billedMinutes": [{"minutes": 5}]}"#).status == 400)
    }
  }

  @Test func listsAreReplacedWhenSoChosen() async throws {
    try await Desk.open(Self.record, choices: ["billed-minutes=replace", "other-contacts=replace"]) {
      desk async throws in
      let body = """
        {"billedMinutes": [{"account": {"id": 3}, "billTime": "2024-01-02T10:00:00Z", "minutes": 5}], "otherContacts": [{"id": 11}]}
        """
      #expect(try await desk.patch("incidents/1", body).status == 200)
      let reply = try await desk.get("incidents/1?expand=all")
      #expect(reply.value("billedMinutes.items")?.array?.map { $0["minutes"] } == [5])
      #expect(reply.value("otherContacts.items")?.array?.map { $0["id"] } == [11])
    }
  }

  @Test func otherContactsAreAddedOnceAndRemoved() async throws {
    try await Desk.open(Self.record) { desk async throws in
      #expect(
        try await desk.patch("incidents/1", #"{"otherContacts": [{"id": 8}, {"id": 11}]}"#).status == 200)
      let links = try #require(try await desk.get("incidents/1/otherContacts").value("items")?.array)
      #expect(links.compactMap { $0["href"]?.string?.split(separator: "/").last } == ["8", "11"])
      #expect(try await desk.patch("incidents/1", #"{"otherContacts": [{"id": 9000}]}"#).status == 400)
      #expect(try await desk.send("DELETE", "incidents/1/otherContacts/8").status == 200)
      #expect(try await desk.get("incidents/1/otherContacts/8").status == 404)
    }
  }
}
