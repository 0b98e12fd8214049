import Catalog
import JSON
import Patches
import Records
import Staging

/// Checks that a record still is as planned, as far as a row changes it.
///
/// Attributes that the row leaves alone do not matter.
struct PlanAgreement {
  let row: StagedRow
  let changes: PatchChanges
  /// The job's rewriting of texts, which has made some of the changes.
  var rewriting: TextRewriting?

  /// Returns the difference from the plan, in words; `nil` if the row may go out.
  ///
  /// An attribute that meanwhile has the wanted value is no objection, nor is an id read where the plan has a name.
  func objection(to image: RecordImage) -> String? {
    guard let plan = row.plan else {
      return "the plan does not cover this row; make a new plan"
    }
    if plan.action == .missing {
      return "missing when the plan was made, but present now: \(plan.error ?? "it was not found")"
    }
    if plan.action == .skipped {
      return "the job's conditions left it out when the plan was made: \(plan.error ?? "they were not met")"
    }
    let held = changes.held(against: image)
    // What a condition left out of the plan is not in what was agreed to.
    if let more = held.first(where: { held in !plan.changes.contains { $0.attributePlace == held.place } }) {
      return "\(more.place) was to be left alone in the plan, and is \(ValueText.text(more.now)) now"
    }
    let differences = plan.changes.compactMap { planned -> String? in
      // What a rollback would keep is compared with the written value again.
      guard planned.isRead, planned.added == nil, planned.kept == nil else { return nil }
      guard let held = held.first(where: { $0.place == planned.attributePlace }) else {
        // Another client has rewritten it in the same way.
        if planned.list == rewriting?.list, planned.attribute == rewriting?.attribute,
          rewriting?.text(of: planned.element, on: image) == planned.then
        {
          return nil
        }
        return "\(planned.place) was to be written in the plan, and is left alone now"
      }
      let (now, change) = (held.now, held.change)
      guard !change.isMet(by: now), !isStill(planned.now, now, change.kind) else { return nil }
      return
        "\(planned.place) was \(ValueText.text(planned.now)) in the plan and is \(ValueText.text(now)) now"
    }
    if row.live != nil, let difference = differenceOfAdditions(plan) { return difference }
    return differences.isEmpty ? nil : differences.joined(separator: "; ")
  }

  /// Returns how a text to add differs from the plan, because the record's values in it have changed.
  private func differenceOfAdditions(_ plan: PlannedRow) -> String? {
    for (creation, added) in zip(changes.creations, plan.changes.compactMap(\.added)) {
      for (name, value) in creation.attributes
      where value.string != nil && added[name]?.string != value.string {
        return
          "the \(name) to add to \(creation.list) was \(ValueText.text(added[name])) in the plan and is "
          + "\(ValueText.text(value)) now"
      }
    }
    return nil
  }

  private func isStill(_ planned: JSONValue?, _ now: JSONValue?, _ kind: Field.Kind?) -> Bool {
    if Agreement(wanted: planned ?? .null, actual: now, kind: kind) != .different { return true }
    // A value written by an earlier row of the record is read back as the site stores it.
    return row.ordinal > 1 && planned?.isLikeText(now) == true
  }
}
