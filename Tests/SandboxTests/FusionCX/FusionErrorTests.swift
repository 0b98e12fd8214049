import JSON
import Testing

/// The answers to bad requests (API reference 5, 6, 10, 14).
@Suite struct FusionErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var method = "PATCH"
    var path = "/interactions/300100095824217"
    var body: String?
    var headers: [String: String] = [:]
    var status = 400
    var code: String?
    var place = ""

    var testDescription: String { "\(method) \(path) \((body ?? "").prefix(40)) \(headers)" }
  }

  static let long = String(repeating: "x", count: 1001)

  static let refusals: [Case] = [
    Case(body: #"{"Desription": "x"}"#, code: "27521", place: "/Desription"),
    Case(body: #"{"InteractionId": 300100095824217}"#, code: "27521", place: "/InteractionId"),
    Case(body: #"{"ChannelDisplayName": "Web"}"#, code: "27521", place: "/ChannelDisplayName"),
    Case(body: #"{"LastUpdateDate": "2020-01-01T00:00:00Z"}"#, code: "27521", place: "/LastUpdateDate"),
    Case(body: #"{"links": []}"#, code: "27521", place: "/links"),
    Case(body: #"{"Description": "#, code: "27521"), Case(body: "[]", code: "27521"),
    Case(body: #"{"InteractionNumber": "N"}"#, code: "27008", place: "/InteractionNumber"),
    Case(body: "{\"Description\": \"\(long)\"}", code: "27010", place: "/Description"),
    Case(body: #"{"StatusCd": "ORA_SVC_OPEN_AND_WAITING_FOR_US"}"#, code: "27010", place: "/StatusCd"),
    Case(body: #"{"StatusCd": "Open"}"#, code: "27024", place: "/StatusCd"),
    Case(body: #"{"OwnerResourceId": 5}"#, code: "27024", place: "/OwnerResourceId"),
    Case(body: #"{"OwnerResourceId": "300100022000007"}"#, code: "27024", place: "/OwnerResourceId"),
    Case(body: #"{"OwnerResourceId": 3.0}"#, code: "27024", place: "/OwnerResourceId"),
    Case(body: #"{"ParentInteractionId": 7}"#, code: "27024", place: "/ParentInteractionId"),
    Case(body: #"{"Description": 5}"#, code: "27024", place: "/Description"),
    Case(body: #"{"EndInteractionFlag": "true"}"#, code: "27024", place: "/EndInteractionFlag"),
    Case(body: #"{"EndTime": "2020-01-01T00:00:00"}"#, code: "27024", place: "/EndTime"),
    Case(body: #"{"Payload": "%"}"#, code: "27024", place: "/Payload"),
    Case(body: #"{"interactionReferences": {}}"#, code: "27024", place: "/interactionReferences"),
    Case(body: #"{"ChannelId": null}"#, code: "27014", place: "/ChannelId"),
    Case(
      body: #"{"interactionReferences": [{"ObjectTypeCd": "MOO_OPTY"}]}"#, code: "27014",
      place: "/interactionReferences/0/ObjectId"),
    Case(
      body: #"{"interactionReferences": [{"ReferenceId": 9, "ObjectId": 300100030000001}]}"#, code: "27024",
      place: "/interactionReferences/0/ReferenceId"),
    Case(
      body: #"{"smartActions": [{"UserActionURLBinding": [{"URLBindingName": 1}]}]}"#, code: "27024",
      place: "/smartActions/0/UserActionURLBinding/0/URLBindingName"),
    Case(method: "POST", path: "/interactions", body: "{}", code: "27014", place: "/ChannelId"),
    Case(method: "GET", path: "/interactions/1", status: 404),
    Case(path: "/interactions/x", body: "{}", status: 404),
    Case(method: "GET", path: "/interaction", status: 404),
    Case(method: "GET", path: "/interactions/300100095824217/child/threads", status: 404),
    Case(method: "GET", path: "/interactions?limit=0", code: "27521"),
    Case(method: "GET", path: "/interactions?colour=red", code: "27521"),
    Case(method: "GET", path: "/interactions?q=Nope=1", code: "27521"),
    Case(method: "GET", path: "/interactions?fields=Nope", code: "27521"),
    Case(method: "GET", path: "/interactions?expand=Nope", code: "27521"),
    Case(method: "GET", path: "/interactions?finder=Nope", code: "27521"),
    Case(method: "GET", path: "/interactions?orderBy=Nope:asc", code: "27521"),
  ]

  @Test(arguments: refusals)
  func reportsDetailsFromVersionFourOn(_ refusal: Case) async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let headers = refusal.headers.mapValues { Optional($0) }
      let reply = try await desk.fusion(refusal.method, refusal.path, refusal.body, headers: headers)
      #expect(reply.status == refusal.status)
      #expect(reply.kind == "error+json")
      #expect(reply.names() == ["title", "status", "o:errorDetails"])
      #expect(reply.json?["status"] == .string("\(refusal.status)"))
      #expect(reply.faultCodes == [refusal.code].compactMap(\.self))
      #expect(reply.faultPaths == [refusal.place])

      let plain = try await desk.fusion(
        refusal.method, refusal.path, refusal.body, version: 3, headers: headers)
      #expect(plain.status == refusal.status)
      #expect(plain.headers["content-type"] == "text/plain; charset=UTF-8")
      #expect(!plain.body.isEmpty && !plain.text.contains("\n"))
      #expect(try desk.stored("SELECT count(*) FROM request_log WHERE committed = 1") == [0])
      #expect(try desk.stored("SELECT DISTINCT version FROM fusion_row") == [1])
    }
  }

  static let bare: [Case] = [
    Case(method: "PUT", body: "{}", status: 405), Case(method: "DELETE", path: "/interactions", status: 405),
    Case(body: "{}", headers: ["Content-Type": "text/plain"], status: 415),
    Case(method: "POST", path: "", body: #"{"parts": []}"#, status: 415),
    Case(
      method: "PUT", path: "/interactions/300100095824217/enclosure/Payload", body: "x",
      headers: ["Content-Type": "text/plain"], status: 415),
    Case(method: "GET", headers: ["Accept": "application/vnd.oracle.adf.error+json"], status: 406),
    Case(method: "GET", headers: ["Accept": "text/html"], status: 406),
  ]

  @Test(arguments: bare)
  func hasNoBodyForWhatNeverReachedTheRow(_ refusal: Case) async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let reply = try await desk.fusion(
        refusal.method, refusal.path, refusal.body, headers: refusal.headers.mapValues { Optional($0) })
      #expect(reply.status == refusal.status)
      #expect(reply.body.isEmpty)
      #expect((reply.headers["allow"] != nil) == (refusal.status == 405))
    }
  }

  @Test func reportsEveryFaultAtOnce() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let reply = try await desk.change(#"{"Description": 5, "Zzz": 1, "StatusCd": "NO"}"#)
      #expect(reply.faultPaths == ["/Description", "/Zzz", "/StatusCd"])
      #expect(reply.faultCodes == ["27024", "27521", "27024"])
    }
  }

  @Test func asksForCredentialsWithAPage() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      for wrong in [nil, "Basic YWRtaW46d3Jvbmc=", "Bearer wrong"] as [String?] {
        let reply = try await desk.readFusion("/interactions", headers: ["Authorization": wrong])
        #expect(reply.status == 401)
        #expect(reply.headers["www-authenticate"]?.hasPrefix("Basic realm=") == true)
        #expect(reply.kind == "text/html")
      }
      let reply = try await desk.readFusion("/interactions", headers: ["Authorization": "Bearer sandbox"])
      #expect(reply.status == 200)
    }
  }

  @Test func makesTheDocumentedChoices() async throws {
    let choices = [
      "parse-code=X-1", "login-page=payload", "not-found=html", "inline-lob=refused",
      "offsetless-times=accepted", "time-zone=+02:00", "anti-csrf=on",
    ]
    try await Desk.open(Desk.interactions, choices: choices) { desk async throws in
      #expect(try await desk.change("{}").status == 400)
      let asked: [String: String?] = ["X-Requested-By": "tests"]
      #expect(try await desk.change(#"{"Nope": 1}"#, headers: asked).faultCodes == ["X-1"])
      #expect(try await desk.change(#"{"Payload": "eA=="}"#, headers: asked).faultCodes == ["X-1"])
      let changed = try await desk.change(#"{"EndTime": "2020-01-01T00:00:00"}"#, headers: asked)
      #expect(changed.value("EndTime") == "2020-01-01T00:00:00+02:00")
      #expect(try await desk.readFusion("/interactions/1").kind == "text/html")
      #expect(
        try await desk.readFusion("/interactions", headers: ["Authorization": nil]).kind == "error+json")
    }
  }
}
