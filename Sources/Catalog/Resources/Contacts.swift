import JSON

/// The contacts of Oracle B2C Service, Connect REST v1.4.
///
/// Names, types and access of the attributes come from live v1.4 metadata, what may be null from the classes that
/// Oracle's own samples generate from the service's model, and the addresses of e-mail addresses from answer 10785,
/// "Working with contact email addresses through the REST API". The page of the update
/// (`op-services-rest-connect-v1.4-contacts-id-patch`) names the sub-objects; the limits of most of their values are on no
/// page, and are those of the service's forms.
extension ResourceType {
  public static let contacts = ResourceType(
    name: "contacts", singular: "contact",
    summary: "A person who asks for help, with e-mail addresses and telephone numbers by type.",
    dialect: .b2cService, key: "id", alternateKeys: [],
    fields: contactFields,
    lists: [emails, phones],
    customFields: [packageFields],
    titles: [
      "id": ["Contact ID", "Contact", "ID"],
      "login": ["Login", "Username", "User Name", "User ID"],
      "name.first": ["First Name", "Given Name", "Forename"],
      "name.last": ["Last Name", "Surname", "Family Name"],
      "title": ["Title", "Salutation", "Job Title"],
      "emails.0.address": ["Email", "Email Address", "Email - Primary", "Primary Email", "Email 1"],
      "emails.1.address": ["Alternate Email", "Alternate Email 1", "Secondary Email", "Email 2"],
      "emails.2.address": ["Alternate Email 2", "Email 3"],
      "phones.0.number": [
        "Phone", "Phone Number", "Office Phone", "Work Phone", "Business Phone", "Telephone",
      ],
      "phones.1.number": ["Mobile", "Mobile Phone", "Mobile Number", "Cell Phone"],
      "phones.4.number": ["Home Phone"],
      "organization": ["Organization", "Company", "Account"], "contactType": ["Contact Type", "Type"],
      "address.street": ["Street", "Address", "Street Address"], "address.city": ["City", "Town"],
      "address.postalCode": ["Postal Code", "Post Code", "ZIP", "ZIP Code"],
      "address.stateOrProvince": ["State", "Province", "State/Province", "State or Province"],
      "address.country": ["Country"], "disabled": ["Disabled", "Inactive"],
    ],
    examples: [
      .accepted("new name", ["name": ["first": "Ana", "last": "Kaya"]]),
      .accepted(
        "new primary address", ["emails": [["addressType": ["id": 0], "address": "ana@example.com"]]]),
      .accepted(
        "two addresses at once",
        [
          "emails": [
            ["addressType": ["lookupName": "Email - Primary"], "address": "ana@example.com"],
            ["addressType": ["lookupName": "Alternate Email 1"], "address": "a.kaya@example.com"],
          ]
        ]),
      .accepted("no mobile phone", ["phones": [["phoneType": ["id": 1], "number": nil]]]),
      .accepted("no organization", ["organization": nil]),
      .refused("a misspelt attribute", ["adress": ["city": "Oslo"]], by: "unknown-attribute"),
      .refused("an address of no type", ["emails": [["address": "a@example.com"]]], by: "missing-required"),
      .refused("a type alone", ["emails": [["addressType": ["id": 0]]]], by: "nothing-to-update"),
      .refused(
        "removed, and more",
        ["emails": [["addressType": ["id": 0], "address": nil, "invalid": true]]], by: "removes-element"),
      .refused("only the service names it", ["lookupName": "Ana Kaya"], by: "read-only"),
      .refused("a password", ["newPassword": "secret"], by: "not-in-sheets"),
      .refused(
        "its last name is too long", ["name": ["last": .string(String(repeating: "x", count: 81))]],
        by: "too-long"),
    ])

