import Catalog
import JSON

/// One value of a menu, or one record that others refer to.
struct NamedValue: Sendable {
  var id: Int64
  var name: String
  /// The value above this one in a tree.
  var parent: Int64?
  /// The id of a status's type.
  var statusType: Int64?
  /// The code or public number, if the service has one besides the name.
  var code: String?
}

/// A menu (named ids) or a collection that records refer to, such as `accounts`.
struct NamedSet: Sendable {
  /// The path of a menu with its resource in front, such as `incidents.statusWithType.status`, or the name of a
  /// collection.
  let name: String
  /// The name of one value in the service's model, for its error texts.
  let label: String
  /// Indicates that this is a collection with resources of its own.
  let isCollection: Bool
  /// Indicates that an import may add values of its own.
  let isOpen: Bool
  private(set) var values: [NamedValue] = []
  private var positions: [Int64: Int] = [:]
  private var identifiers: [String: [Int64]] = [:]
  private var codes: [String: Int] = [:]

  init(
    _ name: String, label: String, isCollection: Bool = false, isOpen: Bool = true,
    _ values: [NamedValue] = []
  ) {
    self.name = name
    self.label = label
    self.isCollection = isCollection
    self.isOpen = isOpen
    for value in values { insert(value) }
  }

  mutating func insert(_ value: NamedValue) {
    positions[value.id] = values.count
    identifiers[value.name, default: []].append(value.id)
    if let code = value.code { codes[code] = values.count }
    values.append(value)
  }

  subscript(id: Int64) -> NamedValue? { positions[id].map { values[$0] } }

  /// The value with that code.
  subscript(code code: String) -> NamedValue? { codes[code].map { values[$0] } }

  /// The ids with this name: several if a label repeats, as in real trees.
  func identifiers(named name: String) -> [Int64] { identifiers[name] ?? [] }

  /// The values above one in its tree, root first.
  func ancestors(of value: NamedValue) -> [NamedValue] {
    var path: [NamedValue] = []
    var parent = value.parent
    while let id = parent, let above = self[id], path.count < 32 {
      path.insert(above, at: 0)
      parent = above.parent
    }
    return path
  }
}

/// The menus and referenced records of the site; fixed once the sandbox serves.
struct Vocabulary: Sendable {
  private(set) var sets: [String: NamedSet] = [:]

  init(_ sets: [NamedSet]) {
    for set in sets { self.sets[set.name] = set }
  }

  /// The set with that name, or an empty one.
  subscript(name: String) -> NamedSet { sets[name] ?? NamedSet(name, label: name) }

  /// A value of a set.
  subscript(name: String, id: Int64) -> NamedValue? { sets[name]?[id] }

  mutating func insert(_ value: NamedValue, into name: String) {
    var set = self[name]
    set.insert(value)
    sets[name] = set
  }

  /// The collections with resources of their own, by name.
  var collections: [String] { sets.values.filter(\.isCollection).map(\.name).sorted() }

  mutating func remove(_ name: String) { sets[name] = nil }

  mutating func replace(_ set: NamedSet) { sets[set.name] = set }

  /// The set that a field's values come from; none for a field that is neither menu nor reference.
  ///
  /// - Parameter entity: the owner of the attribute, `incidents` or `incidents.threads`.
  static func setName(of field: Field, in entity: String) -> String? {
    switch field.kind {
    case .reference(let target, _): return target
    case .menu:
      return sharedName("\(entity).\(field.path)")
    default: return nil
    }
  }

  /// The name of a menu's values, which may be those of another one.
  static func sharedName(_ menu: String) -> String { shared[menu] ?? menu }

  /// The menus that share the values of another one.
  private static let shared = [
    // A thread and its incident have the same channels.
    "incidents.threads.channel": "incidents.channel",
    // An account is in one of the teams that incidents are assigned to.
    "accounts.staffGroup": "incidents.assignedTo.staffGroup",
    // An address has the same types as the one that answers go to.
    "contacts.emails.addressType": "incidents.responseEmailAddressType",
  ]
}
