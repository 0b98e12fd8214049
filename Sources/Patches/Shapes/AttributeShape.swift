import Catalog

/// What may stand under one name of a record or of a list's element.
indirect enum AttributeShape: Sendable {
  /// A value; `isReversible` when writing the old one again undoes it.
  case value(ValueRule, isReversible: Bool)
  /// Known, but not to be written here.
  case refused(Refusal)
  /// A sub-object of further attributes.
  case object(ObjectShape)
  case list(ListShape)
  /// The stand-in for an element's file.
  case file(ValueRule)
  /// An attribute that the site defines; its rule hangs on the whole path.
  case custom
}

/// Why a known attribute cannot be written.
struct Refusal: Sendable {
  var rule: String
  var message: String
  var hint: String?
}

/// The attributes by name.
struct ObjectShape: Sendable {
  var members: [String: AttributeShape] = [:]
  /// What any other name means, where a site may define its own.
  var wildcard: AttributeShape?

  subscript(name: String) -> AttributeShape? { members[name] ?? wildcard }

  /// Puts a shape at a dotted path, making the sub-objects on the way.
  ///
  /// Below an attribute that is a value itself nothing is put: it is written as a whole, or not at all.
  mutating func insert(_ shape: AttributeShape, at path: some Collection<Substring>) {
    guard let first = path.first else { return }
    let isFree = first.hasPrefix("{")
    let rest = path.dropFirst()
    guard !rest.isEmpty else {
      if isFree { wildcard = shape } else { members[String(first)] = shape }
      return
    }
    var inner = ObjectShape()
    switch isFree ? wildcard : members[String(first)] {
    case .object(let present): inner = present
    case nil: break
    default: return
    }
    inner.insert(shape, at: rest)
    if isFree { wildcard = .object(inner) } else { members[String(first)] = .object(inner) }
  }
}

/// A list and what can be done to it.
struct ListShape: Sendable {
  var name: String
  var singular: String
  /// The attribute that names an existing element.
  var selector: String?
  /// The rule for one element of a list of bare references.
  var reference: NamedValueRule?
  var operations: [OperationShape] = []
  var acceptsSingleObject: Bool
  var hasElementAddress: Bool
  var note: String?
  var unconfirmed: String?

  /// The operation of that effect.
  func operation(_ effect: ListOperation.Effect) -> OperationShape? {
    operations.first { $0.operation.effect == effect }
  }
}

/// One operation on a list and the attributes it takes.
struct OperationShape: Sendable {
  var operation: ListOperation
  /// The operation in a header, such as `threads.append`.
  var label: String
  var members: ObjectShape
  var upload: Upload?
  /// What a user should know of the attributes it cannot do without.
  var notes: [String: String] = [:]
}
