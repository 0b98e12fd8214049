import Catalog
import TestSupport
import Testing

@testable import Sites

/// Faults in a site's settings are reported before anything is sent.
@Suite struct SiteSettingsTests {
  @Test(
    arguments: [
      ("https://desk.example", "https://desk.example"),
      ("https://desk.example/", "https://desk.example"),
      ("https://desk.example:8443/a/b//", "https://desk.example:8443/a/b"),
      ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
      ("http://localhost", "http://localhost"),
      ("http://desk.localhost", "http://desk.localhost"),
      ("http://[::1]:80", "http://[::1]:80"),
    ])
  func takesABaseURL(url: String, location: String) throws {
    #expect(try SiteSettings.test(url).incidents().location == location)
  }

  @Test(
    arguments: [
      ("https://desk.example", "https://DESK.example:443/", true),
      ("http://desk.example.", "http://desk.example:80", true),
      ("http://desk.example", "https://desk.example", true),
      ("https://desk.example", "https://other.example", false),
      ("https://desk.example", "https://desk.example:8443", false),
      ("https://desk.example/a", "https://desk.example/b", false),
      ("http://127.0.0.1:1", "http://127.0.0.1:2", false), ("", "https://desk.example", false),
    ])
  func knowsASiteByHostPortAndPath(one: String, other: String, isSame: Bool) {
    #expect(SiteAddress.isSameSite(one, other) == isSame)
    #expect(SiteAddress.isSameSite(other, one) == isSame)
  }

  @Test(
    arguments: [
      ("", "is not a URL"), ("desk.example", "is not a URL"), ("https://", "is not a URL"),
      ("https://desk.example/a b", "is not a URL"), ("https://desk.example\n", "is not a URL"),
      ("ftp://desk.example", "has the scheme ftp"), ("file:///etc/passwd", nil),
      ("https://user@desk.example", "holds a login"), ("https://user:hunter2@desk.example", "holds a login"),
      ("https://desk.example?x=1", "holds a query or a fragment"),
      ("https://desk.example/#x", "holds a query or a fragment"),
      ("https://desk.example/services/rest/connect/v1.4", "holds the API's own path"),
      ("http://desk.example", "is plain http, so anyone on the network can read the login"),
      ("http://127.0.0.1.evil.example", "is plain http, so anyone on the network can read the login"),
      ("http://127.evil.example.com", "is plain http, so anyone on the network can read the login"),
      ("http://localhost.evil.example", "is plain http, so anyone on the network can read the login"),
    ] as [(String, String?)])
  func refusesAnythingElse(url: String, words: String?) {
    let error = #expect(throws: SiteError.self) { try SiteSettings.test(url).incidents() }
    #expect(error?.kind == .configuration)
    #expect(error?.message.contains("hunter2") == false)
    if let words { #expect(error?.message == "site test: url \(words)") }
  }

  @Test func takesPlainHTTPWhereTheSiteSaysSo() throws {
    let settings = SiteSettings.test("http://desk.example") { $0.allowsPlainHTTP = true }
    #expect(try settings.incidents().location == "http://desk.example")
  }

  @Test(arguments: ["", String(repeating: "a", count: 41), "a\r\nb", "naïve", " a", "a "])
  func refusesAnApplicationContextThatTheAPIWould(context: String) {
    let settings = SiteSettings.test("https://desk.example") { $0.applicationContext = context }
    #expect(throws: SiteError.self) { try settings.incidents() }
  }

  @Test(arguments: ["", "a:b", "a\nb"])
  func refusesAUserThatBasicCannotCarry(user: String) {
    let settings = SiteSettings.test("https://desk.example") {
      $0.authentication = .basic(user: user, password: .command("echo x"))
    }
    let error = #expect(throws: SiteError.self) { try settings.incidents() }
    #expect(error?.kind == .configuration)
  }

  @Test func saysThatASecretIsNotAvailable() {
    let settings = SiteSettings.test("https://desk.example") {
      $0.authentication = .basic(user: "admin", password: .environment("BULKPATCH_TEST_NO_SUCH_VARIABLE"))
    }
    let error = #expect(throws: SiteError.self) { try settings.incidents() }
    #expect(
      error
        == SiteError(
          .login,
          message: "site test: the environment variable BULKPATCH_TEST_NO_SUCH_VARIABLE is not set",
          hint: "export BULKPATCH_TEST_NO_SUCH_VARIABLE, or name a file instead"))
  }

  @Test(arguments: ["Bearer hunter2", "hunter2é", "a\tb"])
  func refusesATokenThatAHeaderCannotCarry(token: String) {
    let settings = SiteSettings.test("https://desk.example") {
      $0.authentication = .bearer(token: .command("printf '\(token)'"))
    }
    let error = #expect(throws: SiteError.self) { try settings.incidents() }
    #expect(error?.kind == .login)
    #expect(error?.message == "site test: the token holds a character that a header cannot carry")
  }

  @Test func refusesFilesThatAreNotThere() throws {
    let folder = try TemporaryFolder()
    let missing = folder.path("none.pem")
    let settings = SiteSettings.test("https://desk.example") { $0.caFile = missing }
    let error = #expect(throws: SiteError.self) { try settings.incidents() }
    #expect(error?.message == "site test: ca_file \(missing): cannot be read: no such file or directory")
    let client = SiteSettings.test("https://desk.example") {
      $0.clientCertificate = ClientCertificate(certificateFile: missing, keyFile: missing)
    }
    #expect(throws: SiteError.self) { try client.incidents() }
  }

  @Test(arguments: ["proxy.example:3128", "", "http://pro xy"])
  func refusesAProxyThatIsNoURL(proxy: String) {
    let settings = SiteSettings.test("https://desk.example") { $0.proxy = proxy }
    #expect(throws: SiteError.self) { try settings.incidents() }
  }

  @Test func saysWhichKindsOfSiteItSpeaksTo() {
    var settings = SiteSettings.test("https://desk.example")
    settings.kind = .fusionCX
    let error = #expect(throws: SiteError.self) { try settings.incidents() }
    #expect(error?.message == "site test: kind fusion-cx has no incidents")
  }

  @Test func printsNoSecretWithTheSite() throws {
    let settings = SiteSettings.test("https://desk.example") {
      $0.authentication = .basic(user: "admin", password: .command("printf hun; printf ter2"))
    }
    let site = try settings.incidents()
    var dumped = ""
    dump(site, to: &dumped)
    dump(site.makeConnection(), to: &dumped)
    #expect(!(dumped + "\(site)").contains("hunter2"))
    #expect(!dumped.contains("YWRtaW4"))
  }
}
