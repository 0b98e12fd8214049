/// A list that hangs on a record, such as the discussion threads of an incident.
public struct ChildList: Sendable {
  /// The attribute's name on the record, such as `threads`.
  public var name: String
  /// One element in words, such as `thread`.
  public var singular: String
  /// What an element is.
  public var element: Element
  /// What a sheet may do to the list; none when it is read-only.
  public var operations: [ListOperation]
  /// Whether a patch may hold one bare object in place of an array.
  public var acceptsSingleObject: Bool
  public var note: String?
  /// What no source confirms.
  public var unconfirmed: String?

  public init(
    name: String, singular: String, element: Element, operations: [ListOperation],
    acceptsSingleObject: Bool = false, note: String? = nil, unconfirmed: String? = nil
  ) {
    self.name = name
    self.singular = singular
    self.element = element
    self.operations = operations
    self.acceptsSingleObject = acceptsSingleObject
    self.note = note
    self.unconfirmed = unconfirmed
  }

  public enum Element: Sendable {
    /// An object with these attributes.
    case object([Field])
    /// A bare reference to another record.
    case reference(to: String)
  }

  /// The attributes of an element; none for a list of references.
  public var fields: [Field] {
    if case .object(let fields) = element { fields } else { [] }
  }

  /// The element's attribute of that name.
  public func field(_ name: String) -> Field? {
    fields.first { $0.path == name }
  }

  /// The operation a sheet's header names by this verb.
  public func operation(_ verb: some StringProtocol) -> ListOperation? {
    operations.first { $0.verb == verb }
  }
}

/// One thing that can be done to a list, and the verb a sheet's header has for it.
public struct ListOperation: Sendable, Equatable {
  /// The word between list and attribute, as in `threads.append.text`.
  public var verb: String
  public var effect: Effect
  /// The attributes without which the operation makes no sense.
  public var required: [String]

  public init(_ verb: String, _ effect: Effect, required: [String]) {
    self.verb = verb
    self.effect = effect
    self.required = required
  }

  public enum Effect: Sendable {
    /// Makes a new element: doing it twice makes two, so a lost answer leaves it unknown.
    case create
    /// Changes the element that the selector names.
    case update
  }
}
