import Testing

@testable import Records

/// Texts that may be the same after a service has stored them.
@Suite struct NormalizedTextTests {
  @Test(arguments: [
    ("customer's call", "customer&#039;s call"), ("customer's call", "customer&#39;s call"),
    ("customer's call", "customer&#x27;s call"), ("customer's call", "customer&apos;s call"),
    ("Müller & Søn", "M&uuml;ller &amp; S&oslash;n"), ("a < b", "a &lt; b"), ("5 €", "5 &euro;"),
    // Text that is shown escaped was an entity before.
    ("use &lt;br&gt; here", "use &amp;lt;br&amp;gt; here"), ("AT&amp;T", "AT&T"),
    ("AT&amp;T", "AT&amp;amp;T"),
    ("two\r\nlines", "two\nlines"), ("two\rlines", "two&#13;&#10;lines"), ("trail  \nend ", "trail\nend"),
    ("no\u{A0}break", "no break"), ("no break", "no&nbsp;break"),
    ("caf\u{E9}", "cafe\u{301}"), ("ÿ", "&yuml;"), ("¡", "&iexcl;"),
  ])
  func recognises(sent: String, stored: String) {
    #expect(NormalizedText(sent) == NormalizedText(stored))
  }

  @Test(arguments: [
    ("a b", "a  b"), ("Call", "call"), ("a&nosuch;b", "ab"), ("&#0;", ""), ("&#xD800;", ""),
    ("a & b;", "a b;"),
    ("one\n\ntwo", "one\ntwo"),
  ])
  func keepsApart(one: String, other: String) {
    #expect(NormalizedText(one) != NormalizedText(other))
  }

  @Test(arguments: [
    ("first line\nsecond line", "<p>first line<br>second line</p>", true),
    ("a long text that a service has cut", "a long text that a ser", true),
    ("α and β are near", "&alpha; and &beta; are near", false),
    ("called the customer about α", "called the customer about &alpha;", true),
    ("note of row 17", "another one by somebody", false),
    ("…", "!", true), ("…", "words", false),
  ])
  func tellsWhatMayHaveComeOfATextFromOthers(sent: String, stored: String, verdict: Bool) {
    #expect(NormalizedText(sent).resembles(NormalizedText(stored)) == verdict)
    #expect(NormalizedText(stored).resembles(NormalizedText(sent)) == verdict)
  }

  @Test func takesNoLongerForManyLayersOfEntities() {
    let layers = "&" + String(repeating: "amp;", count: 200_000)
    #expect(NormalizedText(layers) == NormalizedText(layers))
  }
}
