import Catalog
import JSON

/// A kind of record of the B2C half: a resource of the catalogue, or a kind that such records refer to, like `accounts`.
///
/// Everything except `rules` comes from the catalogue, so a resource that is added there is served here.
final class RecordKind: Sendable {
  /// The name of the collection, such as `incidents`.
  let name: String
  /// The name of one record in the service's model, for its error texts.
  let label: String
  /// The attributes except those of lists, in the catalogue's order, with those that the site has defined itself.
  let attributes: [Attribute]
  let lists: [ListKind]
  /// Attributes and lists in the nested form of the wire.
  let tree: AttributeTree
  let rules: KindRules
  /// Indicates that records are rows of the store and can be written; otherwise they are read from the vocabulary.
  let isStored: Bool
  /// Indicates that a file describes it.
  let isModelled: Bool
  /// The attributes that a new record needs; truth values have defaults.
  let required: [String]
  /// The attributes that hold the time and the author of the last change.
  let changeTimes: [String]
  let changeAccounts: [String]
  /// The sub-objects that hold their own: the beginning of their paths, and both.
  let stampedParts: [(start: String, account: String, time: String?)]
  /// What follows from the status; none if it has no type.
  let statusRule: StatusRule?
  /// The attributes that make up the name of a record.
  let names: [String]
  private let paths: Set<String>

  /// Creates the kind of a resource of the catalogue.
  convenience init(_ resource: ResourceType) {
    let rules = KindRules.of(resource.name)
    // A file need not say what every record has.
    let missing = resource.isUnlisted ? Self.common.filter { resource.field(at: $0.path) == nil } : []
    // The model names what a site has defined as the site does.
    let isOwn = resource.isUnlisted || resource.name.contains(".")
    self.init(
      resource.name, label: isOwn ? resource.name : Self.label(resource.singular),
      missing + resource.fields + (resource.isModelled ? [] : rules.customFields), resource.lists, rules,
      isStored: true,
      isModelled: resource.isModelled, titles: resource.modelledTitles)
  }

  /// Creates a kind that records of the catalogue refer to.
  convenience init(referred name: String, label: String) {
    let rules = KindRules.of(name)
    self.init(
      name, label: label, Self.common + rules.customFields, [], rules, isStored: false)
  }

  private init(
    _ name: String, label: String, _ fields: [Field], _ lists: [ChildList], _ rules: KindRules,
    isStored: Bool, isModelled: Bool = false, titles: [String: String] = [:]
  ) {
    self.isModelled = isModelled
    self.name = name
    self.label = label
    self.rules = rules
    self.isStored = isStored
    // The path of a menu value belongs to the value itself and is written with it. Passwords are not kept.
    attributes = fields.filter { $0.kind != .menuPath && $0.isWrittenBySheets }.map { field in
      Attribute(
        field, of: name, in: nil, label: label, title: titles[field.path],
        isNullable: field.nullability != .notNull && !rules.notNull.contains(field.path))
    }
    self.lists = lists.map {
      ListKind($0, of: name, label: label, titles, rules.lists[$0.name] ?? ListRules())
    }
    tree = AttributeTree(attributes, lists: self.lists).sortedAsServed()
    let known = Set(attributes.map(\.path))
    paths = known
    names =
      rules.names.isEmpty
      ? Array(["name", "subject", "Name"].filter { known.contains($0) }.prefix(1)) : rules.names
    let filled = Set(rules.defaults.map(\.path))
    required =
      rules.required.filter { !isModelled || known.contains($0) }
      + attributes.filter {
        $0.field.nullability == .notNull && [.writable, .createOnly].contains($0.field.access)
          && !filled.contains($0.path) && $0.field.kind != .boolean
      }.map(\.path)
    changeTimes = ["updatedTime"].filter { known.contains($0) }
    // Custom objects spell theirs with a capital.
    changeAccounts = ["updatedByAccount", "UpdatedByAccount"].filter { known.contains($0) }
    stampedParts = attributes.filter { $0.path.hasSuffix(".updatedByAccount") }.map { attribute in
      let start = String(attribute.path.dropLast("updatedByAccount".count))
      return (start, attribute.path, [start + "updatedTime"].first { known.contains($0) })
    }
    statusRule = StatusRule(name, known)
  }

