import Catalog
import JSON
import Patches
import Sites
import Staging

/// Foresees what would become of rows, from what their records are now; pure.
struct PlanDecision {
  let decision: RowDecision
  /// Whether a row would wait for good when an earlier one of its record is not done.
  let holdsRecords: Bool

  /// A record while its rows are planned, in sheet order.
  struct Record {
    var id: Int64
    var projection = Projection()
    /// The first row that would hold back those after it, and how it stands.
    var holder: (row: Int, why: String)?
  }

  private var resource: ResourceType { decision.resource }

  /// What would become of a row, after the earlier rows of its record.
  func plan(
    _ row: StagedRow, image: RecordImage?, refusal: Refusal? = nil, of record: inout Record
  ) -> PlannedRow {
    var planned = PlannedRow(number: row.number, recordID: row.recordID, action: .change, changes: [])
    if let holder = record.holder, holdsRecords {
      planned.action = .blocked
      planned.errorCode = "held"
      planned.error = "row \(holder.row) of the same record \(holder.why)"
    }
    if let refusal {
      planned.action = .missing
      planned.errorCode = refusal.code
      planned.error = RowDecision.unreadable(refusal)
      record.holder = record.holder ?? (row.number, "would fail")
      return planned
    }
    let changes = decision.changes(of: row)
    let now = image.map(record.projection.applied)
    if let absence = decision.absence(for: row, changes, in: now) {
      // What is not there is the better reason: it stays when the other row is mended.
      planned.action = .missing
      planned.errorCode = "not-found"
      planned.error = absence
      record.holder = record.holder ?? (row.number, "would fail")
      return planned
    }
    guard let now else { return planned }
    if let expected = row.expected {
      let reversal = decision.reversal(of: row, changes, expected, now)
      planned.changes = self.changes(changes, reversal, in: now).map { change in
        var change = change
        // For people: what a menu or a reference was, by name.
        change.then = expected.named[change.place] ?? change.then
        return change
      }
      if planned.action == .change, reversal.changes.isEmpty {
        planned.action = reversal.kept.holdSomething ? .kept : .unchanged
      }
      record.projection.add(reversal.changes.shown(as: expected))
      return planned
    }
    planned.changes = self.changes(changes, in: now)
    if planned.action == .change, changes.areMet(by: now, in: resource) { planned.action = .unchanged }
    record.projection.add(changes)
    return planned
  }

  // MARK: Now and then

  func changes(_ changes: PatchChanges, in now: RecordImage) -> [PlannedChange] {
    var planned = changes.attributes.map { change in
      attribute(
        change, PlannedChange(attribute: change.path, then: change.value), resource.field(at: change.path),
        now: now.values[change.path], isRead: true)
    }
    for update in changes.updates {
      let element = update.element(in: now.lists)
      planned += update.attributes.map { change in
        attribute(
          change,
          PlannedChange(list: update.list, element: update.key, attribute: change.path, then: change.value),
          resource.list(at: update.list)?.field(change.path),
          now: element?.value(at: change.path.split(separator: ".")), isRead: element != nil)
      }
    }
    for creation in changes.creations {
      var change = PlannedChange(
        list: creation.list, added: creation.attributes.withoutBytes(of: resource.list(at: creation.list)))
      let singular = resource.list(at: creation.list)?.singular ?? creation.list
      change.irreversible = "an added \(singular) cannot be taken back"
      planned.append(change)
    }
    return planned
  }

  /// What a rollback puts back and what it leaves alone, in the order of its patch; then what changes along.
  private func changes(
    _ changes: PatchChanges, _ reversal: Reversal, in now: RecordImage
  ) -> [PlannedChange] {
    var kept = reversal.kept
    var along = self.changes(reversal.changes, in: now)
    var planned = self.changes(changes, in: now)
    for index in planned.indices {
      along.removeAll { $0.place == planned[index].place }
      if let entry = kept.firstIndex(where: { $0.place == planned[index].place }) {
        planned[index].kept = kept.remove(at: entry)
      } else if reversal.done.contains(planned[index].place) {
        planned[index].isAsAsked = true
      }
    }
    return planned + along
      + kept.map { entry in
        var change = PlannedChange(attribute: entry.attribute, then: entry.was ?? .null)
        (change.list, change.element, change.now, change.kept) = (entry.list, entry.element, entry.now, entry)
        return change
      }
  }

  private func attribute(
    _ change: AttributeChange, _ planned: PlannedChange, _ field: Field?, now: JSONValue?, isRead: Bool
  ) -> PlannedChange {
    var planned = planned
    if change.isEnclosure { planned.then = change.value.numberOfBytes }
    planned.isRead = isRead && change.hasState
    if planned.isRead {
      planned.now = now
      planned.isAsAsked = change.isMet(by: now)
    }
    if !planned.isAsAsked, change.isTrigger {
      planned.irreversible = ["a command", field?.note].compactMap { $0 }.joined(separator: ": ")
    } else if !planned.isAsAsked, !change.isReversible {
      planned.irreversible = field?.note ?? "writing the old value again does not undo it"
    }
    return planned
  }
}

extension PatchChanges {
  /// The same with menus and references as they are read, by id and name: an earlier row may have written a name.
  fileprivate func shown(as expected: ExpectedState) -> PatchChanges {
    func shown(_ change: AttributeChange, _ place: AttributePlace) -> AttributeChange {
      change.with(expected.named[place.description] ?? change.value)
    }
    var changes = self
    changes.attributes = attributes.map { shown($0, AttributePlace($0.path)) }
    changes.updates = updates.map { update in
      var shownUpdate = update
      shownUpdate.attributes = update.attributes.map { shown($0, update.place(of: $0.path)) }
      return shownUpdate
    }
    return changes
  }
}

extension JSONValue {
  /// `{"bytes": 512}` for the base64 of so many bytes.
  fileprivate var numberOfBytes: JSONValue {
    guard let text = string?.utf8 else { return self }
    let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
    return ["bytes": .integer(Int64(text.count / 4 * 3 - padding))]
  }
}

extension JSONObject {
  /// The element without files: a plan is to be read, and is no second copy of them.
  fileprivate func withoutBytes(of list: ChildList?) -> JSONObject {
    var object = self
    for (name, value) in self {
      if case .base64? = list?.field(name)?.kind {
        object[name] = value.numberOfBytes
      } else if let inner = list?.list(named: name), let elements = value.array {
        object[name] = .array(elements.map { $0.object.map { .object($0.withoutBytes(of: inner)) } ?? $0 })
      }
    }
    return object
  }
}
