import Catalog
import Foundation
import JSON
import Patches
import Sheets
import Testing

/// A resource with an attribute of every type, so that types are tested and not incidents.
let sampler = ResourceType(
  name: "samplers", singular: "sampler", summary: "One attribute of every type.", dialect: .b2cService,
  key: "id", alternateKeys: [],
  fields: [
    Field("id", .integer(minimum: 1), .readOnly),
    Field("flag", .boolean), Field("count", .integer(minimum: -3, maximum: 32767)),
    Field("any", .integer()), Field("day", .date), Field("at", .dateTime),
    Field("code", .string(maximumLength: 5, pattern: "^[A-Z]{2,3}[0-9]*$")),
    Field("nested.deep.text", .string()),
  ],
  lists: [
    ChildList(
      name: "actions", singular: "action",
      element: .object([
        Field("key", .integer(minimum: 1), .selector, nullability: .notNull), Field("intent", .string()),
        Field("once", .string(), .createOnly), Field("gone", .boolean, isReversible: false),
      ]),
      operations: [
        ListOperation("add", .create, required: ["intent"]),
        ListOperation("update", .update, required: ["key"]),
      ],
      lists: [
        ChildList(
          name: "bindings", singular: "binding",
          element: .object([
            Field("key", .integer(minimum: 1), .selector), Field("name", .string(maximumLength: 5)),
          ]),
          operations: [
            ListOperation("add", .create, required: ["name"]),
            ListOperation("update", .update, required: ["key"]),
          ])
      ])
  ],
  customFields: [CustomFieldSpace(path: "custom.{name}", note: "")], examples: [])

