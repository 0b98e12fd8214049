import JSON
import Records
import Testing

@Suite struct ValueTextTests {
  private static let table: [(JSONValue?, String)] = [
    (nil, "(absent)"),
    (JSONValue.null, "(empty)"),
    (.object(["id": 31, "lookupName": "Ana Kaya"]), "Ana Kaya (31)"),
    (.object(["id": 31]), "31"),
    (.object(["lookupName": "Low"]), "Low"),
    (.object(["bytes": 512]), "512 bytes"),
    (.object(["name": "x", "size": 2]), #"name "x", size 2"#),
    (.bool(true), "true"),
    (.real(1.5), "1.5"),
    (.array([1, "a"]), #"[1, "a"]"#),
    (.string(""), #""""#),
    (.string("a\nb\u{1B}[31m\u{202E}"), #""a\nb<U+001B>[31m<U+202E>""#),
  ]

  @Test(arguments: table)
  func isOneHarmlessLine(value: JSONValue?, text: String) {
    #expect(ValueText.text(value) == text)
  }

  @Test func isCutToALength() {
    #expect(ValueText.text(.string(String(repeating: "ä", count: 100)), limit: 5) == #""äääää…""#)
  }
}
