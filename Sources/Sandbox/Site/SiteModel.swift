import Catalog
import JSON

/// The site that a file describes (`--catalogue`), in place of the delivered one.
extension ResourceType {
  /// Indicates that a file describes the kind: the site's own attributes are among the others.
  var isModelled: Bool { customFields.isEmpty }

  /// The titles that the file gives.
  var modelledTitles: [String: String] { isModelled ? titles.compactMapValues(\.first) : [:] }
}

extension Vocabulary {
  /// Makes the menus and lookups those of the file.
  ///
  /// - Parameter resources: the kinds of record as the site has them.
  mutating func take(_ catalogue: Overlay?, _ resources: [ResourceType]) {
    for (name, overlay) in catalogue?.resources ?? [:] {
      guard let resource = resources.first(where: { $0.name == name && $0.dialect == overlay.dialect })
      else { continue }
      for (place, attribute) in overlay.attributes where !attribute.values.isEmpty {
        guard let set = Self.setName(of: resource, at: place) else { continue }
        let old = self[set]
        let values = attribute.values.enumerated().map { index, value -> NamedValue in
          let id = overlay.dialect == .fusionCX ? Int64(index) + 1 : Int64(value.word)
          return NamedValue(
            id: id ?? 0, name: value.name, statusType: id.flatMap { old[$0]?.statusType },
            code: overlay.dialect == .fusionCX ? value.word : nil)
        }
        replace(NamedSet(set, label: old.label, isOpen: old.isOpen, values))
      }
    }
  }

  private static func setName(of resource: ResourceType, at place: String) -> String? {
    switch resource.kind(at: place) {
    case .menu?: sharedName("\(resource.name).\(place)")
    case .code(_, let lookup, _)?: lookup ?? place.split(separator: ".").last.map { String($0) }
    default: nil
    }
  }
}

extension Directory {
  /// Returns generated values as far as a described site can have them: others become the first of their menu.
  func fitting(_ values: JSONObject, _ attributes: [Attribute]) -> JSONObject {
    var fitting = JSONObject()
    for attribute in attributes {
      guard var value = values[attribute.path]?.cut(for: attribute.field) else { continue }
      if let set = attribute.set, let id = value.integer, attribute.target == nil, vocabulary[set, id] == nil
      {
        guard let first = vocabulary[set].values.first else { continue }
        value = .integer(first.id)
      }
      fitting[attribute.path] = value
    }
    return fitting
  }
}

extension EntityRules {
  /// Takes the attributes and titles of a file in place of the site's own, with a list for each lookup it has.
  mutating func become(_ fields: [Field], _ titles: [String: String]) {
    customFields = []
    self.titles.merge(titles) { _, new in new }
    for field in fields {
      guard let set = field.codeSet, case .code(let known, _, _) = field.kind, !known.isEmpty,
        !lists.contains(where: { $0.set == set })
      else { continue }
      lists.append(ListOfValues(name: "\(field.path)Lookup", set: set))
    }
  }
}

extension [String: String] {
  /// The titles of a list's attributes.
  func below(_ list: String) -> [String: String] {
    reduce(into: [:]) { titles, title in
      if title.key.hasPrefix(list + ".") { titles[String(title.key.dropFirst(list.count + 1))] = title.value }
    }
  }
}

extension InteractionGenerator {
  /// Returns generated values as far as a described site can have them.
  func fitting(_ values: JSONObject, _ entity: Entity) -> JSONObject {
    var fitting = JSONObject()
    for (name, value) in values {
      guard let field = entity[name] else { continue }
      fitting[name] = value.cut(for: field)
      guard let set = field.codeSet, let code = value.string, vocabulary[set][code: code] == nil else {
        continue
      }
      fitting[name] = vocabulary[set].values.first?.code.map { .string($0) } ?? value
    }
    return fitting
  }
}

extension JSONValue {
  /// Returns a generated text as long as the attribute can be.
  fileprivate func cut(for field: Field) -> JSONValue {
    guard case .string(let length?, _) = field.kind, let text = string else { return self }
    return .string(String(text.prefix(length)))
  }
}
