import JSON

/// The interactions of Oracle Fusion CX Sales and Service, REST 11.13.18.05.
///
/// Limits and defaults come from the page "Update an interaction" (`op-interactions-interactionid-patch`). The page
/// prints most titles without the names. A name seen neither there nor in a sample, another page or a table of the
/// service is therefore marked as inferred; a site's `attribute_names` can correct it.
extension ResourceType {
  public static let interactions = ResourceType(
    name: "interactions", singular: "interaction",
    summary: "A contact with a customer over any channel, with its participants and what it refers to.",
    dialect: .fusionCX, key: "InteractionId", alternateKeys: ["InteractionNumber"],
    fields: interactionFields,
    lists: [
      childInteractions, interactionReferences, interactionParticipants, interactionData, smartActions,
      links,
    ],
    customFields: [ownAttributes],
    titles: [
      "InteractionId": ["Interaction ID", "Interaction"],
      "InteractionNumber": ["Interaction Number", "Interaction No", "Number", "Ref", "Reference"],
      "Description": ["Description", "Comment", "Note", "Remark"],
      "StatusCd": ["Status", "State", "Status Code"], "SubstatusCd": ["Substatus", "Outcome"],
      "OwnerResourceId": ["Owner", "Owner ID", "Agent", "Assigned To"], "QueueId": ["Queue", "Queue ID"],
      "ContactPartyId": ["Contact", "Customer", "Contact ID"], "AccountPartyId": ["Account", "Account ID"],
      "DirectionCd": ["Direction"], "ChannelTypeCd": ["Channel", "Channel Type"],
    ],
    examples: [
      .accepted("new description", ["Description": "Sent SrMessage again"]),
      .accepted("close and end", ["StatusCd": "ORA_SVC_CLOSED", "EndInteractionFlag": true]),
      .accepted("take an interaction off a person", ["OwnerResourceId": nil]),
      .accepted("an attribute of the site's own", ["Region_c": "North"]),
      .accepted(
        "refer to a service request",
        [
          "interactionReferences": [
            ["ObjectTypeCd": "SVC_SERVICE_REQUESTS", "ObjectId": 300_100_012_345_678]
          ]
        ]),
      .accepted(
        "change a reference",
        ["interactionReferences": [["ReferenceId": 7, "ObjectId": 300_100_012_345_678]]]),
      .accepted(
        "a smart action with its payload and address",
        [
          "smartActions": [
            [
              "ActiveFlag": true,
              "UserActionRequestPayload": [["RequestPayloadName": "SrId", "Binding": "ROW"]],
              "UserActionURLBinding": [["URLBindingName": "id", "Value": "SrId"]],
            ]
          ]
        ]),
      .refused(
        "description over 1000 characters",
        ["Description": .string(String(repeating: "x", count: 1001))], by: "too-long"),
      .refused("the channel's name follows its id", ["ChannelDisplayName": "Web"], by: "read-only"),
      .refused("a misspelt attribute", ["Desription": "x"], by: "unknown-attribute"),
      .refused("a command cannot be cleared", ["EndInteractionFlag": nil], by: "not-null"),
      .refused("a code over 30 characters", ["StatusCd": "ORA_SVC_OPEN_AND_WAITING_FOR_US"], by: "too-long"),
      .refused(
        "a reference to nothing", ["interactionReferences": [["ObjectTypeCd": "MOO_OPTY"]]],
        by: "missing-required"),
      .refused(
        "a reference that exists, and the interaction",
        ["Description": "x", "interactionReferences": [["ReferenceId": 7, "ObjectId": 8]]],
        by: "own-address"),
      .refused(
        "the payload, and the interaction", ["Description": "x", "Payload": "eA=="], by: "own-address"),
    ])

