import JSON
import Testing

@Suite struct PrintableTextTests {
  @Test(arguments: [
    ("plain", "plain"), ("a\nb\r\tc", "a\\nb\\r\\tc"), ("a\u{1B}[31mb", "a<U+001B>[31mb"),
    ("\u{9B}2J\u{7F}\u{0}", "<U+009B>2J<U+007F><U+0000>"), ("\u{202E}txt.exe", "<U+202E>txt.exe"),
    ("\u{2066}\u{200B}\u{FEFF}\u{2028}", "<U+2066><U+200B><U+FEFF><U+2028>"), ("a\u{200D}b", "a<U+200D>b"),
    ("\u{E0041}", "<U+E0041>"), ("Größe 漢字", "Größe 漢字"), ("👩‍👩‍👧 1️⃣ نمی‌خواهم", "👩‍👩‍👧 1️⃣ نمی‌خواهم"),
  ])
  func showsWhatAScreenWouldObeyOrHide(_ text: String, _ shown: String) {
    #expect(text.printable() == shown)
  }

  @Test func isCutToALength() {
    #expect("äöüß".printable(limit: 3) == "äöü…")
    #expect("äöüß".printable(limit: 4) == "äöüß")
    #expect("abcd".printable(limit: 3) == "abc…")
  }

  @Test func aTextOfOursKeepsItsLinesAndColours() {
    #expect("a\n\tb".harmless == "a\n\tb")
    #expect("\u{1B}[31m- x\u{1B}[0m".harmless == "\u{1B}[31m- x\u{1B}[0m")
    #expect(
      "\u{1B}[2Ja\u{1B}]0;title\u{7}\u{202E}".harmless == "<U+001B>[2Ja<U+001B>]0;title<U+0007><U+202E>")
  }

  @Test func isEscapedInJSON() throws {
    let value = JSONValue.object(["a\u{202E}": .string("\u{1B}\u{9B}\u{7F}\u{200B}\u{E0041}ü👩‍👩‍👧")])
    let text = value.text()
    #expect(
      text == #"{"a\u202e":"\u001b\u009b\u007f\u200b\udb40\udc41ü👩‍👩‍👧"}"#)
    #expect(try JSONValue(parsing: text) == value)
    #expect(value.text(.verbatim) == "{\"a\u{202E}\":\"\\u001b\u{9B}\u{7F}\u{200B}\u{E0041}ü👩‍👩‍👧\"}")
    // Text that someone else has written keeps its form.
    #expect(JSONValue.escaped("{\"a\u{202E}\": 1.50}") == #"{"a\u202e": 1.50}"#)
  }
}
