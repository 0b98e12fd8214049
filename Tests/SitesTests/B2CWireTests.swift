import Catalog
import Records
import Sites
import TestSupport
import Testing

/// The requests on the wire, byte for byte where it matters.
@Suite struct B2CWireTests {
  @Test func aPatchIsSentAsTheReferenceHasIt() throws {
    let server = try ScriptedServer()
    let settings = SiteSettings.test(server.url) {
      $0.authentication = .basic(user: "admin", password: .command("printf sécret"))
      $0.userAgent = "bulkpatch/1.2.3"
    }
    let exchange = try settings.connection().send(.update)
    #expect(exchange.outcome == .applied)
    let request = try #require(server.requests.first)
    #expect(request.line == "PATCH /services/rest/connect/v1.4/incidents/7 HTTP/1.1")
    #expect(
      request.headers.sorted() == [
        "Accept-Encoding: identity",
        "Accept: application/json",
        "Authorization: Basic YWRtaW46c8OpY3JldA==",
        "Content-Length: 17",
        "Content-Type: application/json",
        "Host: 127.0.0.1:\(server.port)",
        "OSvC-CREST-Application-Context: bulkpatch",
        "User-Agent: bulkpatch/1.2.3",
      ])
    #expect(request.body == #"{"subject":"new"}"#)
  }

  @Test(
    arguments: [
      ("", ""), ("/", ""), ("/desk", "/desk"), ("/desk//", "/desk"),
    ])
  func aPathPrefixIsKeptAndSlashesAtItsEndAreNot(suffix: String, prefix: String) throws {
    let server = try ScriptedServer()
    _ = try SiteSettings.test(server.url + suffix).connection().send(.update)
    #expect(
      server.requests.map(\.line) == ["PATCH \(prefix)/services/rest/connect/v1.4/incidents/7 HTTP/1.1"])
  }

  @Test(arguments: ["v1.3", "latest"])
  func theVersionOfTheSettingsIsAskedFor(version: String) throws {
    let server = try ScriptedServer()
    let settings = SiteSettings.test(server.url) { $0.apiVersion = version }
    _ = try settings.connection().send(.update)
    #expect(
      server.requests.map(\.line) == ["PATCH /services/rest/connect/\(version)/incidents/7 HTTP/1.1"])
    let fusion = SiteSettings.fusion(server.url) { $0.apiVersion = "latest" }
    _ = try fusion.interactions().send(.update)
    #expect(server.requests.last?.line == "PATCH /crmRestApi/resources/latest/interactions/7 HTTP/1.1")
  }

  @Test func aVersionThatThereIsNotIsRefused() {
    for settings in [
      SiteSettings.test("https://desk.example") { $0.apiVersion = "v9" },
      .fusion("https://desk.example") { $0.apiVersion = "v1.3" },
    ] {
      let error = #expect(throws: SiteError.self) {
        try settings.makeSite(resource: settings.kind == .fusionCX ? .interactions : .incidents)
      }
      #expect(error?.kind == .configuration)
      #expect(error?.message.contains("api_version \(settings.apiVersion ?? "") is not one of") == true)
    }
  }

  @Test func aThreadIsWrittenAtItsOwnAddress() throws {
    let server = try ScriptedServer()
    let write = Write(
      recordID: 9_223_372_036_854_775_807, element: .init(list: "threads", id: 4), body: "{}",
      isIdempotent: true)
    _ = try SiteSettings.test(server.url).connection().send(write)
    #expect(
      server.requests.map(\.line) == [
        "PATCH /services/rest/connect/v1.4/incidents/9223372036854775807/threads/4 HTTP/1.1"
      ])
  }

  @Test func aListNameCannotLeaveItsPlaceInTheAddress() throws {
    let server = try ScriptedServer()
    let write = Write(
      recordID: 1, element: .init(list: "../x?y#z \r\nA: b", id: 4), body: "{}", isIdempotent: true)
    _ = try SiteSettings.test(server.url).connection().send(write)
    #expect(
      server.requests.map(\.line) == [
        "PATCH /services/rest/connect/v1.4/incidents/1/..%2Fx%3Fy%23z%20%0D%0AA%3A%20b/4 HTTP/1.1"
      ])
  }

  @Test func patchIsTunnelledThroughPostWhereTheSiteSaysSo() throws {
    let server = try ScriptedServer()
    let settings = SiteSettings.test(server.url) { $0.overridesMethod = true }
    let connection = try settings.connection()
    _ = connection.send(.append)
    _ = connection.check()
    #expect(server.requests[0].line.hasPrefix("POST /services/rest/connect/v1.4/incidents/7 "))
    #expect(server.requests[0].header("X-HTTP-Method-Override") == "PATCH")
    #expect(server.requests[1].line.hasPrefix("GET "))
    #expect(server.requests[1].header("X-HTTP-Method-Override") == nil)
  }

  @Test(
    arguments: [
      ([], []),
      ([.rules], ["OSvC-CREST-Suppress-Rules: true"]),
      ([.externalEvents], ["OSvC-CREST-Suppress-ExternalEvents: true"]),
      ([.rules, .externalEvents], ["OSvC-CREST-Suppress-All: true"]),
    ] as [(Set<Suppression>, [String])])
  func reactionsAreSuppressedOnWritesOnly(suppress: Set<Suppression>, headers: [String]) throws {
    let server = try ScriptedServer()
    let connection = try SiteSettings.test(server.url).connection(suppress: suppress)
    _ = connection.send(.update)
    _ = connection.check()
    let suppressing = server.requests.map { $0.headers.filter { $0.contains("Suppress") } }
    #expect(suppressing == [headers, []])
  }

  @Test func aBodyOfMegabytesIsSentWithoutAskingForLeave() throws {
    let server = try ScriptedServer()
    let body = #"{"fileAttachments":"\#(String(repeating: "a", count: 3 << 20))"}"#
    let write = Write(recordID: 7, body: body, isIdempotent: false)
    #expect(try SiteSettings.test(server.url).connection().send(write).outcome == .applied)
    #expect(server.requests.first?.header("Expect") == nil)
    #expect(server.requests.first?.body == body)
  }

  @Test(
    arguments: [
      (Authentication.bearer(token: .command("printf abc.def")), "Bearer abc.def"),
      (.session(token: .command("printf xyz")), "Session xyz"),
    ])
  func tokensAreSentUnderTheirScheme(authentication: Authentication, header: String) throws {
    let server = try ScriptedServer()
    let settings = SiteSettings.test(server.url) { $0.authentication = authentication }
    _ = try settings.connection().check()
    #expect(server.requests.first?.header("Authorization") == header)
  }

  @Test func theSitesOwnProxyIsUsedEvenForLoopback() throws {
    let proxy = try ScriptedServer()
    let settings = SiteSettings.test("http://desk.example:8080/x") {
      $0.allowsPlainHTTP = true
      $0.proxy = "http://user:word@127.0.0.1:\(proxy.port)"
    }
    #expect(try settings.connection().send(.update).outcome == .applied)
    let request = try #require(proxy.requests.first)
    #expect(
      request.line == "PATCH http://desk.example:8080/x/services/rest/connect/v1.4/incidents/7 HTTP/1.1")
    #expect(request.header("Proxy-Authorization") == "Basic dXNlcjp3b3Jk")
    #expect(request.header("Host") == "desk.example:8080")
  }

  @Test func aProxyThatRefusesATunnelIsALoginMatter() throws {
    let proxy = try ScriptedServer([.answerAndClose(.answer("407 Proxy Authentication Required"))])
    let settings = SiteSettings.test("https://desk.example") { $0.proxy = proxy.url }
    let exchange = try settings.connection().send(.append)
    #expect(exchange.outcome.kind == .loginRefused)
    #expect(exchange.outcome.refusal?.message == "the proxy refused the connection with HTTP 407")
    #expect(proxy.requests.map(\.line) == ["CONNECT desk.example:443 HTTP/1.1"])
  }
}
