import Catalog

/// A kind of row of the Fusion half: a resource of the catalogue or one of its children, at any depth.
///
/// Everything except `rules` comes from the catalogue, so a resource that is added there is served here.
struct Entity: Sendable {
  /// The accessor in paths, such as `interactionReferences`.
  let name: String
  /// The accessors from the root, such as `interactions.smartActions.UserActionNavigation`.
  let path: String
  /// The attribute with the row's number; `nil` if the number is not shown.
  let key: String?
  /// The attribute that paths name a row by.
  let pathKey: String
  /// The attribute that users know the row by, unique like the key.
  let alternateKey: String?
  /// Indicates that paths name the row by that attribute, and by nothing else: `serviceRequests/{SrNumber}`.
  let isNamedByText: Bool
  /// The names of the attributes in the order in which they are written, without enclosures.
  let order: [String]
  /// Attributes whose bytes have an address of their own.
  let enclosures: [String]
  let children: [Entity]
  let rules: EntityRules
  /// Indicates that a file describes it.
  let isModelled: Bool
  private let fields: [String: Field]

  init(_ resource: ResourceType) {
    let isText = resource.isKeyText
    self.init(
      name: resource.name, path: resource.name, key: isText ? resource.assignedID : resource.key,
      pathKey: resource.key, alternateKey: isText ? resource.key : resource.alternateKeys.first,
      isNamedByText: isText, fields: resource.fields, lists: resource.lists, rules: .of(resource.name),
      isModelled: resource.isModelled, titles: resource.modelledTitles)
  }

  private init(
    name: String, path: String, key: String?, pathKey: String, alternateKey: String?,
    isNamedByText: Bool = false, fields: [Field], lists: [ChildList], rules: EntityRules,
    isModelled: Bool, titles: [String: String]
  ) {
    var rules = rules
    if isModelled { rules.become(fields, titles) }
    self.name = name
    self.path = path
    self.key = key
    self.pathKey = pathKey
    self.alternateKey = alternateKey
    self.isNamedByText = isNamedByText
    self.rules = rules
    self.isModelled = isModelled
    // The selector of a sheet is not an attribute of the service, unless it is the key.
    var all = (fields + rules.customFields).filter { $0.access != .selector || $0.path == key }
    // What names a row in URLs is given when it is made, if at all.
    for place in all.indices where isNamedByText && all[place].path == alternateKey {
      if all[place].access == .writable { all[place].access = .createOnly }
    }
    if let key, !all.contains(where: { $0.path == key }) {
      all.insert(Field(key, .integer(), .readOnly), at: 0)
    }
    enclosures = all.filter { Self.isEnclosure($0) }.map(\.path)
    let names = all.filter { !Self.isEnclosure($0) }.map(\.path)
    let leading = rules.sample.filter { names.contains($0) }
    order = leading + names.filter { !leading.contains($0) }
    self.fields = Dictionary(all.map { ($0.path, $0) }) { first, _ in first }
    // Links are generated, not stored.
    children = lists.filter { $0.name != "links" }.map { list in
      let path = "\(path).\(list.name)"
      let own = list.selector?.path ?? "Id"
      let others = Set(list.fields.map(\.path)).subtracting([own])
      var rules = EntityRules.of(path)
      if rules.parentKey == nil, let key, others.contains(key) { rules.parentKey = key }
      if rules.parentNumber == nil, let alternateKey, others.contains(alternateKey) {
        rules.parentNumber = alternateKey
      }
      return Entity(
        name: list.name, path: path, key: own, pathKey: own, alternateKey: nil, fields: list.fields,
        lists: list.lists, rules: rules, isModelled: isModelled, titles: titles.below(list.name))
    }
  }

  private static func isEnclosure(_ field: Field) -> Bool { field.isEnclosure || field.kind == .base64 }

  /// The attribute or enclosure with that name.
  subscript(name: String) -> Field? { fields[name] }

  func child(_ name: String) -> Entity? { children.first { $0.name == name } }

  /// Every kind of row from here down.
  var all: [Entity] { [self] + children.flatMap(\.all) }

  /// The required attributes of a row.
  var required: [String] {
    attributes.filter {
      $0.nullability == .notNull && !$0.isTrigger && $0.path != key && $0.path != alternateKey
    }
    .map(\.path)
      + rules.required
  }

  /// The attributes that are written, in their order.
  var attributes: [Field] { order.compactMap { fields[$0] } }

  /// Returns whether the service works an attribute out whenever the row is read.
  func isDerived(_ name: String) -> Bool {
    let own = [rules.parentKey, rules.parentNumber, rules.topFlag, rules.selfReference?.number]
    let flags = ["DeleteFlag", "UpdateFlag", "ObjectVersionNumber"]
    return (own + flags + rules.references.flatMap { [$0.name, $0.number] }).contains(name)
  }
}

extension Field {
  /// Indicates that its numbers exceed 32 bits, and so what a double holds exactly.
  var isLong: Bool {
    guard case .integer(_, let maximum) = kind else { return false }
    return maximum > Int64(Int32.max)
  }

  /// The name of the set of codes of a lookup: the service's own name where it is known.
  var codeSet: String? {
    guard case .code(_, let lookup, _) = kind else { return nil }
    return lookup ?? path
  }
}

/// The resources that the Fusion half serves.
struct FusionModel: Sendable {
  let resources: [Entity]

  init(_ types: [ResourceType]) {
    resources = types.filter { $0.dialect == .fusionCX }.map { Entity($0) }
  }

  subscript(name: String) -> Entity? { resources.first { $0.name == name } }
}
