import GRDB
import JSON

/// Generates realistic interactions; the same seed and id give the same interaction.
struct InteractionGenerator {
  /// The kind of its rows.
  static let entity = "interactions"

  let seed: UInt64
  let model: FusionModel
  let vocabulary: Vocabulary

  /// The id of the first one.
  static let firstID: Int64 = 300_100_000_000_001
  /// The number of interactions per day.
  private static let perDay: Int64 = 400
  private static let firstDay: Int64 = 17_533  // 2018-01-02

  /// Stores interactions with consecutive ids; ids taken by an import are left as they are.
  func fill(_ database: Database, count: Int) throws {
    guard let entity = model[Self.entity] else { return }
    let isEmpty = try FusionRow.count(entity.path, in: database) == 0
    for index in stride(from: Int64(0), to: Int64(count), by: 1) {
      let id = Self.firstID + index
      if !isEmpty, try FusionRow.find(entity.path, id, in: database) != nil { continue }
      var random = RepeatableRandom(seed: seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(bitPattern: id))
      try insert(index, entity, &random, into: database)
    }
  }

  private func insert(
    _ index: Int64, _ entity: Entity, _ random: inout RepeatableRandom, into database: Database
  ) throws {
    let started = Timestamp(
      seconds: (Self.firstDay + index / Self.perDay) * 86_400 + 25_200 + index % Self.perDay * 100)
    var values = values(started, &random)
    if entity.isModelled { values = fitting(values, entity) }
    let number = "INT\(Timestamp.digits(index + 1, 10))"
    let last = (values["EndTime"]?.string).flatMap { Timestamp(parsing: $0) } ?? started
    Self.stamp(&values, created: started, updated: last)
    let row = FusionRow(
      entity: entity.path, id: Self.firstID + index, number: number, version: Int64(random.below(4) + 1),
      values: values)
    // An import keeps the numbers that it has taken.
    let isTaken = try FusionRow.find(entity.path, number: number, in: database) != nil
    var stored = row
    if isTaken { stored.number = "\(number)-1" }
    try stored.insert(into: database)
    try insertChildren(of: row, started, &random, into: database)
  }

  private func values(_ started: Timestamp, _ random: inout RepeatableRandom) -> JSONObject {
    let channel = Int64(random.below(8) + 1)
    let type = vocabulary["channels"][channel]?.parent.flatMap { vocabulary["ChannelTypeCd"][$0]?.code }
    let contact = Int64(random.below(300))
    var values: JSONObject = [
      "Description": .string(random.pick(Self.descriptions)), "ChannelId": .integer(channel),
      "ChannelTypeCd": .string(type ?? "ORA_SVC_NONE"),
      "AccountPartyId": .integer(300_100_021_000_001 + contact % 40),
      "ContactPartyId": .integer(300_100_020_000_001 + contact),
      "QueueId": .integer(300_100_023_000_001 + Int64(random.below(8))),
      "StartTime": .string(started.text),
      "StatusCd": .string(random.pick(["ORA_SVC_OPEN", "ORA_SVC_OPEN", "ORA_SVC_CLOSED", "ACME_ON_HOLD"])),
      "DirectionCd": .string(random.pick(["ORA_SVC_INBOUND", "ORA_SVC_INBOUND", "ORA_SVC_OUTBOUND"])),
      "StripeCd": "ORA_SVC_CRM", "ManuallyCreatedFlag": .string(random.pick(["Y", "N"])),
      "Region_c": .string(random.pick(["North", "South", "East", "West"])),
    ]
    // Every fifth interaction has no owner yet.
    if random.below(5) > 0 {
      values["OwnerResourceId"] = .integer(300_100_022_000_001 + Int64(random.below(60)))
    }
    if values["StatusCd"] == "ORA_SVC_CLOSED" {
      values["EndTime"] = .string(Timestamp(seconds: started.seconds + Int64(random.below(3600) + 60)).text)
      values["SubstatusCd"] = .string(random.pick(["ACME_RESOLVED", "ACME_NO_REPLY", "ACME_STALE"]))
    }
    return values
  }

