import Catalog

/// The menus and collections of resources that the delivered site does not know.
extension Vocabulary {
  /// The delivered vocabulary, and what the menus and references of these resources need besides.
  static func delivered(for resources: [ResourceType]) -> Vocabulary {
    var vocabulary = delivered
    let resources = resources.filter { $0.dialect == .b2cService }
    let names = Set(resources.map(\.name))
    for resource in resources {
      vocabulary.invent(resource.fields, of: resource.name, besides: names)
      for list in resource.lists {
        if case .reference(let target) = list.element, !names.contains(target) {
          vocabulary.inventCollection(target)
        }
        vocabulary.invent(list.fields, of: "\(resource.name).\(list.name)", besides: names)
      }
    }
    return vocabulary
  }

  private mutating func invent(_ fields: [Field], of entity: String, besides resources: Set<String>) {
    for field in fields {
      guard let name = Self.setName(of: field, in: entity), sets[name] == nil else { continue }
      switch field.kind {
      case .menu(let known, _): inventMenu(name, known, isFixed: field.hasFixedValues)
      case .reference(let target, _) where !resources.contains(target): inventCollection(target)
      default: break
      }
    }
  }

  /// A menu with the values that every site has, or with three of its own.
  private mutating func inventMenu(_ name: String, _ known: [MenuValue], isFixed: Bool) {
    let label = RecordKind.label(name.split(separator: ".").last.map { String($0) } ?? name)
    let own = (1...3).map { (id: Int64) in MenuValue(id, "\(label) \(id)") }
    let known = known.isEmpty ? own : known
    var taken = Set(known.compactMap(\.id))
    var values: [NamedValue] = []
    for value in known {
      var id = value.id ?? 1
      while value.id == nil, taken.contains(id) { id += 1 }
      taken.insert(id)
      values.append(NamedValue(id: id, name: value.name))
    }
    insert(NamedSet(name, label: label, isOpen: !isFixed, values))
  }

  private mutating func inventCollection(_ name: String) {
    guard sets[name] == nil else { return }
    let singular =
      name.hasSuffix("ies") ? name.dropLast(3) + "y" : name.hasSuffix("s") ? name.dropLast() : name[...]
    let label = RecordKind.label(String(singular))
    insert(
      NamedSet(
        name, label: label, isCollection: true,
        (1...20).map { NamedValue(id: $0, name: "\(label) \($0)") }))
  }

  private mutating func insert(_ set: NamedSet) { self = Vocabulary(Array(sets.values) + [set]) }
}
