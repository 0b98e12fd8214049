import JSON

/// The custom objects of Oracle B2C Service, Connect REST v1.4, by package and name: `CO.Services`.
///
/// Every site defines its own, so the catalogue has what all have in common, and a place for the rest: the page "Manage
/// custom objects" (`c_osvc_manage_custom_objects`) says that they are read and changed in the syntax of standard
/// objects, at an address with a dot between package and name. Their attributes and types come from the site's overlay,
/// or from `custom_fields`.
extension ResourceType {
  /// Returns the custom object of that name, which has a package in front.
  public static func customObject(_ name: String) -> ResourceType {
    ResourceType(
      name: name, singular: "record", summary: "A custom object of the site.",
      dialect: .b2cService, key: "id", alternateKeys: ["lookupName"],
      fields: [
        Field("id", .integer(minimum: 1), .readOnly, note: "names the record; a key column"),
        Field("lookupName", .string(maximumLength: 255), .readOnly, note: "usable as the key column"),
        Field("createdTime", .dateTime, .readOnly),
        Field("updatedTime", .dateTime, .readOnly),
        Field("CreatedByAccount", .reference(to: "accounts"), .readOnly),
        Field("UpdatedByAccount", .reference(to: "accounts"), .readOnly),
      ],
      lists: [],
      customFields: [
        CustomFieldSpace(
          path: "{name}",
          note:
            "as the site defines it, upper and lower case included; an overlay or custom_fields gives its type"
        )
      ],
      titles: ["id": ["ID", "Record ID"]],
      examples: [
        .accepted("a text", ["Name": "Pump"]),
        .refused("the time of the change", ["updatedTime": "2026-01-01T00:00:00Z"], by: "read-only"),
      ])
  }
}
