import Catalog
import TestSupport
import Testing

@testable import Sites

/// The meaning of a Fusion CX site's answers.
@Suite struct FusionOutcomeTests {
  @Test(
    arguments: [
      (200, "{}", .applied), (204, "", .applied),
      (400, payload("27521"), .refused), (400, "Unable to parse the provided payload", .refused),
      // A row that another client has locked or has just changed.
      (400, payload("26030"), .retryLater), (400, payload("JBO-26030"), .retryLater),
      (400, "Failed to lock the record, another user holds the lock. (JBO-26030)", .retryLater),
      (400, "Another user has changed the row with primary key 7. (JBO-25014)", .conflict),
      (400, payload("25014"), .conflict), (409, "", .retryLater), (412, #"{"InteractionId": 7}"#, .conflict),
      (401, "<html>Please log in</html>", .loginRefused), (403, "<html>No</html>", .foreign),
      (403, "", .refused), (404, "Not Found", .refused), (404, "<html>Not Found</html>", .foreign),
      // A gateway's error in JSON, whatever it declares itself to be.
      (400, #"{"type": "about:blank", "title": "Bad Request", "status": 400}"#, .foreign),
      (404, #"{"message": "no Route matched with those values"}"#, .foreign),
      (403, #"{"fault": {"faultstring": "Access denied"}}"#, .foreign),
      (400, #"[{"message": "x"}]"#, .foreign), (400, "[]", .foreign), (400, "null", .foreign),
      (400, #""Bad Request""#, .foreign), (400, #"{"message": "x""#, .foreign), (400, "400", .foreign),
      (302, "", .foreign), (406, "", .refused), (415, "", .refused), (429, "", .retryLater),
      // The framework answers 500 without a text (support note 2877145.1).
      (500, "", .unknown), (502, "<html>Bad Gateway</html>", .unknown), (503, "", .unknown),
      (503, payload("AP-1"), .retryLater), (500, payload("AP-1"), .retryLater),
      (504, "<html>Gateway Timeout</html>", .unknown), (200, "<html>Welcome</html>", .foreign),
    ] as [(Int, String, OutcomeTests.Kind)])
  func classifiesAnAnswerToAConditionalWrite(status: Int, body: String, kind: OutcomeTests.Kind) {
    #expect(Self.outcome(status, body, isConditional: true).kind == kind)
  }

  @Test func retriesAChangedRowSentWithoutACondition() {
    #expect(Self.outcome(400, Self.payload("25014"), isConditional: false).kind == .retryLater)
  }

  @Test(
    arguments: [
      (
        payload("27024"), "27024",
        "Bad Request: The value of the attribute OwnerResourceId isn't valid."
      ),
      (
        "URL request parameter q is invalid\nat line 1", "http-400",
        "HTTP 400: URL request parameter q is invalid at line 1"
      ),
      ("", "http-400", "HTTP 400 Bad Request, with no message"),
      (
        "<html><title>Oops</title></html>", "not-the-api",
        "HTTP 400 with a web page instead of the API's answer: Oops"
      ),
      (
        #"{"title": "Bad Request", "status": "400", "o:errorDetails": [{"detail": "one", "o:errorPath": ""}, {"detail": "two (AP-810245)", "o:errorCode": "AP-810245"}]}"#,
        "AP-810245", "Bad Request: one: two (AP-810245)"
      ),
    ])
  func findsCodeAndWordsWhateverTheVersion(body: String, code: String, message: String) {
    let refusal = Self.outcome(400, body, isConditional: false).refusal
    #expect(refusal?.code == code)
    #expect(refusal?.message == message)
  }

  @Test(
    arguments: [
      (String.json(#"{"items": [], "count": 0, "hasMore": false}"#), OutcomeTests.Kind.applied),
      (.json("{}"), .refused), (.answer("404 Not Found"), .refused),
      (.answer("200 OK", ["Content-Type: text/html"], body: "<html></html>"), .refused),
      (.answer("403 Forbidden"), .loginRefused), (.answer("401 Unauthorized"), .loginRefused),
      (.answer("503 Service Unavailable"), .retryLater), (.answer("302 Found"), .refused),
    ])
  func theFirstRequestFindsOutWhetherThisIsASite(answer: String, kind: OutcomeTests.Kind) throws {
    let server = try ScriptedServer([.answer(answer)])
    #expect(try SiteSettings.fusion(server.url).interactions().check().outcome.kind == kind)
    #expect(
      server.requests.map(\.line) == [
        "GET \(fusionPath)/interactions?limit=1&onlyData=true&fields=InteractionId HTTP/1.1"
      ])
  }

  @Test func whatOnlyTheOtherAPIHasIsAnError() {
    let session = SiteSettings.fusion("https://pod.example") {
      $0.authentication = .session(token: .command("echo x"))
    }
    #expect(throws: SiteError.self) { try session.interactions() }
    #expect(throws: SiteError.self) {
      try SiteSettings.fusion("https://pod.example").makeSite(resource: .interactions, suppress: [.rules])
    }
    #expect(throws: SiteError.self) {
      try SiteSettings.fusion("https://pod.example").makeSite(resource: .incidents)
    }
  }

  @Test(arguments: [0, 10, -1]) func refusesAFrameworkVersionThatThereIsNot(version: Int) {
    let settings = SiteSettings.fusion("https://pod.example") { $0.frameworkVersion = version }
    #expect(throws: SiteError.self) { try settings.interactions() }
  }

  @Test(arguments: [0, 1001]) func refusesABatchLimitThatIsNone(limit: Int) {
    let settings = SiteSettings.fusion("https://pod.example") { $0.batchLimit = limit }
    #expect(throws: SiteError.self) { try settings.interactions() }
  }

  @Test(arguments: ["", "a\r\nb", "é"]) func refusesAContextThatAHeaderCannotCarry(context: String) {
    let settings = SiteSettings.fusion("https://pod.example") { $0.metadataContext = context }
    #expect(throws: SiteError.self) { try settings.interactions() }
  }

  private static func payload(_ code: String) -> String {
    #"{"title": "Bad Request", "status": "400", "o:errorDetails": [{"detail": "#
      + #""The value of the attribute OwnerResourceId isn't valid.", "o:errorCode": "\#(code)", "#
      + #""o:errorPath": "/OwnerResourceId"}]}"#
  }

  private static func outcome(_ status: Int, _ body: String, isConditional: Bool) -> Outcome {
    let answer = HTTPAnswer(status: status, headers: HTTPHeaders(), body: Array(body.utf8))
    return Outcome(fusion: .answered(answer), isConditional: isConditional, now: 0)
  }
}
