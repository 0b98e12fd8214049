import Sites
import TestSupport
import Testing

/// The findings of the first, harmless request.
@Suite struct CheckTests {
  @Test func anAnswerWithItemsIsASite() throws {
    let server = try ScriptedServer([.answer(.json(#"{"items": [{"id": 1}], "hasMore": true}"#))])
    #expect(try SiteSettings.test(server.url).connection().check().outcome == .applied)
    #expect(
      server.requests.map(\.line) == ["GET /services/rest/connect/v1.4/incidents?limit=1&fields=id HTTP/1.1"])
    #expect(server.requests.first?.header("Content-Type") == nil)
  }

  @Test(
    arguments: [
      (String.answer("200 OK", ["Content-Type: text/html"], body: "<html>Welcome</html>"), 200),
      (.json("{}"), 200), (.json(#"{"items": 3}"#), 200), (.json("[1, 2"), 200), (.ok(), 200),
      (.answer("404 Not Found", ["Content-Type: text/html"], body: "<h1>Not Found</h1>"), 404),
      (.answer("404 Not Found"), 404),
    ])
  func anythingElseIsNot(answer: String, status: Int) throws {
    let server = try ScriptedServer([.answer(answer)])
    let exchange = try SiteSettings.test(server.url).connection().check()
    guard case .refused(let refusal) = exchange.outcome else {
      Issue.record("\(exchange.outcome)")
      return
    }
    #expect(refusal.code == "not-the-api")
    #expect(
      refusal.message.hasPrefix("\(server.url) does not look like a B2C Service site: HTTP \(status) with"))
    #expect(refusal.hint != nil)
  }

  /// Firewalls refuse with a page of their own: it names a contact, and is not a refused login.
  @Test(arguments: [
    ("403 Forbidden", "AkamaiGHost", "<html><title>Access Denied</title>Reference #18.2</html>", true),
    ("403 Forbidden", "awselb/2.0", "<html><title>403 Forbidden</title></html>", true),
    ("200 OK", "nginx", "<html><title>Request Rejected</title>Your support ID is: 7</html>", true),
    ("200 OK", "nginx", "<html><title>Sign in</title></html>", false),
    ("503 Service Unavailable", "", "<html><title>Web Page Blocked</title></html>", true),
  ])
  func aPageIsNamedWithItsTitle(status: String, server name: String, page: String, isFirewall: Bool) throws {
    let answer = String.answer(status, ["Content-Type: text/html", "Server: \(name)"], body: page)
    let server = try ScriptedServer([.answer(answer)])
    let outcome = try SiteSettings.test(server.url).connection().check().outcome
    #expect(outcome.kind == (status.hasPrefix("5") ? .retryLater : .refused))
    let message = try #require(outcome.refusal?.message)
    let title = try #require(page.firstMatch(of: /<title>(.*)<\/title>/)?.1)
    #expect(message.contains(isFirewall ? "with a firewall's page instead" : "with a web page instead"))
    #expect(message.contains(title), "\(message)")
    #expect(outcome.refusal?.hint?.contains(isFirewall ? "firewall's operator" : "check url") == true)
  }

  @Test func aVersionThatTheSiteDoesNotServeCanBeNamed() throws {
    let server = try ScriptedServer([
      .answer(.problem("400 Bad Request", #"{"o:errorCode": "OSC-CREST-00003", "title": "Version"}"#))
    ])
    let exchange = try SiteSettings.test(server.url).connection().check()
    let hint = exchange.outcome.refusal?.hint
    // No flag gives it to a site that is named by its URL.
    #expect(hint?.contains("sites.yaml") == true && hint?.contains("v1.4 or v1.3 or latest") == true)
  }

  @Test(
    arguments: [
      (String.answer("401 Unauthorized"), OutcomeTests.Kind.loginRefused),
      (
        .problem("403 Forbidden", #"{"o:errorCode": "OSC-CREST-00028", "title": "Forbidden"}"#), .loginRefused
      ),
      (.problem("400 Bad Request", #"{"o:errorCode": "OSC-CREST-00003", "title": "Version"}"#), .refused),
      (.answer("302 Found", ["Location: https://login.example/"]), .refused),
      (.answer("503 Service Unavailable"), .retryLater),
      (.answer("502 Bad Gateway"), .unknown),
    ])
  func aRefusalKeepsItsMeaning(answer: String, kind: OutcomeTests.Kind) throws {
    let server = try ScriptedServer([.answer(answer)])
    #expect(try SiteSettings.test(server.url).connection().check().outcome.kind == kind)
  }
}
