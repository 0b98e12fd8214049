import Catalog
import JSON
import Patches
import Records
import Testing

extension ResourceType {
  /// A resource that is not shipped, as its one file would have it.
  fileprivate static let tickets = ResourceType(
    name: "tickets", singular: "ticket", summary: "A ticket of another desk.", dialect: .fusionCX,
    key: "TicketId", alternateKeys: ["TicketNumber"],
    fields: [
      Field("TicketId", .integer(minimum: 1), .readOnly),
      Field("TicketNumber", .string(maximumLength: 12), .createOnly),
      Field("Title", .string(maximumLength: 80), nullability: .notNull),
      Field("PriorityCd", .code(known: ["LOW", "HIGH"], lookup: "PRIORITY")),
      Field("Due.Day", .date),
      Field("CloseFlag", .boolean, isReversible: false, isTrigger: true),
    ],
    lists: [
      ChildList(
        name: "notes", singular: "note",
        element: .object([
          Field("NoteId", .integer(minimum: 1), .selector, nullability: .notNull),
          Field("Text", .string(maximumLength: 20)),
        ]),
        operations: [
          ListOperation("add", .create, required: ["Text"]),
          ListOperation("update", .update, required: ["NoteId"]),
        ], hasElementAddress: true, takesUpdatesInRecord: false)
    ],
    customFields: [CustomFieldSpace(path: "{name}_x", note: "")],
    examples: [.accepted("a title", ["Title": "x"])])
}

/// A new resource costs one value: everything a sheet can do follows from it.
@Suite struct NewResourceTests {
  @Test(
    arguments: [
      (["Title": "x", "Due.Day": "2024-02-29"], #"{"Title":"x","Due":{"Day":"2024-02-29"}}"#),
      (["PriorityCd": "HIGH", "Own_x": "1"], #"{"PriorityCd":"HIGH","Own_x":"1"}"#),
      (["notes.add.Text": "hello"], #"{"notes":[{"Text":"hello"}]}"#),
      (["notes.update.NoteId": "3", "notes.update.Text": "hello"], #"{"Text":"hello"}"#),
    ] as [(KeyValuePairs<String, String>, String)])
  func makesPatches(_ columns: KeyValuePairs<String, String>, _ body: String) throws {
    let built = try built(columns, for: .tickets)
    #expect(built.body == body)
    #expect(built.findings.isEmpty)
  }

  @Test(arguments: [
    (#""Title": null"#, "not-null"), (#""Title": 7"#, "wrong-kind"), (#""Titel": "x""#, "unknown-attribute"),
    (#""notes": [{"Text": "a text of more than twenty characters"}]"#, "too-long"),
    (#""Title": "x", "notes": [{"NoteId": 3, "Text": "x"}]"#, "own-address"),
  ])
  func validates(_ members: String, _ rule: String) throws {
    #expect(try built(json: members, for: .tickets).errors.contains(rule))
  }

  @Test func decodesChanges() throws {
    let patch = try #require(
      try built(json: #""CloseFlag": true, "Due": {"Day": null}, "notes": [{"Text": "x"}]"#, for: .tickets)
        .patch)
    let changes = ResourceType.tickets.changes(in: patch.body)
    #expect(changes.attributes.map(\.path) == ["CloseFlag", "Due.Day"])
    #expect(changes.attributes.map(\.isTrigger) == [true, false])
    #expect(changes.creations == [ElementCreation(list: "notes", attributes: ["Text": "x"])])
    #expect(patch.irreversible == ["CloseFlag", "notes.add"])
  }
}
