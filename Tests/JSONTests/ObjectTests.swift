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

  /// Large objects are searched differently from small ones, with the same results.
  @Test(arguments: [1, 63, 64, 65, 66, 200])
  func findsMembersWhateverTheirNumber(_ count: Int) throws {
    let names = (0..<count).map { "n\($0)" }
    var object = JSONObject(names.map { ($0, .string($0)) })
    #expect(object.count == count)
    #expect(names.allSatisfy { object[$0]?.string == $0 })
    #expect(object["none"] == nil)
    let parsed = try JSONValue(parsing: object.text()).object
    #expect(parsed == object)
    #expect(parsed?.hashValue == object.hashValue)

    object["n0"] = 1
    object["new"] = 2
    #expect(object.map(\.name) == names + ["new"])
    #expect(object["n0"] == 1)
    for (index, name) in names.enumerated() where !index.isMultiple(of: 2) { object[name] = nil }
    let rest = names.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element) + ["new"]
    #expect(object.map(\.name) == rest)
    #expect(rest.allSatisfy { object[$0] != nil })
    #expect(names.allSatisfy { rest.contains($0) == (object[$0] != nil) })
  }

  /// `é` as one scalar and as two are the same to Swift, and two members to JSON.
  @Test(arguments: [0, 100])
  func tellsNamesApartByTheirScalars(_ others: Int) {
    var object = JSONObject((0..<others).map { ("n\($0)", JSONValue.null) })
    object["\u{E9}"] = 1
    object["e\u{301}"] = 2
    #expect(object.count == others + 2)
    #expect(object["\u{E9}"] == 1)
    #expect(object["e\u{301}"] == 2)
  }
}
