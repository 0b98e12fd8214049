import Catalog
import JSON

/// The kinds of row that the site has rules for.
extension EntityRules {
  static let delivered: [String: EntityRules] = [
    "interactions": interaction, "interactions.childInteractions": childInteraction,
    "interactions.interactionReferences": EntityRules(
      hasOpaqueKeys: true,
      references: [
        ReferenceRule(attribute: "ObjectId", typeAttribute: "ObjectTypeCd", number: "ObjectNumber")
      ], titles: ["ObjectNumber": "Reference Number"]),
    "interactions.InteractionParticipants": EntityRules(
      hasOpaqueKeys: true,
      references: [ReferenceRule(attribute: "ContactPartyId", set: "contactParties")]),
    "interactions.InteractionData": EntityRules(hasOpaqueKeys: true),
    "interactions.smartActions.UserActionRequestPayload": EntityRules(
      defaults: [("SystemActionFlag", false)]),
    "interactions.smartActions.UserActionNavigation": EntityRules(
      defaults: [("SystemActionFlag", false)]),
    "interactions.smartActions.UserActionURLBinding": EntityRules(
      defaults: [("SystemActionFlag", false)],
      titles: ["URLBindingName": "Parameter Name", "Value": "Parameter Value"]),
    "serviceRequests": serviceRequest,
    "serviceRequests.messages": EntityRules(
      defaults: [("RichTextFlag", false), ("AILogLevelCd", "ORA_SVC_NONE")]),
    // Interactions and service requests refer to these by their ids.
    "accounts": EntityRules(rows: "accountParties"), "contacts": EntityRules(rows: "contactParties"),
  ]

  private static let serviceRequest = EntityRules(
    defaults: [
      ("StatusCd", "ORA_SVC_NEW"), ("SeverityCd", "ORA_SVC_SEV3"), ("StripeCd", "ORA_SVC_CRM"),
      ("CriticalFlag", false),
    ],
    references: [
      ReferenceRule(attribute: "AccountPartyId", set: "accountParties", name: "AccountPartyName"),
      ReferenceRule(
        attribute: "PrimaryContactPartyId", set: "contactParties", name: "PrimaryContactPartyName"),
      ReferenceRule(attribute: "ReportedByPartyId", set: "contactParties", name: "ReportedByPartyName"),
      ReferenceRule(attribute: "AssigneeResourceId", set: "resources", name: "AssigneePersonName"),
      ReferenceRule(attribute: "QueueId", set: "queues", name: "QueueName"),
    ],
    lists: [ListOfValues(name: "StatusCdLookup", set: "ORA_SVC_SR_STATUS_CD")],
    customFields: [
      Field("Region_c", .string(maximumLength: 60)), Field("VisitOn_c", .date), Field("Visits_c", .integer()),
    ], rows: "SVC_SERVICE_REQUESTS")

  private static let interaction = EntityRules(
    sample: [
      "InteractionId", "ParentInteractionId", "TopLevelFlag", "Description", "ChannelId",
      "ChannelDisplayName",
      "ChannelTypeCd", "AccountPartyId", "AccountPartyUniqueName", "ContactPartyId", "ContactPartyUniqueName",
      "QueueId", "QueueName", "OwnerResourceId", "OwnerResourcePartyUniqueName", "StartTime", "EndTime",
      "StatusCd", "OriginalSystemReference", "CreatedBy", "CreationDate", "LastUpdatedBy", "LastUpdateDate",
      "LastUpdateLogin", "DirectionCd", "StripeCd",
    ],
    sampleChildren: ["childInteractions", "interactionReferences"],
    defaults: [
      ("DirectionCd", "ORA_SVC_INBOUND"), ("StatusCd", "ORA_SVC_OPEN"), ("StripeCd", "ORA_SVC_CRM"),
      ("ManuallyCreatedFlag", "N"), ("StartInteractionFlag", true), ("EndInteractionFlag", false),
    ],
    required: ["StatusCd"],
    references: [
      ReferenceRule(
        attribute: "ChannelId", set: "channels", name: "ChannelDisplayName", number: "ChannelShortName",
        type: "ChannelTypeCd"),
      ReferenceRule(
        attribute: "AccountPartyId", set: "accountParties", name: "AccountPartyUniqueName",
        number: "AccountPartyNumber"),
      ReferenceRule(
        attribute: "ContactPartyId", set: "contactParties", name: "ContactPartyUniqueName",
        number: "ContactPartyNumber"),
      ReferenceRule(attribute: "QueueId", set: "queues", name: "QueueName", number: "QueueNumber"),
      ReferenceRule(
        attribute: "OwnerResourceId", set: "resources", name: "OwnerResourcePartyUniqueName",
        number: "OwnerResourceNumber"),
    ],
    lists: [
      ListOfValues(name: "DirectionCdLookup", set: "DirectionCd"),
      ListOfValues(name: "StatusCdLookup", set: "ORA_SVC_IM_STATUS_CD"),
      ListOfValues(name: "ChannelIdByChannelType", set: "channels", narrowedBy: "ChannelTypeCd"),
    ],
    selfReference: SelfReference(
      attribute: "ParentInteractionId", number: "ParentInteractionNumber"),
    topFlag: "TopLevelFlag",
    customFields: [
      Field("CallbackAt_c", .dateTime), Field("CallbackOk_c", .boolean),
      Field("Region_c", .string(maximumLength: 60)), Field("VisitOn_c", .date),
      Field("Visits_c", .integer(minimum: 0, maximum: 999)),
    ], titles: ["AgentHTTPSessionId": "Session ID", "ChannelShortName": "Channel Code"], numberPrefix: "INT")

  private static let childInteraction: EntityRules = {
    var rules = interaction
    rules.hasOpaqueKeys = true
    rules.selfReference = nil
    rules.parentKey = "ParentInteractionId"
    rules.parentNumber = "ParentInteractionNumber"
    rules.sampleChildren = []
    return rules
  }()
}
