import Catalog

/// A member of a body or of an answer.
enum AttributeNode: Sendable {
  case value(Attribute)
  /// A plain sub-object, such as `assignedTo`.
  indirect case branch(AttributeTree)
  case list(ListKind)
}

/// The attributes of a record in the nested form of the wire, in the service's order.
struct AttributeTree: Sendable {
  /// The path of a sub-object; empty at the root.
  let path: String
  private(set) var names: [String] = []
  private var nodes: [String: AttributeNode] = [:]

  /// Creates the tree of these attributes; the first step of each path is a name of the root.
  init(_ attributes: [Attribute], lists: [ListKind] = []) {
    path = ""
    var order: [String] = []
    var branches: [String: [(rest: String, attribute: Attribute)]] = [:]
    for attribute in attributes {
      let steps = attribute.path.split(separator: ".", maxSplits: 1).map { String($0) }
      self.add(attribute, steps, &order, &branches)
    }
    self.names = order
    for (name, members) in branches {
      nodes[name] = .branch(AttributeTree(at: name, members))
    }
    for list in lists {
      names.append(list.name)
      nodes[list.name] = .list(list)
    }
  }

  private init(at path: String, _ members: [(rest: String, attribute: Attribute)]) {
    self.path = path
    var order: [String] = []
    var branches: [String: [(rest: String, attribute: Attribute)]] = [:]
    for (rest, attribute) in members {
      self.add(attribute, rest.split(separator: ".", maxSplits: 1).map { String($0) }, &order, &branches)
    }
    names = order
    for (name, inner) in branches { nodes[name] = .branch(AttributeTree(at: "\(path).\(name)", inner)) }
  }

  private mutating func add(
    _ attribute: Attribute, _ steps: [String], _ order: inout [String],
    _ branches: inout [String: [(rest: String, attribute: Attribute)]]
  ) {
    let name = steps[0]
    if steps.count == 1 {
      order.append(name)
      nodes[name] = .value(attribute)
    } else {
      if branches[name] == nil { order.append(name) }
      branches[name, default: []].append((steps[1], attribute))
    }
  }

  subscript(name: String) -> AttributeNode? { nodes[name] }

  /// This tree with the root's names in the service's order: the common ones first, then alphabetically.
  func sortedAsServed() -> AttributeTree {
    let common = ["id", "lookupName", "createdTime", "updatedTime"]
    var sorted = self
    sorted.names =
      common.filter { nodes[$0] != nil }
      + names.filter { !common.contains($0) }.sorted { $0.lowercased() < $1.lowercased() }
    return sorted
  }

  /// Returns whether these steps lead to a menu value or a sub-object, which a body can be sent to.
  func isPatchable(_ steps: ArraySlice<String>) -> Bool {
    guard let first = steps.first else { return true }
    switch self[first] {
    case .branch(let inner): return inner.isPatchable(steps.dropFirst())
    case .value(let attribute):
      if case .menu = attribute.field.kind { return steps.count == 1 }
      return false
    case .list, nil: return false
    }
  }

  /// Every attribute below, except those of lists.
  var attributes: [Attribute] {
    names.flatMap { name -> [Attribute] in
      switch nodes[name] {
      case .value(let attribute): [attribute]
      case .branch(let tree): tree.attributes
      default: []
      }
    }
  }
}
