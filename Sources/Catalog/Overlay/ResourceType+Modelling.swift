extension ResourceType {
  /// Returns this resource as the site itself has it, for a stand-in of the site: what the overlay says holds.
  ///
  /// The site's own attributes are among the others, and there is no place for more of them. The titles are the site's.
  public func modelled(by overlay: ResourceOverlay) -> ResourceType {
    var result = overlaid(by: overlay).resource
    result.siteRefusals = [:]
    result.titles = overlay.attributes.compactMapValues { $0.title.map { [$0] } }
    for (path, attribute) in overlay.attributes.sorted(by: { $0.key < $1.key }) {
      if result.knownField(at: path) == nil, let kind = attribute.kind(in: dialect) {
        let steps = path.split(separator: ".").map { String($0) }
        result.insert(Field(path, kind), at: steps[...])
      }
      _ = result.change(at: path) { $0.become(attribute, dialect) }
    }
    // What a lookup holds, only the site's own list tells.
    for place in result.codes where overlay.attributes[place]?.values.isEmpty != false {
      _ = result.change(at: place) { field in
        if case .code(_, let lookup, let length) = field.kind {
          field.kind = .code(lookup: lookup, maximumLength: length)
        }
      }
    }
    for place in overlay.absent {
      result.fields.removeAll { $0.path == place }
      let steps = place.split(separator: ".").map { String($0) }
      result.lists.remove(steps[...])
    }
    result.customFields = []
    result.lists.close()
    return result
  }

  /// The places of attributes whose values are codes.
  private var codes: [String] {
    func codes(_ fields: [Field], _ lists: [ChildList], _ prefix: String) -> [String] {
      fields.filter { if case .code = $0.kind { true } else { false } }.map { prefix + $0.path }
        + lists.flatMap { codes($0.fields, $0.lists, "\(prefix)\($0.name).") }
    }
    return codes(fields, lists, "")
  }

  private mutating func insert(_ field: Field, at steps: ArraySlice<String>) {
    if !lists.insert(field, at: steps) { fields.append(field) }
  }
}

extension Field {
  /// Makes it what a site says.
  fileprivate mutating func become(_ attribute: SiteAttribute, _ dialect: Dialect) {
    if let said = attribute.type {
      if kind.isText, let length = said.length { kind = kind.limited(to: length) }
      if !kind.agrees(with: said), let kind = attribute.kind(in: dialect) { self.kind = kind }
    }
    switch kind {
    case .menu(_, let isHierarchical) where !attribute.values.isEmpty:
      kind = .menu(
        known: attribute.values.map { MenuValue(Int64($0.word), $0.name) }, isHierarchical: isHierarchical)
    case .code(_, let lookup, let length) where !attribute.values.isEmpty:
      kind = .code(known: attribute.values.map(\.word), lookup: lookup, maximumLength: length)
    default: break
    }
    access = attribute.access ?? access
  }
}

extension [ChildList] {
  /// Puts an attribute into the list that leads its path.
  ///
  /// - Returns: false if no list does.
  fileprivate mutating func insert(_ field: Field, at steps: ArraySlice<String>) -> Bool {
    guard steps.count > 1, let index = firstIndex(where: { $0.name == steps.first }) else { return false }
    let rest = steps.dropFirst()
    if self[index].lists.insert(field, at: rest) { return true }
    guard case .object(let fields) = self[index].element else { return false }
    var inner = field
    inner.path = rest.joined(separator: ".")
    self[index].element = .object(fields + [inner])
    return true
  }

  /// Removes a list, or an attribute of its elements.
  fileprivate mutating func remove(_ steps: ArraySlice<String>) {
    guard let index = firstIndex(where: { $0.name == steps.first }) else { return }
    let rest = steps.dropFirst()
    guard !rest.isEmpty else {
      remove(at: index)
      return
    }
    self[index].lists.remove(rest)
    if case .object(let fields) = self[index].element {
      self[index].element = .object(fields.filter { $0.path != rest.joined(separator: ".") })
    }
  }

  /// Takes away the places of custom fields.
  fileprivate mutating func close() {
    for index in indices {
      self[index].customFields = []
      self[index].lists.close()
    }
  }
}
