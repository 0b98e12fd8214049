public import Catalog
public import JSON

/// A name that a patch gives for a value, which the site must know.
public struct GivenName: Sendable, Hashable {
  /// The attribute, with its lists but without verbs: `assignedTo.account`, `threads.entryType`.
  public var place: String
  /// A name, or a code of a lookup.
  public var name: String

  public init(place: String, name: String) {
    self.place = place
    self.name = name
  }
}

extension ResourceType {
  /// Returns the names in a body for a record, or for the list element at whose address it is sent; each once.
  public func names(in body: JSONObject, element: ElementAddress? = nil) -> [GivenName] {
    var names: [GivenName] = []
    _ = walk(.object(body), place(of: element)) { name in
      if !names.contains(name), !isDelivered(name) { names.append(name) }
      return nil
    }
    return names
  }

  /// The words of which a body with names that the site must know has at least one.
  public var marksOfNames: [String] {
    guard dialect == .fusionCX else { return ["\"lookupName\""] }
    func codes(_ fields: [Field], _ lists: [ChildList]) -> [String] {
      fields.compactMap { field -> String? in if case .code = field.kind { "\"\(field.path)\"" } else { nil }
      }
        + lists.flatMap { codes($0.fields, $0.lists) }
    }
    let own = customKinds.compactMap { path, kind -> String? in
      guard case .code = kind, let name = path.split(separator: ".").last else { return nil }
      return "\"\(name)\""
    }
    return Set(codes(fields, lists) + own).sorted()
  }

  /// Returns whether every site has the value of this name, so that there is nothing to ask.
  public func isDelivered(_ name: GivenName) -> Bool { isDelivered(name.name, at: name.place) }

  /// Returns a body with ids for the names whose ids are known; `nil` if no name has one.
  ///
  /// - Parameter id: called with each name in turn, also with those that every site has.
  public func body(
    _ body: JSONObject, element: ElementAddress? = nil, withIDs id: (GivenName) -> Int64?
  ) -> JSONObject? {
    walk(.object(body), place(of: element), id)?.object
  }

  private func place(of element: ElementAddress?) -> String {
    element.map { ResourceType.names(ofListAt: $0.list).joined(separator: ".") } ?? ""
  }

  /// Returns the value with ids; `nil` if it stays as it is.
  private func walk(_ value: JSONValue, _ place: String, _ id: (GivenName) -> Int64?) -> JSONValue? {
    switch value {
    case .object(var object):
      if object.count == 1, let name = object["lookupName"]?.string, !place.isEmpty {
        return id(GivenName(place: place, name: name)).map { ["id": .integer($0)] }
      }
      var isChanged = false
      for (name, member) in object {
        guard let changed = walk(member, place.isEmpty ? name : "\(place).\(name)", id) else { continue }
        object[name] = changed
        isChanged = true
      }
      return isChanged ? .object(object) : nil
    case .array(var elements):
      var isChanged = false
      for index in elements.indices {
        guard let changed = walk(elements[index], place, id) else { continue }
        elements[index] = changed
        isChanged = true
      }
      return isChanged ? .array(elements) : nil
    case .string(let text) where dialect == .fusionCX:
      if case .code? = kind(at: place) { _ = id(GivenName(place: place, name: text)) }
      return nil
    default: return nil
    }
  }
}
