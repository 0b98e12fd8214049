public import Catalog
import JSON
import Patches
public import Records
import Sheets
public import Staging

/// Builds the row that rolls back another row, and reports what cannot be rolled back.
///
/// Pure: the written values, and the record right before, are in the run file.
public struct RollbackBuilder: Sendable {
  let resource: ResourceType
  /// The text that replaces that of appended elements; `nil` leaves them alone.
  let retractText: String?

  public init(resource: ResourceType, retractText: String?) {
    self.resource = resource
    self.retractText = retractText
  }

  /// Returns the row that rolls `source` back; `nil` if `source` has changed nothing.
  ///
  /// - Parameters:
  ///   - changes: the changes of `source`.
  ///   - number: the number of the new row.
  ///   - appended: what became of the elements it created, in their order, if they were looked for.
  ///   - isReadBack: a verification has found the record as the row asked for.
  public func build(
    _ source: CarriedOutRow, _ changes: PatchChanges, number: Int, appended: [AppendedElement] = [],
    isReadBack: Bool = true
  ) -> RollbackRow? {
    var row = Assembly(number: number, line: source.line)
    if resource.isUnlisted, !isReadBack {
      for placed in changes.placed { row.noteNotReadBack(placed.place.description) }
    } else if let before = source.snapshot {
      let image = before.image
      for held in changes.held(against: image) { rollBack(held, on: image, &row) }
      for companion in resource.companions(of: row.changes.attributes.map(\.path)) {
        row.expected.companions[companion.path] = before.values[companion.path]
      }
    } else {
      for placed in changes.placed { row.noteMissingSnapshot(placed.place.description) }
    }
    for (index, creation) in changes.creations.enumerated() {
      retract(creation, appended.indices.contains(index) ? appended[index] : .notLookedFor, source, &row)
    }
    return row.finished(source)
  }

  // MARK: Attributes of the record and of its elements

  /// - Parameters:
  ///   - held: the written value, compared with the record before.
  ///   - before: the record before.
  private func rollBack(_ held: HeldChange, on before: RecordImage, _ row: inout Assembly) {
    let (change, place) = (held.change, held.place.description)
    if let element = held.element, let keyed = element.keyed, before.element(of: element) == nil {
      // Removing it takes all that it has.
      if let substance = keyed.substance, substance != change.path { return }
      if keyed.substance == nil {
        row.note(place, "the element was added, and the API is not known to remove it: it is emptied")
      }
    }
    switch held.sight {
    case .unreadable(.command): row.note(place, "it is a command, which cannot be rolled back")
    case .unreadable(.bytes): row.note(place, "the previous bytes are not kept")
    case .unreadable(.belowAnElement), .noElement:
      row.note(place, "a list below an element is not read, so the previous value is unknown")
    case .value(let was):
      // Only what the row has really changed.
      guard Agreement(wanted: change.value, actual: was, kind: change.kind) != .same,
        let goal = goal(change, was, held.placed.field(in: resource), place, &row)
      else { return }
      var back = held.placed
      back.change = change.with(goal)
      row.add(back, wrote: change.value)
      if let element = held.element, element.removes { restore(element, on: before, &row) }
    }
  }

  /// Adds what a removed element had besides what it consists of.
  private func restore(_ element: ElementUpdate, on before: RecordImage, _ row: inout Assembly) {
    for field in resource.list(at: element.list)?.fields ?? []
    where field.access == .writable && field.path != element.keyed?.substance {
      let was = before.element(of: element)?.value(at: field.path.split(separator: "."))
      guard let was, !was.isNull, let value = was.written(as: field.kind) else { continue }
      let change = AttributeChange(path: field.path, value: value, field: field)
      row.add(PlacedChange(change: change, element: element), wrote: .null)
    }
  }

  /// Returns the value that restores an attribute; `nil`, with a finding, if there is none.
  ///
  /// An attribute that the record did not have is cleared like one that was null: neither API has another way to
  /// remove it.
  private func goal(
    _ change: AttributeChange, _ was: JSONValue?, _ field: Field?, _ place: String, _ row: inout Assembly
  ) -> JSONValue? {
    guard change.isReversible else {
      row.note(place, "the API does not allow changing it back")
      return nil
    }
    guard let was, !was.isNull else {
      guard field?.nullability != .notNull else {
        row.note(place, "it was empty, and the API does not allow clearing it")
        return nil
      }
      return .null
    }
    guard let value = was.written(as: change.kind) else {
      row.note(place, "the previous value could not be read in a form that can be written")
      return nil
    }
    if was["lookupName"] != nil { row.expected.named[place] = was }
    return value
  }

  // MARK: Added elements

