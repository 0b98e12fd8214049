import Catalog

/// The plan by which a row's values make a body: the header, compiled once.
///
/// A *slot* is the number of a column or a constant. A row fills slots, and the plan says where each goes.
struct ObjectPlan: Sendable {
  /// The members in the order of the sheet's columns.
  private(set) var members: [(name: String, node: PlanNode)] = []

  /// Puts a slot at the end of a route.
  mutating func insert(_ route: Route, slot: Int, path: String, isOwn: Bool) {
    insert(route.steps[...], route, slot, path, isOwn)
  }

  private mutating func insert(
    _ steps: ArraySlice<Route.Step>, _ route: Route, _ slot: Int, _ path: String, _ isOwn: Bool
  ) {
    let rest = steps.dropFirst()
    switch steps.first {
    case nil: break
    case .member(let name) where rest.isEmpty:
      let isInNewElement = route.operations.contains { $0.operation.effect == .create }
      let irreversible = route.isReversible || isInNewElement ? nil : route.attributePath ?? path
      members.append(
        (name, route.isFile ? .file(slot: slot) : .value(slot: slot, irreversible: irreversible)))
    case .member(let name):
      let index = index(of: name, making: .object(ObjectPlan()))
      guard case .object(var inner) = members[index].node else { return }
      inner.insert(rest, route, slot, path, isOwn)
      members[index].node = .object(inner)
    case .element(let shape, let operation):
      let index = index(of: shape.name, making: .list(ListPlan(shape: shape)))
      guard case .list(var list) = members[index].node else { return }
      list.withElement(operation) { element in
        if isOwn { element.ownSlots.append(slot) }
        if rest.isEmpty {
          element.references = slot
        } else {
          element.members.insert(rest, route, slot, path, isOwn)
        }
      }
      members[index].node = .list(list)
    }
  }

  private mutating func index(of name: String, making node: PlanNode) -> Int {
    if let index = members.firstIndex(where: { $0.name == name }) { return index }
    members.append((name, node))
    return members.count - 1
  }
}

/// The content under one name of a body.
indirect enum PlanNode: Sendable {
  /// The value of a slot; `irreversible` is its path if it cannot be undone.
  case value(slot: Int, irreversible: String?)
  /// A file, whose name and bytes fill two attributes of the element.
  case file(slot: Int)
  case object(ObjectPlan)
  case list(ListPlan)
}

/// The elements that the columns create or change in one list, at most one for each operation.
struct ListPlan: Sendable {
  let shape: ListShape
  private(set) var elements: [ElementPlan] = []

  init(shape: ListShape) { self.shape = shape }

  fileprivate mutating func withElement(_ operation: OperationShape, _ change: (inout ElementPlan) -> Void) {
    if let index = elements.firstIndex(where: { $0.operation.label == operation.label }) {
      change(&elements[index])
    } else {
      var element = ElementPlan(operation: operation)
      change(&element)
      elements.append(element)
    }
  }
}

/// One element, or the references that one cell adds.
struct ElementPlan: Sendable {
  let operation: OperationShape
  var members = ObjectPlan()
  /// The slot with references, in a list of references.
  var references: Int?
  /// The slots of the row's own columns: only they make an element, constants alone do not.
  var ownSlots: [Int] = []

  init(operation: OperationShape) { self.operation = operation }
}
