package import Catalog
package import JSON

/// Compares a created element with elements that are read again.
extension ElementCreation {
  /// An attribute of the element that can be read again.
  package struct Comparable {
    package var name: String
    package var value: JSONValue
    var kind: Field.Kind?

    /// Returns whether a value may be the site's version of the one that was sent.
    package func isLike(_ actual: JSONValue?) -> Bool {
      if Agreement(wanted: value, actual: actual, kind: kind) != .different { return true }
      return value.isLikeText(actual)
    }
  }

  /// Returns the attributes that can be read with the element.
  ///
  /// Lists below it cannot be read with it, nor a file's bytes, nor the name in a reference.
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

  /// Returns the attributes that identify the element, except its key, which is read of every element.
  package func comparableNames(in resource: ResourceType) -> [String] {
    comparable(in: resource).map(\.name).filter { $0 != resource.selector(of: list) }
  }

  /// Returns the record that it refers to, in a list of references.
  func reference(in resource: ResourceType) -> JSONValue? {
    resource.list(at: list)?.isOfReferences == true ? attributes["id"] : nil
  }

  /// Returns whether an element that was read may be this one.
  package func isLike(_ element: JSONObject, in resource: ResourceType) -> Bool {
    comparable(in: resource).allSatisfy { $0.isLike(element[$0.name]) }
  }
}

extension ChildList {
  /// Indicates that its elements are only references to existing records.
  var isOfReferences: Bool { if case .reference = element { true } else { false } }
}

extension ResourceType {
  /// Returns the attribute that identifies an element of a list; ids grow, so the highest one separates old from new.
  package func selector(of list: String) -> String { self.list(at: list)?.selector?.path ?? "id" }
}
