public import JSON

/// The place at a site where the values of an attribute have their names.
public enum NameSource: Sendable, Hashable {
  /// A menu of a resource (named ids), at a dotted path with its list in front.
  case menu(resource: String, path: String, isHierarchical: Bool)
  /// A collection of records, such as `accounts`.
  case collection(String)
  /// The lookup of an attribute whose values are codes.
  case lookup(resource: String, attribute: String)
}

extension ResourceType {
  /// Returns where the values of an attribute have their names; `nil` if they have none, or nothing tells where.
  ///
  /// - Parameter place: the dotted path, with the list in front but without a verb: `threads.entryType`.
  public func nameSource(at place: String) -> NameSource? {
    switch kind(at: place) {
    case .menu(_, let isHierarchical)?:
      .menu(resource: name, path: place, isHierarchical: isHierarchical)
    case .reference(let target, _)? where !target.isEmpty: .collection(target)
    case .code?: .lookup(resource: name, attribute: place)
    default: nil
    }
  }

  /// Returns the type of an attribute's values; `nil` if it is not known.
  public func kind(at place: String) -> Field.Kind? {
    if let kind = knownField(at: place)?.kind ?? customKinds[place] { return kind }
    guard case .reference(let target)? = list(named: place)?.element else { return nil }
    return .reference(to: target)
  }

  /// Returns the catalogue's entry of an attribute of the record or of a list's elements.
  func knownField(at place: String) -> Field? {
    if let field = field(at: place) { return field }
    var lists = lists
    var rest = place.split(separator: ".").map { String($0) }
    while let list = lists.first(where: { $0.name == rest.first }) {
      rest.removeFirst()
      if let field = list.field(rest.joined(separator: ".")) { return field }
      lists = list.lists
    }
    return nil
  }

  /// Returns whether every site has a value, so that there is nothing to ask: one of a menu that no site can change,
  /// or a code that the service is delivered with.
  public func isDelivered(_ name: String, at place: String) -> Bool {
    switch knownField(at: place)?.kind {
    case .menu(let known, _)?:
      knownField(at: place)?.hasFixedValues == true && known.contains { $0.name == name }
    case .code(let known, _, _)?:
      known.contains(name) && siteValues[place]?.contains { $0.name == name } != false
    default: false
    }
  }

  /// Returns a value by id with the name that the site gave for it, for people; any other value as it is.
  public func named(_ value: JSONValue, at place: String) -> JSONValue {
    guard !siteNames.isEmpty, let object = value.object, object.count == 1, let id = object["id"]?.integer,
      let name = siteNames[place]?[id]
    else { return value }
    return ["id": .integer(id), "lookupName": .string(name)]
  }
}
