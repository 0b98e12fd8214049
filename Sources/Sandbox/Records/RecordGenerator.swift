import Catalog
import JSON

/// Generates records of any kind from its catalogue entry; the same seed and id give the same record.
struct RecordGenerator {
  let seed: UInt64
  let directory: Directory

  private static let firstSecond: Int64 = 1_514_880_000  // 2018-01-02

  /// Stores the records that the vocabulary names, because others refer to them by name, and those with the ids from 1
  /// to a number.
  func fill(_ kind: RecordKind, count: Int) throws {
    let named = directory.vocabulary[kind.name].values.map(\.id)
    for id in named + (count > 0 ? Array(1...Int64(count)) : [])
    where try RecordRow.find(kind.name, id, in: directory.database) == nil {
      var random = RepeatableRandom(seed: seed, kind: kind.name, id: id)
      try insert(id, kind, directory.vocabulary[kind.name, id], &random)
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
    kind.statusRule?.follow(&record, directory.vocabulary, at: created.text)
    for list in kind.lists where record.values[list.name] == nil {
      try fill(list, &record, created, &random)
    }
    record.name = kind.name(of: record)
    try record.insert(into: directory.database)
  }

  /// Copies the vocabulary's facts about a record: its name, and the values that go with it.
  private func take(_ named: NamedValue, into record: inout RecordRow, _ kind: RecordKind) {
    let parts = named.name.split(separator: " ", maxSplits: max(0, kind.names.count - 1))
    for (path, part) in zip(kind.names, parts) { record.values[path] = .string(String(part)) }
    for (path, value) in kind.rules.known(named) where kind.has(path) || kind.list(path) != nil {
      record.values[path] = value
    }
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
        // No two have the same key.
        let others = elements.compactMap(\.object)
        guard !others.contains(where: { list.isMeant($0, by: ElementChange(values: values)) }) else {
          continue
        }
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
    guard let target = attribute.target else {
      return random.value(
        of: attribute.field.kind, at: time, among: directory.vocabulary[attribute.set ?? ""].values)
    }
    return try reference(to: target, &random).map { .integer($0) }
  }

  private func reference(to target: String, _ random: inout RepeatableRandom) throws -> Int64? {
    let ids = directory.vocabulary[target].values.map(\.id)
    let known = ids.isEmpty ? try RecordRow.firstIDs(target, 100, in: directory.database) : ids
    return known.isEmpty ? nil : random.pick(known)
  }
}
