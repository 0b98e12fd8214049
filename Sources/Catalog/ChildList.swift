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
  /// Whether an element has an address of its own that takes a patch, such as `/incidents/2/threads/3`.
  public var hasElementAddress: Bool
  /// Whether the record's own patch can change an element too; false when it could only be taken for a new one.
  public var takesUpdatesInRecord: Bool
  /// How a sheet gives a file in place of its bytes, when elements hold files.
  public var upload: Upload?
  /// How an element that was added by mistake is taken out of sight, where it cannot be deleted.
  public var retraction: Retraction?
  /// The lists that hang on an element in turn.
  public var lists: [ChildList]
  /// Where a site's own attributes of an element live.
  public var customFields: [CustomFieldSpace]
  /// Why a bulk update had better leave the list alone.
  public var caution: String?
  public var note: String?
  /// What no source confirms.
  public var unconfirmed: String?

  public init(
    name: String, singular: String, element: Element, operations: [ListOperation],
    acceptsSingleObject: Bool = false, hasElementAddress: Bool = false,
    takesUpdatesInRecord: Bool = true, upload: Upload? = nil, retraction: Retraction? = nil,
    lists: [ChildList] = [],
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

  /// The element's attribute of that name.
  public func field(_ name: String) -> Field? {
    fields.first { $0.path == name }
  }

  /// The attribute that names an existing element, if there is one.
  public var selector: Field? {
    fields.first { $0.access == .selector }
  }

  /// The list of that name on an element.
  public func list(named name: String) -> ChildList? {
    lists.first { $0.name == name }
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
  /// What no source confirms of this operation.
  public var unconfirmed: String?

  public init(
    _ verb: String, _ effect: Effect, required: [String], unconfirmed: String? = nil
  ) {
    self.verb = verb
    self.effect = effect
    self.required = required
    self.unconfirmed = unconfirmed
  }

  public enum Effect: Sendable {
    /// Makes a new element: doing it twice makes two, so a lost answer leaves it unknown.
    case create
    /// Changes the element that the selector names.
    case update
  }
}

/// The stand-in attribute by which a sheet names a file, and the attributes the file fills.
public struct Upload: Sendable, Equatable {
  /// The stand-in's name, which the API does not know, such as `file`.
  public var member: String
  /// The attribute that takes the bytes in base64.
  public var data: String
  /// The attribute that takes the last step of the file's path, unless the sheet names it otherwise.
  public var fileName: String

  public init(member: String, data: String, fileName: String) {
    self.member = member
    self.data = data
    self.fileName = fileName
  }
}

/// What makes an element that was added by mistake harmless: another text, and nobody but staff to read it.
public struct Retraction: Sendable, Equatable {
  /// The attribute that takes the new text.
  public var text: String
  /// The menu that says who may read the element.
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

  /// Whether an element with that value can be taken out of sight, or is already.
  public func canHide(_ audience: Int64?) -> Bool {
    audience == hidden || audience.map(hideable.contains) == true
  }
}
