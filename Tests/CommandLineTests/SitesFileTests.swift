import Catalog
import Console
import Sites
import TestSupport
import Testing

@testable import Runs
@testable import bulkpatch

@Suite struct SitesFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var sites: SitesFile {
    SitesFile(
      folder: folder.path("jobs"), environment: ["HOME": folder.path("home"), "XDG_CONFIG_HOME": ""])
  }

  private func mistake(_ text: String) throws -> UserError? {
    try folder.write("jobs/sites.yaml", text)
    do {
      _ = try sites.site(named: "desk")
      return nil
    } catch { return error }
  }

  @Test func readsEveryKey() throws {
    try folder.write(
      "jobs/sites.yaml",
      """
      desk:
        kind: b2c-service
        url: https://desk.example/base/
        auth: {session: {token: {command: pass show desk}}}
        ca_file: ca.pem
        client_certificate: {certificate: a.pem, key: /k.pem, passphrase: {env: P}}
        proxy: http://proxy.example:3128
        allow_plain_http: false
        method_override: true
        application_context: nightly
        timeouts: {connect: 5s, request: 2m}
      """)
    var expected = SiteSettings(name: "desk", kind: .b2cService, url: "https://desk.example/base")
    expected.authentication = .session(token: .command("pass show desk"))
    expected.caFile = folder.path("jobs/ca.pem")
    expected.clientCertificate = ClientCertificate(
      certificateFile: folder.path("jobs/a.pem"), keyFile: "/k.pem", passphrase: .environment("P"))
    expected.proxy = "http://proxy.example:3128"
    expected.overridesMethod = true
    expected.applicationContext = "nightly"
    expected.connectTimeout = .seconds(5)
    expected.requestTimeout = .seconds(120)
    expected.userAgent = "bulkpatch/\(Program.version)"
    #expect(try sites.site(named: "desk") == expected)
  }

  @Test(arguments: [
    ("{basic: {user: a, password: {env: P}}}", Authentication.basic(user: "a", password: .environment("P"))),
    ("{bearer: {token: {credential: desk}}}", .bearer(token: .credential("desk"))),
  ])
  func readsEveryWayToLogIn(text: String, authentication: Authentication) throws {
    try folder.write("jobs/sites.yaml", "desk: {kind: b2c-service, url: \"https://d\", auth: \(text)}")
    #expect(try sites.site(named: "desk").authentication == authentication)
  }

  @Test(arguments: [
    "password: hunter2", "password: [hunter2]", "password: {env: A, value: hunter2}",
    "password: {text: hunter2}",
    "token: hunter2", "passwort: hunter2",
  ])
  func refusesASecretInTheFileWithoutRepeatingIt(text: String) throws {
    let mistake = try #require(
      try mistake("desk:\n  kind: b2c-service\n  url: https://d\n  auth: {basic: {user: a, \(text)}}"))
    #expect(mistake.code == .configuration)
    #expect(mistake.place == folder.path("jobs/sites.yaml:4"))
    #expect(!mistake.text.contains("hunter2"))
  }

  @Test(arguments: [
    "auth: hunter2", "auth: {basic: hunter2}", "auth: {bearer: [hunter2]}",
    "proxy: \"http://a:hunter2@proxy:3128\"", "client_certificate: hunter2",
  ])
  func neverRepeatsWhatMayBeASecret(text: String) throws {
    let mistake = try #require(try mistake("desk: {kind: b2c-service, url: \"https://d\", \(text)}"))
    #expect(!mistake.text.contains("hunter2"))
  }

  @Test(arguments: [
    "http://desk.example", "https://a:hunter2@desk.example", "desk.example", "ftp://desk.example", "https://",
    "https://desk.example/?q=1", "http://127.0.0.1.example", "http://1.127.0.0", "https://desk example",
  ])
  func refusesAnAddressThatCannotBeUsed(url: String) throws {
    let mistake = try #require(try mistake("desk:\n  kind: b2c-service\n  url: \"\(url)\""))
    #expect(mistake.place == folder.path("jobs/sites.yaml:3"))
    #expect(!mistake.text.contains("hunter2"))
  }

  @Test(arguments: [
    "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1", "https://desk.example:8443/x",
  ])
  func takesLoopbackAndEncryptedAddresses(url: String) throws {
    try folder.write("jobs/sites.yaml", "desk: {kind: b2c-service, url: \"\(url)\"}")
    #expect(try sites.site(named: "desk").url == url)
  }

  @Test func allowsPlainHTTPWhenToldTo() throws {
    try folder.write(
      "jobs/sites.yaml", "desk: {kind: b2c-service, url: \"http://d.example\", allow_plain_http: true}")
    #expect(try sites.site(named: "desk").allowsPlainHTTP)
  }

  @Test func prefersTheFileNextToTheJobAndThenTheUsersOwn() throws {
    try folder.write("jobs/sites.yaml", "desk: {kind: b2c-service, url: \"https://near\"}")
    try folder.write(
      "home/.config/bulkpatch/sites.yaml",
      "desk: {kind: b2c-service, url: \"https://far\"}\nother: {kind: b2c-service, url: \"https://other\"}")
    #expect(try sites.site(named: "desk").url == "https://near")
    #expect(try sites.site(named: "other").url == "https://other")
    #expect(throws: UserError.self) { try sites.site(named: "othr") }
    let mistake = #expect(throws: UserError.self) { try sites.site(named: "othr") }
    #expect(mistake?.hint == "did you mean 'other'?")
  }

  @Test func findsTheSiteThatSettingsReferTo() throws {
    try folder.write("jobs/sites.yaml", "desk: {kind: fusion-cx, url: \"https://near\"}")
    let own = SiteSettings(name: "own", kind: .b2cService, url: "https://own")
    #expect(try sites.site(of: .named("desk"))?.url == "https://near")
    #expect(try sites.site(of: .settings(own)) == own)
    // Only the resource says which API answers at a URL.
    #expect(try sites.site(of: .url("https://near")) == nil)
    #expect(try sites.site(of: nil) == nil)
    #expect(throws: UserError.self) { try sites.site(of: .named("desc")) }
  }

  @Test func looksInXDGConfigHome() {
    let sites = SitesFile(folder: "", environment: ["HOME": "/h", "XDG_CONFIG_HOME": "/x"])
    #expect(sites.paths == ["sites.yaml", "/x/bulkpatch/sites.yaml"])
  }

  @Test func saysWhereAFileCouldBeWhenThereIsNone() {
    let mistake = #expect(throws: UserError.self) { try sites.site(named: "desk") }
    #expect(mistake?.code == .configuration)
    #expect(mistake?.hint?.contains(folder.path("jobs/sites.yaml")) == true)
  }
}
