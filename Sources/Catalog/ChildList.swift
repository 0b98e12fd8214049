/// A list that belongs to a record, such as the discussion threads of an incident.
public struct ChildList: Sendable {
  /// The attribute's name on the record, such as `threads`.
  public var name: String
  /// One element in words, such as `thread`.
  public var singular: String
  /// The content of an element.
  public var element: Element
  /// The operations a sheet may use on the list; empty if it is read-only.
  public var operations: [ListOperation]
  /// Indicates that a patch may have one bare object in place of an array.
  public var acceptsSingleObject: Bool
  /// Indicates that an element has its own address that takes a patch, such as `/incidents/2/threads/3`.
  public var hasElementAddress: Bool
  /// Indicates that the record's own patch can change an element; false if it could only create one.
  public var takesUpdatesInRecord: Bool
  /// The way a sheet gives a file in place of its bytes, if elements contain files.
  public var upload: Upload?
  /// The way to retract an element that was added by mistake, if it cannot be deleted.
  public var retraction: Retraction?
  /// The attribute without which an element does not exist: clearing it removes the element at its own address.
  public var substance: String?
  /// The lists that belong to an element.
  public var lists: [ChildList]
  /// The places of custom fields in an element.
  public var customFields: [CustomFieldSpace]
  /// The reason a bulk update should leave the list alone.
  public var caution: String?
  public var note: String?
  /// Facts that no source confirms.
  public var unconfirmed: String?

  public init(
    name: String, singular: String, element: Element, operations: [ListOperation],
    acceptsSingleObject: Bool = false, hasElementAddress: Bool = false,
    takesUpdatesInRecord: Bool = true, upload: Upload? = nil, retraction: Retraction? = nil,
    substance: String? = nil, lists: [ChildList] = [],
    customFields: [CustomFieldSpace] = [], caution: String? = nil, note: String? = nil,
    unconfirmed: String? = nil
  ) {
    self.name = name
    self.singular = singular
    self.element = element
    self.operations = operations
    self.acceptsSingleObject = acceptsSingleObject
    self.hasElementAddress = hasElementAddress
    self.takesUpdatesInRecord = takesUpdatesInRecord
    self.upload = upload
    self.retraction = retraction
    self.substance = substance
    self.lists = lists
    self.customFields = customFields
    self.caution = caution
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

  /// Returns the element's attribute of that name.
  public func field(_ name: String) -> Field? {
    fields.first(at: name)
  }

  /// The attributes that identify an existing element together.
  public var selectors: [Field] {
    fields.filter { $0.access == .selector }
  }

  /// The number that identifies an existing element, if there is one.
  public var selector: Field? {
    guard let only = selectors.first, selectors.count == 1, case .integer = only.kind else { return nil }
    return only
  }

  /// Indicates that elements have no numbers: values of their own identify them, such as the type of an address.
  public var isKeyed: Bool { !selectors.isEmpty && selector == nil }

  /// Indicates that the address of an element ends with the id of its only key, as in `/contacts/7/emails/0`.
  public var isAddressedByKey: Bool { isKeyed && hasElementAddress && selectors.count == 1 }

  /// Returns the list of that name on an element.
  public func list(named name: String) -> ChildList? {
    lists.first { $0.name == name }
  }

  /// Returns the operation that a sheet's header names by this verb.
  public func operation(_ verb: some StringProtocol) -> ListOperation? {
    operations.first { $0.verb == verb }
  }
}

/// An operation on a list, with its verb in a sheet's header.
public struct ListOperation: Sendable, Equatable {
  /// The word between list and attribute, as in `threads.append.text`.
  public var verb: String
  public var effect: Effect
  /// The attributes that the operation requires.
  public var required: [String]
  /// Facts about this operation that no source confirms.
  public var unconfirmed: String?

  public init(
    _ verb: String, _ effect: Effect, required: [String], unconfirmed: String? = nil
  ) {
    self.verb = verb
    self.effect = effect
    self.required = required
    self.unconfirmed = unconfirmed
  }

  public enum Effect: String, Sendable {
    /// Creates an element: doing it twice creates two, so a lost answer leaves the row unknown.
    case create
    /// Changes the element that the selector names.
    case update
    /// Gives values to the element with this key, which is created if it does not exist: twice is the same as once.
    case set
  }
}

/// The stand-in attribute by which a sheet names a file, and the attributes the file fills.
public struct Upload: Sendable, Equatable {
  /// The stand-in's name, such as `file`, which the API does not know.
  public var member: String
  /// The attribute that takes the bytes in base64.
  public var data: String
  /// The attribute that takes the last step of the file's path, unless the sheet gives another name.
  public var fileName: String

  public init(member: String, data: String, fileName: String) {
    self.member = member
    self.data = data
    self.fileName = fileName
  }
}

/// The changes that make an element added by mistake harmless: another text, readable only by staff.
public struct Retraction: Sendable, Equatable {
  /// The attribute that takes the new text.
  public var text: String
  /// The menu that decides who may read the element.
  public var audience: String
  /// Its value for elements that only staff can read.
  public var hidden: Int64
  /// The values from which the API lets it be changed to that.
  public var hideable: [Int64]

  public init(text: String, audience: String, hidden: Int64, hideable: [Int64]) {
    self.text = text
    self.audience = audience
    self.hidden = hidden
    self.hideable = hideable
  }

  /// Returns whether an element with that value can be hidden, or is hidden already.
  public func canHide(_ audience: Int64?) -> Bool {
    audience == hidden || audience.map(hideable.contains) == true
  }
}
