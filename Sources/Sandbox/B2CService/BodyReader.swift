import Catalog
import JSON

/// The changes that a body requests of a record, completely checked and with every name resolved.
struct RecordChange {
  /// New stored values by dotted path, `null` to clear.
  var values: [(path: String, value: JSONValue)] = []
  /// The changes to each list that the body names.
  var elements: [(list: ListKind, changes: [ElementChange])] = []

  var isEmpty: Bool { values.isEmpty && elements.isEmpty }

  func names(_ path: String) -> Bool { values.contains { $0.path == path } }
}

/// The changes that a body requests of one element of a list.
struct ElementChange {
  /// The element to change; none for a new one.
  var id: Int64?
  /// New stored values by dotted path, `null` to clear.
  var values: JSONObject
}

/// Reads bodies against the catalogue and the site: unknown names, access, types, limits, references.
struct BodyReader {
  /// The attributes that a body may contain.
  enum Purpose {
    case create
    case change
    /// A record of the user's own, including read-only attributes.
    case importing
  }

  let directory: Directory
  let purpose: Purpose

  /// Reads the body of a record.
  ///
  /// - Throws: `Refusal` with the first fault.
  func record(_ body: JSONObject, of kind: RecordKind) throws -> RecordChange {
    var change = RecordChange()
    change.values.reserveCapacity(body.count)
    try read(body, kind.tree, isNew: purpose == .create, label: kind.label, into: &change)
    return change
  }

  private func read(
    _ body: JSONObject, _ tree: AttributeTree, isNew: Bool, label: String, into change: inout RecordChange
  ) throws {
    for (name, value) in body {
      switch tree[name] {
      case nil: throw Refusal.unknownProperty(name)
      case .value(let attribute):
        try checkAccess(attribute, isNew: isNew)
        change.values.append((attribute.path, try stored(value, attribute)))
      case .branch(let inner):
        try readBranch(value, inner, isNew: isNew, label: label, into: &change)
      case .list(let list):
        change.elements.append((list, try elements(of: list, value, label: label)))
      }
    }
  }

  private func readBranch(
    _ value: JSONValue, _ tree: AttributeTree, isNew: Bool, label: String, into change: inout RecordChange
  ) throws {
    switch value {
    case .object(let object):
      try read(object, tree, isNew: isNew, label: label, into: &change)
    case .null where tree.path.hasPrefix("customFields"):
      throw Refusal.notNullable("\(label).\(tree.path)")
    case .null:
      for attribute in tree.attributes where attribute.field.access == .writable || purpose == .importing {
        change.values.append((attribute.path, try stored(.null, attribute)))
      }
    default: throw Refusal.invalid(tree.path, "expected an object, not a \(value.kind)")
    }
  }

  /// Reads a list of a body: an array, or one bare element, as in the reference's example of an appended thread.
  private func elements(of list: ListKind, _ value: JSONValue, label: String) throws -> [ElementChange] {
    guard purpose == .importing || !list.list.operations.isEmpty else { throw Refusal.notWritable(list.name) }
    let bodies: [JSONValue]
    switch value {
    case .array(let array): bodies = array
    case .object: bodies = [value]
    case .null: throw Refusal.notNullable("\(label).\(list.name)")
    default: throw Refusal.invalid(list.name, "expected an array or an object, not a \(value.kind)")
    }
    return try bodies.map { body in
      guard let object = body.object else {
        throw Refusal.invalid(list.name, "expected an object, not a \(body.kind)")
      }
      return try element(of: list, object)
    }
  }

  /// Reads one element: with an `id` it changes that element, without one it is new.
  ///
  /// - Parameter known: the element's id, when the path of the request names it.
  func element(of list: ListKind, _ body: JSONObject, known: Int64? = nil) throws -> ElementChange {
    if let target = list.target {
      return ElementChange(id: try reference(.object(body), to: target, list.name), values: [:])
    }
    var id = known
    var rest = body
    if list.keys.isEmpty, let value = body["id"] {
      id = try stored(value, list.identifier).integer
      guard known == nil || id == known else {
        throw Refusal.invalid(list.identifier.place, "not the element that the path names")
      }
      rest["id"] = nil
    }
    let isNew = id == nil || purpose == .importing
    guard purpose == .importing || (isNew ? list.isGrowing : list.isChanging) else {
      throw Refusal.notWritable(list.name)
    }
    var change = RecordChange()
    try read(rest, list.tree, isNew: isNew, label: list.label, into: &change)
    if let known, let key = list.keys.first,
      change.values.contains(where: { $0.path == key && $0.value != .integer(known) })
    {
      throw Refusal.invalid("\(list.name).\(key)", "not that of the element that the path names")
    }
    return ElementChange(id: id, values: JSONObject(change.values.map { ($0.path, $0.value) }))
  }

  private func checkAccess(_ attribute: Attribute, isNew: Bool) throws(Refusal) {
    guard purpose != .importing else { return }
    switch attribute.field.access {
    case .writable: return
    // A value by which elements are told apart comes with each of them.
    case .selector where attribute.path != "id": return
    case .createOnly where isNew: return
    case .createOnly: throw .notWritable(attribute.place, "Property cannot be changed after creation")
    case .readOnly, .selector: throw .notWritable(attribute.place)
    }
  }
}
