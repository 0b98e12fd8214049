import Dispatch
import TestSupport
import Testing

@testable import JSON

/// Valid and invalid JSON (RFC 8259); the cases follow public collections of nasty JSON texts.
@Suite struct ParsingTests {
  @Test(
    arguments: [
      ("null", .null), ("true", .bool(true)), (" \t\r\n false \n", .bool(false)), ("\"\"", .string("")),
      ("0", .integer(0)), ("-0", .integer(0)), ("-1", .integer(-1)), ("9223372036854775807", .integer(.max)),
      ("-9223372036854775808", .integer(.min)), ("300100000000001", .integer(300_100_000_000_001)),
      ("9007199254740993", .integer(9_007_199_254_740_993)), ("1.0", .real(1)), ("1e2", .real(100)),
      ("1E+2", .real(100)),
      ("0.1", .real(0.1)), ("-0.0", .real(-0.0)), ("15e-1", .real(1.5)), ("0e99999", .real(0)),
      ("[]", .array([])), ("{}", .object([:])), ("[[],{}]", .array([.array([]), .object([:])])),
      (#""\u0041\u00e9\u65e5\ud83d\ude00""#, .string("Aé日😀")),
      (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
      (#""\u0000""#, .string("\0")), (#""a\u0000b""#, .string("a\0b")),
      ("\"\u{7F}\u{2028}\u{FFFF}\"", .string("\u{7F}\u{2028}\u{FFFF}")),
      (#"{"":1}"#, .object(["": 1])), (#"{"b":1,"a":{"b":2}}"#, .object(["b": 1, "a": ["b": 2]])),
      (#""\ud834\udd1e""#, .string("𝄞")), (#"{"\u0061":1}"#, .object(["a": 1])),
    ] as [(String, JSONValue)])
  func accepts(_ text: String, _ value: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test(arguments: [
    "", " ", "nul", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x1",
    "1_000", "--1",
    "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1,,2]", "{", "}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#,
    #"{"a" 1}"#, "{1:1}", "{a:1}",
    "{'a':1}", #"{"a":1"#, #"{"a":1}}"#, "1 2", "[] []", "{}x", "\"", "\"a", "\"\\\"", #""\x""#, #""\u12""#,
    #""\u12G4""#, "\"\n\"", "\"\t\"",
    "\"\u{1F}\"", "\"\0\"", "\0", "1\0", "[1]\0", "[1\0]", "[true\0]", "{\"a\":null\0}", "// c\n1",
    "/* c */1", "\u{FEFF}1", "\u{A0}1", "\u{2060}1",
    #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800a""#, #""\ud83d\u0041""#, #""\ud800\n""#,
    #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"a":{"b":1,"b":2}}"#, #"{"\u0000":1}"#, #"{"a\u0000b":1}"#,
    "9223372036854775808", "-9223372036854775809", "99999999999999999999999999", "1e400", "-1e400",
  ])
  func refuses(_ text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test(
    arguments: [
      [0xFF], [0xC3], [0xC3, 0x28], [0xA9], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0xE9, 0x20],
    ] as [[UInt8]])
  func refusesBytesThatAreNotUTF8(_ bytes: [UInt8]) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x5B] + bytes + [0x5D]) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x7B, 0x22] + bytes + Array("\":1}".utf8)) }
  }

  @Test func saysWhereTheFaultIs() {
    #expect(throws: JSONError(line: 2, column: 8, message: "unexpected token near ','")) {
      try JSONValue(parsing: "{\n  \"a\": ,\n  \"b\": 1\n}")
    }
    #expect(throws: JSONError(line: 2, column: 3, message: "a NUL byte is not allowed")) {
      try JSONValue(parsing: "[1,\né2\0]")
    }
    #expect(throws: JSONError(line: 1, column: 1, message: "the text is empty")) {
      try JSONValue(parsing: [UInt8]())
    }
  }

  /// On a thread of the pool, whose stack is smaller than the main one.
  @Test func readsDeepNestingToItsLimitAndRefusesMore() {
    let answer = DispatchQueue(label: "deep").sync { () -> [Bool] in
      [2000, 2047, 2049, 100_000, 1_000_000].flatMap { depth in
        [("[", "]"), (#"{"a":"#, "}")].map { open, close in
          let text =
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
          guard let value = try? JSONValue(parsing: text) else { return false }
          return value.text() == text
        }
      }
    }
    #expect(answer == [true, true, true, true, false, false, false, false, false, false])
  }

  @Test func anyBytesAtAllAreReadOrRefused() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("{}[]:,\"\"\"\\u0dde19-+.eEtrufalsn \n\t".utf8) + [0, 0xC3, 0xA9, 0xFF]
    for round in rounds(5_000) {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        alphabet.randomElement(using: &random) ?? 0
      }
      do throws(JSONError) {
        let value = try JSONValue(parsing: bytes)
        #expect(try JSONValue(parsing: value.bytes()) == value, "seed \(seed), round \(round)")
      } catch {
        #expect(
          error.line >= 1 && error.column >= 1 && !error.message.isEmpty, "seed \(seed), round \(round)")
      }
    }
  }
}