  private static let interactionFields: [Field] =
    [
      Field(
        "InteractionId", .integer(minimum: 1, maximum: 999_999_999_999_999_999), .readOnly,
        note: "at most 18 digits; names the record; a key column"),
      Field(
        "InteractionNumber", .string(maximumLength: 30), .createOnly, note: "usable as the key column",
        unconfirmed: "whether a patch could change it", isNameInferred: true),
      Field("ParentInteractionId", .integer(), note: "its own id for a top-level interaction"),
      Field("ParentInteractionNumber", .string(maximumLength: 30), .readOnly, isNameInferred: true),
      Field("TopLevelFlag", .boolean, .readOnly, note: "answers have it as the text \"true\" too"),
      Field("Description", .string(maximumLength: 1000)),
      Field("AccountPartyId", .integer()),
      Field("AccountPartyNumber", .string(maximumLength: 30), .readOnly, isNameInferred: true),
      Field("AccountPartyUniqueName", .string(maximumLength: 900), .readOnly),
      Field("APPClassificationCd", .code(), note: "newer releases of the service only"),
      Field("AgentHTTPSessionId", .string(maximumLength: 100), note: "titled Session ID"),
      Field("ChannelId", .integer(), nullability: .notNull),
      Field("ChannelDisplayName", .string(maximumLength: 400), .readOnly, note: "follows ChannelId"),
      Field(
        "ChannelShortName", .string(maximumLength: 450), .readOnly, note: "titled Channel Code",
        isNameInferred: true),
      Field(
        "ChannelTypeCd",
        .code(known: [
          "ORA_SVC_WEB", "ORA_SVC_PHONE", "ORA_SVC_CHAT", "ORA_SVC_EMAIL", "ORA_SVC_SOCIAL", "ORA_SVC_NONE",
        ]), unconfirmed: "all codes except ORA_SVC_WEB", follows: "ChannelId"),
      Field("ContactPartyId", .integer()),
      Field("ContactPartyNumber", .string(maximumLength: 30), .readOnly, isNameInferred: true),
      Field("ContactPartyUniqueName", .string(maximumLength: 900), .readOnly),
      Field("DirectionCd", .code(known: ["ORA_SVC_INBOUND", "ORA_SVC_OUTBOUND"])),
      Field(
        "EndInteractionFlag", .boolean, nullability: .notNull, isReversible: false,
        note: "true sets EndTime to now and leaves the status alone", isTrigger: true),
      Field("EndTime", .dateTime, follows: "EndInteractionFlag"),
      Field(
        "StartInteractionFlag", .boolean, nullability: .notNull, isReversible: false,
        note: "true starts an interaction that has not started", isTrigger: true, isNameInferred: true),
      Field("StartTime", .dateTime, follows: "StartInteractionFlag"),
      Field(
        "StatusCd", .code(known: ["ORA_SVC_OPEN", "ORA_SVC_CLOSED"], lookup: "ORA_SVC_IM_STATUS_CD"),
        unconfirmed: "ORA_SVC_CLOSED, which other records of the service have"),
      Field(
        "SubstatusCd", .code(lookup: "ORA_SVC_IM_CLOSED_SUBSTATUS_CD"),
        unconfirmed: "its codes; the name may be SubStatusCd", isNameInferred: true, goesWith: "StatusCd"),
      Field(
        "StripeCd",
        .code(known: ["ORA_SVC_CRM", "ORA_SVC_HCM", "ORA_SVC_CASE"], lookup: "ORA_SVC_STRIPE_CD"),
        unconfirmed: "all codes except ORA_SVC_CRM"),
      Field("SourceCd", .string(maximumLength: 30), isNameInferred: true),
      Field("MarketingReferenceId", .integer(), isNameInferred: true),
      Field("MediaItemId", .string(maximumLength: 255), isNameInferred: true),
      Field("OriginalSystemReference", .string(maximumLength: 255)),
      Field("OwnerResourceId", .integer()),
      Field(
        "OwnerResourceNumber", .string(maximumLength: 30), .readOnly,
        unconfirmed: "the name may be OwnerResourcePartyNumber", isNameInferred: true),
      Field("OwnerResourcePartyUniqueName", .string(maximumLength: 900), .readOnly),
      Field("QueueId", .integer()),
      Field("QueueName", .string(maximumLength: 400), .readOnly, note: "follows QueueId"),
      Field(
        "QueueNumber", .string(maximumLength: 30), unconfirmed: "whether a patch may set it",
        isNameInferred: true),
      Field(
        "ManuallyCreatedFlag", .string(maximumLength: 1, pattern: "^[YN]$"), note: "Y or N",
        unconfirmed: "whether a patch may set it, and the name, which may be ManuallyLoggedFlag",
        isNameInferred: true),
      Field(
        "Payload", .base64, isReversible: false,
        note: "bytes with an address of their own; a row that sets them can set nothing else",
        isEnclosure: true),
    ] + whoFields + permissionFields

