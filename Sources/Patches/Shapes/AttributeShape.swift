import Catalog
import JSON

/// The allowed content under one name of a record or of a list's element.
indirect enum AttributeShape: Sendable {
  /// A value; `isReversible` if writing the old one again undoes it.
  case value(ValueRule, isReversible: Bool)
  /// Bytes, in base64 or from a file; an enclosure if they have their own address.
  case bytes(base64: ValueRule, file: ValueRule, isReversible: Bool, isEnclosure: Bool)
  /// Known, but not writable here.
  case refused(Refusal)
  /// A sub-object of further attributes.
  case object(ObjectShape)
  case list(ListShape)
  /// The stand-in for an element's file.
  case file(ValueRule)
  /// A custom field; its rule depends on the whole path, including the list if it is in one.
  case custom(list: String?)
}

/// The reason a known attribute cannot be written.
struct Refusal: Sendable {
  var rule: String
  var message: String
  var hint: String?

  func report(at column: String, value: String, _ report: inout RowReport) {
    report.error(rule, column, value: value, message, hint: hint)
  }
}

/// The attributes by name.
struct ObjectShape: Sendable {
  var members: [String: AttributeShape] = [:]
  /// The meaning of any other name with this suffix, if a site may define its own.
  var wildcard: (suffix: String, shape: AttributeShape)?

  /// The stand-in below an attribute of bytes that names a file to take them from.
  static let fileMember = "file"

  subscript(name: String) -> AttributeShape? {
    if let member = members[name] { return member }
    guard let wildcard, name.hasSuffix(wildcard.suffix), name.utf8.count > wildcard.suffix.utf8.count
    else { return nil }
    return wildcard.shape
  }

  /// Returns the same without these names.
  func without(_ names: [String]) -> ObjectShape {
    var shape = self
    for name in names { shape.members[name] = nil }
    return shape
  }

  /// Puts a shape at a dotted path, and makes the sub-objects on the way.
  ///
  /// Nothing is put below an attribute that is a value itself: it is written as a whole, or not at all.
  mutating func insert(_ shape: AttributeShape, at path: some Collection<Substring>) {
    guard let first = path.first else { return }
    let suffix = CustomFieldSpace.suffix(ofFreeStep: first)
    let rest = path.dropFirst()
    guard !rest.isEmpty else {
      if let suffix { wildcard = (suffix, shape) } else { members[String(first)] = shape }
      return
    }
    var inner = ObjectShape()
    switch suffix == nil ? members[String(first)] : wildcard?.shape {
    case .object(let present): inner = present
    case nil: break
    default: return
    }
    inner.insert(shape, at: rest)
    if let suffix { wildcard = (suffix, .object(inner)) } else { members[String(first)] = .object(inner) }
  }
}

/// A list and its operations.
final class ListShape: Sendable {
  let name: String
  let singular: String
  /// The number that identifies an existing element.
  let selector: String?
  /// The attributes that identify an existing element together.
  let selectors: [String]
  /// Indicates that elements are identified by values of their own.
  let isKeyed: Bool
  /// Indicates that such an element is written at an address of its own.
  let isAddressedByKey: Bool
  /// The attribute whose clearing removes an element.
  let substance: String?
  /// The rule for one element of a list of bare references.
  let reference: NamedValueRule?
  let operations: [OperationShape]
  let acceptsSingleObject: Bool
  let hasElementAddress: Bool
  let takesUpdatesInRecord: Bool
  let caution: String?
  let note: String?
  let unconfirmed: String?
  /// The reason the site takes no change of it; `nil` if it does.
  let siteRefusal: Refusal?

  init(_ list: ChildList, operations: [OperationShape], siteRefusal: Refusal?) {
    self.siteRefusal = siteRefusal
    name = list.name
    singular = list.singular
    selector = list.selector?.path
    selectors = list.selectors.map(\.path)
    (isKeyed, isAddressedByKey, substance) = (list.isKeyed, list.isAddressedByKey, list.substance)
    if case .reference = list.element { reference = NamedValueRule() } else { reference = nil }
    self.operations = operations
    acceptsSingleObject = list.acceptsSingleObject
    hasElementAddress = list.hasElementAddress
    takesUpdatesInRecord = list.takesUpdatesInRecord
    caution = list.caution
    note = list.note
    unconfirmed = list.unconfirmed
  }

  /// Returns the operation on the element whose only key is a menu value with the id in a header, as in
  /// `emails.0.address`.
  func operation(onElement word: Substring) -> OperationShape? {
    guard isAddressedByKey, let id = Int64(word), id >= 0, String(id) == word, let set = operation(.set)
    else { return nil }
    let key = JSONObject([(selectors[0], .object(JSONObject("id", .integer(id))))])
    return OperationShape(set, of: name, word: String(word), key: key)
  }

  /// Returns whether two of these elements have the same key.
  func repeatsAKey(_ elements: [JSONValue]) -> Bool {
    guard isKeyed else { return false }
    let keys = elements.map { element in selectors.map { element[$0] } }
    return Set(keys).count < keys.count
  }

  /// Returns whether these elements say one of their keys by id here and by name there: two may be the same, and only the
  /// site can tell.
  func namesKeysInTwoWays(_ elements: [JSONValue]) -> Bool {
    guard isKeyed, elements.count > 1 else { return false }
    return selectors.contains { selector in
      let keys = elements.compactMap { $0[selector]?.object }
      return keys.contains { $0["id"] != nil } && keys.contains { $0["id"] == nil }
    }
  }

  /// Returns the operation with that effect.
  func operation(_ effect: ListOperation.Effect) -> OperationShape? {
    operations.first { $0.effect == effect }
  }
}

/// One operation on a list, with its attributes.
final class OperationShape: Sendable {
  /// The operation's word in a header, such as `append`.
  let verb: String
  /// The operation in a header, such as `threads.append`.
  let label: String
  let effect: ListOperation.Effect
  /// The required attributes, with notes for the user.
  let required: [(name: String, note: String?)]
  let members: ObjectShape
  let upload: Upload?
  let unconfirmed: String?
  /// The key of the element, if the header says it.
  let key: JSONObject

  /// Creates the same operation on the one element with that key.
  init(_ operation: OperationShape, of list: String, word: String, key: JSONObject) {
    verb = word
    label = "\(list).\(word)"
    effect = operation.effect
    required = []
    members = operation.members.without(key.map(\.name))
    upload = operation.upload
    unconfirmed = operation.unconfirmed
    self.key = key
  }

  init(_ operation: ListOperation, of list: ChildList, label: String, members: ObjectShape) {
    verb = operation.verb
    self.label = label
    effect = operation.effect
    required = operation.required.map { ($0, list.field($0)?.note) }
    self.members = members
    upload = operation.effect == .create ? list.upload : nil
    unconfirmed = operation.unconfirmed
    key = JSONObject()
  }
}
