import GRDB
import JSON

/// Generates service requests; the same seed and place give the same one.
struct ServiceRequestGenerator {
  let seed: UInt64
  let model: FusionModel

  /// The id of the first one, which the references of interactions know.
  private static let firstID: Int64 = 300_100_030_000_001
  private static let firstSecond: Int64 = 1_514_880_000  // 2018-01-02

  /// Returns the number of the one at a place, from 1.
  ///
  /// Sites choose the form of their numbers. Of ten, one consists of digits, with zeros in front, and three have what
  /// has a meaning in URLs, in queries or in no alphabet of a path.
  static func number(_ place: Int64) -> String {
    switch place % 10 {
    case 3: "SR/2024/\(Timestamp.digits(place, 6))"
    case 5: Timestamp.digits(place, 10)
    case 7: "SR \(Timestamp.digits(place, 6)) 50% #1?"
    case 9: "Störung & O'Hara \(Timestamp.digits(place, 6))"
    default: "SR\(Timestamp.digits(place, 10))"
    }
  }

  /// Stores service requests, every second one with a message; numbers taken by an import are left as they are.
  func fill(_ database: Database, count: Int) throws {
    guard let entity = model["serviceRequests"] else { return }
    for place in stride(from: Int64(1), through: Int64(count), by: 1) {
      let (id, number) = (Self.firstID + place - 1, Self.number(place))
      guard try FusionRow.find(entity.path, id, in: database) == nil,
        try FusionRow.find(entity.path, number: number, in: database) == nil
      else { continue }
      var random = RepeatableRandom(seed: seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(bitPattern: id))
      let opened = Timestamp(seconds: Self.firstSecond + place * 211)
      let row = FusionRow(
        entity: entity.path, id: id, number: number, version: Int64(random.below(4) + 1),
        values: values(opened, &random))
      try row.insert(into: database)
      if random.below(2) == 0 { try insertMessage(of: row, opened, into: database) }
    }
  }

  private func values(_ opened: Timestamp, _ random: inout RepeatableRandom) -> JSONObject {
    let contact = Int64(random.below(300))
    var values: JSONObject = [
      "Title": .string(random.pick(Self.titles)), "ProblemDescription": "Reported by telephone",
      "StatusCd": .string(random.pick(["ORA_SVC_NEW", "ORA_SVC_INPROGRESS", "ORA_SVC_WAITING"])),
      "SeverityCd": .string(random.pick(["ORA_SVC_SEV1", "ORA_SVC_SEV2", "ORA_SVC_SEV3", "ORA_SVC_SEV4"])),
      "AccountPartyId": .integer(300_100_021_000_001 + contact % 40),
      "PrimaryContactPartyId": .integer(300_100_020_000_001 + contact),
      "QueueId": .integer(300_100_023_000_001 + Int64(random.below(8))),
      "ChannelTypeCd": .string(random.pick(["ORA_SVC_WEB", "ORA_SVC_PHONE", "ORA_SVC_EMAIL"])),
      "StripeCd": "ORA_SVC_CRM", "CriticalFlag": .bool(random.below(10) == 0),
      "OpenDate": .string(opened.text), "Region_c": .string(random.pick(["North", "South", "East", "West"])),
    ]
    if random.below(5) > 0 {
      values["AssigneeResourceId"] = .integer(300_100_022_000_001 + Int64(random.below(60)))
    }
    InteractionGenerator.stamp(&values, created: opened, updated: opened)
    return values
  }

  private func insertMessage(of row: FusionRow, _ time: Timestamp, into database: Database) throws {
    let path = "serviceRequests.messages"
    var values: JSONObject = [
      "MessageTypeCd": "ORA_SVC_CUSTOMER_ENTRY", "Subject": row.values["Title"] ?? "", "RichTextFlag": false,
    ]
    InteractionGenerator.stamp(&values, created: time, updated: time)
    try FusionRow(
      entity: path, id: FusionSequence.next(for: path, in: database), parent: row.id, version: 1,
      values: values
    ).insert(into: database)
  }

  private static let titles = [
    "Pump runs dry", "Filter is loud", "Invoice is missing", "Parcel came open", "Cannot sign in",
    "Heating does not start", "Wrong part delivered", "Warranty question",
  ]
}
