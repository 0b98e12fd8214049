import JSON
import Records
import Sites

/// The contents of one record at a simulated site.
struct SimulatedRecord {
  struct Thread {
    let id: Int64
    var text: JSONValue
    var entryType: JSONValue

    func isLike(_ other: Thread) -> Bool { text == other.text && entryType == other.entryType }
  }

  /// By the places of `SimulatedPatch.attributes`.
  var values: [JSONValue] = ["old", ["id": 1], ["id": 1]]
  var threads: [Thread] = []
  /// Grows with every change; what a conditional write is held against.
  var version = 1

  /// True when a reader sees the same, whatever the ids of new threads are.
  func isLike(_ other: SimulatedRecord) -> Bool {
    guard values == other.values, threads.count == other.threads.count else { return false }
    return zip(threads, other.threads).allSatisfy { $0.isLike($1) }
  }

  /// Applies a patch: in whole or, when it names a thread that is not there, not at all.
  mutating func apply(_ patch: SimulatedPatch, tidily: Bool, nextThread: inout Int64) -> Bool {
    for case .rewrite(let id, _, _) in patch.changes where !threads.contains(where: { $0.id == id }) {
      return false
    }
    for change in patch.changes {
      switch change {
      case .set(let place, let value): values[place] = tidily ? value.tidied : value.sent
      case .append(let text, let entryType):
        threads.append(
          Thread(id: nextThread, text: tidily ? text.tidied : text.sent, entryType: entryType))
        nextThread += 1
      case .rewrite(let id, let text, let entryType):
        for index in threads.indices where threads[index].id == id {
          if let text { threads[index].text = tidily ? text.tidied : text.sent }
          if let entryType { threads[index].entryType = entryType }
        }
      }
    }
    version += 1
    return true
  }

  /// The values that a reader who asks for this gets.
  func image(id: RecordID, for request: ReadRequest) -> RecordImage {
    var image = RecordImage(id: id, token: String(version))
    for (place, path) in SimulatedPatch.attributes.enumerated() where request.attributes.contains(path) {
      image.values[path] = values[place]
    }
    if let names = request.lists["threads"] {
      let (hasText, hasType) = (names.contains("text"), names.contains("entryType"))
      image.lists["threads"] = threads.map { thread in
        var object = JSONObject("id", .integer(thread.id))
        if hasType { object["entryType"] = thread.entryType }
        if hasText { object["text"] = thread.text }
        return object
      }
    }
    return image
  }
}

/// A site that holds real records, applies real patches, and keeps account of whose they were.
struct SimulatedDesk {
  var records: [SimulatedRecord]
  let first: [SimulatedRecord]
  let normalisesTexts: Bool
  private(set) var nextThread: Int64 = 100
  /// The number of times that the patch of each row was applied, by number; only the referee looks here.
  private(set) var timesCarriedOut: [Int]
  /// The rows in the order in which they were applied, by record.
  private(set) var order: [[Int]]
  /// The version of each record that another client made last, 0 for none.
  private(set) var lastOtherVersion: [Int]

  init(_ scenario: Scenario, _ dice: inout Dice) {
    normalisesTexts = scenario.normalisesTexts
    var records: [SimulatedRecord] = []
    for _ in 0..<scenario.records {
      var record = SimulatedRecord()
      for id in 0..<dice.below(4) {
        record.threads.append(.init(id: Int64(id + 1), text: "first", entryType: ["id": 3]))
      }
      records.append(record)
    }
    self.records = records
    first = records
    timesCarriedOut = Array(repeating: 0, count: scenario.rows.count + 1)
    order = Array(repeating: [], count: scenario.records)
    lastOtherVersion = Array(repeating: 0, count: scenario.records)
  }

  func wasChangedByOthers(_ record: Int) -> Bool { lastOtherVersion[record] > 0 }

  mutating func carryOut(row number: Int, _ patch: SimulatedPatch, record: Int) -> Bool {
    guard records[record].apply(patch, tidily: normalisesTexts, nextThread: &nextThread) else { return false }
    timesCarriedOut[number] += 1
    order[record].append(number)
    return true
  }

  /// True when the patch, applied now, would leave everything as it is.
  func isMet(_ patch: SimulatedPatch, by record: SimulatedRecord) -> Bool {
    var (record, next) = (record, nextThread)
    let before = record
    return record.apply(patch, tidily: normalisesTexts, nextThread: &next) && record.isLike(before)
  }

  /// Another client writes a value that no row of a sheet asks for.
  mutating func changeByOthers(_ dice: inout Dice) -> Int {
    let record = dice.below(records.count)
    let text = JSONValue.string("other \(nextThread)")
    switch dice.below(4) {
    case 0: records[record].values[0] = text
    case 1: records[record].values[1] = ["id": .integer(90 + nextThread)]
    case 2: records[record].threads.append(.init(id: nextThread, text: text, entryType: ["id": 1]))
    default:
      if !records[record].threads.isEmpty {
        let thread = dice.below(records[record].threads.count)
        // Threads that a row has added are left alone: they could not be found again.
        if records[record].threads[thread].id < 100 { records[record].threads[thread].text = text }
      }
    }
    nextThread += 1
    records[record].version += 1
    lastOtherVersion[record] = records[record].version
    return record
  }
}
