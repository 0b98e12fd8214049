import Catalog
import JSON
import Records
import Sheets
import Testing

@testable import Patches

/// Texts that a job rewrites by what they say.
@Suite struct TextRewritingTests {
  private func rewriting(
    _ kinds: Set<TextRewriting.Kind> = [.cardNumbers], pattern: String? = nil, with: String = "**** {last4}"
  ) throws -> TextRewriting {
    try TextRewriting(of: .incidents, kinds: kinds, pattern: pattern, replacement: with)
  }

  @Test(arguments: [
    ("my card 4111 1111 1111 1111, thanks", "my card **** 1111, thanks"),
    ("4111111111111111", "**** 1111"),
    ("5555-5555-5555-4444\r\nand 378282246310005!", "**** 4444\r\nand **** 0005!"),
    ("4111 1111 1111 1111 5500 0000 0000 0004", "**** 1111 **** 0004"),
    ("Zoë: 4111111111111111 ✓", "Zoë: **** 1111 ✓"),
    // Luhn fails, or no issuer has such a number.
    ("4111 1111 1111 1112", nil), ("order 2024031700001234567", nil), ("", nil),
  ])
  func masksCardNumbersThatPassTheirCheck(_ text: String, _ new: String?) throws {
    #expect(try rewriting().rewritten(text) == new)
  }

  @Test(arguments: [
    ("IBAN DE89 3704 0044 0532 0130 00.", "IBAN **** 3000."), ("gb82west12345698765432", "**** 5432"),
    ("NO93 8601 1117 947 and FR1420041010050500013M02606", "**** 7947 and **** 2606"),
    ("DE89 3704 0044 0532 0130 01", nil), ("XX82WEST12345698765432", nil), ("ADE89370400440532013000", nil),
    ("DE893704004405320130001", nil), ("DE89  3704 0044 0532 0130 00", nil),
  ])
  func masksAccountNumbersThatPassTheirCheck(_ text: String, _ new: String?) throws {
    #expect(try rewriting([.accountNumbers]).rewritten(text) == new)
  }

  @Test func masksWhatAPatternMatches() throws {
    let tickets = try rewriting([], pattern: #"(?i)\bpin:? ?\d{4}\b"#, with: "PIN {{hidden}}")
    #expect(
      try tickets.rewritten("Pin 1234, pin: 99999, PIN:0000") == "PIN {hidden}, pin: 99999, PIN {hidden}")
    let all = try rewriting([.cardNumbers, .accountNumbers], pattern: "secret", with: "[{last4}]")
    #expect(try all.rewritten("secret 4111111111111111 DE89370400440532013000") == "[cret] [1111] [3000]")
  }

  @Test func doesNotRewriteForEver() throws {
    #expect(throws: RowCompletion.Obstacle.self) {
      try rewriting([], pattern: "a", with: "aa").rewritten("banana")
    }
    let long = String(repeating: "x", count: 349_500) + " a a a a a a a"
    let obstacle = #expect(throws: RowCompletion.Obstacle.self) {
      try rewriting([], pattern: "a", with: "bbbbbbbbbb").rewritten(long)
    }
    #expect(obstacle?.code == "too-long")
  }

  @Test(
    arguments: [
      ([], nil, "x", nil), ([.cardNumbers], nil, nil, nil), ([], "(", "x", "pattern"),
      ([.cardNumbers], nil, "{last", "with"),
      ([.cardNumbers], nil, "{first4}", "with"),
    ] as [(Set<TextRewriting.Kind>, String?, String?, String?)])
  func refusesWhatCannotBe(
    _ kinds: Set<TextRewriting.Kind>, _ pattern: String?, _ with: String?, _ key: String?
  ) {
    let fault = #expect(throws: TextRewriting.Fault.self) {
      try TextRewriting(of: .incidents, kinds: kinds, pattern: pattern, replacement: with)
    }
    #expect(fault?.key == key)
    let other = #expect(throws: TextRewriting.Fault.self) {
      try TextRewriting(of: .interactions, kinds: [.cardNumbers], pattern: nil, replacement: "x")
    }
    #expect(other?.message == "interactions have no threads or notes that can be rewritten")
  }

  // MARK: Patches

  private func image(_ texts: [JSONValue]) -> RecordImage {
    let threads = texts.enumerated().map {
      JSONObject([("id", .integer(Int64($0.offset + 1))), ("text", $0.element)])
    }
    return RecordImage(id: 7, lists: ["threads": threads])
  }

  @Test func rewritesExactlyTheElementsThatMatch() throws {
    let image = image(["4111111111111111", "nothing", .null, "and 5555555555554444"])
    let body = try rewriting().added(to: ["subject": "s", "threads": ["text": "new"]], on: image)
    let rewritten = #"{"id":1,"text":"**** 1111"},{"id":4,"text":"and **** 4444"}"#
    #expect(JSONValue.object(body).text() == #"{"subject":"s","threads":[\#(rewritten),{"text":"new"}]}"#)
    // The next look finds other texts: what the first one made is gone.
    let next = try rewriting().added(to: body, on: self.image(["**** 1111", "4111111111111111"]))
    #expect(
      JSONValue.object(next).text()
        == #"{"subject":"s","threads":[{"id":2,"text":"**** 1111"},{"text":"new"}]}"#)
    #expect(
      try rewriting().added(to: ["threads": [["id": 1, "text": "x"]]], on: self.image(["none"])).isEmpty)
  }

  @Test func refusesARecordThatDoesNotShowItsTexts() throws {
    #expect(throws: RowCompletion.Obstacle.self) { try rewriting().added(to: [:], on: RecordImage(id: 7)) }
    var unread = RecordImage(id: 7)
    unread.lists["threads"] = [["id": 3]]
    let obstacle = #expect(throws: RowCompletion.Obstacle.self) { try rewriting().added(to: [:], on: unread) }
    #expect(obstacle?.message == "the site does not show threads[3].text")
  }

  @Test func takesRowsThatSayNothingElse() throws {
    let masking = try rewriting()
    let options = options { $0.rewriting = masking }
    let builder = try builder(["id"], options)
    #expect(builder.build(row(["771"])).patch?.body == [:])
    let withSubject = try self.builder(["id", "subject"], options)
    #expect(withSubject.build(row(["771", ""])).patch?.body == [:])
    #expect(withSubject.build(row(["771", "s"])).body == #"{"subject":"s"}"#)
    #expect(try self.builder(nil, options).build(row(#"{"id": 771}"#)).patch?.body == [:])
    let own = try self.builder(nil, options).build(row(#"{"id": 771, "threads": [{"id": 3, "text": "x"}]}"#))
    #expect(own.errors == ["set-twice"])
    let made = PatchBuilder.make(
      resource: .incidents, options: options, header: ["id", "threads.rewrite.id", "threads.rewrite.text"])
    #expect(Set(made.findings.map(\.rule)) == ["set-twice"])
  }

  private func builder(_ header: [String]?, _ options: PatchOptions) throws -> PatchBuilder {
    try PatchesTests.builder(header, options)
  }
}
