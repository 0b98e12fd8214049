import JSON

/// The contacts of Oracle Fusion CX Sales and Service, REST 11.13.18.05, named by their numbers.
///
/// The address, the key, `AcademicTitle` and the references to an account are those of the page "Update a contact"
/// (`op-contacts-partynumber-patch`); the rest is what public clients send. What the service's SOAP twin has as nillable
/// may be cleared; what it alone has is marked as inferred. The lists are left out: addresses are named by texts that
/// only the site's own links show, and no page confirms what may be written of a contact point.
extension ResourceType {
  public static let fusionContacts = ResourceType(
    name: "contacts", singular: "contact", summary: "A person at a customer, or a customer in person.",
    dialect: .fusionCX, key: "PartyNumber", alternateKeys: [],
    fields: fusionContactFields,
    lists: [],
    customFields: [ownAttributes],
    titles: [
      "PartyNumber": ["Contact Number", "Contact No", "Registry ID", "Party Number"],
      "FirstName": ["First Name", "Given Name"], "LastName": ["Last Name", "Surname", "Family Name"],
      "MiddleName": ["Middle Name"], "EmailAddress": ["Email", "Email Address"],
      "AccountPartyId": ["Account", "Company", "Account ID"], "AccountPartyNumber": ["Account Number"],
      "JobTitle": ["Job Title", "Position"], "WorkPhoneNumber": ["Work Phone", "Phone", "Telephone"],
      "MobileNumber": ["Mobile", "Mobile Phone", "Cell Phone"], "DateOfBirth": ["Birthday", "Date of Birth"],
      "OwnerPartyId": ["Owner", "Owner ID"], "AddressLine1": ["Street", "Address"],
      "PostalCode": ["Postal Code", "Zip", "Zip Code", "Postcode"], "State": ["State", "Region"],
      "DoNotEmailFlag": ["Do Not Email"], "DoNotCallFlag": ["Do Not Call"],
    ],
    examples: [
      .accepted("new name", ["LastName": "Novak"]),
      .accepted("another account", ["AccountPartyId": 300_100_021_000_007]),
      .accepted("another account, by its number", ["AccountPartyNumber": "CDRM_7"]),
      .accepted("no job any more", ["JobTitle": nil, "Department": nil]),
      .accepted("no mails", ["DoNotEmailFlag": true]),
      .accepted("born", ["DateOfBirth": "1984-02-29"]),
      .accepted("an attribute of the site's own", ["PersonDEO_Region_c": "North"]),
      .refused(
        "a job title over 100 characters", ["JobTitle": .string(String(repeating: "x", count: 101))],
        by: "too-long"),
      .refused("no country", ["Country": nil], by: "not-null"),
      .refused("a country in words", ["Country": "Germany"], by: "too-long"),
      .refused("the account's name follows the id", ["AccountName": "Pumps"], by: "read-only"),
      .refused("a misspelt attribute", ["Lastname": "x"], by: "unknown-attribute"),
    ])

  private static let fusionContactFields: [Field] =
    [
      partyNumber,
      Field("PartyId", partyID, .readOnly, note: "at most 18 digits"),
      Field("PersonProfileId", .integer(), .readOnly),
      Field("PartyStatus", .string(), .readOnly, unconfirmed: "whether a patch may set it"),
      Field("PartyType", .string(), .readOnly, unconfirmed: "whether a patch may set it"),
      Field("ContactName", .string(), .readOnly, note: "follows FirstName and LastName"),
      Field("ContactUniqueName", .string(), .readOnly, note: "follows FirstName and LastName"),
      Field("FirstName", .string(maximumLength: 150), nullability: .nullable),
      Field("MiddleName", .string(), nullability: .nullable),
      Field("LastName", .string(maximumLength: 150), nullability: .nullable),
      Field("Salutation", .string(), nullability: .nullable, isNameInferred: true),
      Field("NameSuffix", .string(), nullability: .nullable, isNameInferred: true),
      Field("AcademicTitle", .string(maximumLength: 30), nullability: .nullable),
      Field("AccountPartyId", partyID, nullability: .nullable),
      Field(
        "AccountPartyNumber", .string(maximumLength: 30), note: "in place of AccountPartyId",
        unconfirmed: "whether it may be cleared"),
      Field("AccountName", .string(), .readOnly, note: "follows AccountPartyId"),
      Field("JobTitle", .string(maximumLength: 100), nullability: .nullable),
      Field("Department", .string(maximumLength: 60), nullability: .nullable),
      Field("EmailAddress", .string(maximumLength: 320), unconfirmed: "whether it may be cleared"),
      Field("WorkPhoneCountryCode", .string(), nullability: .nullable, isNameInferred: true),
      Field("WorkPhoneAreaCode", .string(), nullability: .nullable, isNameInferred: true),
      Field("WorkPhoneNumber", .string(maximumLength: 40), nullability: .nullable),
      Field("MobileCountryCode", .string(), nullability: .nullable),
      Field("MobileAreaCode", .string(), nullability: .nullable, isNameInferred: true),
      Field("MobileNumber", .string(maximumLength: 40), nullability: .nullable),
      Field("FormattedMobileNumber", .string(), .readOnly, note: "follows MobileNumber"),
      Field("RawMobileNumber", .string(), .readOnly, note: "follows MobileNumber"),
      Field("OverallPrimaryFormattedPhoneNumber", .string(), .readOnly, note: "follows the phone numbers"),
      Field("PreferredContactMethod", .code(), nullability: .nullable, isNameInferred: true),
      Field("DoNotCallFlag", .boolean, nullability: .nullable),
      Field("DoNotEmailFlag", .boolean, nullability: .nullable),
      Field("DoNotContactFlag", .boolean, nullability: .nullable, isNameInferred: true),
      Field("DoNotMailFlag", .boolean, nullability: .nullable, isNameInferred: true),
      Field("DateOfBirth", .date, nullability: .nullable),
      Field("Gender", .code(), nullability: .nullable),
      Field("MaritalStatus", .code(), nullability: .nullable, isNameInferred: true),
      Field("HouseholdSize", .number(), nullability: .nullable, isNameInferred: true),
      Field("Type", .code(), nullability: .nullable, isNameInferred: true),
      Field("Comments", .string(), nullability: .nullable, isNameInferred: true),
      Field("OwnerPartyId", partyID, nullability: .nullable),
      Field("OwnerPartyNumber", .string(maximumLength: 30), .readOnly, note: "follows OwnerPartyId"),
      Field("OwnerName", .string(), .readOnly, note: "follows OwnerPartyId"),
      Field("OwnerEmailAddress", .string(), .readOnly, note: "follows OwnerPartyId"),
      Field("SourceSystem", .string(), .readOnly, unconfirmed: "whether a patch may set it"),
      Field("SourceSystemReferenceValue", .string(), .readOnly, unconfirmed: "whether a patch may set it"),
    ] + partyAddress + whoFields + permissionFields
}
