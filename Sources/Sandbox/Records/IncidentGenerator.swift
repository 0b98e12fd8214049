import GRDB
import JSON

/// Generates realistic incidents; the same seed and id give the same incident.
struct IncidentGenerator {
  /// The kind of its records.
  static let kind = "incidents"

  let seed: UInt64
  let directory: Directory

  /// The number of incidents per day.
  private static let perDay: Int64 = 400
  private static let firstDay: Int64 = 17_533  // 2018-01-02

  /// Stores incidents with the ids 1 to `count`; ids taken by an import are left as they are.
  func fill(count: Int) throws {
    guard let kind = directory.model[Self.kind] else { return }
    let isEmpty = try RecordRow.count(kind.name, in: directory.database) == 0
    for id in stride(from: Int64(1), through: Int64(count), by: 1) {
      if !isEmpty, try RecordRow.find(kind.name, id, in: directory.database) != nil { continue }
      var random = RepeatableRandom(seed: seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(bitPattern: id))
      try insert(id, kind, &random, checksNumber: !isEmpty)
    }
  }

  private func insert(
    _ id: Int64, _ kind: RecordKind, _ random: inout RepeatableRandom, checksNumber: Bool
  ) throws {
    let day = CalendarDay(daysSince1970: Self.firstDay + id / Self.perDay)
    let created = Timestamp(seconds: day.daysSince1970 * 86_400 + 25_200 + id % Self.perDay * 100)
    let story = random.pick(Self.stories)
    let number =
      checksNumber
      ? try ReferenceNumber.free(of: kind, day: day, from: id, in: directory.database)
      : ReferenceNumber.text(day: day, number: id)
    var made = values(story, created, kind, &random)
    if kind.isModelled {
      made = directory.fitting(made, kind.attributes)
      if let status = made[StatusRule.status]?.integer, let rule = kind.statusRule {
        made[StatusRule.type] = .integer(rule.type(of: status, directory.vocabulary))
      }
    }
    var record = RecordRow(entity: kind.name, id: id, name: number, values: made)
    record.values["referenceNumber"] = .string(number)
    record.values["createdTime"] = .string(created.text)
    let last = try insertThreads(of: record, kind, story, created, &random)
    record.values["updatedTime"] = .string(last.text)
    if record.values["statusWithType.statusType"] == 2 { record.values["closedTime"] = .string(last.text) }
    try record.insert(into: directory.database)
  }

  private func values(
    _ story: Story, _ created: Timestamp, _ kind: RecordKind, _ random: inout RepeatableRandom
  ) -> JSONObject {
    let status = random.pick([1, 1, 1, 1, 8, 8, 3, 2, 2, 101] as [Int64])
    let contact = Int64(random.below(300) + 1)
    var values: JSONObject = [
      "subject": .string(story.subject), "primaryContact": .integer(contact),
      "organization": .integer(contact % 40 + 1), "product": .integer(story.product),
      "category": .integer(story.category), "channel": .integer(random.pick([3, 6, 6, 6, 9])),
      "queue": .integer(random.pick([5, 6, 7, 7])), "severity": .integer(random.pick([4, 5, 6, 6, 7])),
      "assignedTo.staffGroup": .integer(random.pick([100_003, 100_003, 100_004, 100_005])),
      "statusWithType.status": .integer(status),
      "statusWithType.statusType": .integer(kind.statusRule?.type(of: status, directory.vocabulary) ?? 1),
      "interface": 1, "language": 1, "mailbox": 1, "responseEmailAddressType": 0, "source": 3001,
      "smartSenseCustomer": .integer(Int64(random.below(7)) - 3), "smartSenseStaff": 0,
      "initialResponseDueTime": .string(Timestamp(seconds: created.seconds + 14_400).text),
      "customFields.c.region": .integer(Int64(random.below(4) + 11)),
      "customFields.c.callback_ok": .bool(random.below(2) == 0),
    ]
    // Every fifth incident has no owner yet.
    if random.below(5) > 0 { values["assignedTo.account"] = .integer(Int64(random.below(59) + 2)) }
    if random.below(6) == 0 { values["asset"] = .integer(Int64(random.below(80) + 1)) }
    if status == 2 { values["disposition"] = .integer(random.pick([2, 3, 4])) }
    return values
  }

