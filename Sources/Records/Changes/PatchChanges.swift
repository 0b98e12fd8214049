public import Catalog
public import JSON

/// The changes of a request body, attribute by attribute: the basis of snapshots, plans and rollbacks.
public struct PatchChanges: Sendable, Hashable {
  /// The record's own attributes, in the body's order.
  public var attributes: [AttributeChange] = []
  /// The elements that are changed; one that is identified by values of its own is created if it does not exist.
  public var updates: [ElementUpdate] = []
  /// The elements that are created in any case; no write can remove them.
  public var creations: [ElementCreation] = []

  public init() {}

  /// Indicates that nothing is changed.
  public var isEmpty: Bool { attributes.isEmpty && updates.isEmpty && creations.isEmpty }
}

/// One attribute that gets a new value.
public struct AttributeChange: Sendable, Hashable {
  /// The dotted path; for an element's attribute, the path inside the element.
  public var path: String
  /// The value in the body's form.
  public var value: JSONValue
  /// The type of its values, from the catalogue or, for a custom field, the job; `nil` if unknown.
  public var kind: Field.Kind?
  /// Indicates that writing the old value again undoes the change.
  public var isReversible: Bool
  /// Indicates that the value is a command, not a state: never compared, never replayed.
  public var isTrigger: Bool
  /// Indicates that the value is an enclosure's bytes, in base64.
  public var isEnclosure: Bool

  /// - Parameters:
  ///   - field: the catalogue's entry; `nil` for a custom field.
  ///   - customKind: the declared type of a custom field.
  public init(path: String, value: JSONValue, field: Field?, customKind: Field.Kind? = nil) {
    self.path = path
    self.value = value
    kind = field?.kind ?? customKind
    isReversible = field?.isReversible ?? true
    isTrigger = field?.isTrigger ?? false
    isEnclosure = field?.isEnclosure ?? false
  }

  /// Returns the same attribute with another value.
  package func with(_ value: JSONValue) -> AttributeChange {
    var change = self
    change.value = value
    return change
  }
}

/// An element that is created.
public struct ElementCreation: Sendable, Hashable {
  /// The place of the list, as in `ElementUpdate`.
  public var list: String
  /// The element in the body's form, with its own lists; for a list of references, the reference.
  public var attributes: JSONObject

  public init(list: String, attributes: JSONObject) {
    self.list = list
    self.attributes = attributes
  }
}
