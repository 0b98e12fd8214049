import Catalog
import JSON

/// The kinds of record that the site has rules for.
extension KindRules {
  static let delivered: [String: KindRules] = [
    "incidents": incidents, "accounts": accounts, "contacts": contacts,
    "serviceProducts": tree(of: "serviceProducts"), "serviceCategories": tree(of: "serviceCategories"),
    "serviceDispositions": tree(of: "serviceDispositions"),
  ]

  private static let incidents = KindRules(
    names: ["referenceNumber"], number: "referenceNumber", title: "subject",
    defaults: [
      ("channel", 6), ("interface", 1), ("language", 1), ("responseEmailAddressType", 0),
      ("smartSenseCustomer", 0), ("smartSenseStaff", 0), ("source", 8007), ("statusWithType.status", 1),
    ],
    importDefaults: [
      ("primaryContact", 1), ("interface", 1), ("language", 1), ("channel", 6),
      ("responseEmailAddressType", 0), ("smartSenseCustomer", 0), ("smartSenseStaff", 0), ("source", 3001),
      ("statusWithType.status", 1),
    ],
    required: ["primaryContact"], notNull: ["primaryContact", "interface"], nullWhenEmpty: ["sLAInstance"],
    // One of each type; `c` holds the classic ones.
    customFields: [
      Field("customFields.c.callback_ok", .boolean),
      Field("customFields.c.callback_at", .dateTime),
      Field("customFields.c.external_ref", .string(maximumLength: 60)),
      Field("customFields.c.region", .menu()),
      Field("customFields.c.visit_on", .date),
      Field("customFields.c.visits", .integer(minimum: 0, maximum: 999)),
      Field("customFields.Field.PartCode", .string(maximumLength: 40)),
      Field("customFields.Field.Technician", .reference(to: "accounts")),
      Field("customFields.Field.Warranty", .boolean),
    ],
    lists: [
      "threads": ListRules(
        isDeletable: false, defaults: [("contentType", 1)], order: "displayOrder",
        author: AuthorRule(
          audience: "entryType", customers: [3, 4], contact: ("contact", from: "primaryContact"),
          account: "account"),
        transition: Transition(
          attribute: "entryType", from: 2, to: 1,
          words: "a thread can change from response (2) to private note (1) only")),
      "fileAttachments": ListRules(
        label: "FileAttachment", takesPatches: true, defaults: [("contentType", "application/octet-stream")],
        copy: (to: "name", from: "fileName"), size: ("size", of: "data"), unkept: ["formData"]),
      "billedMinutes": ListRules(
        label: "TimeBilled", writing: \.billedMinutes, key: ["account", "billTime"]),
      "otherContacts": ListRules(writing: \.otherContacts),
    ])

  private static let accounts = KindRules(
    names: ["displayName"],
    customFields: [Field("displayName", .string()), Field("login", .string()), Field("staffGroup", .menu())],
    known: { account in
      // The two that share a name are in different teams.
      let team: Int64 = account.id == 17 ? 0 : account.id == 42 ? 1 : account.id % 5
      return [
        "displayName": .string(account.name), "login": .string("user\(account.id)"),
        "staffGroup": .integer(100_003 + team),
      ]
    })

  private static let contacts = KindRules(
    names: ["name.first", "name.last"],
    customFields: [Field("customFields.c.newsletter", .boolean)],
    known: { contact in
      let names = contact.name.split(separator: " ", maxSplits: 1).map { JSONValue.string(String($0)) }
      func email(_ name: String, _ type: Int64) -> JSONValue {
        [
          "addressType": .integer(type), "address": .string("\(name)\(contact.id)@example.com"),
          "invalid": false,
        ]
      }
      func phone(_ type: Int64, _ prefix: String) -> JSONValue {
        ["phoneType": .integer(type), "number": .string("\(prefix) \(10_000 + contact.id)")]
      }
      // Every contact has a primary address, every fourth an alternate one.
      let emails = [email("contact", 0)] + (contact.id.isMultiple(of: 4) ? [email("alternate", 1)] : [])
      let phones =
        (contact.id.isMultiple(of: 2) ? [phone(0, "+1 555")] : [])
        + (contact.id.isMultiple(of: 3) ? [phone(1, "+1 666")] : [])
      var values: JSONObject = [
        "customFields.c.newsletter": .bool(contact.id.isMultiple(of: 2)), "emails": .array(emails),
        "phones": .array(phones), "login": .string("contact\(contact.id)"), "disabled": false,
        "organization": .integer(contact.id % 40 + 1),
        "address.street": .string("Pond Road \(contact.id)"), "address.city": "Lakeside",
        "address.postalCode": .string("\(10_000 + contact.id)"),
      ]
      for (path, name) in zip(["name.first", "name.last"], names) { values[path] = name }
      return values
    })

  private static func tree(of name: String) -> KindRules {
    KindRules(
      customFields: [Field("parent", .reference(to: name))],
      known: { value in value.parent.map { ["parent": .integer($0)] } ?? [:] })
  }
}
