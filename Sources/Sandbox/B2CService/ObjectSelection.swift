import JSON

/// The requested members of an object.
struct ObjectSelection {
  /// Dotted paths; none means all.
  var fields: [String]?
  /// The lists to write in full.
  var expanded: Set<String> = []
  /// The own links to keep; none means all.
  var relations: Set<String>?

  init(fields: [String]? = nil) { self.fields = fields }

  /// Reads the selection from the parameters of a request for one object (API reference 4.2).
  ///
  /// - Throws: `Refusal` for a name that the object does not have.
  init(_ request: Exchange, of tree: AttributeTree) throws(Refusal) {
    for (name, value) in request.parameters {
      switch name {
      case "fields": fields = try Self.fields(value, of: tree, mayBeDotted: true)
      case "expand": expanded = try Self.lists(value, of: tree)
      case "links": relations = Set(value.split(separator: ",").map { $0.trimmed })
      default: break
      }
    }
  }

  /// Returns whether a path is requested, or leads to a requested one, or lies below one.
  func includes(_ path: String) -> Bool {
    guard let fields else { return true }
    return fields.contains { $0 == path || $0.hasPrefix(path + ".") || path.hasPrefix($0 + ".") }
  }

  /// The selection within an object without sub-objects.
  func narrowed(_ object: JSONObject) -> JSONObject {
    JSONObject(
      object.compactMap { name, value in
        if name == "links" { return (name, narrowed(value)) }
        return includes(name) ? (name, value) : nil
      })
  }

  /// The selection of an object's own links.
  func narrowed(_ links: JSONValue) -> JSONValue {
    guard let relations, let own = links.array else { return links }
    return .array(own.filter { $0["rel"]?.string.map { relations.contains($0) } ?? false })
  }

  /// The names of a `fields` parameter, which must exist.
  static func fields(
    _ text: String, of root: AttributeTree, mayBeDotted: Bool
  ) throws(Refusal) -> [String] {
    let names = text.split(separator: ",").map { $0.trimmed }
    for name in names {
      guard mayBeDotted || !name.contains(".") else {
        throw .badParameter("fields of a collection cannot name sub-fields: \(name)")
      }
      var tree: AttributeTree? = root
      for step in name.split(separator: ".", omittingEmptySubsequences: false) {
        switch tree?[String(step)] {
        case .branch(let inner): tree = inner
        case .value, .list: tree = nil
        case nil: throw .badParameter("Invalid property specified: \(name)")
        }
      }
    }
    return names
  }

  /// The lists that an `expand` parameter names; `all` means every list.
  private static func lists(_ text: String, of tree: AttributeTree) throws(Refusal) -> Set<String> {
    let known = Set(tree.names.filter { if case .list = tree[$0] { true } else { false } })
    if text == "all" { return known }
    let names = Set(text.split(separator: ",").map { $0.trimmed })
    if let unknown = names.subtracting(known).min() {
      throw .badParameter("Not a list that can be expanded: \(unknown)")
    }
    return names
  }
}
