import Catalog

/// The attributes that the sandbox's imaginary site has defined itself, one of each type.
enum CustomFields {
  /// Paths below the record, as in `customFields.c.region`; `c` holds the classic ones.
  static let incidents: [Field] = [
    Field("customFields.c.callback_ok", .boolean),
    Field("customFields.c.callback_at", .dateTime),
    Field("customFields.c.external_ref", .string(maximumLength: 60)),
    Field("customFields.c.region", .menu()),
    Field("customFields.c.visit_on", .date),
    Field("customFields.c.visits", .integer(minimum: 0, maximum: 999)),
    Field("customFields.Field.PartCode", .string(maximumLength: 40)),
    Field("customFields.Field.Technician", .reference(to: "accounts")),
    Field("customFields.Field.Warranty", .boolean),
  ]
}
