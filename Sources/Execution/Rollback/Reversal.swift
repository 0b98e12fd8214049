import Catalog
import JSON
import Sites
import Staging

/// What of a rollback's row goes back, held against what its record is now.
///
/// An attribute goes back if it still is what was written. What is already as it was needs nothing. Everything else
/// is kept, because somebody has changed it.
struct Reversal {
  /// What is sent.
  private(set) var changes = PatchChanges()
  /// What is left as it is, with what earlier looks have left.
  private(set) var kept: [KeptChange]
  /// The places of what needs nothing.
  private(set) var done: [String] = []

  private let expected: ExpectedState
  private let resource: ResourceType
  private let steps: StepsToCome
  /// Puts back whatever is there now (`--force`).
  private let isForced: Bool

  private enum Verdict {
    case done
    case goesBack
    case kept(KeptChange)
  }

  /// - Parameters:
  ///   - changes: what the row's patch says, which is what everything was.
  ///   - earlier: what an earlier look has left out of the patch.
  ///   - steps: those that are taken at the record after this one.
  init(
    _ changes: PatchChanges, expected: ExpectedState, earlier: [KeptChange], image: RecordImage,
    resource: ResourceType, steps: StepsToCome = .none, isForced: Bool
  ) {
    self.expected = expected
    self.steps = steps
    self.resource = resource
    self.isForced = isForced
    kept = earlier
    // Those that were not written follow the others.
    let own = changes.attributes.filter { expected.values[$0.path] != nil }
    let verdicts = judge(own, resource.fields, of: nil, wrote: expected.values) { image.values[$0] }
    self.changes.attributes = take(own, verdicts, of: nil)
    addCompanions(of: image)
    for update in changes.updates { take(update, image) }
  }

  private mutating func take(_ update: ElementUpdate, _ image: RecordImage) {
    let wrote = expected.element(of: update.list, update.selector, update.key) ?? JSONObject()
    guard let element = image.lists[update.list]?.first(where: { $0[update.selector] == update.key }) else {
      // Somebody has deleted it.
      for change in update.attributes {
        keep(entry(change, update, .changed, wrote: wrote[change.path], now: nil))
      }
      return
    }
    let isRetracted = expected.retracts(update.key, of: update.list)
    let verdicts = judge(
      update.attributes, resource.list(at: update.list)?.fields ?? [], isOne: isRetracted, of: update,
      wrote: wrote
    ) { element.value(at: $0.split(separator: ".")) }
    var left = update
    left.attributes = take(update.attributes, verdicts, of: update)
    if !left.attributes.isEmpty { changes.updates.append(left) }
  }

  /// Notes what is kept, and returns what goes back.
  private mutating func take(
    _ attributes: [AttributeChange], _ verdicts: [Verdict], of element: ElementUpdate?
  ) -> [AttributeChange] {
    zip(attributes, verdicts).compactMap { change, verdict in
      switch verdict {
      case .done:
        done.append(place(of: change, element).description)
        return nil
      case .goesBack: return change
      case .kept(let entry):
        keep(entry)
        return nil
      }
    }
  }

  /// Notes what is left as it is, in place of what an earlier look has noted.
  private mutating func keep(_ entry: KeptChange) {
    kept.removeAll { $0.place == entry.place }
    kept.append(entry)
  }

  // MARK: Verdicts

  /// - Parameter isOne: whether all of them go together, as of an element that is taken out of sight.
  private func judge(
    _ attributes: [AttributeChange], _ fields: [Field], isOne: Bool = false, of element: ElementUpdate?,
    wrote: JSONObject, now: (String) -> JSONValue?
  ) -> [Verdict] {
    var verdicts = attributes.map { change in
      judge(change, element, wrote: wrote[change.path], now: now(change.path))
    }
    // What goes together is kept together; three may hang on each other, so until nothing changes.
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for (index, change) in attributes.enumerated() {
        guard case .goesBack = verdicts[index] else { continue }
        let partners = fields.partners(of: change.path).map(\.path)
        let holding = attributes.indices.first { other in
          guard case .kept = verdicts[other] else { return false }
          return isOne || partners.contains(attributes[other].path)
        }
        guard let holding else { continue }
        verdicts[index] = .kept(
          entry(
            change, element, .goesWith, partner: attributes[holding].path, wrote: wrote[change.path],
            now: now(change.path)))
        hasChanged = true
      }
    }
    return verdicts
  }

  /// Holds what an attribute is now against what was there before and what was written.
  ///
  /// Only what exactly is as it was is done: a run may have changed nothing but what a site tidies by itself, blanks,
  /// line ends or entities, and has to be taken back all the same. A text that a site may have made of ours still is
  /// ours; one that it may have made of what was there before, and not of ours, was put back by an earlier rollback.
  private func judge(
    _ change: AttributeChange, _ element: ElementUpdate?, wrote: JSONValue?, now: JSONValue?
  ) -> Verdict {
    if Agreement(wanted: change.value, actual: now, kind: change.kind) == .same { return .done }
    let agreement = wrote.map { Agreement(wanted: $0, actual: now, kind: change.kind) } ?? .different
    // Step by step, even where a later step leads to where it is now: what the service changes along is changed
    // on the way.
    if agreement == .same { return .goesBack }
    // Later steps lead further back, and it is there already, or on the way.
    if steps.know(place(of: change, element), now, change.kind) { return .done }
    if wrote?.isTidied(now, change.kind) == true { return .goesBack }
    if isForced { return .goesBack }
    if change.value.isTidied(now, change.kind) { return .done }
    return .kept(
      entry(change, element, agreement == .undecided ? .undecided : .changed, wrote: wrote, now: now))
  }

  private func entry(
    _ change: AttributeChange, _ element: ElementUpdate?, _ reason: KeptChange.Reason, partner: String? = nil,
    wrote: JSONValue?, now: JSONValue?
  ) -> KeptChange {
    let was = expected.named[place(of: change, element).description] ?? change.value
    return KeptChange(
      list: element?.list, element: element?.key, attribute: change.path, reason: reason, partner: partner,
      wrote: wrote, now: now, was: was)
  }

  private func place(of change: AttributeChange, _ element: ElementUpdate?) -> AttributePlace {
    element?.place(of: change.path) ?? AttributePlace(change.path)
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
