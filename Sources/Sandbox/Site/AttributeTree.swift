import Catalog

/// What a member of a body or of an answer is.
enum AttributeNode: Sendable {
  case value(Field)
  /// A plain sub-object, such as `assignedTo`.
  indirect case branch(AttributeTree)
  case list(ChildList)
}

/// The attributes of a record in the nested form of the wire, in the order the service writes them.
struct AttributeTree: Sendable {
  private(set) var names: [String] = []
  private var nodes: [String: AttributeNode] = [:]

  /// Builds the tree of these attributes; the first step of each path is a name of the root.
  init(_ fields: [Field], lists: [ChildList] = []) {
    var order: [String] = []
    var branches: [String: [(rest: String, field: Field)]] = [:]
    // The path of a menu value hangs on the value itself and is written with it.
    for field in fields where field.kind != .menuPath {
      let steps = field.path.split(separator: ".", maxSplits: 1).map { String($0) }
      self.add(field, steps, &order, &branches)
    }
    self.names = order
    for (name, members) in branches {
      nodes[name] = .branch(AttributeTree(relative: members))
    }
    for list in lists {
      names.append(list.name)
      nodes[list.name] = .list(list)
    }
  }

  private init(relative members: [(rest: String, field: Field)]) {
    var order: [String] = []
    var branches: [String: [(rest: String, field: Field)]] = [:]
    for (rest, field) in members {
      self.add(field, rest.split(separator: ".", maxSplits: 1).map { String($0) }, &order, &branches)
    }
    names = order
    for (name, inner) in branches { nodes[name] = .branch(AttributeTree(relative: inner)) }
  }

  private mutating func add(
    _ field: Field, _ steps: [String], _ order: inout [String],
    _ branches: inout [String: [(rest: String, field: Field)]]
  ) {
    let name = steps[0]
    if steps.count == 1 {
      order.append(name)
      nodes[name] = .value(field)
    } else {
      if branches[name] == nil { order.append(name) }
      branches[name, default: []].append((steps[1], field))
    }
  }

  subscript(name: String) -> AttributeNode? { nodes[name] }

  /// This tree with the root's names sorted as the service sorts them: the common ones first, then by letter.
  func sortedAsServed() -> AttributeTree {
    let common = ["id", "lookupName", "createdTime", "updatedTime"]
    var sorted = self
    sorted.names =
      common.filter { nodes[$0] != nil }
      + names.filter { !common.contains($0) }.sorted { $0.lowercased() < $1.lowercased() }
    return sorted
  }

  /// Whether a menu value or a sub-object stands at the end of these steps, which a body can be sent to.
  func isPatchable(_ steps: ArraySlice<String>) -> Bool {
    guard let first = steps.first else { return true }
    switch self[first] {
    case .branch(let inner): return inner.isPatchable(steps.dropFirst())
    case .value(let field):
      if case .menu = field.kind { return steps.count == 1 }
      return false
    case .list, nil: return false
    }
  }

  /// Every attribute below, lists not counted.
  var fields: [Field] {
    names.flatMap { name -> [Field] in
      switch nodes[name] {
      case .value(let field): [field]
      case .branch(let tree): tree.fields
      default: []
      }
    }
  }
}

extension AttributeTree {
  /// An incident, with the site's own attributes.
  static let incident = AttributeTree(
    ResourceType.incidents.fields + CustomFields.incidents, lists: ResourceType.incidents.lists
  ).sortedAsServed()

  /// The elements of each of an incident's lists.
  static let elements: [String: AttributeTree] = Dictionary(
    uniqueKeysWithValues: ResourceType.incidents.lists.map {
      ($0.name, AttributeTree($0.fields))
    })
}
