import JSON
import Testing

/// The four examples of the page "Update an incident", sent as printed and read back.
@Suite struct SeedExampleTests {
  static let records = """
    {"resource": "incidents", "id": 67, "lookupName": "160128-000000", "subject": "FishPhone not working"}
    {"resource": "incidents", "id": 2, "threads": [{"id": 3, "entryType": {"id": 2}, "text": "Response"}]}
    {"resource": "incidents", "id": 1, "threads": [{"id": 2, "text": "Question", "entryType": {"id": 3}}, {"id": 4, "text": "Answer", "entryType": {"id": 2}}]}
    {"resource": "incidents", "id": 771}
    """

  @Test func updatesTheSubject() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let before = try #require(try await desk.get("incidents/67").json?.object)
      let reply = try await desk.patch("incidents/67", #"{ "subject": "FishPhone STILL not working" }"#)
      #expect(reply.status == 200)
      #expect(reply.body.isEmpty)
      #expect(reply.headers["content-length"] == "0")
      #expect(reply.headers["content-type"] == "application/json")
      let after = try #require(try await desk.get("incidents/67").json?.object)
      #expect(after["subject"] == "FishPhone STILL not working")
      #expect(after["lookupName"] == "160128-000000")
      #expect(
        after["statusWithType"] == [
          "status": ["id": 1, "lookupName": "Unresolved"],
          "statusType": ["id": 1, "lookupName": "Unresolved"],
        ])
      let changed = zip(before, after).filter { $0.value != $1.value }.map(\.0.name)
      #expect(changed == ["updatedTime", "subject", "updatedByAccount"])
    }
  }

  @Test func changesAThreadIntoAPrivateNote() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let reply = try await desk.patch(
        "incidents/2/threads/3", #"{ "entryType": { "id": 1 }, "text": "Updated thread" }"#)
      #expect(reply.status == 200)
      #expect(reply.body.isEmpty)
      let thread = try await desk.get("incidents/2/threads/3")
      #expect(thread.value("text") == "Updated thread")
      #expect(thread.value("entryType") == ["id": 1, "lookupName": "Note"])
    }
  }

  @Test func updatesSeveralThreadsOfAnIncident() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let reply = try await desk.patch(
        "incidents/1",
        #"{"threads": [{"id": 2, "text": "Updated thread content"}, {"id": 4, "entryType": {"id": 1}}]}"#)
      #expect(reply.status == 200)
      #expect(
        try await desk.rows(
          "select threads.id, threads.text, threads.entryType.id from incidents where id = 1")
          == [["2", "Updated thread content", "3"], ["4", "Answer", "1"]])
    }
  }

  @Test func appendsAThread() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let reply = try await desk.patch(
        "incidents/771", #"{ "threads": { "entryType":{"id":1}, "text":"This is append" } }"#)
      #expect(reply.status == 200)
      let expanded = try await desk.get("incidents/771?expand=threads")
      let threads = try #require(expanded.value("threads.items")?.array)
      #expect(threads.count == 1)
      #expect(threads.first?["text"] == "This is append")
      #expect(threads.first?["entryType"]?["id"] == 1)
      #expect(threads.first?["id"] == 5)
    }
  }
}
