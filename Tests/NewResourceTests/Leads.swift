import Catalog
import JSON

/// The leads of a sales desk, as a file of `Catalog/Resources/` would have them.
///
/// They are not shipped, and nothing outside these tests knows of them. What is here has the shape of the
/// API's own leads and has not been compared with them.
extension ResourceType {
  static let leads = ResourceType(
    name: "leads", singular: "lead",
    summary: "Somebody's interest in a product, before it is an opportunity.",
    dialect: .fusionCX, key: "LeadId", alternateKeys: ["LeadNumber"],
    fields: [
      Field("LeadId", .integer(minimum: 1), .readOnly, note: "names the record; a key column"),
      Field("LeadNumber", .string(maximumLength: 30), .createOnly, note: "usable as the key column"),
      Field("Name", .string(maximumLength: 80), nullability: .notNull),
      Field("Description", .string(maximumLength: 1000), nullability: .nullable),
      Field("StatusCode", .code(known: ["QUALIFIED", "UNQUALIFIED", "RETIRED"], lookup: "LEAD_STATUS")),
      Field("OwnerId", .integer(minimum: 1)),
      Field("BudgetedFlag", .boolean),
      Field("CloseDate", .date),
      Field("ApprovedAt", .dateTime),
      Field("LastUpdateDate", .dateTime, .readOnly),
    ],
    lists: [
      ChildList(
        name: "Notes", singular: "note",
        element: .object([
          Field("NoteId", .integer(minimum: 1), .selector, nullability: .notNull),
          Field("NoteText", .string(maximumLength: 40)),
        ]),
        operations: [
          ListOperation("add", .create, required: ["NoteText"]),
          ListOperation("update", .update, required: ["NoteId"]),
        ], hasElementAddress: true, takesUpdatesInRecord: false)
    ],
    customFields: [CustomFieldSpace(path: "{name}_c", note: "a site's own attributes")],
    examples: [
      .accepted("a new name", ["Name": "Pond pump"]),
      .accepted("no description", ["Description": nil]),
      .accepted("a note", ["Notes": [["NoteText": "called back"]]]),
      .refused("no name", ["Name": nil], by: "not-null"),
      .refused("a day that is none", ["CloseDate": "2024-02-30"], by: "not-a-date"),
      .refused("an empty note", ["Notes": [[:]]], by: "missing-required"),
    ])
}
