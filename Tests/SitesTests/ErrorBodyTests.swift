import Testing

@testable import Sites

/// Error bodies of any shape are reduced to a code, if there is one, and one line.
@Suite struct ErrorBodyTests {
  private func answer(_ body: [UInt8], hiding secrets: [String] = []) -> HTTPAnswer {
    HTTPAnswer(
      status: 500, headers: HTTPHeaders(), body: body, traces: LoginTraces(of: secrets.map(Secret.init)))
  }

  @Test(
    arguments: [
      ([0x1F, 0x8B, 8, 0], "gzip, without Content-Encoding or cut off"),
      ([0xFF, 0xFE, 0x7B, 0], "UTF-16 text"),
      (Array("{}".utf8), nil), ([], nil),
    ] as [([UInt8], String?)])
  func aBodyInAnUnannouncedFormIsNamed(body: [UInt8], form: String?) {
    #expect(HTTPAnswer(status: 200, headers: HTTPHeaders(), body: body).unannouncedForm == form)
  }

  /// A gateway that repeats the request in its error page must not get the login into a run or a log.
  @Test(arguments: [
    (#"{"title": "you sent S3cr\u00e9t-\"pa&ss\""}"#, "you sent ***"),
    // In Latin-1, as escapes and as what is left of it.
    ("/login?p=S3cr%E9t-%22pa%26ss%22", "/login?p=***"), ("S3cr\u{FFFD}t-\"pa&ss\" it was", "*** it was"),
    (#"{"title": "a", "o:errorDetails": [{"detail": "Basic Ym9iOlMzY3I="}]}"#, "a: Basic ***"),
    (#"{"message": "Authorization: Basic Ym9iOlMzY3I="}"#, "Authorization: Basic ***"),
    (#"{"cut": "S3cr\u00e9t-\"pa&ss\""#, #"an error that cannot be read: {"cut": "***"#),
    ("you sent S3crét-\"pa&ss\" here", "you sent *** here"),
    ("<p>S3crét-&quot;pa&amp;ss&quot;</p>", "***"),
    ("/login?p=S3cr%C3%A9t-%22pa%26ss%22", "/login?p=***"),
    ("/login?p=S3cr%c3%a9t-%22pa%26ss%22", "/login?p=***"),
    ("<p>&#83;3cr&#233;t-&#x22;pa&#0000038;ss&#X22;</p>", "***"),
    ("S3cr%25C3%25A9t-%2522pa%2526ss%2522", "***"),
    ("&amp;#83;3crét-&amp;quot;pa&amp;amp;ss&amp;quot; it was", "*** it was"),
    (#"{"a": "{\"b\": \"S3cr\\u00E9t-\\\"pa&ss\\\"\"}"}"#, #"{"a": "{\"b\": \"***\"}"}"#),
    ("%53%33%63%72%C3%A9%74%2D%22%70%61%26%73%73%22", "***"),
    // Without the ends that browsers forgive, without padding, as base64 of its own, as digits.
    ("&#83&#51&#99&#114&#233&#116&#45&#34&#112&#97&#38&#115&#115&#34 it was", "*** it was"),
    ("sent Ym9iOlMzY3I today", "sent *** today"), ("sent UzNjcsOpdC0icGEmc3Mi today", "sent *** today"),
    ("sent 53336372c3a9742d22706126737322 today", "sent *** today"),
    ("sent 53336372C3A9742D22706126737322 today", "sent *** today"),
    // In capitals, as a page or a case-insensitive program may repeat it.
    ("YOU SENT S3CRéT-\"PA&SS\" HERE", "YOU SENT *** HERE"),
    ("/login?p=s3cr%c3%a9t-%22PA%26ss%22", "/login?p=***"),
  ])
  func blanksOutTheLogin(body: String, message: String) {
    let error = ErrorBody(
      answer(Array(body.utf8), hiding: ["S3crét-\"pa&ss\"", "Ym9iOlMzY3I=", "xyz", ""]))
    #expect(error.message == message)
  }

  @Test(arguments: [0, 10, 33, 34, 35]) func showsNothingOfASecretAtTheEndOfWhatIsRead(before: Int) {
    let secret = "S3cret-password-of-twenty-and-more"
    // Tags are left out of the words, so that the end of a long page is among them.
    let page =
      "<a>" + String(repeating: "<br>", count: 20_000).prefix((1 << 16) - 3 - before) + secret
      + "</a>"
    let error = ErrorBody(answer(Array(page.utf8), hiding: [secret]))
    #expect(error.message?.contains("S3") != true)
  }

  @Test func hidesASecretInACode() {
    let type = #"{"type": "https://x/exceptions/OSC-CREST-Ym9iOlMzY3I=", "title": "no"}"#
    #expect(ErrorBody(answer(Array(type.utf8), hiding: ["Ym9iOlMzY3I="])).code == "OSC-CREST-***")
  }

  @Test func cutsNoSecretInHalf() {
    let body = String(repeating: "a ", count: 95) + "S3cret-password-of-twenty-and-more letters"
    let error = ErrorBody(answer(Array(body.utf8), hiding: ["S3cret-password-of-twenty-and-more"]))
    #expect(error.message?.contains("S3cret") == false)
  }

  @Test(
    arguments: [
      ("", nil, nil),
      ("  \r\n", nil, nil),
      (#"{"title": "Not found", "o:errorCode": "OSC-CREST-00013"}"#, "OSC-CREST-00013", "Not found"),
      (#"{"title": "A", "detail": "B\nC"}"#, nil, "A: B C"),
      (#"{"title": "same", "detail": "same"}"#, nil, "same"),
      (
        #"{"type": "https://x.example/exceptions/OSC-CREST-00006", "detail": "no"}"#, "OSC-CREST-00006", "no"
      ),
      (#"{"type": "about:blank", "detail": "no"}"#, nil, "no"),
      (#"[{"title": "in a list"}]"#, nil, "in a list"),
      (
        #"{"title": "Bad", "o:errorDetails": [{"detail": "first"}, {"detail": "second"}]}"#, nil,
        "Bad: first: second"
      ),
      (#"{"message": "from a gateway"}"#, nil, "from a gateway"),
      (#"{"error": "from a gateway"}"#, nil, "from a gateway"),
      (
        #"{"title": 7, "detail": null, "o:errorCode": 12}"#, nil,
        #"{"title": 7, "detail": null, "o:errorCode": 12}"#
      ),
      (#"{"title": "cut of"#, nil, #"an error that cannot be read: {"title": "cut of"#),
      ("[]", nil, "an error that cannot be read: []"),
      ("upstream connect error", nil, "upstream connect error"),
      ("two\r\nlines\tand\u{1B}[31mcolour", nil, "two lines and [31mcolour"),
      (
        "<html><head><TITLE> 502 Bad\nGateway </TITLE></head><body>nginx</body></html>", nil,
        "502 Bad Gateway"
      ),
      ("<html><body><h1>Oops</h1><p>Try later</p></body></html>", nil, "Oops Try later"),
      ("<html><title></title><body>Down</body>", nil, "Down"),
      ("<<<", nil, nil),
    ] as [(String, String?, String?)])
  func findsCodeAndWords(body: String, code: String?, message: String?) {
    let error = ErrorBody(answer(Array(body.utf8)))
    #expect(error.code == code)
    #expect(error.message == message)
  }

  @Test func isNotUpsetByBytesThatAreNoText() {
    #expect(ErrorBody(answer([0xFF, 0xFE, 0x00, 0x41])).message == "\u{FFFD}\u{FFFD} A")
  }

  @Test func keepsALongMessageToAThousandCharacters() throws {
    let body = #"{"title": "\#(String(repeating: "a", count: 5000))", "detail": "b"}"#
    let message = try #require(ErrorBody(answer(Array(body.utf8))).message)
    #expect(message.count == 1000)
    #expect(message.hasSuffix("…"))
  }

  @Test(arguments: 1...18) func cutsALineToItsLimitWhateverTheLimit(limit: Int) {
    let line = "ab  cd\u{202E}ef".asOneLine(limit: limit)
    #expect(line.count <= limit)
    #expect(limit < 15 ? line.hasSuffix("…") : line == "ab cd<U+202E>ef")
  }
}
