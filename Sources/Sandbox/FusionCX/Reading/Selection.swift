/// The requested members of an item: `fields`, `expand`, `onlyData`, `links` (API reference 4).
struct Selection {
  /// The attributes; none means the default ones.
  var fields: Set<String>?
  /// The children to inline, each with its own selection.
  var children: [String: Selection] = [:]
  var isDataOnly = false
  /// The relations of the links to keep; none means all.
  var relations: Set<String>?

  /// The selection of a request without parameters.
  init() {}

  /// Takes its parameters out of the list.
  ///
  /// - Throws: `Fault` if one of them names something unknown.
  init(
    _ parameters: inout [(name: String, value: String)], of entity: Entity, _ choices: FusionChoices
  ) throws(Fault) {
    var expand: String?
    var projection: String?
    var rest: [(name: String, value: String)] = []
    for (name, value) in parameters {
      switch name {
      case "fields": projection = value
      case "expand": expand = value
      case "onlyData": isDataOnly = value == "true"
      case "links": relations = Set(value.split(separator: ",").map { $0.trimmed })
      default: rest.append((name, value))
      }
    }
    parameters = rest
    if let projection {
      try project(projection, entity, choices)
    } else if let expand {
      try self.expand(expand, entity, choices)
    }
    passOn()
  }

  private mutating func expand(_ text: String, _ entity: Entity, _ choices: FusionChoices) throws(Fault) {
    if text == "all" {
      expandAll(entity)
      return
    }
    for path in text.split(separator: ",") {
      let steps = path.trimmed.split(separator: ".").map { String($0) }
      guard Self.child(at: steps, of: entity) != nil else {
        throw .parameter("expand", "there is no child '\(path.trimmed)'", choices)
      }
      update(at: steps[...]) { _ in }
    }
  }

  private mutating func expandAll(_ entity: Entity) {
    for child in entity.children {
      var inner = Selection()
      inner.expandAll(child)
      children[child.name] = inner
    }
  }

  private mutating func project(_ text: String, _ entity: Entity, _ choices: FusionChoices) throws(Fault) {
    fields = []
    for group in text.split(separator: ";") {
      let colon = group.firstIndex(of: ":")
      let steps = colon.map { group[..<$0].trimmed.split(separator: ".").map { String($0) } } ?? []
      guard let owner = Self.child(at: steps, of: entity) else {
        throw .parameter("fields", "there is no child '\(steps.joined(separator: "."))'", choices)
      }
      let names = group[(colon.map { group.index(after: $0) } ?? group.startIndex)...]
      var attributes: Set<String> = []
      var inlined: [String] = []
      for name in names.split(separator: ",").map({ $0.trimmed }) {
        if owner.child(name) != nil {
          inlined.append(name)
        } else if owner.order.contains(name) {
          attributes.insert(name)
        } else {
          throw .parameter("fields", "there is no attribute '\(name)'", choices)
        }
      }
      update(at: steps[...]) { selection in
        selection.fields = (selection.fields ?? []).union(attributes)
        for name in inlined where selection.children[name] == nil { selection.children[name] = Selection() }
      }
    }
  }

  /// Changes the selection of the child at a path, and creates those on the way.
  private mutating func update(at steps: ArraySlice<String>, _ change: (inout Selection) -> Void) {
    guard let first = steps.first else { return change(&self) }
    var inner = children[first] ?? Selection()
    // A child on the way to a requested one shows only what the projection as a whole leaves it.
    if fields != nil, steps.count > 1, inner.fields == nil, children[first] == nil { inner.fields = [] }
    inner.update(at: steps.dropFirst(), change)
    children[first] = inner
  }

  /// Passes the settings that also hold for children on to them.
  private mutating func passOn() {
    for name in children.keys {
      children[name]?.isDataOnly = isDataOnly
      children[name]?.relations = relations
      children[name]?.passOn()
    }
  }

  /// The kind of row at a path of accessors.
  private static func child(at steps: [String], of entity: Entity) -> Entity? {
    steps.reduce(entity as Entity?) { $0?.child($1) }
  }
}
