import Catalog
import Patches
import Records
import Sites
import Staging

/// Predicts what would become of rows, from their current records; pure.
struct PlanDecision {
  let decision: RowDecision
  /// Indicates that a row would wait for good if an earlier one of its record is not done.
  let holdsRecords: Bool

  /// A record while its rows are planned, in sheet order.
  struct Record {
    var id: RecordID
    var projection = Projection()
    /// The first row that would hold back those after it, with its standing.
    var holder: (row: Int, why: String)?
  }

  private var resource: ResourceType { decision.resource }

  /// Returns the plan for a row, after the earlier rows of its record.
  func plan(
    _ rowChanges: RowChanges, image: RecordImage?, refusal: Refusal? = nil, of record: inout Record
  ) -> PlannedRow {
    let row = rowChanges.row
    var changes = rowChanges.changes
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
    let now = image.map(record.projection.applied)
    if let absence = decision.absence(for: row, changes, in: now) {
      // The missing record is the better reason: it remains when the other row is fixed.
      planned.action = .missing
      planned.errorCode = "not-found"
      planned.error = absence
      record.holder = record.holder ?? (row.number, "would fail")
      return planned
    }
    guard let now else { return planned }
    if let expected = row.expected {
      let reversal = decision.reversal(of: row, changes, expected, now)
      planned.changes = changes.planned(reversal, from: expected, on: now, of: resource)
      if planned.action == .change, reversal.changes.isEmpty {
        planned.action = reversal.kept.holdSomething ? .kept : .unchanged
      }
      record.projection.add(reversal.changes.shown(as: expected))
      return planned
    }
    if !decision.completion.isEmpty {
      do throws(RowCompletion.Obstacle) { changes = try decision.completed(row, on: now).changes } catch {
        (planned.action, planned.errorCode, planned.error) = (.missing, error.code, error.message)
        record.holder = record.holder ?? (row.number, "would fail")
        return planned
      }
    }
    if planned.action == .change {
      switch decision.conditions.judge(changes, on: now) {
      case .met(let left, _): changes = left
      case .unmet(let code, let reason):
        (planned.action, planned.errorCode, planned.error) = (.skipped, code, reason)
        return planned
      case .undecided(let reason):
        (planned.action, planned.errorCode, planned.error) = (.missing, RowConditions.requirementCode, reason)
        record.holder = record.holder ?? (row.number, "would fail")
        return planned
      }
    }
    planned.changes = changes.planned(on: now, of: resource)
    if planned.action == .change, changes.areMet(by: now, in: resource) { planned.action = .unchanged }
    record.projection.add(changes)
    return planned
  }
}
