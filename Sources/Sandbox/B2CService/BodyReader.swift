import Catalog
import JSON

/// What a body asks of an incident, wholly checked and with every name resolved.
struct IncidentChange {
  /// New stored values by dotted path, `null` to clear.
  var values: [(path: String, value: JSONValue)] = []
  /// What is asked of each list that the body names.
  var elements: [String: [ElementChange]] = [:]

  var isEmpty: Bool { values.isEmpty && elements.isEmpty }
}

/// What a body asks of one element of a list.
struct ElementChange {
  /// The element that is meant; none for a new one.
  var id: Int64?
  /// New stored values by name, `null` to clear.
  var values: JSONObject
}

/// Reads bodies against the catalogue and the site: unknown names, access, types, limits, references.
struct BodyReader {
  /// Which attributes a body may carry.
  enum Purpose {
    case create
    case change
    /// A record of the user's own, read-only attributes and all.
    case importing
  }

  let vocabulary: Vocabulary
  let purpose: Purpose

  /// Reads the body of an incident.
  ///
  /// - Throws: `Refusal` with the first fault.
  func incident(_ body: JSONObject) throws(Refusal) -> IncidentChange {
    var change = IncidentChange()
    try read(body, AttributeTree.incident, prefix: "", into: &change)
    return change
  }

  private func read(
    _ body: JSONObject, _ tree: AttributeTree, prefix: String, into change: inout IncidentChange
  ) throws(Refusal) {
    for (name, value) in body {
      switch tree[name] {
      case nil: throw .unknownProperty(name)
      case .value(let field):
        try checkAccess(field, isNewElement: false)
        change.values.append((field.path, try stored(value, field, in: nil)))
      case .branch(let inner): try readBranch(value, inner, prefix + name, into: &change)
      case .list(let list): change.elements[name] = try elements(of: list, value)
      }
    }
  }

  private func readBranch(
    _ value: JSONValue, _ tree: AttributeTree, _ path: String, into change: inout IncidentChange
  ) throws(Refusal) {
    switch value {
    case .object(let object): try read(object, tree, prefix: "\(path).", into: &change)
    case .null where path.hasPrefix("customFields"): throw .notNullable(path)
    case .null:
      for field in tree.fields where field.access == .writable || purpose == .importing {
        change.values.append((field.path, try stored(.null, field, in: nil)))
      }
    default: throw .invalid(path, "expected an object, not a \(value.kind)")
    }
  }

  /// Reads a list of a body: an array, or one bare element, as the page's example of an appended thread has it.
  func elements(of list: ChildList, _ value: JSONValue) throws(Refusal) -> [ElementChange] {
    guard purpose == .importing || !list.operations.isEmpty else { throw .notWritable(list.name) }
    let bodies: [JSONValue]
    switch value {
    case .array(let array): bodies = array
    case .object: bodies = [value]
    case .null: throw .notNullable(list.name)
    default: throw .invalid(list.name, "expected an array or an object, not a \(value.kind)")
    }
    var changes: [ElementChange] = []
    for body in bodies {
      guard let object = body.object else {
        throw .invalid(list.name, "expected an object, not a \(body.kind)")
      }
      changes.append(try element(of: list, object))
    }
    return changes
  }

  /// Reads one element: with an `id` a change of the one that has it, without a new one.
  ///
  /// - Parameter known: the element's id, when the path of the request names it.
  func element(
    of list: ChildList, _ body: JSONObject, known: Int64? = nil
  ) throws(Refusal) -> ElementChange {
    if case .reference(let target) = list.element {
      return ElementChange(id: try reference(.object(body), to: target, list.name), values: [:])
    }
    let field = Field("id", .integer(minimum: 1))
    var id = known
    if let value = body["id"] {
      id = try stored(value, field, in: list.name).integer
      guard known == nil || id == known else {
        throw .invalid("\(list.name).id", "not the element that the path names")
      }
    }
    let isNew = id == nil || purpose == .importing
    var change = ElementChange(id: id, values: [:])
    for (name, value) in body where name != "id" {
      guard case .value(let field) = AttributeTree.elements[list.name]?[name] else {
        throw .unknownProperty(name)
      }
      try checkAccess(field, isNewElement: isNew, in: list.name)
      change.values[name] = try stored(value, field, in: list.name)
    }
    return change
  }

  private func checkAccess(
    _ field: Field, isNewElement: Bool, in list: String? = nil
  ) throws(Refusal) {
    guard purpose != .importing else { return }
    let path = list.map { "\($0).\(field.path)" } ?? field.path
    switch field.access {
    case .writable: return
    case .createOnly where isNewElement: return
    case .createOnly: throw .notWritable(path, "Property cannot be changed after creation")
    case .readOnly, .selector: throw .notWritable(path)
    }
  }
}
