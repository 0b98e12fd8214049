/// The codes, people and things that the imaginary Fusion site comes with; the same in every sandbox.
///
/// - Codes are the reference's (section 3), and a few of the site's own, which begin with `ACME_`.
/// - Channels 1 to 8 (1 is the web channel of the reference's example), queues 300100023000001 to …008.
/// - Owners (resources) 300100022000001 to …060, accounts 300100021000001 to …040, contacts 300100020000001 to …300.
/// - Targets of interactions: service requests 300100030000001 to …500, activities 300100031000001,
///   opportunities 300100032000001, work orders 300100033000001 and leads 300100034000001, each to …100.
extension Vocabulary {
  static let fusionSets: [NamedSet] = codes + people + objects

  private static func list(_ name: String, _ values: [(code: String, name: String)]) -> NamedSet {
    NamedSet(
      name, label: name,
      values.enumerated().map { NamedValue(id: Int64($0 + 1), name: $1.name, code: $1.code) })
  }

  private static let codes: [NamedSet] = [
    list("DirectionCd", [("ORA_SVC_INBOUND", "Inbound"), ("ORA_SVC_OUTBOUND", "Outbound")]),
    list(
      "ORA_SVC_IM_STATUS_CD",
      [("ORA_SVC_OPEN", "Open"), ("ORA_SVC_CLOSED", "Closed"), ("ACME_ON_HOLD", "On hold")]),
    list(
      "ORA_SVC_IM_CLOSED_SUBSTATUS_CD",
      [
        ("ACME_RESOLVED", "Resolved"), ("ACME_NO_REPLY", "No reply"), ("ACME_DUPLICATE", "Duplicate"),
        ("ACME_STALE", "Stale"),
      ]),
    list(
      "ORA_SVC_SR_STATUS_CD",
      [
        ("ORA_SVC_NEW", "New"), ("ORA_SVC_INPROGRESS", "In Progress"), ("ORA_SVC_WAITING", "Waiting"),
        ("ORA_SVC_RESOLVED", "Resolved"), ("ORA_SVC_CLOSED", "Closed"), ("ACME_SVC_ON_HOLD", "On hold"),
      ]),
    list(
      "SeverityCd",
      [
        ("ORA_SVC_SEV1", "Critical"), ("ORA_SVC_SEV2", "High"), ("ORA_SVC_SEV3", "Medium"),
        ("ORA_SVC_SEV4", "Low"),
      ]),
    list("ORA_SVC_STRIPE_CD", [("ORA_SVC_CRM", "CRM"), ("ORA_SVC_HCM", "HCM"), ("ORA_SVC_CASE", "Case")]),
    list(
      "ChannelTypeCd",
      [
        ("ORA_SVC_WEB", "Web"), ("ORA_SVC_PHONE", "Phone"), ("ORA_SVC_CHAT", "Chat"),
        ("ORA_SVC_EMAIL", "Email"), ("ORA_SVC_SOCIAL", "Social"), ("ORA_SVC_NONE", "None"),
      ]),
    list(
      "ORA_SVC_IM_REF_OBJECT_TYPE_CD",
      [
        ("ZMM_ACTIVITIES", "Activity"), ("MOO_OPTY", "Opportunity"), ("SVC_WORK_ORDERS", "Work order"),
        ("SVC_SERVICE_REQUESTS", "Service request"), ("MKL_LM_LEADS", "Lead"),
      ]),
  ]

  private static func numbered(
    _ name: String, _ label: String, from first: Int64, _ count: Int64, _ prefix: String,
    _ title: (Int64) -> String
  ) -> NamedSet {
    NamedSet(
      name, label: label,
      (Int64(0)..<count).map {
        NamedValue(id: first + $0, name: title($0 + 1), code: prefix + Timestamp.digits($0 + 1, 6))
      })
  }

  /// The `parent` of a channel is the number of its type in `ChannelTypeCd`.
  private static let channels = NamedSet(
    "channels", label: "Channel",
    [
      NamedValue(id: 1, name: "Web (Seeded)", parent: 1, code: "ORA_SVC_WEB"),
      NamedValue(id: 2, name: "Phone (Seeded)", parent: 2, code: "ORA_SVC_PHONE"),
      NamedValue(id: 3, name: "Chat (Seeded)", parent: 3, code: "ORA_SVC_CHAT"),
      NamedValue(id: 4, name: "Email (Seeded)", parent: 4, code: "ORA_SVC_EMAIL"),
      NamedValue(id: 5, name: "Social (Seeded)", parent: 5, code: "ORA_SVC_SOCIAL"),
      NamedValue(id: 6, name: "Store counter", parent: 6, code: "ACME_COUNTER"),
      NamedValue(id: 7, name: "Support mailbox", parent: 4, code: "ACME_SUPPORT"),
      NamedValue(id: 8, name: "Hotline", parent: 2, code: "ACME_HOTLINE"),
    ])

  private static let people: [NamedSet] = [
    channels,
    numbered("queues", "Queue", from: 300_100_023_000_001, 8, "Q") {
      ["General", "Returns", "Billing", "Escalations", "Hotline", "Web", "Field service", "VIP"][Int($0 - 1)]
    },
    numbered("resources", "Resource", from: 300_100_022_000_001, 60, "R") { personName($0, inStaff: true) },
    numbered("accountParties", "Account", from: 300_100_021_000_001, 40, "A") { organizationName($0) },
    numbered("contactParties", "Contact", from: 300_100_020_000_001, 300, "C") {
      personName($0, inStaff: false)
    },
  ]

  private static let objects: [NamedSet] = [
    numbered("SVC_SERVICE_REQUESTS", "Service request", from: 300_100_030_000_001, 500, "SR") {
      "Request \($0)"
    },
    numbered("ZMM_ACTIVITIES", "Activity", from: 300_100_031_000_001, 100, "ACT") { "Activity \($0)" },
    numbered("MOO_OPTY", "Opportunity", from: 300_100_032_000_001, 100, "OPTY") { "Opportunity \($0)" },
    numbered("SVC_WORK_ORDERS", "Work order", from: 300_100_033_000_001, 100, "WO") { "Work order \($0)" },
    numbered("MKL_LM_LEADS", "Lead", from: 300_100_034_000_001, 100, "L") { "Lead \($0)" },
  ]
}
