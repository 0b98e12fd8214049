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
      if !names.contains(name) { names.append(name) }
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
    return Set(codes(fields, lists)).sorted()
  }

  /// Returns a body with ids for the names whose ids are known.
  public func body(
    _ body: JSONObject, element: ElementAddress? = nil, withIDs id: (GivenName) -> Int64?
  ) -> JSONObject {
    walk(.object(body), place(of: element), id).object ?? body
  }

  private func place(of element: ElementAddress?) -> [String] {
    element.map { ResourceType.names(ofListAt: $0.list) } ?? []
  }

  private func walk(_ value: JSONValue, _ path: [String], _ id: (GivenName) -> Int64?) -> JSONValue {
    switch value {
    case .object(let object):
      if object.count == 1, let name = object["lookupName"]?.string, !path.isEmpty {
        let place = path.joined(separator: ".")
        guard !isDelivered(name, at: place) else { return value }
        let found = id(GivenName(place: place, name: name))
        return found.map { ["id": .integer($0)] } ?? value
      }
      return .object(JSONObject(object.map { ($0.name, walk($0.value, path + [$0.name], id)) }))
    case .array(let elements): return .array(elements.map { walk($0, path, id) })
    case .string(let text) where dialect == .fusionCX:
      let place = path.joined(separator: ".")
      if case .code? = kind(at: place), !isDelivered(text, at: place) {
        _ = id(GivenName(place: place, name: text))
      }
      return value
    default: return value
    }
  }
}