  /// Adds a customer's question, mostly a response, often a note.
  ///
  /// - Returns: the time of the last of them.
  private func insertThreads(
    of record: RecordRow, _ kind: RecordKind, _ story: Story, _ created: Timestamp,
    _ random: inout RepeatableRandom
  ) throws -> Timestamp {
    var entries: [(type: Int64, text: String)] = [(3, story.question)]
    if random.below(10) < 8 { entries.append((2, story.answer)) }
    if random.below(10) < 5 { entries.append((1, random.pick(Self.notes))) }
    if random.below(10) < 3 { entries.append((3, random.pick(Self.replies))) }
    var time = created
    for entry in entries {
      var values: JSONObject = ["contentType": 1, "channel": record.values["channel"] ?? 6]
      if entry.type == 3 {
        values["contact"] = record.values["primaryContact"]
      } else {
        values["account"] = record.values["assignedTo.account"] ?? 2
      }
      values["entryType"] = .integer(entry.type)
      values["text"] = .string(entry.text)
      values["displayOrder"] = 1
      guard let threads = kind.list("threads") else { continue }
      if kind.isModelled { values = directory.fitting(values, threads.attributes) }
      try NewElement(
        values, id: nil, threads, of: record, account: nil, at: time.text, in: directory.database
      )
      .insert(into: directory.database)
      time.seconds += Int64(random.below(7200) + 600)
    }
    return time
  }
}

/// A customer's question and a desk's answer.
private struct Story {
  var subject: String
  var product: Int64
  var category: Int64
  var question: String
  var answer: String
}

extension IncidentGenerator {
  private static let stories = [
    Story(
      subject: "FishPhone not working", product: 2, category: 3,
      question: "My FishPhone does not start since this morning. The screen stays black.",
      answer: "Please hold the power and the volume button for ten seconds and tell us what you see."),
    Story(
      subject: "Screen flickers after update", product: 2, category: 6,
      question: "After last night's update the screen flickers when I scroll.",
      answer: "Thank you for the report. A corrected version is on its way; version 4.2 helps meanwhile."),
    Story(
      subject: "Battery empty after two hours", product: 3, category: 3,
      question: "The battery of my Mini lasts two hours at most. It is three months old.",
      answer: "That is covered by the warranty. We have sent you a return label."),
    Story(
      subject: "Cannot pair headset", product: 4, category: 2,
      question: "The headset is found but pairing always fails with error 31.",
      answer: "Please delete the headset from the list of devices and pair it again."),
    Story(
      subject: "Wrong amount on invoice", product: 9, category: 7,
      question: "The invoice of this month shows two FishCare plans; I have one.",
      answer: "You are right. A corrected invoice has been issued."),
    Story(
      subject: "FishPad keyboard types double letters", product: 6, category: 3,
      question: "Every second word has a double letter. Cleaning it did not help.",
      answer: "We would like to replace the keyboard. Which layout do you need?"),
    Story(
      subject: "How do I move my photos to a new phone?", product: 2, category: 5,
      question: "I bought a new FishPhone and want my old photos on it.",
      answer: "Open Settings, Transfer, and put both phones next to each other."),
    Story(
      subject: "Order 48113: delivery late", product: 4, category: 7,
      question: "My order should have been here on Monday – where is it?",
      answer: "The carrier lost the parcel; a new one left our warehouse today."),
  ]

  private static let notes = [
    "Checked serial number, still under warranty.", "Known issue, see article 2210.",
    "Called the customer, no answer. Will try again tomorrow.", "Looks like a duplicate of an older case.",
  ]

  private static let replies = [
    "Thank you, that worked!", "I tried that twice. It is still the same.", "Any news on this?",
    "Yes, please. The sooner the better.",
  ]
}
