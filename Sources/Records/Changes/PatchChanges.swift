public import Catalog
public import JSON

/// What a request body does, attribute by attribute: what a snapshot reads, a dry run shows and a rollback undoes.
public struct PatchChanges: Sendable, Hashable {
  /// The record's own attributes, in the body's order.
  public var attributes: [AttributeChange] = []
  /// The elements that exist and are changed.
  public var updates: [ElementUpdate] = []
  /// The elements that are made; none of them can be taken back by writing anything.
  public var creations: [ElementCreation] = []

  public init() {}

  /// Whether nothing is changed.
  public var isEmpty: Bool { attributes.isEmpty && updates.isEmpty && creations.isEmpty }
}

/// One attribute that gets a new value.
public struct AttributeChange: Sendable, Hashable {
  /// The dotted path; within an element, the path inside the element.
  public var path: String
  /// The value as the body has it.
  public var value: JSONValue
  /// The type of its values, as the catalogue has it, or the job of a site's own attribute; nil where nobody says it.
  public var kind: Field.Kind?
  /// Whether writing the old value again undoes it.
  public var isReversible: Bool
  /// Whether the value is a command and no state: never compared, never replayed.
  public var isTrigger: Bool
  /// Whether the value is the bytes of an enclosure, in base64.
  public var isEnclosure: Bool

  /// - Parameters:
  ///   - field: what the catalogue says of it; nil for a site's own attribute.
  ///   - customKind: what somebody says of the values of a site's own attribute.
  public init(path: String, value: JSONValue, field: Field?, customKind: Field.Kind? = nil) {
    self.path = path
    self.value = value
    kind = field?.kind ?? customKind
    isReversible = field?.isReversible ?? true
    isTrigger = field?.isTrigger ?? false
    isEnclosure = field?.isEnclosure ?? false
  }

  /// The same attribute with another value.
  package func with(_ value: JSONValue) -> AttributeChange {
    var change = self
    change.value = value
    return change
  }
}

/// An element that exists and gets new values.
public struct ElementUpdate: Sendable, Hashable {
  /// Where the list is, such as `threads`, or `smartActions/5/UserActionURLBinding` for one below an element.
  public var list: String
  /// The attribute that names the element, such as `id`.
  public var selector: String
  /// Its value.
  public var key: JSONValue
  /// What changes, the selector not among it.
  public var attributes: [AttributeChange]

  public init(list: String, selector: String, key: JSONValue, attributes: [AttributeChange]) {
    self.list = list
    self.selector = selector
    self.key = key
    self.attributes = attributes
  }
}

/// An element that is made.
public struct ElementCreation: Sendable, Hashable {
  /// Where the list is, as in `ElementUpdate`.
  public var list: String
  /// The element as the body has it, with what hangs on it; for a list of references, the reference.
  public var attributes: JSONObject

  public init(list: String, attributes: JSONObject) {
    self.list = list
    self.attributes = attributes
  }
}