  /// Returns whether there is an attribute at that dotted path.
  func has(_ path: String) -> Bool { paths.contains(path) }

  func attribute(_ path: String) -> Attribute? { attributes.first { $0.path == path } }

  func list(_ name: String) -> ListKind? { lists.first { $0.name == name } }

  /// The name of a record (`lookupName`): its number or its name, or else its id.
  func name(of row: RecordRow) -> String {
    if names.count == 1, let only = row.values[names[0]]?.string, !only.isEmpty { return only }
    let parts = names.compactMap { row.values[$0]?.string }.filter { !$0.isEmpty }
    return parts.isEmpty ? String(row.id) : parts.joined(separator: " ")
  }

  private static let common = [
    Field("id", .integer(minimum: 1), .readOnly), Field("lookupName", .string(), .readOnly),
    Field("createdTime", .dateTime, .readOnly), Field("updatedTime", .dateTime, .readOnly),
  ]

  /// Words in the model's spelling: `billed time` is `BilledTime`.
  static func label(_ words: String) -> String {
    words.split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}

/// A list of the records of a kind.
final class ListKind: Sendable {
  /// The storage of the elements of a list.
  enum Storage {
    /// As rows of their own, each with an id.
    case rows
    /// Within the record, without ids of their own, distinguished by their keys or by position.
    case embedded
    /// Within the record, as ids of other records.
    case references(to: String)
  }

  let list: ChildList
  let name: String
  /// The entity of its elements in the store, such as `incidents.threads`.
  let entity: String
  let label: String
  let rules: ListRules
  let attributes: [Attribute]
  /// The attributes that can be written and are described.
  let tree: AttributeTree
  /// The attributes that are read with an element; bytes have an address of their own.
  let shownTree: AttributeTree
  let storage: Storage
  /// The attribute that names an element.
  let identifier: Attribute
  /// The attributes that a new element needs.
  let required: [String]
  /// The attributes whose bytes are stored separately from the element.
  let data: [String]
  /// The attributes that identify an element of a list without numbers.
  let keys: [String]

  init(_ list: ChildList, of kind: String, label: String, _ titles: [String: String], _ rules: ListRules) {
    let entity = "\(kind).\(list.name)"
    let keys = list.isKeyed ? list.selectors.map(\.path) : []
    let needed = list.operations.first { $0.effect == .create }?.required ?? []
    let required = keys.isEmpty ? needed : keys + [list.substance].compactMap(\.self)
    self.keys = keys
    self.list = list
    self.entity = entity
    self.rules = rules
    self.required = required
    name = list.name
    self.label = rules.label ?? RecordKind.label(list.singular)
    attributes = list.fields.filter { $0.kind != .menuPath }.map { field in
      let isOptional = field.nullability == .nullable || !(required + ["id"]).contains(field.path)
      return Attribute(
        field, of: entity, in: list.name, label: label, title: titles["\(list.name).\(field.path)"],
        isNullable: field.nullability != .notNull && isOptional && field.path != list.substance)
    }
    tree = AttributeTree(attributes)
    shownTree = AttributeTree(
      attributes.filter { $0.field.kind != .base64 && !rules.unkept.contains($0.path) })
    identifier =
      attributes.first { $0.path == "id" }
      ?? Attribute(
        Field("id", .integer(minimum: 1)), of: entity, in: list.name, label: label, isNullable: false)
    data = list.fields.filter { $0.kind == .base64 }.map(\.path)
    if case .reference(let target) = list.element {
      storage = .references(to: target)
    } else {
      storage = list.selector == nil ? .embedded : .rows
    }
  }

  func has(_ path: String) -> Bool { attributes.contains { $0.path == path } }

  /// Indicates that a request can create an element.
  var isGrowing: Bool { list.operations.contains { $0.effect != .update } }

  /// Indicates that a request can change an element.
  var isChanging: Bool { list.operations.contains { $0.effect != .create } }

  /// The last step of the address of an element within its record: the id of its only key, or its position.
  func id(of element: JSONObject, at place: Int) -> Int64 {
    keys.count == 1 ? element[keys[0]]?.integer ?? Int64(place) : Int64(place) + 1
  }

  /// The kind of record of the elements, if they are references.
  var target: String? {
    if case .references(let target) = storage { target } else { nil }
  }
}
