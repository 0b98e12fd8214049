import JSON

/// The incidents of Oracle B2C Service, Connect REST v1.4.
///
/// Names, types and access come from live v1.4 metadata, limits and patterns from the page "Update an
/// incident" (`op-services-rest-connect-v1.4-incidents-id-patch`).
extension ResourceType {
  public static let incidents = ResourceType(
    name: "incidents", singular: "incident",
    summary: "A question or request for help from a customer, with its discussion threads.",
    dialect: .b2cService, key: "id", alternateKeys: ["referenceNumber", "lookupName"],
    fields: [
      Field("id", .integer(minimum: 1), .readOnly, note: "names the record; a key column"),
      Field(
        "lookupName", .string(maximumLength: 255), .readOnly,
        note: "equals the reference number; usable as the key column"),
      Field("createdTime", .dateTime, .readOnly),
      Field("updatedTime", .dateTime, .readOnly),
      Field("asset", .reference(to: "assets"), nullability: .nullable),
      Field("assignedTo.account", .reference(to: "accounts"), nullability: .nullable),
      Field(
        "assignedTo.staffGroup", .menu(), note: "set together with the account",
        goesWith: "assignedTo.account"),
      Field(
        "banner.importanceFlag",
        .menu(known: [MenuValue(nil, "Low"), MenuValue(nil, "Medium"), MenuValue(nil, "High")])),
      Field("banner.text", .string(maximumLength: 1333)),
      Field("banner.updatedByAccount", .reference(to: "accounts"), .readOnly),
      Field("banner.updatedTime", .dateTime, .readOnly),
      Field(
        "category", .reference(to: "serviceCategories", isHierarchical: true),
        nullability: .nullable),
      Field("channel", .menu(), note: "channel of the most recent thread"),
      Field("chatQueue", .menu(), .readOnly),
      Field(
        "closedTime", .dateTime, .readOnly, note: "follows statusWithType.status",
        follows: "statusWithType.status"),
      Field("createdByAccount", .reference(to: "accounts"), .readOnly),
      Field("disposition", .reference(to: "serviceDispositions", isHierarchical: true)),
      Field("initialResponseDueTime", .dateTime, .readOnly),
      Field("initialSolutionTime", .dateTime, .readOnly),
      Field("interface", .reference(to: "siteInterfaces")),
      Field("language", .menu()),
      Field("lastResponseTime", .dateTime, .readOnly),
      Field("lastSurveyScore", .integer(minimum: 0, maximum: 32767), .readOnly),
      Field("mailbox", .reference(to: "mailboxes")),
      Field("mailing", .menu(), .readOnly),
      Field("organization", .reference(to: "organizations"), nullability: .nullable),
      Field(
        "primaryContact", .reference(to: "contacts"),
        unconfirmed: "whether it may be cleared; expect the site to refuse null"),
      Field(
        "product", .reference(to: "serviceProducts", isHierarchical: true), nullability: .nullable),
      Field("queue", .menu()),
      Field(
        "referenceNumber",
        .string(maximumLength: 13, pattern: #"^[0-9]{2}[0|1][0-9][0-3][0-9]\-[0-9]{6}$"#),
        .readOnly,
        note: "two digits each of year, month and day, then a number: 240317-000042; usable as the key column"
      ),
      Field("resolutionInterval", .integer(), .readOnly, note: "minutes; negative values occur"),
      Field(
        "responseEmailAddressType",
        .menu(known: [
          MenuValue(0, "Email - Primary"), MenuValue(nil, "Alternate Email 1"),
          MenuValue(nil, "Alternate Email 2"),
        ]), unconfirmed: "the ids of the two alternates"),
      Field("responseInterval", .integer(), .readOnly, note: "minutes"),
      Field("severity", .menu(), nullability: .nullable),
      Field("sLAInstance.activeDate", .date, .readOnly),
      Field("sLAInstance.expireDate", .date, .readOnly),
      Field("sLAInstance.id", .integer(), .readOnly),
      Field("sLAInstance.nameOfSLA", .menu()),
      Field("sLAInstance.remainingFromChat", .integer(), .readOnly),
      Field("sLAInstance.remainingFromCSR", .integer(), .readOnly),
      Field("sLAInstance.remainingFromEmail", .integer(), .readOnly),
      Field("sLAInstance.remainingFromWeb", .integer(), .readOnly),
      Field("sLAInstance.remainingTotal", .integer(), .readOnly),
      Field("sLAInstance.sLASet", .integer(), .readOnly),
      Field(
        "sLAInstance.stateOfSLA",
        .menu(known: [
          MenuValue(nil, "Inactive"), MenuValue(nil, "Active"), MenuValue(nil, "Expired"),
          MenuValue(nil, "Disabled"),
        ]), .readOnly),
      Field("smartSenseCustomer", .integer(minimum: -3, maximum: 3), .readOnly),
      Field("smartSenseStaff", .integer(minimum: -3, maximum: 3), .readOnly),
      Field("source", .menu(isHierarchical: true), .readOnly),
      Field("source.parents", .menuPath, .readOnly, note: "root first"),
      Field(
        "statusWithType.status",
        .menu(known: [
          MenuValue(1, "Unresolved"), MenuValue(2, "Solved"), MenuValue(3, "Waiting"),
          MenuValue(8, "Updated"),
        ]), nullability: .notNull, note: "defaults only; sites rename and add values"),
      Field(
        "statusWithType.statusType",
        .menu(known: [
          MenuValue(1, "Unresolved"), MenuValue(2, "Solved"), MenuValue(3, "Waiting"),
        ]), .readOnly, note: "follows statusWithType.status"),
      Field("subject", .string(maximumLength: 240), unconfirmed: "whether an empty text is accepted"),
      Field("updatedByAccount", .reference(to: "accounts"), .readOnly),
    ],
    lists: [threads, fileAttachments, billedMinutes, otherContacts, milestoneInstances],
    customFields: [packageFields],
    titles: [
      "id": ["Incident ID", "Incident", "ID"],
      "referenceNumber": [
        "Reference #", "Reference", "Ref", "Ref No", "Ref Number", "Ticket", "Ticket ID", "Ticket No",
        "Ticket Number", "Case", "Case ID", "Case No", "Case Number", "Incident Number", "Incident No",
        "Number",
      ],
      "assignedTo.account": [
        "Assigned", "Assigned Account", "Assigned To", "Assign To", "Assignee", "Agent", "Owner",
        "Staff Account",
      ],
      "assignedTo.staffGroup": [
        "Assigned Group", "Assignment Group", "Group", "Team", "Support Group", "Staff Group",
      ],
      "statusWithType.status": ["Status", "State", "Incident Status"],
      "severity": ["Severity", "Priority", "Prio", "Incident Severity"],
      "subject": ["Subject", "Title", "Summary", "Short Description"],
      "queue": ["Queue", "Incident Queue"], "product": ["Product", "Service Product"],
      "category": ["Category", "Service Category"], "disposition": ["Disposition", "Resolution"],
      "primaryContact": ["Contact", "Primary Contact", "Customer"],
      "organization": ["Organization", "Company"],
      "mailbox": ["Mailbox"], "language": ["Language"],
      // Never the comment of billed time.
      "threads.append.text": [
        "Comment", "Comments", "Note", "Notes", "Remark", "Remarks", "Work Notes", "Private Note",
      ],
    ],
    examples: [
      .accepted("new subject", ["subject": "FishPhone STILL not working"]),
      .accepted(
        "append a private note",
        ["threads": ["entryType": ["id": 1], "text": "This is append"]]),
      .accepted(
        "rewrite two threads, one of them from response into private note",
        [
          "threads": [
            ["id": 2, "text": "Updated thread content"], ["id": 4, "entryType": ["id": 1]],
          ]
        ]),
      .accepted("take an incident off a person", ["assignedTo": ["account": nil]]),
      .refused("status cannot be cleared", ["statusWithType": ["status": nil]], by: "not-null"),
      .refused("closedTime follows the status", ["closedTime": nil], by: "read-only"),
      .refused("a misspelt attribute", ["subjet": "x"], by: "unknown-attribute"),
      .refused(
        "channel only while a thread is created",
        ["threads": [["id": 2, "channel": ["id": 6]]]], by: "create-only"),
      .refused(
        "subject over 240 characters",
        ["subject": .string(String(repeating: "x", count: 241))], by: "too-long"),
    ])

  private static let threads = ChildList(
    name: "threads", singular: "thread",
    element: .object([
      Field("id", .integer(minimum: 1), .selector, nullability: .notNull, note: "never deletes a thread"),
      Field("account", .reference(to: "accounts"), .readOnly),
      Field("channel", .menu(), .createOnly, nullability: .notNull),
      Field("contact", .reference(to: "contacts"), .createOnly, nullability: .notNull),
      Field(
        "contentType",
        .menu(known: [MenuValue(1, "text/plain"), MenuValue(2, "text/html")]), .createOnly,
        nullability: .notNull, unconfirmed: "the id of text/html", hasFixedValues: true),
      Field("createdTime", .dateTime, .readOnly),
      Field(
        "displayOrder", .integer(minimum: 1, maximum: 2_147_483_647), .readOnly),
      Field(
        "entryType",
        .menu(known: [
          MenuValue(1, "Note"), MenuValue(2, "Staff Account"), MenuValue(3, "Customer"),
          MenuValue(4, "Customer Proxy"), MenuValue(5, "Chat"), MenuValue(6, "Rule Response"),
          MenuValue(7, "Rule Response Template"), MenuValue(8, "Voice Integration"),
        ]), nullability: .notNull, isReversible: false,
        note: "1 is a private note, 2 a response that the customer sees; "
          + "an existing thread can change only from response to note",
        unconfirmed: "the numbers above 4", hasFixedValues: true, allowedOnUpdate: [1]),
      Field("mailHeader", .string(maximumLength: 349_525), .createOnly, nullability: .notNull),
      // A rewritten text is restored by another rewrite with the text from the snapshot.
      Field(
        "text", .string(maximumLength: 349_525), nullability: .notNull,
        note: "the service advises staying under 943,719 characters; its model allows 349,525"),
    ]),
    operations: [
      ListOperation("append", .create, required: ["text", "entryType"]),
      ListOperation("rewrite", .update, required: ["id"]),
    ],
    acceptsSingleObject: true, hasElementAddress: true,
    // An existing thread can become a note only if it is a response.
    retraction: Retraction(text: "text", audience: "entryType", hidden: 1, hideable: [2]),
    note: "a thread can be appended or rewritten, never deleted")

  private static let fileAttachments = ChildList(
    name: "fileAttachments", singular: "attachment",
    element: .object([
      Field("id", .integer(minimum: 1), .selector, nullability: .notNull),
      Field(
        "contentType",
        .string(maximumLength: 128, pattern: "^[a-zA-Z-]+/[-a-zA-Z0-9.+_*]+$"),
        note: "live metadata reports 129 characters"),
      Field("createdTime", .dateTime, .readOnly),
      Field("data", .base64, .createOnly, unconfirmed: "the size limit of one file"),
      Field("description", .string(maximumLength: 1333)),
      // The printed pattern also excludes the blank, most likely a line break lost in rendering.
      Field(
        "fileName", .string(maximumLength: 100, pattern: #"^[^\/:*?"<>|]*$"#),
        unconfirmed: "whether blanks are allowed, as assumed here"),
      Field(
        "formData", .string(), .createOnly, note: "accepted only in an HTML form upload",
        isWrittenBySheets: false),
      Field(
        "name", .string(maximumLength: 40), unconfirmed: "whether blanks are allowed, as assumed here"),
      Field("private", .boolean, note: "no default"),
      Field("size", .integer(minimum: 1, maximum: 2_147_483_647), .readOnly),
      Field("updatedTime", .dateTime, .readOnly),
      Field("uRL", .string(maximumLength: 1333), .readOnly),
    ]),
    operations: [
      ListOperation("add", .create, required: ["fileName", "data"]),
      ListOperation(
        "update", .update, required: ["id"],
        unconfirmed: "whether an existing attachment can be changed through the incident"),
    ],
    upload: Upload(member: "file", data: "data", fileName: "fileName"),
    note: "in a sheet, fileAttachments.add.file names a file relative to the sheet; "
      + "the content of an existing attachment cannot be changed")

  private static let billedMinutes = ChildList(
    name: "billedMinutes", singular: "billed time",
    element: .object([
      Field("id", .integer(minimum: 1), .selector, nullability: .notNull),
      Field("account", .reference(to: "accounts"), note: "part of the element's key"),
      Field("billableTask", .menu()),
      Field("billTime", .dateTime, note: "part of the element's key"),
      Field("comment", .string(maximumLength: 1333)),
      Field("minutes", .integer(minimum: 1, maximum: 1440)),
    ]),
    operations: [
      ListOperation("add", .create, required: ["account", "billTime", "minutes"]),
      ListOperation("update", .update, required: ["id"]),
    ],
    unconfirmed: "whether a patch adds to the list, changes elements with a known id, or replaces it")

  private static let otherContacts = ChildList(
    name: "otherContacts", singular: "contact", element: .reference(to: "contacts"),
    operations: [ListOperation("add", .create, required: [])],
    note: "one cell, contacts separated by ';'",
    unconfirmed: "whether a patch adds to the list or replaces it")

  private static let milestoneInstances = ChildList(
    name: "milestoneInstances", singular: "milestone",
    element: .object([
      Field("milestone", .menu(), .readOnly),
      Field("resolutionDueTime", .dateTime, .readOnly),
    ]),
    operations: [])

  /// The custom fields of every resource of B2C Service, by package.
  static let packageFields = CustomFieldSpace(
    path: "customFields.{package}.{name}",
    note: "classic fields are in package c; names case-sensitive as the site defines them")
}