@Suite struct ValueTypeTests {
  @Test(arguments: [
    ("flag", "true", #"{"flag":true}"#), ("flag", " YES ", #"{"flag":true}"#),
    ("flag", "1", #"{"flag":true}"#),
    ("flag", "False", #"{"flag":false}"#), ("flag", "no", #"{"flag":false}"#),
    ("flag", "0", #"{"flag":false}"#),
    ("count", "-3", #"{"count":-3}"#), ("count", " 12 ", #"{"count":12}"#),
    ("any", "-9223372036854775808", #"{"any":-9223372036854775808}"#),
    ("day", "2024-02-29", #"{"day":"2024-02-29"}"#),
    ("at", "2024-03-17T09:12:44Z", #"{"at":"2024-03-17T09:12:44Z"}"#),
    ("at", "2024-03-17t09:12:44.123z", #"{"at":"2024-03-17T09:12:44Z"}"#),
    ("at", "2024-03-17 10:12+01:00", #"{"at":"2024-03-17T09:12:00Z"}"#),
    ("at", "2024-12-31T23:30:00-0100", #"{"at":"2025-01-01T00:30:00Z"}"#),
    ("at", "2024-03-01T00:30:00+01", #"{"at":"2024-02-29T23:30:00Z"}"#),
    ("code", "AB12", #"{"code":"AB12"}"#),
    ("nested.deep.text", "x", #"{"nested":{"deep":{"text":"x"}}}"#),
  ])
  func reads(_ column: String, _ cell: String, _ body: String) throws {
    let built = try built([column: cell], for: sampler)
    #expect(built.body == body)
    #expect(built.findings.isEmpty)
  }

  @Test(arguments: [
    ("flag", "maybe", "not-a-boolean"), ("flag", "2", "not-a-boolean"),
    ("count", "-4", "out-of-range"), ("count", "32768", "out-of-range"),
    ("count", "1e3", "scientific-notation"),
    ("count", "1.0", "decimal-number"), ("count", "1,000", "thousands-separator"),
    ("count", "+5", "not-an-integer"), ("count", "five", "not-an-integer"),
    ("any", "9223372036854775808", "out-of-range"),
    ("day", "2023-02-29", "not-a-date"), ("day", "17-03-2024", "not-a-date"),
    ("day", "2024-3-17", "not-a-date"),
    ("day", "2024-03-17T00:00:00Z", "not-a-date"), ("day", "45368", "not-a-date"),
    ("at", "2024-03-17T09:12:44", "no-offset"), ("at", "2024-03-17 09:12", "no-offset"),
    ("at", "2024-02-30T09:12:44Z", "not-a-date-time"), ("at", "2024-03-17T24:00:00Z", "not-a-date-time"),
    ("at", "2024-03-17T09:12:60Z", "not-a-date-time"), ("at", "2024-03-17", "not-a-date-time"),
    ("at", "17.03.2024 09:12", "not-a-date-time"), ("at", "2024-03-17T09:12:44+1:00", "not-a-date-time"),
    ("at", "0001-01-01T00:00:00+01:00", "out-of-range"),
    ("code", "ab", "pattern"), ("code", "ABCD", "pattern"), ("code", "AB1234", "too-long"),
  ])
  func refuses(_ column: String, _ cell: String, _ rule: String) throws {
    #expect(try built([column: cell], for: sampler).errors == [rule])
  }

  @Test(
    arguments: [
      ("customFields.c.x", nil, "1E5", #""1E5""#), ("customFields.c.x", .text, "12", #""12""#),
      ("customFields.c.x", .number, "12", "12"), ("customFields.c.x", .number, "-1.25", "-1.25"),
      ("customFields.c.x", .number, "9007199254740993.0", "9007199254740993.0"),
      ("customFields.c.x", .number, "1.000000000000000005", "1.000000000000000005"),
      ("customFields.c.x", .number, "-007.50", "-7.50"),
      ("customFields.c.x", .number, "99999999999999999999.5", "99999999999999999999.5"),
      ("customFields.c.x", .boolean, "Yes", "true"),
      ("customFields.c.x", .date, "2024-04-02", #""2024-04-02""#),
      ("customFields.c.x", .datetime, "2024-04-02T01:00:00+02:00", #""2024-04-01T23:00:00Z""#),
      ("customFields.c.x", .menu, "North", #"{"lookupName":"North"}"#),
      ("customFields.c.x", .reference, "12", #"{"id":12}"#), ("customFields.c.x", .number, "<null>", "null"),
    ] as [(String, DeclaredType?, String, String)])
  func readsACustomField(_ path: String, _ type: DeclaredType?, _ cell: String, _ value: String) throws {
    let built = try built([path: cell], options { $0.customFields[path] = type })
    #expect(built.body == #"{"customFields":{"c":{"x":\#(value)}}}"#)
    #expect(built.findings.isEmpty)
  }

  @Test(
    arguments: [
      (.number, "1,5", "decimal-number"), (.number, "1.5E3", "scientific-notation"),
      (.number, "x", "not-a-number"), (.number, "99999999999999999999", "out-of-range"),
      (.number, "1,234.5", "thousands-separator"), (.boolean, "x", "not-a-boolean"),
      (.date, "x", "not-a-date"),
      (.datetime, "x", "not-a-date-time"), (.menu, "2E5", "scientific-notation"),
    ] as [(DeclaredType, String, String)])
  func refusesACustomField(_ type: DeclaredType, _ cell: String, _ rule: String) throws {
    let path = "customFields.Field.x"
    #expect(try built([path: cell], options { $0.customFields[path] = type }).errors == [rule])
  }
}

/// Times as a job writes them, in a zone with summer time.
@Suite struct LocalTimeTests {
  private func read(_ cell: String, _ format: String = "dd-MM-yyyy HH:mm") throws -> BuiltRow {
    let zone = try #require(TimeZone(identifier: "Europe/Paris"))
    return try built(
      ["at": cell],
      options {
        $0.dateTimeFormat = format
        $0.timeZone = zone
      }, for: sampler)
  }

  @Test(arguments: [
    ("17-01-2024 09:12", "dd-MM-yyyy HH:mm", "2024-01-17T08:12:00Z"),
    ("17-07-2024 09:12", "dd-MM-yyyy HH:mm", "2024-07-17T07:12:00Z"),
    ("2024-07-17T09:12:44Z", "dd-MM-yyyy HH:mm", "2024-07-17T09:12:44Z"),
    ("7/1/2024 9:05 PM", "M/d/yyyy h:mm a", "2024-07-01T19:05:00Z"),
    ("7/1/2024 12:05 am", "M/d/yyyy h:mm a", "2024-06-30T22:05:00Z"),
    ("17.07.2024", "dd.MM.yyyy", "2024-07-16T22:00:00Z"),
    ("2024-07-17 at 09:12:44", "yyyy-MM-dd 'at' HH:mm:ss", "2024-07-17T07:12:44Z"),
    ("2024-07-17T09:12:44", "yyyy-MM-dd'T'HH:mm:ss", "2024-07-17T07:12:44Z"),
    ("31-03-2024 01:59", "dd-MM-yyyy HH:mm", "2024-03-31T00:59:00Z"),
    ("31-03-2024 03:00", "dd-MM-yyyy HH:mm", "2024-03-31T01:00:00Z"),
  ])
  func reads(_ cell: String, _ format: String, _ time: String) throws {
    let built = try read(cell, format)
    #expect(built.body == #"{"at":"\#(time)"}"#)
    #expect(built.findings.isEmpty)
  }

  @Test(arguments: [
    ("31-03-2024 02:30", "nonexistent-time"), ("31-02-2024 02:30", "not-a-date-time"),
    ("17-01-2024 25:00", "not-a-date-time"), ("17-1-2024 09:12", "not-a-date-time"),
    ("17-01-2024 09:12 PM", "not-a-date-time"), ("17-01-24 09:12", "not-a-date-time"),
    ("2024-01-17T09:12:00", "no-offset"),
  ])
  func refuses(_ cell: String, _ rule: String) throws {
    #expect(try read(cell).errors == [rule])
  }

  @Test func takesTheEarlierOfTwoTimesAndWarns() throws {
    let built = try read("27-10-2024 02:30")
    #expect(built.body == #"{"at":"2024-10-27T00:30:00Z"}"#)
    #expect(built.warnings == ["ambiguous-time"])
  }
}
