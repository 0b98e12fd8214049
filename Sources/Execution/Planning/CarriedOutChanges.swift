public import Catalog
import JSON
import Patches
import Sites
public import Staging

/// Tells what a row that was carried out has changed: from its patch, and from its record as it was right before.
///
/// In the form of a plan, so that whoever shows or counts changes has only one to know.
public struct CarriedOutChanges: Sendable {
  private let decision: PlanDecision

  /// - Parameter customKinds: the types of the site's own attributes, by path, as far as they are known.
  public init(resource: ResourceType, customKinds: [String: Field.Kind] = [:]) {
    decision = PlanDecision(
      decision: RowDecision(resource: resource, customKinds: customKinds, takesSnapshots: true),
      holdsRecords: false)
  }

  /// Everything that the row asked for: what already was so is marked, and what was not read before as well.
  public func callAsFunction(_ row: CarriedOutRow) -> [PlannedChange] {
    let resource = decision.decision.resource
    let body = (try? JSONValue(parsing: row.patch))?.object ?? JSONObject()
    let patch = resource.changes(in: body, element: row.element.map { ($0.list, $0.id) })
    guard let snapshot = row.snapshot else {
      return decision.changes(patch, in: RecordImage(id: row.recordID)).map { change in
        var change = change
        (change.isRead, change.isAsAsked, change.now) = (false, false, nil)
        return change
      }
    }
    return decision.changes(patch, in: RecordImage(snapshot, patch))
  }
}

extension RecordImage {
  /// The record as far as a snapshot has it.
  fileprivate init(_ snapshot: Snapshot, _ changes: PatchChanges) {
    self.init(
      id: snapshot.recordID, values: Dictionary(snapshot.values.map { ($0.name, $0.value) }) { $1 })
    for update in changes.updates where lists[update.list] == nil {
      // A snapshot has what is within an element by its dotted path.
      lists[update.list] = snapshot.elements(of: update.list).map { flat in
        var element = JSONObject()
        for (path, value) in flat { element.set(value, at: path.split(separator: ".")) }
        return element
      }
    }
  }
}
