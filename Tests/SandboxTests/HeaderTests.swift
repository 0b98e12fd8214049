import JSON
import Sandbox
import Testing

/// Sections 2, 3 and 10 of the API reference.
@Suite struct HeaderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var method = "GET"
    var path = "incidents/1"
    var body: String?
    var headers: [String: String?]
    var status: Int
    var code: String?
  }

  private static let context = "OSvC-CREST-Application-Context"
  private static let forty = String(repeating: "c", count: 40)

  static let cases = [
    Case(
      testDescription: "no credentials", headers: ["Authorization": nil], status: 401, code: "OSC-CREST-00014"
    ),
    Case(
      testDescription: "wrong password", headers: ["Authorization": "Basic YWRtaW46d3Jvbmc="], status: 401,
      code: "OSC-CREST-00014"),
    Case(
      testDescription: "broken credentials", headers: ["Authorization": "Basic !"], status: 401,
      code: "OSC-CREST-00014"),
    Case(testDescription: "bearer token", headers: ["Authorization": "Bearer sandbox"], status: 200),
    Case(testDescription: "session token", headers: ["Authorization": "Session sandbox"], status: 200),
    Case(testDescription: "context missing", headers: [context: nil], status: 400, code: "OSC-CREST-00016"),
    Case(testDescription: "context of 40 characters", headers: [context: forty], status: 200),
    Case(
      testDescription: "context of 41 characters", headers: [context: forty + "c"], status: 400,
      code: "OSC-CREST-00016"),
    Case(
      testDescription: "token never issued", headers: ["osvc-crest-api-access-token": "00112233"],
      status: 400,
      code: "OSC-CREST-00016"),
    Case(
      testDescription: "suppression on a GET", headers: ["OSvC-CREST-Suppress-All": "true"], status: 400,
      code: "OSC-CREST-00016"),
    Case(
      testDescription: "suppression on a PATCH", method: "PATCH", body: #"{"subject":"s"}"#,
      headers: ["OSvC-CREST-Suppress-Rules": "true", "OSvC-CREST-Suppress-ExternalEvents": "yes"], status: 200
    ),
    Case(
      testDescription: "suppression switched off", method: "PATCH", body: #"{"subject":"s"}"#,
      headers: ["OSvC-CREST-Suppress-Rules": "false"], status: 400, code: "OSC-CREST-00016"),
    Case(
      testDescription: "rules suppressed on a DELETE", method: "DELETE",
      headers: ["OSvC-CREST-Suppress-Rules": "true"], status: 400, code: "OSC-CREST-00016"),
    Case(
      testDescription: "PATCH through POST", method: "POST", body: #"[{"subject":"s"}]"#,
      headers: ["X-HTTP-Method-Override": "PATCH"], status: 200),
    Case(
      testDescription: "DELETE through POST", method: "POST", body: "{}",
      headers: ["X-HTTP-Method-Override": "DELETE"], status: 400, code: "OSC-CREST-00002"),
    Case(
      testDescription: "PUT", method: "PUT", body: "{}", headers: [:], status: 400, code: "OSC-CREST-00002"),
    Case(
      testDescription: "POST to an item", method: "POST", body: "{}", headers: [:], status: 400,
      code: "OSC-CREST-00002"),
    Case(
      testDescription: "another language", headers: ["Accept-Language": "fr-FR"], status: 400,
      code: "OSC-CREST-00017"),
    Case(
      testDescription: "the interface's language", headers: ["Accept-Language": "en-GB;q=0.9"], status: 200),
    Case(
      testDescription: "doubled slash", path: "/services//rest/connect/v1.4//incidents/1", headers: [:],
      status: 200),
    Case(
      testDescription: "version latest", path: "/services/rest/connect/latest/incidents/1", headers: [:],
      status: 200),
    Case(
      testDescription: "no version", path: "/services/rest/connect/incidents/1", headers: [:], status: 200),
    Case(
      testDescription: "another version", path: "/services/rest/connect/v1.3/incidents/1", headers: [:],
      status: 400,
      code: "OSC-CREST-00003"),
    Case(
      testDescription: "unknown resource", path: "nothings/1", headers: [:], status: 404,
      code: "OSC-CREST-00013"),
    Case(
      testDescription: "unknown list", path: "incidents/1/nothings", headers: [:], status: 404,
      code: "OSC-CREST-00013"),
    Case(
      testDescription: "id that does not exist", path: "incidents/999999", headers: [:], status: 404,
      code: "OSC-CREST-00013"),
    Case(
      testDescription: "id 0", method: "DELETE", path: "incidents/0", headers: [:], status: 404,
      code: "OSC-CREST-00013"),
    Case(
      testDescription: "id beyond 64 bits", path: "incidents/99999999999999999999", headers: [:], status: 404,
      code: "OSC-CREST-00013"),
  ]

  @Test(arguments: cases) func answers(_ test: Case) async throws {
    try await Desk.open(#"{"resource": "incidents", "id": 1}"#) { desk async throws in
      let reply = try await desk.send(test.method, test.path, test.body, headers: test.headers)
      #expect(reply.status == test.status)
      #expect(reply.code == test.code)
      guard reply.status >= 400 else { return }
      #expect(reply.headers["content-type"] == "application/problem+json")
      #expect(
        reply.json?.object?.map(\.name) == ["type", "title", "status", "detail", "instance", "o:errorCode"])
      #expect(
        reply.value("type")?.string?.hasSuffix("/services/rest/connect/exceptions/\(test.code ?? "")") == true
      )
    }
  }

  @Test func everyAnswerCarriesTheServicesHeaders() async throws {
    try await Desk.open(#"{"resource": "incidents", "id": 1}"#, choices: ["next-request-after=7"]) {
      desk async throws in
      for reply in [
        try await desk.get("incidents/1"), try await desk.get("incidents/404"),
        try await desk.patch("incidents/1", "{}"),
        try await desk.get("incidents/1", headers: ["Authorization": nil]),
      ] {
        #expect(reply.headers["osvc-crest-next-request-after"] == "7")
        #expect(reply.headers["osvcstatus"] == String(reply.status))
        #expect(reply.headers["rnt-machine"] == "0.66")
        #expect(reply.headers["content-language"] == "en-US")
        #expect(reply.headers["rnt-time"]?.wholeMatch(of: /D=\d+ t=\d{16}/) != nil)
        #expect(reply.headers["osvc-crest-api-access-token"]?.isEmpty == false)
      }
    }
  }

  @Test func acceptsTheTokenItIssuedAndNoAlteredOne() async throws {
    try await Desk.open(#"{"resource": "incidents", "id": 1}"#) { desk async throws in
      let first = try #require(try await desk.get("incidents/1").headers["osvc-crest-api-access-token"])
      let chained = try await desk.get("incidents/1", headers: ["osvc-crest-api-access-token": first])
      #expect(chained.status == 200)
      #expect(chained.headers["osvc-crest-api-access-token"] != first)
      let altered = first.dropLast() + (first.last == "0" ? "1" : "0")
      let refused = try await desk.get(
        "incidents/1", headers: ["osvc-crest-api-access-token": String(altered)])
      #expect(refused.status == 400)
    }
  }

  @Test func refusesATokenTwiceWhenSoChosen() async throws {
    try await Desk.open(#"{"resource": "incidents", "id": 1}"#, choices: ["token-reuse=refused"]) {
      desk async throws in
      let token = try await desk.get("incidents/1").headers["osvc-crest-api-access-token"]
      let headers = ["osvc-crest-api-access-token": token]
      #expect(try await desk.get("incidents/1", headers: headers).status == 200)
      #expect(try await desk.get("incidents/1", headers: headers).status == 400)
    }
  }

  @Test func optionsNamesTheMethods() async throws {
    try await Desk.open(#"{"resource": "incidents", "id": 1}"#) { desk async throws in
      let reply = try await desk.send("OPTIONS", "incidents/1")
      #expect(reply.status == 200)
      #expect(reply.headers["osvcstatus"] == "200")
      #expect(reply.headers["allow"] == "GET, PATCH, DELETE, OPTIONS")
    }
  }

  @Test func refusesABodyOverTheLimit() async throws {
    try await Desk.open(#"{"resource": "incidents", "id": 1}"#, bodyLimit: 1000) {
      desk async throws in
      let text = String(repeating: "x", count: 2000)
      let reply = try await desk.patch("incidents/1", #"{"banner": {"text": "\#(text)"}}"#)
      #expect(reply.status == 413)
      #expect(try await desk.get("incidents/1").value("banner.text") == .some(.null))
    }
  }

  @Test func wantsJSONWhenSoChosen() async throws {
    try await Desk.open(#"{"resource": "incidents", "id": 1}"#, choices: ["content-type=json"]) {
      desk async throws in
      let plain = ["Content-Type": "text/plain"]
      #expect(try await desk.send("PATCH", "incidents/1", "{}", headers: plain).status == 415)
      #expect(try await desk.patch("incidents/1", "{}").status == 200)
    }
  }

  @Test func listsItsErrorCodes() async throws {
    try await Desk.open(incidents: 0) { desk async throws in
      let all = try await desk.get("/services/rest/connect/exceptions")
      #expect(all.value("items")?.array?.isEmpty == false)
      let one = try await desk.get("/services/rest/connect/exceptions/OSC-CREST-00001")
      #expect(one.status == 200)
      #expect(one.value("status") == 200)
      #expect(one.json?.object?.count == 6)
      #expect(try await desk.get("/services/rest/connect/exceptions/OSC-CREST-99999").status == 404)
    }
  }
}
