import Catalog
import JSON

/// The tasks of a service desk, as a file of `Catalog/Resources/` would have them.
///
/// They are not shipped, and nothing outside these tests knows of them. What is here has the shape of the
/// API's own tasks and has not been compared with them.
extension ResourceType {
  static let tasks = ResourceType(
    name: "tasks", singular: "task", summary: "A piece of work that somebody is to do by a day.",
    dialect: .b2cService, key: "id", alternateKeys: ["lookupName"],
    fields: [
      Field("id", .integer(minimum: 1), .readOnly, note: "names the record; a key column"),
      Field("lookupName", .string(maximumLength: 255), .readOnly, note: "the name; usable as the key column"),
      Field("createdTime", .dateTime, .readOnly),
      Field("updatedTime", .dateTime, .readOnly),
      Field("assignedToAccount", .reference(to: "accounts"), nullability: .nullable),
      Field("campaign", .reference(to: "campaigns")),
      Field("comment", .string(maximumLength: 100), nullability: .nullable),
      Field("cost", .number(), nullability: .nullable),
      Field("dueTime", .dateTime, nullability: .nullable),
      Field("inspection.by", .reference(to: "contacts")),
      Field("inspection.on", .date),
      Field("inspection.updatedByAccount", .reference(to: "accounts"), .readOnly),
      Field("isPrivate", .boolean),
      Field("name", .string(maximumLength: 40), nullability: .notNull),
      Field("origin", .string(maximumLength: 20), .createOnly),
      Field("percentComplete", .integer(minimum: 0, maximum: 100)),
      Field("priority", .menu(), nullability: .nullable),
      Field("serviceSettings.incident", .reference(to: "incidents")),
      Field(
        "statusWithType.status",
        .menu(known: [MenuValue(16, "Not started"), MenuValue(nil, "Done"), MenuValue(17, "Waiting")])),
      Field(
        "statusWithType.statusType", .menu(known: [MenuValue(1, "Open"), MenuValue(2, "Done")]), .readOnly),
      Field("updatedByAccount", .reference(to: "accounts"), .readOnly),
    ],
    lists: [
      ChildList(
        name: "notes", singular: "note",
        element: .object([
          Field("id", .integer(minimum: 1), .selector, nullability: .notNull),
          Field("channel", .menu(), .createOnly),
          Field("createdTime", .dateTime, .readOnly),
          Field("text", .string(maximumLength: 60), nullability: .notNull),
        ]),
        operations: [
          ListOperation("append", .create, required: ["text"]),
          ListOperation("rewrite", .update, required: ["id"]),
        ], acceptsSingleObject: true, hasElementAddress: true),
      // Told apart by two values together.
      ChildList(
        name: "shifts", singular: "shift",
        element: .object([
          Field("account", .reference(to: "accounts"), .selector, nullability: .notNull),
          Field("day", .date, .selector, nullability: .notNull),
          Field("minutes", .integer(minimum: 0, maximum: 1440), nullability: .nullable),
        ]), operations: [ListOperation("set", .set, required: ["account", "day"])]),
      ChildList(
        name: "watchers", singular: "watcher", element: .reference(to: "accounts"),
        operations: [ListOperation("add", .create, required: [])]),
    ],
    customFields: [CustomFieldSpace(path: "customFields.{package}.{name}", note: "a site's own attributes")],
    examples: [
      .accepted("a new name", ["name": "Change the filter"]),
      .accepted("nobody's", ["assignedToAccount": nil]),
      .accepted("a note", ["notes": ["text": "called back"]]),
      .accepted(
        "a shift", ["shifts": [["account": ["id": 17], "day": "2024-02-29", "minutes": 90]]]),
      .refused(
        "a shift of any day", ["shifts": [["account": ["id": 17], "minutes": 90]]], by: "missing-required"),
      .refused("no name", ["name": nil], by: "not-null"),
      .refused("more than all of it", ["percentComplete": 101], by: "out-of-range"),
      .refused("an empty note", ["notes": [[:]]], by: "missing-required"),
    ])
}
