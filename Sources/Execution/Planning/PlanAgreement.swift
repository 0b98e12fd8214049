import Catalog
import JSON
import Sites
import Staging

/// Whether a record still is what the plan showed, as far as a row changes it.
///
/// Of what the row leaves alone nothing is asked.
struct PlanAgreement {
  let resource: ResourceType
  let row: StagedRow
  let changes: PatchChanges

  /// What is not as planned, in words; `nil` when the row may go out.
  ///
  /// An attribute that has come to be as asked meanwhile is no objection, nor is one that was read as an id alone
  /// where a name was foreseen.
  func objection(to image: RecordImage) -> String? {
    guard let plan = row.plan else {
      return "the plan says nothing of this row; make a new one"
    }
    if plan.action == .missing {
      return "what was not there when the plan was made is there now: \(plan.error ?? "it was not found")"
    }
    let differences = plan.changes.compactMap { planned -> String? in
      // What a rollback would leave alone is compared with what was written, and that again.
      guard planned.isRead, planned.added == nil, planned.kept == nil, let path = planned.attribute else {
        return nil
      }
      guard let (change, now) = find(planned, path, in: image) else { return nil }
      guard !change.isMet(by: now), !isStill(planned.now, now, change.kind) else { return nil }
      return
        "\(planned.place) was \(ValueText.text(planned.now)) in the plan and is \(ValueText.text(now)) now"
    }
    return differences.isEmpty ? nil : differences.joined(separator: "; ")
  }

  /// The patch's own change, and the value of the moment.
  private func find(
    _ planned: PlannedChange, _ path: String, in image: RecordImage
  ) -> (AttributeChange, JSONValue?)? {
    guard let list = planned.list else {
      return changes.attributes.first { $0.path == path }.map { ($0, image.values[path]) }
    }
    guard let update = changes.updates.first(where: { $0.list == list && $0.key == planned.element }),
      let change = update.attributes.first(where: { $0.path == path })
    else { return nil }
    return (change, update.element(in: image.lists)?.value(at: path.split(separator: ".")))
  }

  private func isStill(_ planned: JSONValue?, _ now: JSONValue?, _ kind: Field.Kind?) -> Bool {
    if Agreement(wanted: planned ?? .null, actual: now, kind: kind) != .different { return true }
    // What an earlier row of the record wrote is read back as the site keeps it.
    guard row.ordinal > 1, let planned = planned?.string, let now = now?.string else { return false }
    return NormalizedText(planned) == NormalizedText(now)
  }
}
