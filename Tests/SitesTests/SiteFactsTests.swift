import TestSupport
import Testing

@testable import Sites

/// What harmless questions tell of a site.
@Suite struct SiteFactsTests {
  @Test(arguments: [
    // Seconds since 1970 before and after the request, and the difference in milliseconds.
    ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.5, 784_111_777.6, Int64(0)),
    ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.9, 784_111_778.1, 0),
    ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_717.0, 784_111_717.0, 60_000),
    ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_838.0, 784_111_838.0, -60_000),
  ])
  func theClockIsComparedWithTheDateHeader(
    date: String, began: Double, ended: Double, milliseconds: Int64
  ) throws {
    let headers = HTTPHeaders([("Date", date)])
    let difference = try #require(SiteFacts.clockDifference(headers, began: began, ended: ended))
    #expect(difference == .milliseconds(milliseconds))
  }

  @Test func theExactTimeOfB2CServiceGoesFirst() {
    let headers = HTTPHeaders([
      ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("RNT-Time", "D=12 t=1000500000"),
    ])
    #expect(SiteFacts.clockDifference(headers, began: 1000, ended: 1000.25) == .milliseconds(250))
    #expect(SiteFacts.clockDifference(HTTPHeaders(), began: 0, ended: 1) == nil)
  }

  @Test func aQuestionThatIsForbiddenShowsAPermission() throws {
    let server = try ScriptedServer(
      [.answer(.json(#"{"items": []}"#)), .answer(.json(#"{"items": []}"#))],
      then: .answer(.problem("403 Forbidden", #"{"o:errorCode": "OSC-CREST-00028", "title": "Forbidden"}"#)))
    let facts = try SiteSettings.test(server.url).connection().facts()
    #expect(facts.check.outcome == .applied)
    #expect(
      facts.permissions == [
        .init(name: "read incidents", isGiven: true), .init(name: "read menus", isGiven: true),
        .init(name: "read field types", isGiven: false), .init(name: "read accounts", isGiven: false),
        .init(name: "change incidents", isGiven: nil),
      ])
    #expect(server.requests.allSatisfy { $0.line.hasPrefix("GET ") })
  }

  @Test(.enabled(if: TLSServer.isAvailable)) func theVerifiedCertificateIsShown() throws {
    let server = try TLSServer()
    let settings = SiteSettings.test(server.url) { $0.caFile = server.certificate }
    let certificate = try #require(try settings.connection().facts().certificate)
    #expect(certificate.expires.hasSuffix("GMT"))
    #expect(!certificate.issuer.isEmpty)
  }
}