  private func insertChildren(
    of row: FusionRow, _ started: Timestamp, _ random: inout RepeatableRandom, into database: Database
  ) throws {
    if random.below(5) < 3 {
      try insert(
        "interactionReferences", of: row, started,
        [
          "ObjectTypeCd": "SVC_SERVICE_REQUESTS",
          "ObjectId": .integer(300_100_030_000_001 + Int64(random.below(500))),
        ], into: database)
    }
    if random.below(5) == 0 {
      let contact = row.values["ContactPartyId"]?.integer ?? 300_100_020_000_001
      let name = vocabulary["contactParties"][contact]?.name ?? ""
      try insert(
        "InteractionParticipants", of: row, started,
        [
          "ContactPartyId": .integer(contact), "ParticipantName": .string(name),
          "DurationMinutes": .integer(Int64(random.below(55) + 5)),
          "InteractionParticipantNumber": .string("P\(row.id % 1_000_000_000)"),
          "StartTime": .string(started.text),
        ], into: database)
    }
    if random.below(10) == 0 {
      try insert(
        "childInteractions", of: row, started,
        [
          "Description": "Transferred to another agent", "ChannelId": row.values["ChannelId"] ?? 1,
          "ChannelTypeCd": row.values["ChannelTypeCd"] ?? "ORA_SVC_NONE", "StatusCd": "ORA_SVC_CLOSED",
          "DirectionCd": "ORA_SVC_INBOUND", "StripeCd": "ORA_SVC_CRM", "ManuallyCreatedFlag": "N",
          "StartTime": .string(started.text),
        ], into: database)
    }
    if random.below(10) == 0 {
      try insert("InteractionData", of: row, started, ["TokenId": 7, "Value": "gold"], into: database)
    }
    if random.below(20) == 0 { try insertAction(of: row, started, into: database) }
  }

  private func insertAction(of row: FusionRow, _ started: Timestamp, into database: Database) throws {
    let action = try insert(
      "smartActions", of: row, started, ["ActiveFlag": true, "ApplicationRoles": "SERVICE_AGENT"],
      into: database)
    try insert(
      "smartActions.UserActionRequestPayload", of: action, started,
      [
        "Binding": "ROW", "MandatoryFlag": true, "RequestPayloadName": "SrId", "SystemActionFlag": false,
        "Value": "SrId",
      ], into: database)
    try insert(
      "smartActions.UserActionURLBinding", of: action, started,
      [
        "Binding": "ROW", "SystemActionFlag": false, "URLBindingName": "id", "Value": "SrId",
      ], into: database)
    try insert(
      "smartActions.UserActionNavigation", of: action, started,
      [
        "UserActionNavType": "PAGE", "UserActionNavBody": "{\"page\": \"sr-detail\"}",
        "UserActionNavAppUsage": "SERVICE", "SystemActionFlag": false,
      ], into: database)
  }

  @discardableResult
  private func insert(
    _ child: String, of parent: FusionRow, _ time: Timestamp, _ values: JSONObject, into database: Database
  ) throws -> FusionRow {
    let path = "interactions.\(child)"
    var values = values
    if let entity = model["interactions"]?.all.first(where: { $0.path == path }), entity.isModelled {
      values = fitting(values, entity)
    }
    if child != "InteractionParticipants", !child.hasPrefix("smartActions") {
      Self.stamp(&values, created: time, updated: time)
    }
    let row = FusionRow(
      entity: path, id: try FusionSequence.next(for: path, in: database), parent: parent.id, version: 1,
      values: values)
    try row.insert(into: database)
    return row
  }

  static func stamp(_ values: inout JSONObject, created: Timestamp, updated: Timestamp) {
    values["CreatedBy"] = "SALES_ADMIN"
    values["CreationDate"] = .string(created.text)
    values["LastUpdatedBy"] = "SALES_ADMIN"
    values["LastUpdateDate"] = .string(updated.text)
    values["LastUpdateLogin"] = "49D1E72BFAA41BD9E0530E8EF50AC119"
  }

  private static let descriptions = [
    "Call back about the delivery", "Asked for an invoice copy", "Wants to move the appointment",
    "Complaint: FishPhone broken again", "Question about the warranty", "Sent SrMessage",
    "Chat ended without a reply", "Price of the FishCare plan", "Follow-up of last week's visit",
    "Address change – two contracts",
  ]
}