  private func retract(
    _ creation: ElementCreation, _ found: AppendedElement, _ source: CarriedOutRow, _ row: inout Assembly
  ) {
    let list = resource.list(at: creation.list)
    let singular = list?.singular ?? creation.list
    let verb = list?.operations.first { $0.effect == .create }?.verb ?? "add"
    let place = "\(creation.list).\(verb)"
    switch found {
    case .found(let key, let audience, let selector):
      guard let retraction = list?.retraction, let text = retractText, retraction.canHide(audience) else {
        return row.note(place, "the API does not allow hiding this \(singular)")
      }
      let element = ElementUpdate(
        list: creation.list, selector: selector, key: .integer(key), attributes: [])
      func add(_ path: String, _ value: JSONValue, wrote: JSONValue) {
        let change = AttributeChange(path: path, value: value, field: list?.field(path))
        row.add(PlacedChange(change: change, element: element), wrote: wrote)
      }
      add(retraction.text, .string(text), wrote: creation.attributes[retraction.text] ?? .null)
      if let audience, audience != retraction.hidden {
        add(
          retraction.audience, ["id": .integer(retraction.hidden)], wrote: ["id": .integer(audience)])
      }
      row.expected.retracted[creation.list] = .array(
        (row.expected.retracted[creation.list]?.array ?? []) + [.integer(key)])
      row.add(.retracted, place, "\(singular) \(key) is retracted: hidden, with another text")
    case .retractedBefore: return
    case .changed:
      row.add(.kept, place, "there is no \(singular) as it was written: it has changed since")
    case .missing where source.state == .applied:
      row.add(.kept, place, "there is no such \(singular): it has been removed or changed")
    // Its answer was lost, and it is not there: it never existed.
    case .missing: return
    case .notLookedFor:
      let doubt = source.state == .applied ? "" : " (if it was added at all)"
      guard list?.retraction != nil, retractText != nil, source.snapshot == nil else {
        let isPossible = list?.retraction != nil && retractText == nil && source.snapshot != nil
        let hint = isPossible ? "use --retract-appends to make it a private note with another text" : nil
        return row.note(place, "an added \(singular)\(doubt) is not removed", hint: hint)
      }
      row.add(
        .noSnapshot, place,
        "the row was sent without a snapshot, so it is unknown which \(singular) it added\(doubt)",
        hint: Assembly.snapshotHint)
    }
  }
}

/// The result of a search for an element that a row has created.
public enum AppendedElement: Sendable, Equatable {
  /// Found as written: its key, who may read it, and the attribute that is the key.
  case found(key: Int64, audience: Int64?, selector: String)
  /// Already has the text of a retraction.
  case retractedBefore
  /// Something was added in its place, but it differs from what was written.
  case changed
  /// Nothing was added.
  case missing
  /// No search was made.
  case notLookedFor
}

/// One row of a rollback while it is built.
private struct Assembly {
  let number: Int
  let line: Int
  var changes = PatchChanges()
  var expected = ExpectedState()
  private var notes: [Finding] = []

  static let snapshotHint = "omit --no-snapshot if the run may have to be rolled back"

  init(number: Int, line: Int) {
    self.number = number
    self.line = line
  }

  /// Adds a finding about something that cannot be rolled back.
  mutating func note(_ place: String, _ message: String, hint: String? = nil) {
    add(.irreversible, place, message, hint: hint)
  }

  mutating func add(_ rule: RollbackRule, _ place: String, _ message: String, hint: String? = nil) {
    notes.append(
      Finding(
        .warning, row: number, line: line, column: place, rule: rule.rawValue, message: message, hint: hint))
  }

  /// Adds a value to restore, and the value that was written.
  mutating func add(_ placed: PlacedChange, wrote: JSONValue) {
    changes.add(placed)
    expected.add(wrote, at: placed)
  }

  mutating func noteNotReadBack(_ place: String) {
    add(
      .notReadBack, place, "it was not read back as it was written, and only the site describes what it does",
      hint: "run 'bulkpatch verify', which reads it, and then the rollback")
  }

  mutating func noteMissingSnapshot(_ place: String) {
    add(
      .noSnapshot, place, "the row was sent without a snapshot, so the previous value is unknown",
      hint: Assembly.snapshotHint)
  }

  func finished(_ source: CarriedOutRow) -> RollbackRow? {
    let body = changes.body(for: source.element)
    guard !body.isEmpty else {
      guard !notes.isEmpty else { return nil }
      let findings = notes.map { note in
        var note = note
        note.severity = .error
        return note
      }
      return RollbackRow(source: source, patch: nil, expected: expected, findings: findings)
    }
    let patch = Patch(key: .id(source.recordID), body: body, element: source.element, isIdempotent: true)
    return RollbackRow(source: source, patch: patch, expected: expected, findings: notes)
  }
}

extension JSONValue {
  /// Returns a read value in the form that a patch writes; `nil` if it has none.
  ///
  /// Menus and references become their id alone, because names may be ambiguous.
  fileprivate func written(as kind: Field.Kind?) -> JSONValue? {
    switch (kind, self) {
    case (.menu, _), (.reference, _), (nil, .object):
      guard let id = self["id"]?.integer else { return nil }
      return ["id": .integer(id)]
    case (nil, .array): return nil
    default: return self
    }
  }
}
