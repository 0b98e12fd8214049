package import Catalog
import JSON

/// The part of a rollback's row that is restored, given the current record.
///
/// An attribute is restored if it still has the written value. One that already is as it was needs nothing.
/// Everything else is kept, because another client has changed it.
package struct Reversal {
  /// The changes to send.
  package private(set) var changes = PatchChanges()
  /// The kept values, including those of earlier looks.
  package private(set) var kept: [KeptChange]
  /// The places that need nothing.
  package private(set) var done: [String] = []

  private let expected: ExpectedState
  private let resource: ResourceType
  private let steps: StepsToCome
  /// Overwrites any current value (`--force`).
  private let isForced: Bool

  private enum Fate {
    case done
    case goesBack
    case kept(KeptChange)
  }

  /// - Parameters:
  ///   - changes: the changes of the row's patch, which are the former values.
  ///   - earlier: the values that an earlier look has removed from the patch.
  ///   - steps: the later steps of the rollback at the record.
  package init(
    _ changes: PatchChanges, expected: ExpectedState, earlier: [KeptChange], image: RecordImage,
    resource: ResourceType, steps: StepsToCome = .none, isForced: Bool
  ) {
    self.expected = expected
    self.steps = steps
    self.resource = resource
    self.isForced = isForced
    kept = earlier
    let held = changes.held(against: image)
      // Companion attributes follow the others.
      .filter { $0.element != nil || expected.values[$0.change.path] != nil }
    let fates = judge(held)
    take(zip(held, fates).filter { $0.0.element == nil })
    addCompanions(of: image)
    take(zip(held, fates).filter { $0.0.element != nil })
  }

  /// Records the values that are kept or need nothing, and adds those to restore.
  private mutating func take(_ judged: [(HeldChange, Fate)]) {
    for (held, fate) in judged {
      switch fate {
      case .done: done.append(held.place.description)
      case .goesBack: changes.add(held.placed)
      case .kept(let entry): keep(entry)
      }
    }
  }

  /// Records a kept value, replacing an earlier look's entry.
  private mutating func keep(_ entry: KeptChange) {
    kept.removeAll { $0.place == entry.place }
    kept.append(entry)
  }

  // MARK: Fate of each change

  private func judge(_ held: [HeldChange]) -> [Fate] {
    var fates = held.map(judge)
    // Values that belong together are kept together; three may depend on each other, so until nothing changes.
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for (index, change) in held.enumerated() {
        guard case .goesBack = fates[index] else { continue }
        let holding = held.indices.first { other in
          guard case .kept = fates[other] else { return false }
          return goTogether(change, held[other])
        }
        guard let holding else { continue }
        fates[index] = .kept(entry(change, .goesWith, partner: held[holding].change.path))
        hasChanged = true
      }
    }
    return fates
  }

  /// Returns whether one is restored only with the other; all attributes of a retracted element are.
  private func goTogether(_ one: HeldChange, _ other: HeldChange) -> Bool {
    guard one.element == other.element else { return false }
    let isRetracted = one.element.map { expected.retracts($0.key, of: $0.list) } ?? false
    return isRetracted
      || one.placed.fields(in: resource).partners(of: one.change.path)
        .contains { $0.path == other.change.path }
  }

  /// Compares an attribute's current value with the value before and the written one.
  ///
  /// Only an exact match with the value before needs nothing. A run may have changed only what a site tidies by
  /// itself (blanks, line ends, entities), and must be rolled back all the same. A text that may be the site's
  /// version of ours still is ours. One that may be its version of the former text, and not of ours, was restored by
  /// an earlier rollback.
  private func judge(_ held: HeldChange) -> Fate {
    let (change, now) = (held.change, held.now)
    // Another client has deleted the element.
    if held.element != nil, held.sight != .value(now) { return .kept(entry(held, .changed)) }
    if Agreement(wanted: change.value, actual: now, kind: change.kind) == .same { return .done }
    let wrote = expected.value(at: held.place)
    let agreement = wrote.map { Agreement(wanted: $0, actual: now, kind: change.kind) } ?? .different
    // Step by step, even if a later step leads to the current value: companion attributes change on the way.
    if agreement == .same { return .goesBack }
    // Later steps lead further back, and the value is already there, or on the way.
    if steps.know(held.place, now, change.kind) { return .done }
    if wrote?.isTidied(now, change.kind) == true { return .goesBack }
    if isForced { return .goesBack }
    if change.value.isTidied(now, change.kind) { return .done }
    return .kept(entry(held, agreement == .undecided ? .undecided : .changed))
  }

  private func entry(_ held: HeldChange, _ reason: KeptChange.Reason, partner: String? = nil) -> KeptChange {
    KeptChange(
      list: held.element?.list, element: held.element?.key, attribute: held.change.path, reason: reason,
      partner: partner, wrote: expected.value(at: held.place), now: held.now,
      was: expected.named[held.place.description] ?? held.change.value)
  }

  // MARK: Companion attributes

  /// Adds what the site would set again together with the restored values, and records other companion changes.
  private mutating func addCompanions(of image: RecordImage) {
    let leaders = Set(changes.attributes.map(\.path))
    for field in resource.companions(of: leaders) {
      guard let was = expected.companions[field.path], !steps.setRight(field.path) else { continue }
      let now = image.values[field.path]
      let isSame = Agreement(wanted: was, actual: now, kind: field.kind) == .same
      let isSetAlong = field.follows.map(leaders.contains) == true
      let change = AttributeChange(path: field.path, value: was.asWritten, field: field)
      switch (field.access, isSetAlong) {
      // The site would set it again in any case.
      case (.writable, true): changes.attributes.append(change)
      case (.writable, false) where isSame: break
      case (.writable, false) where isForced: changes.attributes.append(change)
      case (.writable, false): note(field, .changedAlong, now, was)
      case (_, true) where !isSame && !was.isNull: note(field, .irreversible, now, was)
      default: break
      }
    }
  }

  private mutating func note(
    _ field: Field, _ reason: KeptChange.Reason, _ now: JSONValue?, _ was: JSONValue
  ) {
    keep(KeptChange(attribute: field.path, reason: reason, now: now, was: was))
  }
}

extension JSONValue {
  /// The value with a menu value or a reference by its id alone; anything else unchanged.
  fileprivate var asWritten: JSONValue {
    self["id"]?.integer.map { ["id": .integer($0)] } ?? self
  }
}
