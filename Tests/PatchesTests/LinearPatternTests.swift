import Testing

@testable import Patches

/// Regular expressions that are searched in linear time.
@Suite struct LinearPatternTests {
  private func matches(_ pattern: String, _ text: String) throws -> [String]? {
    let scalars = Array(text.unicodeScalars)
    return try LinearPattern(pattern).matches(in: scalars)?.map { place in
      var match = String.UnicodeScalarView()
      match += scalars[place]
      return String(match)
    }
  }

  @Test(
    arguments: [
      ("abc", "xabcabc", ["abc", "abc"]), ("a|ab", "ab", ["a"]), ("ab|a", "ab", ["ab"]),
      ("a+", "baaab a", ["aaa", "a"]), ("a+?", "aa", ["a", "a"]), ("ab?c", "ac abc abbc", ["ac", "abc"]),
      ("[0-9]{2,3}", "1 12 12345", ["12", "123", "45"]), (#"\d{3}-\d{4}"#, "555-1234x", ["555-1234"]),
      ("[^a-c ]+", "abcd ef", ["d", "ef"]), (#"[\d.-]+"#, "a1.5-2b", ["1.5-2"]), ("[]x]", "a]x", ["]", "x"]),
      ("^a", "aa", ["a"]), ("a$", "aa", ["a"]), (#"\bcat\b"#, "cat concat cat.", ["cat", "cat"]),
      ("(?i)straße", "STRAßE strasse", ["STRAßE"]), ("(?i)[a-c]+", "xABcx", ["ABc"]),
      ("(?:ab)+", "ababx", ["abab"]), ("(a|b)*c", "abacxc", ["abac", "c"]), ("a.c", "a\nc abc", ["abc"]),
      (#"\w+"#, "Zoë-3 ïs", ["Zoë", "3", "ïs"]), (#"\s"#, "a\u{A0}b c", ["\u{A0}", " "]),
      (#"a\.b\\"#, #"a.b\ axb"#, [#"a.b\"#]), ("é", "café", ["é"]), ("(a+|b){3}", "aabab", ["aaba"]),
      ("x*y|z", "xxz", ["z"]),
    ] as [(String, String, [String])])
  func findsWhatOthersFind(_ pattern: String, _ text: String, _ found: [String]) throws {
    #expect(try matches(pattern, text) == found, "\(pattern)")
  }

  /// Each of these keeps a machine that tries one way after the other busy for ages.
  @Test(arguments: ["(a+)+$", "(a|aa)+$", "(a|a?)+b", "(.*a){20}b", "((a+)+)+b", "([a-zA-Z]+)*b$"])
  func isNotMisledByHostilePatterns(_ pattern: String) throws {
    let text = String(repeating: "a", count: 5_000) + "!"
    #expect(try matches(pattern, text) == [])
  }

  /// Many matches that each look to the end of the text would be slow together.
  @Test func givesUpAfterMoreStepsThanATextMayTake() throws {
    #expect(try matches("a.*b|a", String(repeating: "a", count: 20_000)) == nil)
    #expect(try matches("a.*b|a", String(repeating: "a", count: 200))?.count == 200)
  }

  @Test(
    arguments: [
      ("a*", "also matches an empty text"), ("", "also matches an empty text"),
      (#"\b"#, "also matches an empty text"),
      ("a|", "also matches an empty text"), ("(a", "'(' is not closed"), ("a)", "')' is closed"),
      ("[a", "'[' is not closed"), ("*a", "'*' repeats nothing"), ("()+a", "'+' repeats an empty group"),
      (#"(a)\1"#, #"'\1' is not known here: a pattern cannot refer"#), ("(?=a)a", "'(?=' is not known here"),
      ("(?<n>a)", "'(?<' is not known here"), (#"\p{L}"#, #"'\p' is not known here"#),
      ("a++", "'++' is not known"),
      ("a{3,2}", "must be such as {3}"), ("a{,3}", "must be such as {3}"),
      ("a{999999999}", "must be such as {3}"),
      ("[z-a]", "ends before it begins"), (#"[\D]"#, "cannot stand in square brackets"),
      (#"a\"#, "stands at the end"),
      ("((((a{500}){500}){500}){500}){500}", "too large"),
      (String(repeating: "(", count: 60) + "a", "within each other"),
    ])
  func refusesWhatItCannotDo(_ pattern: String, _ message: String) {
    let fault = #expect(throws: LinearPattern.Fault.self) { try LinearPattern(pattern) }
    #expect(fault?.message.contains(message) == true, "\(fault?.message ?? "")")
  }
}
