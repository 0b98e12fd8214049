import Catalog
import JSON

/// Generates records of any kind from its catalogue entry; the same seed and id give the same record.
struct RecordGenerator {
  let seed: UInt64
  let directory: Directory

  private static let firstSecond: Int64 = 1_514_880_000  // 2018-01-02

  /// Stores a number of records, or those that the vocabulary names if others refer to the kind by name.
  func fill(_ kind: RecordKind, count: Int) throws {
    let named = directory.vocabulary[kind.name].values
    let ids = named.isEmpty ? count > 0 ? Array(1...Int64(count)) : [] : named.map(\.id)
    for id in ids where try RecordRow.find(kind.name, id, in: directory.database) == nil {
      var random = RepeatableRandom(
        seed: seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(bitPattern: id) ^ Self.salt(kind.name))
      try insert(id, kind, directory.vocabulary[kind.name][id], &random)
    }
  }

  private func insert(
    _ id: Int64, _ kind: RecordKind, _ named: NamedValue?, _ random: inout RepeatableRandom
  ) throws {
    let created = Timestamp(seconds: Self.firstSecond + id * 211)
    var record = RecordRow(entity: kind.name, id: id, values: JSONObject())
    for attribute in kind.attributes where !["id", "lookupName"].contains(attribute.path) {
      // Every third optional value is left out.
      if attribute.isNullable, random.below(3) == 0 { continue }
      record.values[attribute.path] = try value(attribute, created, &random)
    }
    for path in kind.names { record.values[path] = .string("\(kind.label) \(id)") }
    if let named { take(named, into: &record, kind) }
    if let number = kind.rules.number {
      let day = CalendarDay(daysSince1970: created.seconds / 86_400)
      record.values[number] = .string(
        try ReferenceNumber.free(of: kind, day: day, from: id, in: directory.database))
    }
    for path in ["createdTime", "updatedTime"] where kind.has(path) {
      record.values[path] = .string(created.text)
    }
    StatusRule.follow(&record, kind, directory.vocabulary, at: created.text)
    for list in kind.lists { try fill(list, &record, created, &random) }
    record.name = kind.name(of: record)
    try record.insert(into: directory.database)
  }

  /// Copies the vocabulary's facts about a record: its name, and the values that go with it.
  private func take(_ named: NamedValue, into record: inout RecordRow, _ kind: RecordKind) {
    let parts = named.name.split(separator: " ", maxSplits: max(0, kind.names.count - 1))
    for (path, part) in zip(kind.names, parts) { record.values[path] = .string(String(part)) }
    for (path, value) in kind.rules.known(named) where kind.has(path) { record.values[path] = value }
  }

  private func fill(
    _ list: ListKind, _ record: inout RecordRow, _ created: Timestamp, _ random: inout RepeatableRandom
  ) throws {
    let count = random.below(3)
    if let target = list.target {
      let ids = try Set((0..<count).compactMap { _ in try reference(to: target, &random) }).sorted()
      record.values[list.name] = ids.isEmpty ? nil : .array(ids.map { .integer($0) })
      return
    }
    var elements: [JSONValue] = []
    for place in 0..<count {
      let time = Timestamp(seconds: created.seconds + Int64(place) * 600)
      var values = JSONObject()
      for attribute in list.attributes
      where attribute.path != "id" && !list.rules.unkept.contains(attribute.path) {
        values[attribute.path] = try value(attribute, time, &random)
      }
      if case .embedded = list.storage {
        elements.append(.object(values))
      } else {
        try NewElement(values, id: nil, list, of: record, account: nil, at: time.text, in: directory.database)
          .insert(into: directory.database)
      }
    }
    if !elements.isEmpty { record.values[list.name] = .array(elements) }
  }

  /// A possible value of the attribute; `nil` if none is known that fits.
  private func value(
    _ attribute: Attribute, _ time: Timestamp, _ random: inout RepeatableRandom
  ) throws -> JSONValue? {
    switch attribute.field.kind {
    case .string(let maximum, let pattern):
      let text = String(random.pick(Self.words).prefix(maximum ?? .max))
      guard let pattern else { return .string(text) }
      return (try? Regex(pattern).wholeMatch(in: text)) == nil ? nil : .string(text)
    case .integer(let minimum, let maximum):
      let lowest = max(minimum, min(0, maximum))
      let span = UInt64(bitPattern: maximum &- lowest)
      return .integer(lowest + Int64(random.next() % (min(span, 999) + 1)))
    case .number: return .real(Double(random.below(10_000)) / 100)
    case .boolean: return .bool(random.below(2) == 0)
    case .date: return .string(String(time.text.prefix(10)))
    case .dateTime: return .string(time.text)
    case .code(let known, _, _): return known.isEmpty ? nil : .string(random.pick(known))
    case .menu:
      let values = directory.vocabulary[attribute.set ?? ""].values
      return values.isEmpty ? nil : .integer(random.pick(values).id)
    case .reference(let target, _): return try reference(to: target, &random).map { .integer($0) }
    case .base64: return .string(Base64.encoded(random.pick(Self.words).utf8))
    case .menuPath: return nil
    }
  }

  private func reference(to target: String, _ random: inout RepeatableRandom) throws -> Int64? {
    let ids = directory.vocabulary[target].values.map(\.id)
    let known = ids.isEmpty ? try RecordRow.firstIDs(target, 100, in: directory.database) : ids
    return known.isEmpty ? nil : random.pick(known)
  }

  /// A hash that distinguishes the records of one kind from those of another (FNV-1a).
  private static func salt(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private static let words = [
    "Call back about the delivery", "Warranty", "Second attempt", "Replacement sent", "Follow up",
    "Price list", "Order confirmed", "On site visit",
  ]
}
