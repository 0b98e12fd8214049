import JSON

/// The accounts of Oracle Fusion CX Sales and Service, REST 11.13.18.05, named by their numbers.
///
/// Addresses and the key are those of the pages "Get an account" and "Update an account"
/// (`op-accounts-partynumber-get`, `op-accounts-partynumber-patch`). Lengths are those of the table `HZ_PARTIES`, and of
/// what public clients send. What the service's SOAP twin has as nillable may be cleared; what it alone has is marked as
/// inferred. The lists are left out: addresses are named by texts and team members by hashes that only the site's own
/// links show, and no page confirms what may be written of a contact's link.
extension ResourceType {
  public static let accounts = ResourceType(
    name: "accounts", singular: "account", summary: "A company that is, or may become, a customer.",
    dialect: .fusionCX, key: "PartyNumber", alternateKeys: [],
    fields: accountFields,
    lists: [],
    customFields: [ownAttributes],
    titles: [
      "PartyNumber": ["Account Number", "Account No", "Registry ID", "Party Number"],
      "OrganizationName": ["Account Name", "Account", "Name", "Company", "Organization"],
      "Type": ["Account Type"], "OwnerPartyId": ["Owner", "Owner ID", "Account Owner"],
      "ParentAccountPartyId": ["Parent Account", "Parent"], "PrimaryContactPartyId": ["Primary Contact"],
      "EmailAddress": ["Email", "Email Address"], "URL": ["Website", "Web Site", "Homepage"],
      "PhoneNumber": ["Phone", "Phone Number", "Telephone"], "AddressLine1": ["Street", "Address"],
      "PostalCode": ["Postal Code", "Zip", "Zip Code", "Postcode"], "State": ["State", "Region"],
      "IndustryCode": ["Industry"], "DUNSNumber": ["D-U-N-S Number", "DUNS"],
      "EmployeesTotal": ["Employees", "Number of Employees"],
      "CurrentFiscalYearPotentialRevenueAmount": ["Annual Revenue", "Revenue"],
    ],
    examples: [
      .accepted("new name", ["OrganizationName": "Pinnacle Pumps"]),
      .accepted("another owner", ["OwnerPartyId": 300_100_022_000_007]),
      .accepted("below a parent", ["ParentAccountPartyId": 300_100_021_000_008]),
      .accepted("no parent any more", ["ParentAccountPartyId": nil]),
      .accepted("half a person", ["EmployeesTotal": 1250.5]),
      .accepted("another town", ["AddressLine1": "Kai 3", "City": "Bremen", "Country": "DE"]),
      .accepted("an attribute of the site's own", ["OrganizationDEO_Region_c": "North"]),
      .refused("no name", ["OrganizationName": nil], by: "not-null"),
      .refused(
        "name over 360 characters", ["OrganizationName": .string(String(repeating: "x", count: 361))],
        by: "too-long"),
      .refused("the owner's name follows the id", ["OwnerName": "Kim"], by: "read-only"),
      .refused("a misspelt attribute", ["OrganisationName": "x"], by: "unknown-attribute"),
    ])

  private static let accountFields: [Field] =
    [
      partyNumber,
      Field("PartyId", partyID, .readOnly, note: "at most 18 digits"),
      Field("PartyUniqueName", .string(maximumLength: 900), .readOnly, note: "follows OrganizationName"),
      Field("PartyStatus", .string(), .readOnly, unconfirmed: "whether a patch may set it"),
      Field("OrganizationName", .string(maximumLength: 360), nullability: .notNull),
      Field("Type", .code(), nullability: .nullable),
      Field("SalesProfileStatus", .code(), nullability: .nullable, unconfirmed: "whether a patch may set it"),
      Field("Description", .string(maximumLength: 2000)),
      Field("Comments", .string(), nullability: .nullable, isNameInferred: true),
      Field("EmailAddress", .string(maximumLength: 320), unconfirmed: "whether it may be cleared"),
      Field("URL", .string(maximumLength: 2000), unconfirmed: "whether it may be cleared"),
      Field("PhoneCountryCode", .string(maximumLength: 10), nullability: .nullable),
      Field("PhoneAreaCode", .string(maximumLength: 20), nullability: .nullable),
      Field("PhoneNumber", .string(maximumLength: 40), nullability: .nullable),
      Field("FormattedPhoneNumber", .string(), .readOnly, note: "follows PhoneNumber"),
      Field("OwnerPartyId", partyID, nullability: .nullable),
      Field("OwnerName", .string(), .readOnly, note: "follows OwnerPartyId"),
      Field("ParentAccountPartyId", partyID, nullability: .nullable),
      Field("PrimaryContactPartyId", partyID, nullability: .nullable),
      Field("PrimaryContactName", .string(), .readOnly, note: "follows PrimaryContactPartyId"),
      Field("PreferredContactMethod", .code(), nullability: .nullable, isNameInferred: true),
      Field("IndustryCodeType", .code(), nullability: .nullable, isNameInferred: true),
      Field("IndustryCode", .code(), nullability: .nullable, isNameInferred: true),
      Field("LineOfBusiness", .string(), nullability: .nullable, isNameInferred: true),
      Field("YearEstablished", .integer(), nullability: .nullable, isNameInferred: true),
      Field("EmployeesTotal", .number(), nullability: .nullable, isNameInferred: true),
      Field("OrganizationSize", .code(), nullability: .nullable, isNameInferred: true),
      Field(
        "CurrentFiscalYearPotentialRevenueAmount", .number(), nullability: .nullable, isNameInferred: true),
      Field("CEOName", .string(), nullability: .nullable, isNameInferred: true),
      Field("DUNSNumber", .string(), nullability: .nullable, isNameInferred: true),
      Field("StockSymbol", .string(), nullability: .nullable, isNameInferred: true),
      Field("TaxpayerIdentificationNumber", .string(), nullability: .nullable, isNameInferred: true),
    ] + partyAddress + whoFields + permissionFields

  // MARK: What accounts and contacts have in common

  /// The number of a party, by which its address names it.
  static let partyNumber = Field(
    "PartyNumber", .string(maximumLength: 30), .createOnly, nullability: .notNull,
    note: "names the record; the key column; inactive records cannot be updated",
    unconfirmed:
      "how a gateway takes a number with a '/', which is sent as %2F, and whether versions 8 and 9 of the framework want it encoded twice; a site with HZ_GENERATE_PARTY_NUMBER lets it be changed"
  )

  /// The ids of parties, with at most 18 digits.
  static let partyID = Field.Kind.integer(minimum: 1, maximum: 999_999_999_999_999_999)

  /// The address that identifies a party, in the party itself.
  static let partyAddress = [
    Field("AddressLine1", .string(maximumLength: 240)),
    Field("AddressLine2", .string(maximumLength: 240)),
    Field("City", .string(maximumLength: 60)),
    Field("State", .string(maximumLength: 60)),
    Field("PostalCode", .string(maximumLength: 60)),
    Field("Country", .string(maximumLength: 2), nullability: .notNull, note: "two letters"),
  ]
}
