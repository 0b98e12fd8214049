package import Catalog
import JSON

/// What of a rollback's row goes back, held against what its record is now.
///
/// An attribute goes back if it still is what was written. What is already as it was needs nothing. Everything else
/// is kept, because somebody has changed it.
package struct Reversal {
  /// What is sent.
  package private(set) var changes = PatchChanges()
  /// What is left as it is, with what earlier looks have left.
  package private(set) var kept: [KeptChange]
  /// The places of what needs nothing.
  package private(set) var done: [String] = []

  private let expected: ExpectedState
  private let resource: ResourceType
  private let steps: StepsToCome
  /// Puts back whatever is there now (`--force`).
  private let isForced: Bool

  private enum Fate {
    case done
    case goesBack
    case kept(KeptChange)
  }

  /// - Parameters:
  ///   - changes: what the row's patch says, which is what everything was.
  ///   - earlier: what an earlier look has left out of the patch.
  ///   - steps: those that are taken at the record after this one.
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
      // What was not written follows the others.
      .filter { $0.element != nil || expected.values[$0.change.path] != nil }
    let fates = judge(held)
    take(zip(held, fates).filter { $0.0.element == nil })
    addCompanions(of: image)
    take(zip(held, fates).filter { $0.0.element != nil })
  }

  /// Notes what is kept and what needs nothing, and adds what goes back.
  private mutating func take(_ judged: [(HeldChange, Fate)]) {
    for (held, fate) in judged {
      switch fate {
      case .done: done.append(held.place.description)
      case .goesBack: changes.add(held.placed)
      case .kept(let entry): keep(entry)
      }
    }
  }

  /// Notes what is left as it is, in place of what an earlier look has noted.
  private mutating func keep(_ entry: KeptChange) {
    kept.removeAll { $0.place == entry.place }
    kept.append(entry)
  }

  // MARK: What becomes of each

  private func judge(_ held: [HeldChange]) -> [Fate] {
    var fates = held.map(judge)
    // What goes together is kept together; three may hang on each other, so until nothing changes.
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

  /// Whether one of them goes back only if the other does; of an element that is taken out of sight all do.
  private func goTogether(_ one: HeldChange, _ other: HeldChange) -> Bool {
    guard one.element == other.element else { return false }
    let isRetracted = one.element.map { expected.retracts($0.key, of: $0.list) } ?? false
    return isRetracted
      || one.placed.fields(in: resource).partners(of: one.change.path)
        .contains { $0.path == other.change.path }
  }

  /// Holds what an attribute is now against what was there before and what was written.
  ///
  /// Only what exactly is as it was is done: a run may have changed nothing but what a site tidies by itself, blanks,
  /// line ends or entities, and has to be taken back all the same. A text that a site may have made of ours still is
  /// ours; one that it may have made of what was there before, and not of ours, was put back by an earlier rollback.
  private func judge(_ held: HeldChange) -> Fate {
    let (change, now) = (held.change, held.now)
    // Somebody has deleted the element.
    if held.element != nil, held.sight != .value(now) { return .kept(entry(held, .changed)) }
    if Agreement(wanted: change.value, actual: now, kind: change.kind) == .same { return .done }
    let wrote = expected.value(at: held.place)
    let agreement = wrote.map { Agreement(wanted: $0, actual: now, kind: change.kind) } ?? .different
    // Step by step, even where a later step leads to where it is now: what the service changes along is changed
    // on the way.
    if agreement == .same { return .goesBack }
    // Later steps lead further back, and it is there already, or on the way.
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

  // MARK: What changes along

  /// Adds what the site would set anew together with what goes back, and notes what has changed along otherwise.
  private mutating func addCompanions(of image: RecordImage) {
    let leaders = Set(changes.attributes.map(\.path))
    for field in resource.companions(of: leaders) {
      guard let was = expected.companions[field.path], !steps.setRight(field.path) else { continue }
      let now = image.values[field.path]
      let isSame = Agreement(wanted: was, actual: now, kind: field.kind) == .same
      let isSetAnew = field.follows.map(leaders.contains) == true
      let change = AttributeChange(path: field.path, value: was.asWritten, field: field)
      switch (field.access, isSetAnew) {
      // The site would set it anew in any case.
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
  /// A menu value or a reference by its id alone; anything else as it is.
  fileprivate var asWritten: JSONValue {
    self["id"]?.integer.map { ["id": .integer($0)] } ?? self
  }
}
