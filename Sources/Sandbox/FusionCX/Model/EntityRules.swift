import Catalog
import JSON

/// The imaginary site's rules for the rows of one kind, beyond the catalogue.
struct EntityRules: Sendable {
  /// The attribute of a child that repeats its parent's number.
  var parentKey: String?
  /// The attribute of a child that repeats its parent's alternate key.
  var parentNumber: String?
  /// Indicates that the keys of paths are opaque texts; otherwise they are the row's number.
  var hasOpaqueKeys = false
  /// The attributes of the reference's example, in its order; none if there is no example.
  var sample: [String] = []
  /// The children that the reference's example links to.
  var sampleChildren: [String] = []
  /// The defaults of a new row.
  var defaults: [(name: String, value: JSONValue)] = []
  /// The required attributes of a row, beyond the catalogue's.
  var required: [String] = []
  var references: [ReferenceRule] = []
  var lists: [ListOfValues] = []
  /// The attribute that names the parent row of the same kind; at the top, the row itself.
  var selfReference: SelfReference?
  /// The attribute that is true for a row without a parent of its kind.
  var topFlag: String?
  var customFields: [Field] = []
  /// The titles that the reference prints, by attribute.
  var titles: [String: String] = [:]
  /// The prefix of generated alternate keys.
  var numberPrefix = ""
}

/// An attribute that must refer to something the site has.
struct ReferenceRule: Sendable {
  var attribute: String
  /// The set of the vocabulary; none if the code in `typeAttribute` names it.
  var set: String?
  var typeAttribute: String?
  /// The read-only attributes with the name and the public number of the target.
  var name: String?
  var number: String?
  /// The attribute that takes the type of the target, unless the request gives one.
  var type: String?
}

/// A list of values that an item links to.
struct ListOfValues: Sendable {
  var name: String
  /// The set whose values are its rows.
  var set: String
  /// The attribute of the row that narrows the list by type.
  var narrowedBy: String?
}

/// The attributes of a hierarchy of rows of one kind.
struct SelfReference: Sendable {
  var attribute: String
  var number: String
}

extension EntityRules {
  /// The rules of a kind of row; an unknown kind has none.
  static func of(_ path: String) -> EntityRules { known[path] ?? EntityRules() }

  private static let known: [String: EntityRules] = [
    "serviceRequests": serviceRequest, "serviceRequests.messages": message,
    "interactions": interaction,
    "interactions.childInteractions": childInteraction,
    "interactions.interactionReferences": EntityRules(
      parentKey: "InteractionId", parentNumber: "InteractionNumber",
      hasOpaqueKeys: true,
      references: [
        ReferenceRule(attribute: "ObjectId", typeAttribute: "ObjectTypeCd", number: "ObjectNumber")
      ], titles: ["ObjectNumber": "Reference Number"]),
    "interactions.InteractionParticipants": EntityRules(
      parentKey: "InteractionId", hasOpaqueKeys: true,
      references: [ReferenceRule(attribute: "ContactPartyId", set: "contactParties")]),
    "interactions.InteractionData": EntityRules(
      parentKey: "InteractionId", hasOpaqueKeys: true),
    "interactions.smartActions.UserActionRequestPayload": EntityRules(
      defaults: [("SystemActionFlag", false)]),
    "interactions.smartActions.UserActionNavigation": EntityRules(
      defaults: [("SystemActionFlag", false)]),
    "interactions.smartActions.UserActionURLBinding": EntityRules(
      defaults: [("SystemActionFlag", false)],
      titles: ["URLBindingName": "Parameter Name", "Value": "Parameter Value"]),
  ]

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
