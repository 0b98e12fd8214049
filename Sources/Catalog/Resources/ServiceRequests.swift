import JSON

/// The service requests of Oracle Fusion Service, REST 11.13.18.05, named by their numbers.
///
/// Addresses and keys are those of the pages "Service Requests" (`api-service-requests`) and "Get a service request"
/// (`op-servicerequests-srnumber-get`), where the number may have a form of the site's own. The page of the update is
/// not at hand: attributes come from the tables `SVC_SERVICE_REQUESTS` and `SVC_SR_MESSAGES`, from the service's SOAP
/// twin, and from what public clients send. What one of them alone has is marked as inferred.
extension ResourceType {
  public static let serviceRequests = ResourceType(
    name: "serviceRequests", singular: "service request",
    summary: "What a customer asks for, from the first message until it is resolved.",
    dialect: .fusionCX, key: "SrNumber", alternateKeys: [],
    fields: serviceRequestFields,
    lists: [messages],
    customFields: [ownAttributes],
    titles: [
      "SrNumber": [
        "Reference Number", "SR Number", "Service Request Number", "Service Request", "Number", "Ref",
      ],
      "Title": ["Title", "Subject", "Summary"],
      "ProblemDescription": ["Problem Description", "Description", "Problem"],
      "StatusCd": ["Status", "State", "Status Code"], "SeverityCd": ["Severity", "Priority"],
      "AssigneeResourceId": ["Assigned To", "Assignee", "Owner", "Agent"], "QueueId": ["Queue", "Queue ID"],
      "AccountPartyId": ["Account", "Account ID"],
      "PrimaryContactPartyId": ["Primary Contact", "Contact", "Customer", "Contact ID"],
      "CategoryId": ["Category", "Category ID"], "ChannelTypeCd": ["Channel", "Channel Type"],
      "ResolveDescription": ["Resolution Description", "Solution"],
      "ResolutionCd": ["Resolution", "Resolution Code"],
      "ResolveOutcomeCd": ["Outcome", "Resolution Outcome"],
    ],
    examples: [
      .accepted("new title", ["Title": "Pump runs dry"]),
      .accepted("resolve it", ["StatusCd": "ORA_SVC_RESOLVED", "ResolveDescription": "New filter sent"]),
      .accepted("take it off a person", ["AssigneeResourceId": nil]),
      .accepted("move it to a queue", ["QueueId": 300_100_023_000_002]),
      .accepted("an attribute of the site's own", ["Region_c": "North"]),
      .accepted(
        "a note for colleagues",
        [
          "messages": [
            [
              "MessageTypeCd": "ORA_SVC_INTERNAL_NOTE", "Subject": "Filter", "MessageContent": "SGVsbG8=",
              "VisibilityCd": "ORA_SVC_INTERNAL",
            ]
          ]
        ]),
      .accepted("change a message", ["messages": [["MessageId": 7, "Subject": "Filter"]]]),
      .refused(
        "title over 400 characters", ["Title": .string(String(repeating: "x", count: 401))], by: "too-long"),
      .refused("no title", ["Title": nil], by: "not-null"),
      .refused("the status' name follows its code", ["StatusCdMeaning": "New"], by: "read-only"),
      .refused("a misspelt attribute", ["Titel": "x"], by: "unknown-attribute"),
      .refused("a message of no type", ["messages": [["Subject": "Filter"]]], by: "missing-required"),
    ])