  /// The attributes about who created and changed a row, and when.
  static let whoFields: [Field] = [
    Field("CreatedBy", .string(maximumLength: 64), .readOnly),
    Field("CreationDate", .dateTime, .readOnly),
    Field("LastUpdatedBy", .string(maximumLength: 64), .readOnly),
    Field("LastUpdateDate", .dateTime, .readOnly),
    Field("LastUpdateLogin", .string(maximumLength: 32), .readOnly),
  ]

  /// The attributes about the caller's permissions for a row.
  static let permissionFields: [Field] = [
    Field("DeleteFlag", .boolean, .readOnly, note: "whether you may delete it", isNameInferred: true),
    Field("UpdateFlag", .boolean, .readOnly, note: "whether you may change it", isNameInferred: true),
  ]

  static let ownAttributes = CustomFieldSpace(
    path: "{name}_c", note: "a site's own attributes; text unless the job's custom_fields says otherwise")

  private static let links = ChildList(
    name: "links", singular: "link",
    element: .object([
      Field("rel", .string(), .readOnly), Field("href", .string(), .readOnly),
      Field("name", .string(), .readOnly), Field("kind", .string(), .readOnly),
    ]), operations: [], note: "the addresses of the record and of what belongs to it")

  // MARK: Children

  /// Returns a list with the rules that apply to each kind of child.
  ///
  /// A new child may be in the interaction's own patch. An existing one is changed at its own address, because the
  /// patch's schema has no key to identify it.
  private static func children(
    _ name: String, _ singular: String, _ fields: [Field], required: [String] = [],
    lists: [ChildList] = [], customFields: [CustomFieldSpace] = [ownAttributes], caution: String? = nil,
    note: String? = nil
  ) -> ChildList {
    let selector = fields.first { $0.access == .selector }?.path
    return ChildList(
      name: name, singular: singular, element: .object(fields),
      operations: [
        ListOperation(
          "add", .create, required: required,
          unconfirmed: "that a child in its parent's patch always counts as a new one"),
        ListOperation("update", .update, required: selector.map { [$0] } ?? []),
      ],
      hasElementAddress: true, takesUpdatesInRecord: false, lists: lists, customFields: customFields,
      caution: caution, note: note)
  }

  private static func selector(_ name: String, isNameInferred: Bool = false) -> Field {
    Field(name, .integer(minimum: 1), .selector, nullability: .notNull, isNameInferred: isNameInferred)
  }

  private static let childInteractions = children(
    "childInteractions", "child interaction",
    // The classification is newer than the child's own pages; only the interaction's page has it.
    interactionFields.filter { $0.path != "APPClassificationCd" }.map { field in
      // The child's own pages name only these; the rest is assumed to be as on the interaction.
      let seen: Set = [
        "Description", "AccountPartyId", "AgentHTTPSessionId", "ChannelId", "ChannelTypeCd",
        "ContactPartyId", "DirectionCd", "EndInteractionFlag",
      ]
      var field = field
      field.isNameInferred = !seen.contains(field.path)
      if ["InteractionNumber", "ParentInteractionId"].contains(field.path) { field.note = nil }
      if field.path == "InteractionId" {
        (field.access, field.nullability, field.note) = (.selector, .notNull, nil)
      }
      return field
    }, lists: [links])

  private static let interactionReferences = children(
    "interactionReferences", "interaction reference",
    [
      selector("ReferenceId"),
      Field("InteractionId", .integer(), .createOnly),
      Field("InteractionNumber", .string(maximumLength: 30), .createOnly),
      Field("ObjectId", .integer(), nullability: .notNull, goesWith: "ObjectTypeCd"),
      Field(
        "ObjectTypeCd",
        .code(
          known: ["ZMM_ACTIVITIES", "MOO_OPTY", "SVC_WORK_ORDERS", "SVC_SERVICE_REQUESTS", "MKL_LM_LEADS"],
          lookup: "ORA_SVC_IM_REF_OBJECT_TYPE_CD"), nullability: .notNull,
        note: "activity, opportunity, work order, service request, lead"),
      Field(
        "ObjectNumber", .string(maximumLength: 255), .readOnly, note: "titled Reference Number",
        isNameInferred: true),
    ] + whoFields + permissionFields, required: ["ObjectTypeCd", "ObjectId"], lists: [links])

