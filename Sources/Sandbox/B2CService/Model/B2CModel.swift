import Catalog

/// The kinds of record that the B2C half serves.
struct B2CModel: Sendable {
  /// The catalogue's kinds, then those that they refer to.
  let kinds: [RecordKind]
  private let byName: [String: RecordKind]

  init(_ resources: [ResourceType], _ vocabulary: Vocabulary) {
    let own = resources.filter { $0.dialect == .b2cService }.map { RecordKind($0) }
    let names = Set(own.map(\.name))
    kinds =
      own
      + vocabulary.collections.filter { !names.contains($0) }.map {
        RecordKind(referred: $0, label: vocabulary[$0].label)
      }
    byName = Dictionary(uniqueKeysWithValues: kinds.map { ($0.name, $0) })
  }

  subscript(name: String) -> RecordKind? { byName[name] }

  /// The kinds whose records are rows of the store.
  var stored: [RecordKind] { kinds.filter(\.isStored) }
}
