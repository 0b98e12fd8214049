import Catalog
import JSON

/// The imaginary site's rules for service requests.
extension EntityRules {
  static let serviceRequest = EntityRules(
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
    ], numberPrefix: "SR")

  static let message = EntityRules(
    parentKey: "SrId", parentNumber: "SrNumber",
    defaults: [("RichTextFlag", false), ("AILogLevelCd", "ORA_SVC_NONE")])
}