  private static let interactionParticipants = children(
    "InteractionParticipants", "participant",
    [
      selector("InteractionParticipantId", isNameInferred: true),
      Field("InteractionParticipantNumber", .string(maximumLength: 30), .createOnly),
      Field("InteractionId", .integer()),
      Field("ContactPartyId", .integer()),
      Field("DurationMinutes", int32),
      Field("Email", .string(maximumLength: 128)),
      Field("StartTime", .dateTime, unconfirmed: "whether a patch may set it", isNameInferred: true),
      Field("EndTime", .dateTime),
      Field("Json", .base64),
      Field("ObjectVersionNumber", int32, note: "the service counts changes in it"),
      Field("OriginalSystemReference", .string(maximumLength: 255)),
      Field("ParticipantName", .string(), unconfirmed: "its maximum length"),
    ])

  private static let int32 = Field.Kind.integer(minimum: -2_147_483_648, maximum: 2_147_483_647)

  private static let interactionData = children(
    "InteractionData", "interaction datum",
    [
      selector("InteractionDataId"),
      Field(
        "InteractionDataNumber", .string(maximumLength: 30), unconfirmed: "whether a patch may set it",
        isNameInferred: true),
      Field("InteractionId", .integer()),
      Field("TokenId", .integer()),
      Field("Value", .string(maximumLength: 4000), isNameInferred: true),
      Field("DeletedFlag", .boolean),
      Field("CreatedBy", .string(maximumLength: 64), .createOnly),
      Field("CreationDate", .dateTime, .createOnly),
      Field("LastUpdateDate", .dateTime),
      Field("LastUpdatedBy", .string(maximumLength: 64)),
      Field("LastUpdateLogin", .string(maximumLength: 32)),
    ], note: "newer releases of the service only")

  private static let smartActions = children(
    "smartActions", "smart action",
    [
      selector("UserActionId", isNameInferred: true),
      Field("ActionIntent", .base64, unconfirmed: "whether a patch may set it", isNameInferred: true),
      Field("ActiveFlag", .boolean, unconfirmed: "whether a patch may set it", isNameInferred: true),
      Field(
        "ApplicationRoles", .string(maximumLength: 1000), unconfirmed: "whether a patch may set it",
        isNameInferred: true),
    ],
    lists: [navigation, requestPayload, urlBinding], customFields: [],
    caution: "smart actions are metadata of the user interface, not data of the interaction")

  private static let navigation = children(
    "UserActionNavigation", "navigation",
    [
      selector("UserActionNavId"),
      Field("UserActionNavType", .string(maximumLength: 100), nullability: .notNull),
      Field("UserActionNavBody", .string(maximumLength: 1000)),
      Field("UserActionNavAppUsage", .string(maximumLength: 50)),
      Field("SystemActionFlag", .boolean),
    ], required: ["UserActionNavType"], customFields: [],
    note: "its attributes are those of the same list of the service's cases")

  private static let requestPayload = children(
    "UserActionRequestPayload", "request payload",
    [
      selector("RequestPayloadId", isNameInferred: true),
      Field("Binding", .string(maximumLength: 64)),
      Field("MandatoryFlag", .boolean),
      Field("RequestPayloadName", .string(maximumLength: 256)),
      Field("SmartSuggestPath", .string(maximumLength: 2048), isNameInferred: true),
      Field("SystemActionFlag", .boolean, isNameInferred: true),
      Field("Value", .string(maximumLength: 1000), isNameInferred: true),
      Field("ValueStructure", .string(maximumLength: 20), isNameInferred: true),
    ], customFields: [])

  private static let urlBinding = children(
    "UserActionURLBinding", "URL binding",
    [
      selector("URLBindingId", isNameInferred: true),
      Field("Binding", .string(maximumLength: 64), isNameInferred: true),
      Field("SystemActionFlag", .boolean, isNameInferred: true),
      Field("URLBindingName", .string(maximumLength: 50), note: "titled URL Binding Parameter Name"),
      Field("Value", .string(maximumLength: 80), note: "titled URL Binding Parameter Value"),
    ], customFields: [])
}