  private static let serviceRequestFields: [Field] =
    [
      Field(
        "SrNumber", .string(maximumLength: 30), .createOnly, nullability: .notNull,
        note: "names the record; the key column",
        unconfirmed:
          "how a gateway takes a number with a '/', which is sent as %2F, and whether versions 8 and 9 of the framework want it encoded twice"
      ),
      Field(
        "SrId", .integer(minimum: 1, maximum: 999_999_999_999_999_999), .readOnly,
        note: "at most 18 digits; names the record in other services"),
      Field("Title", .string(maximumLength: 400), nullability: .notNull),
      Field("ProblemDescription", .string(maximumLength: 1000)),
      Field(
        "StatusCd",
        .code(
          known: [
            "ORA_SVC_NEW", "ORA_SVC_INPROGRESS", "ORA_SVC_WAITING", "ORA_SVC_RESOLVED", "ORA_SVC_CLOSED",
          ], lookup: "ORA_SVC_SR_STATUS_CD"), unconfirmed: "all codes except ORA_SVC_RESOLVED"),
      Field("StatusCdMeaning", .string(), .readOnly, note: "follows StatusCd"),
      Field(
        "StatusTypeCd", .code(lookup: "ORA_SVC_SR_STATUS_TYPE_CD"), .readOnly, note: "follows StatusCd",
        unconfirmed: "whether a patch may set it"),
      Field("StatusTypeCdMeaning", .string(), .readOnly, note: "follows StatusCd"),
      Field(
        "SeverityCd",
        .code(known: ["ORA_SVC_SEV1", "ORA_SVC_SEV2", "ORA_SVC_SEV3", "ORA_SVC_SEV4"]),
        unconfirmed: "its codes"),
      Field("SeverityCdMeaning", .string(), .readOnly, note: "follows SeverityCd"),
      Field(
        "InternalPriorityCd", .code(), unconfirmed: "whether a patch may set it", isNameInferred: true),
      Field("AccountPartyId", .integer()),
      Field("AccountPartyName", .string(), .readOnly, note: "follows AccountPartyId"),
      Field("PrimaryContactPartyId", .integer()),
      Field("PrimaryContactPartyName", .string(), .readOnly, note: "follows PrimaryContactPartyId"),
      Field("AssigneeResourceId", .integer()),
      Field("AssigneePersonName", .string(), .readOnly, note: "follows AssigneeResourceId"),
      Field("QueueId", .integer()),
      Field("QueueName", .string(maximumLength: 400), .readOnly, note: "follows QueueId"),
      Field("BUOrgId", .integer(), unconfirmed: "whether a patch may set it"),
      Field("BusinessUnitName", .string(), .readOnly, note: "follows BUOrgId"),
      Field("CategoryId", .integer()),
      Field("CategoryName", .string(), .readOnly, note: "follows CategoryId"),
      Field("ChannelTypeCd", .code()),
      Field("SourceCd", .code()),
      Field("ResolveDescription", .string(maximumLength: 1000)),
      Field("ResolveOutcomeCd", .code()),
      Field("ResolutionCd", .code()),
      Field("ProblemCd", .code(), unconfirmed: "whether a patch may set it", isNameInferred: true),
      Field("CriticalFlag", .boolean),
      Field("LanguageCd", .code(), unconfirmed: "whether a patch may set it", isNameInferred: true),
      Field(
        "ReportedByPartyId", .integer(), unconfirmed: "whether a patch may set it"),
      Field("ReportedByPartyName", .string(), .readOnly, note: "follows ReportedByPartyId"),
      Field(
        "StripeCd", .code(known: ["ORA_SVC_CRM", "ORA_SVC_HCM"], lookup: "ORA_SVC_STRIPE_CD"), .readOnly,
        unconfirmed: "whether a patch may set it"),
      Field("OpenDate", .dateTime, .readOnly),
      Field("ClosedDate", .dateTime, .readOnly, note: "follows StatusCd"),
      Field("LastResolvedDate", .dateTime, .readOnly, note: "follows StatusCd"),
      Field("LastReopenDate", .dateTime, .readOnly, note: "follows StatusCd"),
    ] + whoFields + permissionFields

  private static let messages = ChildList(
    name: "messages", singular: "message",
    element: .object(
      [
        Field("MessageId", .integer(minimum: 1), .selector, nullability: .notNull),
        Field(
          "MessageNumber", .string(maximumLength: 30), .createOnly,
          unconfirmed: "whether a patch could change it"),
        Field("SrId", .integer(), .readOnly),
        Field("SrNumber", .string(maximumLength: 30), .readOnly),
        Field(
          "MessageTypeCd",
          .code(known: [
            "ORA_SVC_RESPONSE", "ORA_SVC_CUSTOMER_ENTRY", "ORA_SVC_SYSTEM_NOTE", "ORA_SVC_SYSTEM_RESPONSE",
            "ORA_SVC_INTERNAL_NOTE",
          ]), nullability: .notNull, unconfirmed: "its codes"),
        Field("MessageSubTypeCd", .code()),
        Field("Subject", .string(maximumLength: 1000)),
        Field(
          "MessageContent", .base64, isReversible: false, note: "the text, in HTML for a response, as base64"),
        Field("RichTextFlag", .boolean),
        Field("StatusCd", .code(), unconfirmed: "its codes"),
        Field(
          "VisibilityCd", .code(known: ["ORA_SVC_INTERNAL"]), unconfirmed: "its codes except ORA_SVC_INTERNAL"
        ),
        Field("AILogLevelCd", .code(known: ["ORA_SVC_NONE"]), note: "newer releases of the service only"),
        Field("ChannelId", .integer()),
        Field("ChannelTypeCd", .code()),
        Field("ParentMessageId", .integer(), unconfirmed: "whether a patch may set it"),
        Field("PostedByPartyId", .integer(), unconfirmed: "whether a patch may set it"),
        Field("PartyName", .string(), .readOnly, note: "follows PostedByPartyId"),
        Field("SourceCd", .code()),
        Field("SentDate", .dateTime, .readOnly),
      ] + whoFields + permissionFields),
    operations: [
      ListOperation(
        "add", .create, required: ["MessageTypeCd"],
        unconfirmed: "that a message in its service request's patch always counts as a new one"),
      ListOperation(
        "update", .update, required: ["MessageId"], unconfirmed: "that a message that was sent can be changed"
      ),
    ],
    hasElementAddress: true, takesUpdatesInRecord: false)
}
