import JSON
import Testing

/// Tags and preconditions (API reference 8).
@Suite struct FusionTagTests {
  @Test func raisesTheTagWithEveryCommittedWriteAndNoOther() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      func version() throws -> [Int] {
        try desk.stored(
          "SELECT version FROM fusion_row WHERE entity = 'interactions' AND id = \(Desk.interaction)")
      }
      _ = try await desk.change(#"{"Description": "1"}"#)
      #expect(try version() == [2])
      // Even the present values count; nothing at all does not.
      _ = try await desk.change(#"{"Description": "1"}"#)
      #expect(try version() == [3])
      _ = try await desk.change("{}")
      _ = try await desk.change(#"{"Description": 1}"#)
      #expect(try version() == [3])
      _ = try await desk.fusion(
        "PUT", "/interactions/\(Desk.interaction)/enclosure/Payload", "x",
        headers: ["Content-Type": "application/octet-stream"])
      #expect(try version() == [4])
    }
  }

  @Test func refusesAStaleTagWithTheCurrentItem() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let tag = try #require(try await desk.readFusion("/interactions/\(Desk.interaction)").headers["etag"])
      #expect(try await desk.change(#"{"Description": "1"}"#, headers: ["If-Match": tag]).status == 200)
      for method in ["PATCH", "DELETE"] {
        let body = method == "PATCH" ? #"{"Description": "2"}"# : nil
        let reply = try await desk.fusion(
          method, "/interactions/\(Desk.interaction)", body, headers: ["If-Match": tag])
        #expect(reply.status == 412)
        #expect(reply.kind == "resourceitem+json")
        #expect(reply.value("Description") == "1")
        #expect(reply.headers["etag"] == reply.changeIndicator.map { "\"\($0)\"" })
        #expect(reply.headers["etag"] != tag)
      }
      let current = try await desk.readFusion("/interactions/\(Desk.interaction)")
      #expect(current.value("Description") == "1")
      let bare = try #require(current.changeIndicator)
      for accepted in ["*", bare, "\"x\", \"\(bare)\""] {
        #expect(try await desk.change("{}", headers: ["If-Match": accepted]).status == 200)
      }
    }
  }

  @Test func answersNotModified() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let path = "/interactions/\(Desk.interaction)"
      let tag = try #require(try await desk.readFusion(path).headers["etag"])
      let reply = try await desk.readFusion(path, headers: ["If-None-Match": tag])
      #expect(reply.status == 304)
      #expect(reply.body.isEmpty)
      _ = try await desk.change(#"{"Description": "1"}"#)
      #expect(try await desk.readFusion(path, headers: ["If-None-Match": tag]).status == 200)
    }
  }

  @Test func leavesTheBodyOutWhenAsked() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let accept = ["Accept": "application/vnd.oracle.adf.resourceitem+json;q=0"]
      let reply = try await desk.change(#"{"Description": "1"}"#, headers: accept)
      #expect(reply.status == 204)
      #expect(reply.body.isEmpty)
      #expect(reply.headers["etag"] == nil)
      let made = try await desk.fusion("POST", "/interactions", #"{"ChannelId": 1}"#, headers: accept)
      #expect(made.status == 201)
      #expect(made.body.isEmpty)
      #expect(made.headers["location"] != nil)
      // Refusals still say why.
      #expect(try await desk.change(#"{"Zzz": 1}"#, headers: accept).faultCodes == ["27521"])
    }
  }

  @Test func holdsARowLocked() async throws {
    try await Desk.open(Desk.interactions, choices: ["locked-row=300100095824218", "tag-format=version"]) {
      desk async throws in
      #expect(
        try await desk.change(#"{"Description": "1"}"#, of: 300_100_095_824_218).faultCodes == ["26030"])
      #expect(try await desk.change(#"{"Description": "1"}"#).headers["etag"] == "\"2\"")
    }
  }
}
