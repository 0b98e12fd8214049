import JSON

/// The organizations of Oracle B2C Service, Connect REST v1.4.
///
/// Names, types and access of the attributes come from live v1.4 metadata, what may be null from the classes that
/// Oracle's own samples generate from the service's model. The types of addresses are those of the page "Organization
/// address type" (`organization-address-type`).
extension ResourceType {
  public static let organizations = ResourceType(
    name: "organizations", singular: "organization",
    summary: "A company or another group that contacts belong to, with addresses by type.",
    dialect: .b2cService, key: "id", alternateKeys: ["lookupName"],
    fields: organizationFields,
    lists: [addresses],
    customFields: [packageFields],
    titles: [
      "id": ["Organization ID", "Organisation ID", "ID"],
      "login": ["Login", "Username"],
      "name": ["Name", "Organization Name", "Organization", "Company", "Company Name", "Account Name"],
      "industry": ["Industry", "Sector", "Branch"],
      "numberOfEmployees": ["Number of Employees", "Employees", "Headcount"],
      "parent": ["Parent", "Parent Organization", "Parent Company"],
    ],
    examples: [
      .accepted("new name", ["name": "Pond Industries"]),
      .accepted("no industry", ["industry": nil]),
      .accepted("below another", ["parent": ["id": 3], "numberOfEmployees": 250]),
      .accepted(
        "a new billing address",
        ["addresses": [["addressType": ["lookupName": "Billing"], "street": "Pond Road 7", "city": "Oslo"]]]),
      .refused("no name", ["name": nil], by: "not-null"),
      .refused(
        "name over 80 characters", ["name": .string(String(repeating: "x", count: 81))], by: "too-long"),
      .refused("fewer than none", ["numberOfEmployees": -1], by: "out-of-range"),
      .refused("a misspelt attribute", ["nme": "x"], by: "unknown-attribute"),
      .refused("a password", ["newPassword": "secret"], by: "not-in-sheets"),
      .refused("an address of no type", ["addresses": [["city": "Oslo"]]], by: "missing-required"),
    ])

  private static let organizationFields: [Field] =
    [
      Field("id", .integer(minimum: 1), .readOnly, note: "names the record; a key column"),
      Field(
        "lookupName", .string(maximumLength: 255), .readOnly,
        note: "equals the name; usable as the key column if no two have the same"),
      Field("createdTime", .dateTime, .readOnly),
      Field("updatedTime", .dateTime, .readOnly),
      Field("name", .string(maximumLength: 80), nullability: .notNull),
      Field("nameFurigana", .string(maximumLength: 80), nullability: .nullable),
      Field(
        "login", .string(maximumLength: 40), nullability: .nullable,
        note: "names the record where the job says so: key.match"),
      // What is never in a sheet is in no snapshot, plan, log or result file either.
      Field(
        "newPassword", .string(maximumLength: 20), note: "passwords are not for sheets",
        isWrittenBySheets: false),
      Field("industry", .menu(), nullability: .nullable),
      Field("numberOfEmployees", .integer(minimum: 0, maximum: 2_147_483_647), nullability: .nullable),
      Field("parent", .reference(to: "organizations"), nullability: .nullable),
      Field("salesSettings.totalRevenue.currency", .menu()),
      Field("salesSettings.totalRevenue.exchangeRate", .menu(), nullability: .nullable),
      Field(
        "salesSettings.totalRevenue.value", .number(),
        unconfirmed: "how many digits the service keeps: its model has a binary number"),
    ] + customerFields(of: "organizations", modules: "one of the three modules has to be true")

  private static let addresses = ChildList(
    name: "addresses", singular: "address",
    element: .object([
      Field(
        "addressType", .menu(known: [MenuValue(nil, "Billing"), MenuValue(nil, "Shipping")]), .selector,
        nullability: .notNull, note: "sites add their own"),
      Field("street", .string(maximumLength: 240), nullability: .nullable, unconfirmed: "its length"),
      Field("city", .string(maximumLength: 80), nullability: .nullable, unconfirmed: "its length"),
      Field("postalCode", .string(maximumLength: 10), nullability: .nullable, unconfirmed: "its length"),
      Field("stateOrProvince", .menu(), nullability: .nullable),
      Field("country", .reference(to: "countries"), nullability: .nullable),
    ]),
    operations: [ListOperation("set", .set, required: ["addressType"])],
    hasElementAddress: true, takesUpdatesInRecord: false,
    note: "an organization has one address of each type; an address is emptied, not removed",
    unconfirmed:
      "that an address is written at its own place, as a contact's e-mail address is, and the ids of the types"
  )
}
