import Catalog
public import JSON

/// An element of a list that gets new values.
public struct ElementUpdate: Sendable, Hashable {
  /// The place of the list, such as `threads`, or `smartActions/5/UserActionURLBinding` below an element.
  public var list: String
  /// The attributes that identify the element, with their values: a number, or what `keyed` elements go by.
  public var keys: [AttributeChange]
  /// The changed attributes, without the keys.
  public var attributes: [AttributeChange]
  /// The facts about a list whose elements are identified by values of their own; `nil` for numbered elements.
  public var keyed: Keyed?

  /// The facts about such a list: an element that does not exist is created, or removed already.
  public struct Keyed: Sendable, Hashable {
    /// The attribute whose clearing removes an element.
    public var substance: String?
    /// Indicates that an element is written at an address of its own.
    public var hasOwnAddress: Bool
  }

  /// Creates the change of an element with a number.
  public init(list: String, selector: String, key: JSONValue, attributes: [AttributeChange]) {
    self.list = list
    keys = [AttributeChange(path: selector, value: key, field: nil)]
    self.attributes = attributes
  }

  init(_ place: String, of list: ChildList, keys: [AttributeChange], attributes: [AttributeChange]) {
    self.list = place
    self.keys = keys
    self.attributes = attributes
    if list.isKeyed {
      keyed = Keyed(substance: list.substance, hasOwnAddress: list.isAddressedByKey)
    }
  }

  /// The name of what identifies the element: `id`, `addressType`, or several joined by `+`.
  public var selector: String { OwnKey.name(of: keys.map(\.path)) }

  /// The value of that attribute; of several, an object of them.
  public var key: JSONValue {
    keys.count == 1 ? keys[0].value : .object(JSONObject(keys.map { ($0.path, $0.value) }))
  }

  /// Indicates that it removes the element, by clearing what the element consists of.
  public var removes: Bool {
    attributes.contains { $0.path == keyed?.substance && $0.value.isNull }
  }

  /// Returns the same element with other changes.
  func with(_ attributes: [AttributeChange]) -> ElementUpdate {
    var update = self
    update.attributes = attributes
    return update
  }

  /// Returns whether an element that was read is this one.
  func isOf(_ element: JSONObject) -> Bool {
    keys.allSatisfy { key in
      let actual = element.value(at: key.path.split(separator: "."))
      return Agreement(wanted: key.value, actual: actual, kind: key.kind) == .same
    }
  }
}
