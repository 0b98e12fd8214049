import JSON
import Testing

@Suite struct ObjectTests {
  @Test func keepsMembersInTheOrderTheyWereWritten() throws {
    var object = JSONObject([("z", 1), ("a", 2), ("z", 3)])
    #expect(object.text() == #"{"z":3,"a":2}"#)
    object["m"] = 4
    object["z"] = nil
    object["none"] = nil
    #expect(object.map(\.name) == ["a", "m"])
    #expect(
      try JSONValue(parsing: #"{"z":1,"y":2,"a":3,"b":4}"#).object?.map(\.name) == ["z", "y", "a", "b"])
  }

  @Test func setsAndFindsValuesAtPaths() {
    var object: JSONObject = ["a": 1]
    object.set("x", at: ["b", "c", "d"])
    object.set(2, at: ["b", "e"])
    object.set(3, at: ["a", "f"])
    #expect(object.text() == #"{"a":{"f":3},"b":{"c":{"d":"x"},"e":2}}"#)
    #expect(object.value(at: ["b", "c", "d"]) == "x")
    #expect(object.value(at: ["b", "x", "d"]) == nil)
    #expect(object.value(at: ["a", "f", "g"]) == nil)
  }
}
