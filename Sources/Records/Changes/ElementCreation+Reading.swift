package import Catalog
package import JSON

/// What of an element that is made can be read again.
extension ElementCreation {
  /// An attribute of the element that can be read again.
  package struct Comparable {
    package var name: String
    package var value: JSONValue
    var kind: Field.Kind?

    /// Whether a value is what a site may have made of the one that was sent.
    package func isLike(_ actual: JSONValue?) -> Bool {
      if Agreement(wanted: value, actual: actual, kind: kind) != .different { return true }
      return value.isLikeText(actual)
    }
  }

  /// What of the element can be read with it; lists below it cannot, nor the bytes of a file, nor the name of what a
  /// list only refers to.
  func comparable(in resource: ResourceType) -> [Comparable] {
    let list = resource.list(at: list)
    return attributes.compactMap { name, value in
      let kind = list?.field(name)?.kind ?? (value.object == nil ? nil : .menu())
      guard value.array == nil, kind != .base64, list?.isOfReferences != true || name == "id" else {
        return nil
      }
      return Comparable(name: name, value: value, kind: kind)
    }
  }

  /// The attributes by which the element is recognised, but for its key, which is read of every element.
  package func comparableNames(in resource: ResourceType) -> [String] {
    comparable(in: resource).map(\.name).filter { $0 != resource.selector(of: list) }
  }

  /// The record that it refers to, in a list of references.
  func reference(in resource: ResourceType) -> JSONValue? {
    resource.list(at: list)?.isOfReferences == true ? attributes["id"] : nil
  }

  /// Whether an element that was read may be this one.
  package func isLike(_ element: JSONObject, in resource: ResourceType) -> Bool {
    comparable(in: resource).allSatisfy { $0.isLike(element[$0.name]) }
  }
}

extension ChildList {
  /// Whether its elements are nothing but references to records that exist.
  var isOfReferences: Bool { if case .reference = element { true } else { false } }
}

extension ResourceType {
  /// The attribute that names an element of a list; ids grow, so that the highest one tells what came later.
  package func selector(of list: String) -> String { self.list(at: list)?.selector?.path ?? "id" }
}
