import Catalog
import JSON

/// The plan of a body as steps in the order of its text.
struct BodyProgram {
  private enum Step {
    /// A member with a slot's value, unless that is blank.
    case value(name: Int32, slot: Int)
    /// A member that is the same in every row.
    case constant(Int32)
    /// An object, which exists if it has a member.
    case begin(Int32)
    case end(Int32)
    /// A new element of a list, which exists if one of its own columns has a value; then none of `required` may be
    /// blank.
    case endElement(Int32, required: [Int])
  }

  /// The names of the body's own members.
  private(set) var names: [String] = []
  private var steps: [Step] = []
  /// Slots whose meaning is certain only if they are blank.
  private var rare: [Int] = []
  private let fragments: Fragments
  private let constants: [CellValue]

  /// Compiles a mapping; `nil` if it needs a feature that only `BodyAssembly` has.
  init?(_ mapping: Mapping, _ fragments: Fragments) {
    self.fragments = fragments
    constants = mapping.initialSlots
    guard !mapping.isOnlyKeys, add(mapping.plan) else { return nil }
    names = mapping.plan.members.map(\.name)
  }

  private mutating func add(_ plan: ObjectPlan) -> Bool {
    guard Set(plan.members.map(\.name)).count == plan.members.count else { return false }
    for (name, node) in plan.members {
      let name = JSONValue.string(name).bytes() + [UInt8(ascii: ":")]
      switch node {
      case .value(let slot, _):
        switch constants[slot] {
        case .blank: steps.append(.value(name: fragments.number(name), slot: slot))
        case .value(let value): steps.append(.constant(fragments.number(name + value.bytes())))
        case .rejected: return false
        }
      case .file(let slot): rare.append(slot)
      case .object(let inner):
        steps.append(.begin(fragments.number(name + "{".utf8)))
        guard add(inner) else { return false }
        steps.append(.end(fragments.number("}".utf8)))
      case .list(let list): guard add(list, name) else { return false }
      }
    }
    return true
  }

  /// Adds a list to which the columns add one element; references and changed elements are rare.
  private mutating func add(_ list: ListPlan, _ name: [UInt8]) -> Bool {
    let isNew = { (element: ElementPlan) in element.references == nil && element.operation.effect == .create }
    let added = list.elements.filter(isNew)
    for element in list.elements where !isNew(element) { rare += element.ownSlots }
    guard let element = added.first else { return true }
    guard added.count == 1 else { return false }
    let isBare = list.shape.acceptsSingleObject
    steps.append(.begin(fragments.number(name + (isBare ? "{" : "[{").utf8)))
    guard add(element.members) else { return false }
    var required: [Int] = []
    for (name, _) in element.operation.required {
      let slot = element.members.members.lazy.compactMap { member -> Int? in
        if member.name == name, case .value(let slot, _) = member.node { slot } else { nil }
      }.first
      guard let slot else { return false }
      if constants[slot].isBlank { required.append(slot) }
    }
    steps.append(.endElement(fragments.number((isBare ? "}" : "}]").utf8), required: required))
    return true
  }

  /// Adds the slots' values to a recipe.
  ///
  /// - Returns: whether an element is created; `nil` if `BodyAssembly` must decide.
  func run(_ slots: [Reading], _ recipe: inout Recipe) -> Bool? {
    for slot in rare { guard case .blank = slots[slot] else { return nil } }
    var makesElement = false
    for step in steps {
      switch step {
      case .value(let name, let slot):
        switch slots[slot] {
        case .blank: break
        case .value(let value): recipe.add(name, value)
        case .unusual: return nil
        }
      case .constant(let member): recipe.add(member)
      case .begin(let text): recipe.begin(text)
      case .end(let text): recipe.end(text, needsOwn: false)
      case .endElement(let text, let required):
        guard recipe.end(text, needsOwn: true) else { continue }
        makesElement = true
        for slot in required { if case .blank = slots[slot] { return nil } }
      }
    }
    return makesElement
  }
}
