import Catalog
import GRDB
import JSON

/// Generates rows of any resource from its catalogue entry; the same seed and place give the same row.
struct RowGenerator {
  let seed: UInt64
  let vocabulary: Vocabulary
  let database: Database

  /// The id of the first row of a resource that nothing refers to.
  private static let firstID: Int64 = 300_100_040_000_001
  private static let firstSecond: Int64 = 1_514_880_000  // 2018-01-02

  /// Stores a number of rows, each second one with a row of each of its lists; ids and numbers that an import has taken
  /// are left as they are.
  func fill(_ entity: Entity, count: Int) throws {
    let first = entity.rules.rows.flatMap { vocabulary[$0].values.first?.id } ?? Self.firstID
    for place in stride(from: Int64(1), through: Int64(count), by: 1) {
      let id = first + place - 1
      let number = entity.alternateKey.map { _ in entity.oddNumber(place) }
      let isTaken =
        try number.map { try FusionRow.find(entity.path, number: $0, in: database) != nil } ?? false
      guard !isTaken, try FusionRow.find(entity.path, id, in: database) == nil else { continue }
      var random = RepeatableRandom(seed: seed, kind: entity.path, id: id)
      let time = Timestamp(seconds: Self.firstSecond + place * 211)
      var row = FusionRow(
        entity: entity.path, id: id, number: number, version: Int64(random.below(4) + 1), values: [:])
      row.values = values(of: entity, place, time, &random)
      try row.insert(into: database)
      try fillLists(of: row, entity, time, &random)
    }
  }

  private func fillLists(
    of parent: FusionRow, _ entity: Entity, _ time: Timestamp, _ random: inout RepeatableRandom
  ) throws {
    for child in entity.children where random.below(2) == 0 {
      let id = try FusionSequence.next(for: child.path, in: database)
      let row = FusionRow(
        entity: child.path, id: id, parent: parent.id, version: 1, values: values(of: child, 1, time, &random)
      )
      try row.insert(into: database)
      try fillLists(of: row, child, time, &random)
    }
  }

  /// The values that a client could have given; what only the service sets is empty, except for who and when.
  private func values(
    of entity: Entity, _ place: Int64, _ time: Timestamp, _ random: inout RepeatableRandom
  ) -> JSONObject {
    var values = JSONObject()
    let required = entity.required
    for field in entity.attributes where isGiven(field, in: entity) {
      let name = field.path
      // Every third optional value is left out.
      if !required.contains(name), random.below(3) == 0 { continue }
      if let rule = entity.rules.references.first(where: { $0.attribute == name }) {
        let set = rule.set ?? rule.typeAttribute.flatMap { values[$0]?.string } ?? ""
        values[name] =
          vocabulary[set].values.isEmpty ? .none : .integer(random.pick(vocabulary[set].values).id)
      } else if required.contains(name), case .string(let length, nil) = field.kind, length ?? .max > 40 {
        values[name] = .string("\(entity.title(of: name)) \(place)")
      } else if field.isID {
        values[name] = .integer(300_100_020_000_001 + Int64(random.below(300)))
      } else {
        let known = vocabulary[field.codeSet ?? ""].values
        values[name] = random.value(of: field.kind, at: time, among: known)
      }
    }
    for (name, value) in entity.rules.defaults where values[name] == nil && entity[name]?.isTrigger == false {
      values[name] = value
    }
    InteractionGenerator.stamp(&values, created: time, updated: time)
    return JSONObject(values.filter { entity[$0.name] != nil }.map { ($0.name, $0.value) })
  }

  private func isGiven(_ field: Field, in entity: Entity) -> Bool {
    let name = field.path
    return [.writable, .createOnly].contains(field.access) && !field.isTrigger && !entity.isDerived(name)
      && ![entity.key, entity.alternateKey, entity.rules.selfReference?.attribute].contains(name)
  }
}

extension Field {
  /// Indicates an integer with room for the ids of the service, which have fifteen digits.
  fileprivate var isID: Bool {
    guard case .integer(_, let maximum) = kind, path.hasSuffix("Id") else { return false }
    return maximum > 999_999_999_999_999
  }
}
