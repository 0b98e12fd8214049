import JSON
import Testing

/// Batches: one transaction, all or nothing (API reference 9).
@Suite struct FusionBatchTests {
  private static func id(_ index: Int) -> Int64 { 300_100_000_000_000 + Int64(index) }

  private static func descriptions(_ desk: Desk) throws -> [String] {
    try desk.stored(
      "SELECT DISTINCT json_extract(document, '$.Description') FROM fusion_row WHERE id < 300100000000101")
  }

  @Test func runsItsPartsInOneTransaction() async throws {
    try await Desk.generated(100) { desk async throws in
      let parts = (1...100).map {
        Desk.part("r\($0)", Self.id($0), #"{"Description": "Closed by import 42"}"#)
      }
      let reply = try await desk.batch(parts)
      #expect(reply.status == 200)
      #expect(reply.kind == "batch+json")
      #expect(reply.names() == ["parts"])
      let done = try #require(reply.json?["parts"]?.array)
      #expect(done.map { $0["id"] } == (1...100).map { .string("r\($0)") })
      for (index, part) in done.enumerated() {
        #expect(part.object?.map(\.name) == ["id", "path", "operation", "payload"])
        #expect(part["payload"]?["InteractionId"]?.integer == Self.id(index + 1))
        #expect(part["payload"]?["Description"] == "Closed by import 42")
        #expect(part["payload"]?["links"] != nil)
      }
      #expect(try Self.descriptions(desk) == ["Closed by import 42"])
      // One request, and every record changed once.
      #expect(try desk.stored("SELECT count(*) FROM request_log WHERE part IS NULL") == [1])
      let once =
        "SELECT count(*) FROM request_log WHERE committed = 1 AND record_id IS NOT NULL GROUP BY record_id"
      #expect(try desk.stored(once) == Array(repeating: 1, count: 100))
    }
  }

  @Test func keepsNothingWhenOnePartFails() async throws {
    try await Desk.generated(100) { desk async throws in
      let before = try Self.descriptions(desk)
      let good = (1...20).map { Desk.part("r\($0)", Self.id($0), #"{"Description": "batch"}"#) }
      let bad = [
        Desk.part("long", Self.id(21), "{\"Description\": \"\(FusionErrorTests.long)\"}"),
        Desk.part("gone", 5, "{}"), Desk.part("code", Self.id(22), #"{"StatusCd": "NO"}"#),
      ]
      let reply = try await desk.batch(good + bad)
      #expect(reply.status == 400)
      #expect(reply.kind == "error+json")
      #expect(reply.faultPaths == ["/parts/20/Description", "/parts/21", "/parts/22/StatusCd"])
      #expect(reply.faultCodes == ["27010", "27024"])
      #expect(try Self.descriptions(desk) == before)
      #expect(try desk.stored("SELECT count(*) FROM request_log WHERE committed = 1") == [0])
      #expect(
        try desk.stored("SELECT status FROM request_log WHERE part IN ('long', 'gone', 'code')") == [
          400, 404, 400,
        ])
      #expect(try await desk.batch(good + bad, version: 3).kind == "text/plain")
      #expect(try await desk.batch(good).status == 200)
    }
  }

  @Test(arguments: [("id", "/parts/b/StatusCd"), ("index", "/parts/1/StatusCd"), ("none", "/StatusCd")])
  func namesThePartAsChosen(_ choice: String, _ path: String) async throws {
    let choices = ["batch-error-path=\(choice)", "batch-reports=first"]
    try await Desk.open(Desk.interactions, choices: choices) { desk async throws in
      let reply = try await desk.batch([
        Desk.part("a", Desk.interaction, "{}"), Desk.part("b", Desk.interaction, #"{"StatusCd": "NO"}"#),
        Desk.part("c", Desk.interaction, #"{"StatusCd": "NO"}"#),
      ])
      #expect(reply.faultPaths == [path])
    }
  }

  @Test func checksThePreconditionsOfParts() async throws {
    for (choices, status) in [([], 400), (["batch-stale=412"], 412)] {
      try await Desk.open(Desk.interactions, choices: choices) { desk async throws in
        let tag = try #require(try await desk.readFusion("/interactions/\(Desk.interaction)").changeIndicator)
        func parts(_ text: String) -> [String] {
          let match = ", \"ifMatch\": \(JSONValue.string(text).text())"
          return [
            Desk.part("a", 300_100_095_824_218, #"{"Description": "a"}"#),
            Desk.part("b", Desk.interaction, #"{"Description": "b"}"#, match),
          ]
        }
        let done = try await desk.batch(parts("\"\(tag)\""))
        #expect(done.status == 200)
        #expect(done.json?["parts"]?.array?.map { $0["preconditionSucceeded"] } == [nil, true])
        // The tag has moved on.
        let stale = try await desk.batch(parts(tag))
        #expect(stale.status == status)
        #expect(stale.faultCodes == ["25014"] && stale.faultPaths == ["/parts/1"])
        #expect(try desk.stored("SELECT max(version) FROM fusion_row") == [2])
      }
    }
  }

  @Test func doesEveryOperationInOrder() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let reply = try await desk.batch([
        #"{"id": "1", "path": "/interactions", "operation": "create", "payload": {"ChannelId": 1, "InteractionNumber": "N-1"}}"#,
        #"{"id": "2", "path": "/interactions", "operation": "upsert", "payload": {"InteractionNumber": "N-1", "Description": "u"}}"#,
        #"{"id": "3", "path": "/interactions/300100095824218/child/interactionReferences", "operation": "create", "payload": {"ObjectTypeCd": "MOO_OPTY", "ObjectId": 300100032000001}}"#,
        #"{"id": "4", "path": "/interactions/300100095824219", "operation": "delete"}"#,
        #"{"id": "5", "path": "/interactions/300100095824218?fields=Description&onlyData=true", "operation": "get", "payload": null}"#,
      ])
      #expect(reply.status == 200)
      let parts = try #require(reply.json?["parts"]?.array)
      #expect(parts.map { $0["payload"] != nil } == [true, true, true, false, true])
      #expect(parts[1]["payload"]?["Description"] == "u")
      #expect(parts[1]["payload"]?["InteractionId"] == parts[0]["payload"]?["InteractionId"])
      #expect(parts[4]["payload"] == ["Description": "Call back"])
      #expect(
        try desk.stored("SELECT method FROM request_log WHERE part IS NOT NULL ORDER BY sequence")
          == ["POST", "POST", "POST", "DELETE", "GET"])
      for wrong in ["replace", "fetch", "create"] {
        let refused = try await desk.batch([
          #"{"id": "1", "path": "/interactions/300100095824218", "operation": "\#(wrong)", "payload": {}}"#
        ])
        #expect(refused.faultCodes == ["27521"], "\(wrong)")
      }
    }
  }

  @Test func answersAnEmptyOrSuppressedBatch() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      #expect(try await desk.batch([]).json == ["parts": []])
      for type in ["batch", "resourceitem"] {
        let reply = try await desk.batch(
          [Desk.part("a", Desk.interaction, #"{"Description": "q"}"#)],
          headers: ["Accept": "application/vnd.oracle.adf.\(type)+json;q=0"])
        #expect(reply.status == 204)
        #expect(reply.body.isEmpty)
      }
      for body in ["{}", #"{"parts": {}}"#, #"{"parts": [{"id": "a"}]}"#, #"{"parts": [], "more": 1}"#] {
        let reply = try await desk.fusion(
          "POST", "", body, headers: ["Content-Type": "application/vnd.oracle.adf.batch+json"])
        #expect(reply.faultCodes == ["27521"], "\(body)")
      }
    }
  }
}
