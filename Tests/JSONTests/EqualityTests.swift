import JSON
import Testing

/// Values are equal when they are written alike, which for texts is stricter than Swift's own rule.
@Suite struct EqualityTests {
  private let composed = "caf\u{E9}"
  private let decomposed = "cafe\u{301}"

  @Test func tellsComposedFromDecomposedTexts() {
    #expect(composed == decomposed)
    #expect(JSONValue.string(composed) != .string(decomposed))
    #expect(JSONValue.array([.string(composed)]) != .array([.string(decomposed)]))
    #expect(JSONObject("text", .string(composed)) != JSONObject("text", .string(decomposed)))
    #expect(JSONObject(composed, 1) != JSONObject(decomposed, 1))
    #expect(Set<JSONValue>([.string(composed), .string(decomposed)]).count == 2)
  }

  @Test func keepsNamesApartThatLookAlike() {
    var object = JSONObject(composed, 1)
    object[decomposed] = 2
    #expect(object.count == 2)
    #expect(object[composed] == 1)
    #expect(object[decomposed] == 2)
  }

  @Test func tellsWholeNumbersFromDecimalOnes() {
    #expect(JSONValue.integer(1) != .real(1))
    #expect(JSONValue.integer(9_007_199_254_740_993) != .integer(9_007_199_254_740_992))
  }

  @Test(arguments: [
    ("1.50", "1.5", true), ("1.5", "15e-1", true), ("0.0", "-0.00", true), ("1E2", "100.0", true),
    ("1.000000000000000005", "1.0", false), ("9007199254740993.0", "9007199254740992.0", false),
    ("1e-400", "0.0", false), ("-1.5", "1.5", false), ("1.5", "1.05", false),
  ])
  func comparesDecimalNumbersToTheLastDigit(_ one: String, _ other: String, _ isSame: Bool) throws {
    let (one, other) = (try JSONValue(parsing: one), try JSONValue(parsing: other))
    #expect((one == other) == isSame)
    if isSame { #expect(one.hashValue == other.hashValue) }
  }

  @Test func hashesEqualValuesAlike() {
    let value: JSONValue = ["a": ["é", 1, 2.5, true, nil]]
    #expect(value == ["a": ["é", 1, 2.5, true, nil]])
    #expect(value.hashValue == (["a": ["é", 1, 2.5, true, nil]] as JSONValue).hashValue)
    #expect(value != ["a": ["é", 1, 2.5, true]])
  }
}