  private static let contactFields: [Field] =
    [
      Field("id", .integer(minimum: 1), .readOnly, note: "names the record; a key column"),
      Field("lookupName", .string(maximumLength: 255), .readOnly, note: "follows the name"),
      Field("createdTime", .dateTime, .readOnly),
      Field("updatedTime", .dateTime, .readOnly),
      Field("name.first", .string(maximumLength: 80), nullability: .nullable, unconfirmed: "its length"),
      Field("name.last", .string(maximumLength: 80), nullability: .nullable, unconfirmed: "its length"),
      Field(
        "nameFurigana.first", .string(maximumLength: 80), nullability: .nullable, unconfirmed: "its length"),
      Field(
        "nameFurigana.last", .string(maximumLength: 80), nullability: .nullable, unconfirmed: "its length"),
      Field("title", .string(maximumLength: 80), nullability: .nullable),
      Field(
        "login", .string(maximumLength: 255), nullability: .nullable,
        note: "names the record where the job says so: key.match"),
      // What is never in a sheet is in no snapshot, plan, log or result file either.
      Field(
        "newPassword", .string(maximumLength: 20),
        note: "passwords are not for sheets; let contacts reset their own",
        isWrittenBySheets: false),
      Field("disabled", .boolean, nullability: .notNull),
      Field("contactType", .menu(), nullability: .nullable),
      Field("organization", .reference(to: "organizations"), nullability: .nullable),
      Field("address.street", .string(maximumLength: 240), nullability: .nullable, unconfirmed: "its length"),
      Field("address.city", .string(maximumLength: 80), nullability: .nullable, unconfirmed: "its length"),
      Field(
        "address.postalCode", .string(maximumLength: 10), nullability: .nullable, unconfirmed: "its length"),
      Field("address.stateOrProvince", .menu(), nullability: .nullable),
      Field("address.country", .reference(to: "countries"), nullability: .nullable),
      Field("marketingSettings.marketingOptIn", .boolean, nullability: .nullable),
      Field("marketingSettings.surveyOptIn", .boolean, nullability: .nullable),
      Field("marketingSettings.emailFormat", .menu(), nullability: .nullable),
      Field("passwordEmailExpirationTime", .dateTime, .readOnly),
      Field("passwordExpirationTime", .dateTime, .readOnly),
    ] + customerFields(of: "contacts")

  /// The attributes that contacts and organizations have in common.
  ///
  /// - Parameters:
  ///   - collection: the resource itself, of which a record may be superseded by another.
  ///   - note: what is known of the three modules.
  static func customerFields(of collection: String, modules note: String? = nil) -> [Field] {
    [
      Field(
        "externalReference", .string(maximumLength: 20), nullability: .nullable,
        unconfirmed: "whether it can be written: live metadata calls it read-only, and clients write it"),
      Field(
        "banner.importanceFlag",
        .menu(known: [MenuValue(nil, "Low"), MenuValue(nil, "Medium"), MenuValue(nil, "High")])),
      Field("banner.text", .string(maximumLength: 1333), nullability: .nullable),
      Field("banner.updatedByAccount", .reference(to: "accounts"), .readOnly),
      Field("banner.updatedTime", .dateTime, .readOnly),
      Field("cRMModules.marketing", .boolean, nullability: .notNull, note: note),
      Field("cRMModules.sales", .boolean, nullability: .notNull),
      Field("cRMModules.service", .boolean, nullability: .notNull),
      Field("salesSettings.acquiredDate", .date, unconfirmed: "whether it may be cleared"),
      Field("salesSettings.salesAccount", .reference(to: "accounts"), nullability: .nullable),
      Field("source", .menu(isHierarchical: true), .readOnly),
      Field("source.parents", .menuPath, .readOnly, note: "root first"),
      Field("supersededBy", .reference(to: collection), .readOnly),
    ]
  }

  private static let emails = ChildList(
    name: "emails", singular: "email",
    element: .object([
      Field(
        "addressType",
        .menu(known: [
          MenuValue(0, "Email - Primary"), MenuValue(1, "Alternate Email 1"),
          MenuValue(2, "Alternate Email 2"),
        ]), .selector, nullability: .notNull),
      Field(
        "address", .string(maximumLength: 80), nullability: .nullable,
        unconfirmed:
          "its length; what the site answers to a change of one that the contact does not have: 404 is taken for that, and it is added"
      ),
      Field("invalid", .boolean, nullability: .notNull),
      Field(
        "certificate", .string(), .readOnly,
        note: "goes with an address that is removed, and no rollback brings it back"),
    ]),
    operations: [ListOperation("set", .set, required: ["addressType"])],
    hasElementAddress: true, takesUpdatesInRecord: false, substance: "address",
    note: "a contact has one address of each type")

  private static let phones = ChildList(
    name: "phones", singular: "phone",
    element: .object([
      Field(
        "phoneType",
        .menu(known: [
          MenuValue(0, "Office Phone"), MenuValue(1, "Mobile Phone"), MenuValue(4, "Home Phone"),
        ]), .selector, nullability: .notNull, note: "sites add their own"),
      Field(
        "number", .string(maximumLength: 40), nullability: .nullable,
        unconfirmed:
          "its length; what the site answers to a change of one that the contact does not have: 404 is taken for that, and it is added"
      ),
      Field("rawNumber", .string(), .readOnly, note: "the digits of the number"),
    ]),
    operations: [ListOperation("set", .set, required: ["phoneType"])],
    hasElementAddress: true, takesUpdatesInRecord: false, substance: "number",
    note: "a contact has one number of each type")
}
