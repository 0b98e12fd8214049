public import Catalog
public import JSON

/// The part of a body that goes to one address: the record's own, or that of an element with a key.
public struct BodyPart: Sendable, Equatable {
  /// The element; `nil` for the record.
  public var element: Element?
  /// The values that are written there.
  public var body: JSONObject

  /// An element that is identified by a value of its own, such as the address of a contact of a type.
  public struct Element: Sendable, Equatable {
    /// The list's name.
    public var list: String
    /// The attribute that identifies the element, and its value.
    public var selector: String
    public var key: JSONValue
    /// Indicates that the element is removed.
    public var isRemoved: Bool

    /// The last step of its address; `nil` while only the name of the value is known.
    public var id: Int64? { key["id"]?.integer }
  }
}

extension ResourceType {
  /// Indicates that elements of a list have addresses that end with their keys.
  public var hasKeyedAddresses: Bool { lists.contains(where: \.isAddressedByKey) }

  /// Returns a record's body by address, the record's own first.
  public func parts(of body: JSONObject) -> [BodyPart] {
    var own = JSONObject()
    var parts: [BodyPart] = []
    for (name, value) in body {
      guard let list = list(named: name), list.isAddressedByKey, let selector = list.selectors.first?.path
      else {
        own[name] = value
        continue
      }
      for element in value.array ?? [value] {
        guard var values = element.object, let key = values[selector] else { continue }
        values[selector] = nil
        let isRemoved = list.substance.map { values[$0]?.isNull == true } ?? false
        parts.append(
          BodyPart(
            element: BodyPart.Element(list: name, selector: selector, key: key, isRemoved: isRemoved),
            body: values))
      }
    }
    return own.isEmpty ? parts : [BodyPart(body: own)] + parts
  }
}
