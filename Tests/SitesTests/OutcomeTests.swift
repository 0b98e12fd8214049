import Catalog
import Records
import Testing

@testable import Sites

/// The meaning of each answer and each failure for the write it is about.
@Suite struct OutcomeTests {
  enum Kind { case applied, refused, conflict, retryLater, unknown, foreign, loginRefused }

  @Test(
    arguments: [
      (200, "", .applied), (201, "", .applied), (204, "", .applied),
      (200, "<html>Please log in</html>", .foreign),
      // In the API's own form, which alone is certain.
      (400, problem("OSC-CREST-00013"), .refused), (403, problem("OSC-CREST-00028"), .refused),
      (404, problem("OSC-CREST-00013"), .refused), (412, problem("OSC-CREST-00006"), .conflict),
      (409, problem("OSC-CREST-00006"), .retryLater), (423, problem("OSC-CREST-00006"), .retryLater),
      (500, problem("OSC-CREST-00008"), .retryLater), (503, problem("OSC-CREST-00035"), .retryLater),
      (502, problem("OSC-CREST-00008"), .retryLater), (501, problem("OSC-CREST-00002"), .refused),
      (400, #"{"type": "https://x/exceptions/OSC-CREST-00006", "detail": "no"}"#, .refused),
      // The API's own codes that decide, whatever the status.
      (400, problem("OSC-CREST-00014"), .loginRefused), (400, problem("OSC-CREST-00015"), .loginRefused),
      (400, problem("OSC-CREST-00016"), .loginRefused), (500, problem("OSC-CREST-00035"), .retryLater),
      // A gateway's 5xx, with any body, may precede a commit.
      (500, "", .unknown), (500, "<h1>Oops</h1>", .unknown), (501, "", .unknown), (502, "", .unknown),
      (503, "", .unknown), (503, "<html>Backend fetch failed</html>", .unknown), (504, "", .unknown),
      (503, #"{"type": "about:blank", "title": "Service Unavailable", "status": 503}"#, .unknown),
      (503, #"{"message": "no healthy upstream"}"#, .unknown), (500, "ORA-00060: deadlock", .unknown),
      (520, "", .unknown), (599, "", .unknown), (999, "", .unknown),
      // The answer is not the API's.
      (301, "", .foreign), (302, "<html>Moved</html>", .foreign), (304, "", .foreign), (400, "", .foreign),
      (403, "<html>Blocked</html>", .foreign), (404, "", .foreign), (404, "404 page not found", .foreign),
      (404, #"{"title": "Not Found", "status": 404}"#, .foreign), (405, "", .foreign),
      // Nothing that only the API could know.
      (401, "", .loginRefused), (407, "<html></html>", .loginRefused), (413, "<html></html>", .refused),
      (414, "", .refused), (431, "", .refused), (429, "", .retryLater),
      // Not certain, and about this row.
      (408, "", .unknown), (409, "", .unknown), (423, "", .unknown), (429, "<html></html>", .unknown),
      (429, "slow down", .unknown), (429, #"{"message": "API rate limit exceeded"}"#, .unknown),
    ] as [(Int, String, Kind)])
  func classifiesAnAnswerByItsStatusAndCode(status: Int, body: String, kind: Kind) {
    #expect(Self.outcome(status, body).kind == kind)
  }

  /// A gateway that answers for the site may have passed the request on.
  @Test(
    arguments: [
      (400, problem("OSC-CREST-00013"), true), (401, problem("OSC-CREST-00014"), true), (401, "", false),
      (407, "", false), (413, "", false), (413, problem("OSC-CREST-00016"), true),
      (414, "<html></html>", false),
      (431, "", false),
    ] as [(Int, String, Bool)])
  func onlyTheAPIIsCertain(status: Int, body: String, isCertain: Bool) {
    #expect(Self.outcome(status, body).refusal?.isCertain == isCertain)
  }

  /// Another client's lock, or a transaction that the database rolled back in favour of another.
  @Test(arguments: [
    "ORA-00060: deadlock detected while waiting for resource",
    "ORA-00054: resource busy and acquire with NOWAIT",
    "Failed to lock the record, another user holds the lock. (JBO-26030)", "The record is locked by Ana Kaya",
    "Row locked", "could not obtain lock on incidents", "Lock wait timeout exceeded",
  ])
  func whatPassesByItselfIsNoRefusal(detail: String) {
    let body =
      #"{"title": "An attempt to write failed", "detail": "\#(detail)", "o:errorCode": "OSC-CREST-00006"}"#
    #expect(Self.outcome(400, body).kind == .retryLater)
    #expect(Self.outcome(500, body).kind == .retryLater)
  }

  @Test func aGatewayMaySayWhenToComeBack() {
    let answer = HTTPAnswer(status: 503, headers: HTTPHeaders([("Retry-After", "5")]), body: [])
    guard case .unknown(.seconds(5)?, let refusal) = Outcome(answer, of: .b2cService, now: 0) else {
      Issue.record("a gateway's 503 is not in doubt, or its wait is lost")
      return
    }
    #expect(refusal.isOfLoad)
    #expect(Outcome(answer, of: .b2cService, now: 0).ofRead == .retryLater(after: .seconds(5), refusal))
  }

  /// The whole rule for a 2xx of B2C Service: nothing, or the record itself.
  @Test(
    arguments: [
      (200, "application/json", "", .applied), (200, "application/json", "\n", .applied),
      (200, "text/html", "", .applied), (200, "application/json", #"{"id": 7, "subject": "x"}"#, .applied),
      (200, "application/json", #"{"id": 8}"#, .unknown), (200, "application/json", "{}", .unknown),
      (200, "application/json", #"{"id": "7"}"#, .unknown),
      (200, "application/json", #"{"id": 7, "error": "no"}"#, .unknown),
      (200, "application/json", "[]", .unknown), (200, "application/json", #"{"id": 7"#, .unknown),
      (200, "application/json", #"{"status": 500, "o:errorCode": "OSC-CREST-00099"}"#, .unknown),
      (200, "application/json", #"{"id": 7, "o:errorCode": "OSC-CREST-00099"}"#, .unknown),
      (200, "application/json", #"{"id": 7, "title": "Bad Request", "detail": "no"}"#, .unknown),
      (200, "application/json", #"{"id": 7, "subject": "x", "status": 500}"#, .unknown),
      (200, "application/json", #"{"id": 7, "fault": {"faultstring": "no"}}"#, .unknown),
      (200, "application/json", #"{"id": 7, "subject": "x", "message": "Access denied"}"#, .unknown),
      (
        200, "application/json", #"{"id": 7, "links": [{"rel": "self", "href": "https://s/incidents/7"}]}"#,
        .applied
      ),
      (
        200, "application/json", #"{"id": 7, "links": [{"rel": "self", "href": "https://s/contacts/7"}]}"#,
        .unknown
      ),
      (200, "application/problem+json", #"{"id": 7}"#, .unknown), (200, "text/plain", "OK", .unknown),
      (200, "text/plain", #"{"id": 7}"#, .unknown), (200, "text/html", "<html>Log in</html>", .foreign),
      (201, "application/json", "", .unknown), (202, "application/json", "", .unknown),
      (203, "application/json", #"{"id": 7}"#, .unknown), (204, "application/json", "", .unknown),
      (206, "application/json", "", .unknown), (207, "application/json", "", .unknown),
    ] as [(Int, String, String, Kind)])
  func onlyWhatTheAPISaysConfirmsAWrite(status: Int, type: String, body: String, kind: Kind) {
    let answer = HTTPAnswer(
      status: status, headers: HTTPHeaders([("Content-Type", type)]), body: Array(body.utf8))
    #expect(
      Outcome(b2cService: .answered(answer), to: .update, of: .incidents, key: "id", now: 0).kind == kind)
  }

  @Test func theElementThatWasWrittenConfirmsTheWrite() {
    var write = Write.update
    write.element = .init(list: "threads", id: 4)
    let kinds = [#"{"id": 4}"#, #"{"id": 7}"#].map { body in
      Outcome(
        b2cService: .answered(HTTPAnswer(status: 200, headers: HTTPHeaders(), body: Array(body.utf8))),
        to: write, of: .incidents, key: "id", now: 0
      ).kind
    }
    #expect(kinds == [.applied, .unknown])
  }

  @Test func namesStatusCodeAndWordsOfARefusal() {
    let body = """
      {"type": "https://demo.example/services/rest/connect/exceptions/OSC-CREST-00013",
       "title": "Unrecognized resource", "status": 400, "detail": "Invalid property specified: colour",
       "o:errorCode": "OSC-CREST-00013"}
      """
    #expect(
      Self.outcome(400, body)
        == .refused(
          Refusal(
            status: 400, code: "OSC-CREST-00013",
            message: "Unrecognized resource: Invalid property specified: colour",
            hint: "check how the site spells it, or leave it out with 'ignore'")))
  }

  @Test func saysHowLongTheSiteAskedToWait() {
    let headers = HTTPHeaders([("Retry-After", "7")])
    guard
      case .retryLater(let after, let refusal) = Outcome(
        HTTPAnswer(status: 429, headers: headers, body: []), of: .b2cService, now: 0)
    else {
      Issue.record("429 is not retried")
      return
    }
    #expect(after == .seconds(7))
    #expect(refusal.code == "http-429")
    #expect(refusal.message == "HTTP 429 Too Many Requests, with no message")
  }

  @Test(
    arguments: [
      ("https://login.example/saml?token=abc", "https://login.example"),
      ("//other.example/x", "//other.example"),
      ("https://user:word@other.example:8443", "https://other.example:8443"),
      ("/login", "another path of its own"),
    ])
  func namesTheHostOfARedirectionAndNothingElseOfIt(location: String, host: String) {
    let headers = HTTPHeaders([("Location", location)])
    let answer = HTTPAnswer(status: 302, headers: headers, body: [])
    guard case .foreign(let refusal) = Outcome(answer, of: .b2cService, now: 0) else {
      Issue.record("302 is not foreign")
      return
    }
    #expect(refusal.message == "the site redirects to \(host) with HTTP 302")
  }

  @Test func retriesOnlyWhatNeverLeft() {
    #expect(
      Outcome(.failed(failure(wasSent: false), partial: nil), of: .b2cService, now: 0).kind == .retryLater)
    #expect(Outcome(.failed(failure(wasSent: true), partial: nil), of: .b2cService, now: 0).kind == .unknown)
    var login = failure(wasSent: false)
    login.isLogin = true
    #expect(Outcome(.failed(login, partial: nil), of: .b2cService, now: 0).kind == .loginRefused)
  }

  @Test(arguments: Dialect.allCases)
  func aCutAnswerIsBelievedAsFarAsItGoes(dialect: Dialect) {
    let kind = { (status: Int, body: String) in
      let partial = HTTPAnswer(status: status, headers: HTTPHeaders(), body: Array(body.utf8))
      return Outcome(.failed(failure(wasSent: true), partial: partial), of: dialect, now: 0).kind
    }
    let cut = #"{"title": "Unrec"#
    #expect([200, 302, 400, 404, 500, 503].map { kind($0, cut) } == Array(repeating: .unknown, count: 6))
    #expect(kind(401, cut) == .loginRefused)
    #expect(kind(429, "") == .retryLater)
    #expect(kind(400, Self.problem("OSC-CREST-00013")) == .refused)
  }

  private static func outcome(_ status: Int, _ body: String) -> Outcome {
    Outcome(
      HTTPAnswer(status: status, headers: HTTPHeaders(), body: Array(body.utf8)), of: .b2cService, now: 0)
  }

  private static func problem(_ code: String) -> String { #"{"title": "No", "o:errorCode": "\#(code)"}"# }

  private func failure(wasSent: Bool) -> TransportFailure {
    TransportFailure(code: "test", message: "lost", hint: nil, wasSent: wasSent)
  }
}

extension Outcome {
  var kind: OutcomeTests.Kind? {
    switch self {
    case .applied: .applied
    case .refused: .refused
    case .conflict: .conflict
    case .retryLater: .retryLater
    case .unknown: .unknown
    case .foreign: .foreign
    case .loginRefused: .loginRefused
    case .unchanged: nil
    }
  }
}
