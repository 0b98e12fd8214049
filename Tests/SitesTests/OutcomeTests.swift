import Testing

@testable import Sites

/// What each answer and each failure means for the write it is about.
@Suite struct OutcomeTests {
  enum Kind { case applied, refused, conflict, retryLater, unknown, loginRefused }

  @Test(
    arguments: [
      (200, "", .applied), (201, "", .applied), (204, "", .applied),
      (200, "<html>Please log in</html>", .unknown),
      (301, "", .refused), (302, "", .refused), (304, "", .refused),
      (400, problem("OSC-CREST-00013"), .refused), (400, "", .refused),
      (401, "", .loginRefused), (403, problem("OSC-CREST-00028"), .refused), (404, "", .refused),
      (405, "", .refused), (407, "", .loginRefused), (408, "", .unknown), (409, "", .refused),
      (412, "", .conflict), (413, "", .refused), (429, "", .retryLater),
      (500, problem("OSC-CREST-00008"), .refused), (500, "", .unknown), (500, "<h1>Oops</h1>", .unknown),
      (501, "", .refused), (502, "", .unknown), (503, problem("OSC-CREST-00035"), .retryLater),
      (503, "", .retryLater), (504, "", .unknown), (520, "", .unknown), (599, "", .unknown),
      (999, "", .unknown),
      // The API's own codes that decide whatever the status.
      (400, problem("OSC-CREST-00014"), .loginRefused), (400, problem("OSC-CREST-00015"), .loginRefused),
      (400, problem("OSC-CREST-00016"), .loginRefused), (500, problem("OSC-CREST-00035"), .retryLater),
    ] as [(Int, String, Kind)])
  func classifiesAnAnswerByItsStatusAndCode(status: Int, body: String, kind: Kind) {
    let outcome = Outcome(HTTPAnswer(status: status, headers: HTTPHeaders(), body: Array(body.utf8)), now: 0)
    #expect(outcome.kind == kind)
  }

  @Test func namesStatusCodeAndWordsOfARefusal() {
    let body = """
      {"type": "https://demo.example/services/rest/connect/exceptions/OSC-CREST-00013",
       "title": "Unrecognized resource", "status": 400, "detail": "Invalid property specified: colour",
       "o:errorCode": "OSC-CREST-00013"}
      """
    let outcome = Outcome(HTTPAnswer(status: 400, headers: HTTPHeaders(), body: Array(body.utf8)), now: 0)
    #expect(
      outcome
        == .refused(
          Refusal(
            status: 400, code: "OSC-CREST-00013",
            message: "Unrecognized resource: Invalid property specified: colour")))
  }

  @Test func saysHowLongTheSiteAskedToWait() {
    let headers = HTTPHeaders([("Retry-After", "7")])
    guard
      case .retryLater(let after, let refusal) = Outcome(
        HTTPAnswer(status: 503, headers: headers, body: []), now: 0)
    else {
      Issue.record("503 is not retried")
      return
    }
    #expect(after == .seconds(7))
    #expect(refusal.code == "http-503")
    #expect(refusal.message == "HTTP 503 Service Unavailable, and nothing else")
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
    guard case .refused(let refusal) = Outcome(HTTPAnswer(status: 302, headers: headers, body: []), now: 0)
    else {
      Issue.record("302 is not refused")
      return
    }
    #expect(refusal.message == "the site redirects to \(host) with HTTP 302")
  }

  @Test func retriesOnlyWhatNeverLeft() {
    #expect(Outcome(.failed(failure(wasSent: false), partial: nil), now: 0).kind == .retryLater)
    #expect(Outcome(.failed(failure(wasSent: true), partial: nil), now: 0).kind == .unknown)
    var login = failure(wasSent: false)
    login.isLogin = true
    #expect(Outcome(.failed(login, partial: nil), now: 0).kind == .loginRefused)
  }

  @Test func takesAStatusLineThatSaysNoEvenWhenTheRestIsLost() {
    let partial = { HTTPAnswer(status: $0, headers: HTTPHeaders(), body: Array(#"{"title": "Unrec"#.utf8)) }
    #expect(Outcome(.failed(failure(wasSent: true), partial: partial(200)), now: 0).kind == .unknown)
    #expect(Outcome(.failed(failure(wasSent: true), partial: partial(400)), now: 0).kind == .refused)
    #expect(Outcome(.failed(failure(wasSent: true), partial: partial(503)), now: 0).kind == .retryLater)
    #expect(Outcome(.failed(failure(wasSent: true), partial: partial(500)), now: 0).kind == .unknown)
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
    case .loginRefused: .loginRefused
    case .unchanged: nil
    }
  }

  var refusal: Refusal? {
    switch self {
    case .applied, .unchanged: nil
    case .refused(let refusal), .conflict(let refusal), .retryLater(_, let refusal),
      .unknown(let refusal), .loginRefused(let refusal):
      refusal
    }
  }
}
