import Catalog
import JSON
import Records
import Staging

/// Whether a record still is what the plan showed, as far as a row changes it.
///
/// Of what the row leaves alone nothing is asked.
struct PlanAgreement {
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
    let held = changes.held(against: image)
    let differences = plan.changes.compactMap { planned -> String? in
      // What a rollback would leave alone is compared with what was written, and that again.
      guard planned.isRead, planned.added == nil, planned.kept == nil else { return nil }
      guard let held = held.first(where: { $0.place == planned.attributePlace }) else { return nil }
      let (now, change) = (held.now, held.change)
      guard !change.isMet(by: now), !isStill(planned.now, now, change.kind) else { return nil }
      return
        "\(planned.place) was \(ValueText.text(planned.now)) in the plan and is \(ValueText.text(now)) now"
    }
    return differences.isEmpty ? nil : differences.joined(separator: "; ")
  }

  private func isStill(_ planned: JSONValue?, _ now: JSONValue?, _ kind: Field.Kind?) -> Bool {
    if Agreement(wanted: planned ?? .null, actual: now, kind: kind) != .different { return true }
    // What an earlier row of the record wrote is read back as the site keeps it.
    return row.ordinal > 1 && planned?.isLikeText(now) == true
  }
}
