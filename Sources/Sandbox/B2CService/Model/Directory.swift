import GRDB
import JSON

/// The records and the menu values that others can refer to.
struct Directory {
  let database: Database
  let model: B2CModel
  let vocabulary: Vocabulary

  /// Returns whether a menu or a kind of record has that id.
  func has(_ id: Int64, in set: String) throws -> Bool {
    if vocabulary[set, id] != nil { return true }
    guard let kind = model[set], kind.isStored else { return false }
    return try RecordRow.exists(kind.name, id, in: database)
  }

  /// The ids with that name.
  func identifiers(named name: String, in set: String) throws -> [Int64] {
    let known = vocabulary[set].identifiers(named: name)
    guard let kind = model[set], kind.isStored else { return known }
    let stored = try RecordRow.all(kind.name, named: name, in: database).map(\.id)
    return stored + known.filter { !stored.contains($0) }
  }

  /// The name of a menu value or of a record.
  func name(of id: Int64, in set: String) throws -> String? {
    if let kind = model[set], kind.isStored { return try RecordRow.find(kind.name, id, in: database)?.name }
    return vocabulary[set, id]?.name
  }

  /// The name of a set's member in the service's model.
  func label(of set: String) -> String { model[set]?.label ?? vocabulary[set].label }

  /// A record of a kind.
  func record(_ id: Int64, of kind: RecordKind) throws -> RecordRow? {
    guard !kind.isStored else { return try RecordRow.find(kind.name, id, in: database) }
    return vocabulary[kind.name, id].map { Self.record($0, of: kind) }
  }

  /// A record from the vocabulary.
  static func record(_ value: NamedValue, of kind: RecordKind) -> RecordRow {
    var values: JSONObject = ["createdTime": "2017-05-02T08:00:00Z", "updatedTime": "2017-05-02T08:00:00Z"]
    values.merge(kind.rules.known(value))
    return RecordRow(entity: kind.name, id: value.id, name: value.name, values: values)
  }
}
