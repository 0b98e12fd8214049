import Catalog
import JSON

/// Turns stored values into their form on the wire.
struct ValueWriter: Sendable {
  let vocabulary: Vocabulary
  let links: Links

  /// The written form of a menu value: id and label inline, and the path above it in a tree.
  func menu(_ id: Int64, _ setName: String, isHierarchical: Bool = false) -> JSONValue {
    let set = vocabulary[setName]
    var object: JSONObject = [
      "id": .integer(id), "lookupName": set[id].map { .string($0.name) } ?? .null,
    ]
    if isHierarchical, let value = set[id] {
      object["parents"] = .array(
        set.ancestors(of: value).map { ["id": .integer($0.id), "lookupName": .string($0.name)] })
    }
    return .object(object)
  }

  /// A stored value in its form on the wire.
  func written(_ stored: JSONValue?, _ attribute: Attribute) -> JSONValue {
    guard let stored, !stored.isNull else { return .null }
    switch attribute.field.kind {
    case .reference(let target, _): return stored.integer.map { links.reference(to: target, $0) } ?? .null
    case .menu(_, let isHierarchical):
      guard let id = stored.integer, let set = attribute.set else { return .null }
      return menu(id, set, isHierarchical: isHierarchical)
    default: return stored
    }
  }
}
