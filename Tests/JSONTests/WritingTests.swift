import JSON
import TestSupport
import Testing

@Suite struct WritingTests {
  @Test(
    arguments: [
      (.null, "null"), (.bool(true), "true"), (.integer(.min), "-9223372036854775808"), (.real(0.1), "0.1"),
      (.real(1), "1.0"), (.real(1e22), "1e+22"), (.real(.infinity), "null"), (.real(.nan), "null"),
      (.array([]), "[]"),
      (.object([:]), "{}"), (["b": 1, "a": [true, nil]], #"{"b":1,"a":[true,null]}"#),
      ("\"\\/\u{8}\u{C}\n\r\t\0\u{1F}\u{7F}é😀", #""\"\\/\u0008\u000c\n\r\t\u0000\u001f\u007fé😀""#),
    ] as [(JSONValue, String)])
  func writesCompactly(_ value: JSONValue, _ text: String) {
    #expect(value.text() == text)
  }

  /// A double would hold about sixteen of these digits.
  @Test(arguments: [
    "1.000000000000000005", "9007199254740993.0", "0.1000", "-0.0", "1e-400", "1E+22",
    "123456789012345678901234567890.123456789012345678901234567890",
  ])
  func writesDecimalNumbersDigitByDigit(_ number: String) throws {
    for text in [
      number, "[\(number),2,\(number)]", #"{"a\\\"1.5":"2.5","b":[\#(number),{"c":\#(number)}],"d":7}"#,
    ] {
      #expect(try JSONValue(parsing: text).text() == text)
    }
  }

  @Test(arguments: [
    ("-007.50", "-7.50"), ("000.5", "0.5"), ("1.", nil), (".5", nil), ("1e5", nil), ("1.2.3", nil),
  ])
  func readsACellsDecimalNumber(_ cell: String, _ text: String?) {
    #expect(JSONDecimal(digits: cell)?.text == text)
  }

  @Test func indentsWhenAsked() {
    let value: JSONValue = ["a": [1, [:]], "b": [], "c": ["d": nil]]
    #expect(
      value.text(.indented(2)) == """
        {
          "a": [
            1,
            {}
          ],
          "b": [],
          "c": {
            "d": null
          }
        }
        """)
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for round in 0..<500 {
      let value = randomValue(depth: 4, &random)
      for layout in [JSONValue.Layout.compact, .indented(2)] {
        #expect(try JSONValue(parsing: value.bytes(layout)) == value, "seed \(seed), round \(round)")
      }
    }
  }

  private func randomValue(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0...(depth > 0 ? 7 : 5), using: &random) {
    case 0: .null
    case 1: .bool(.random(using: &random))
    case 2: .integer(.random(in: .min ... .max, using: &random))
    case 3: .real(Double(Int.random(in: -1000...1000, using: &random)) / 7 * 1e10)
    case 4, 5: .string(randomText(&random))
    case 6:
      .array((0..<Int.random(in: 0...4, using: &random)).map { _ in randomValue(depth: depth - 1, &random) })
    default:
      .object(
        JSONObject(
          (0..<Int.random(in: 0...4, using: &random)).map {
            ("\($0)\(randomText(&random).replacing("\0", with: ""))", randomValue(depth: depth - 1, &random))
          }))
    }
  }

  private func randomText(_ random: inout SeededGenerator) -> String {
    let scalars = (0..<Int.random(in: 0...8, using: &random)).compactMap { _ in
      Unicode.Scalar(
        UInt32.random(in: 0...0x10FFFF, using: &random) >> UInt32.random(in: 0...16, using: &random))
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
