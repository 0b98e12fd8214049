import JSON
import Records
import Staging

// MARK: - A dry run that is not approved yet

extension RunSummary {
  /// Returns the rows of the sheet by their planned outcome.
  func planTable(_ plan: PlanOverview) -> String {
    var table = TextTable([.left, .right, .left])
    for (name, count, meaning) in planRows(plan) where count > 0 {
      table.append([name, Quantity.count(count), meaning])
    }
    table.append(["rows read", Quantity.count(self.rows), "nothing has been sent"])
    return table.text(indent: 2)
  }

  /// Returns the number of rows per planned outcome, with its meaning.
  func planRows(_ plan: PlanOverview) -> [(name: String, count: Int, meaning: String)] {
    [
      ("change", plan.counts[.change], "would be sent"),
      ("unchanged", plan.counts[.unchanged], "already as asked, nothing would be sent"),
      ("kept", plan.counts[.kept], "would be left alone, because it has changed since"),
      (
        "missing", plan.counts[.missing],
        "would fail: the record, or the part that the row changes, is missing"
      ),
      (
        "blocked", plan.counts[.blocked],
        "would not be sent, because an earlier row of their record would not"
      ),
      ("failed", counts[.failed], "no record has their key, or several have"),
      (
        "rejected", counts[.rejected],
        rollback == nil ? "not valid, would not be sent" : "nothing in it can be rolled back"
      ),
      ("skipped", plan.counts[.skipped] + counts[.skipped], "left out, as the job says"),
      ("not planned", max(0, counts[.staged] - plan.counts.total), "not looked at yet"),
    ]
  }

  /// Returns the blocks about what would change, what cannot be undone, and what would fail.
  func planBlocks(_ plan: PlanOverview) -> [String] {
    var blocks: [String] = []
    if !plan.groups.isEmpty { blocks.append(changes(plan)) }
    if !plan.irreversible.isEmpty {
      blocks.append(
        "Cannot be undone\n"
          + plan.irreversible.map { "  \($0.text)\n" }.joined())
    }
    return blocks
  }

  private func changes(_ plan: PlanOverview) -> String {
    let names = plan.names
    var text = "What would change\n"
    var rest = plan.groups[...]
    while let first = rest.first {
      // Groups of one attribute stay together.
      let groups = rest.prefix { $0.isSame(as: first) }
      rest = rest.dropFirst(groups.count)
      text += "  \(first.change.place.printable()): "
      guard first.variants > 1 else {
        text += first.text(names) + "\n"
        continue
      }
      text += first.extent
      // For texts that differ from row to row, the number says more than the first few.
      guard first.rows > 1 else {
        text += ", such as \(first.change.text(names))\n"
        continue
      }
      let shown = groups.filter { $0.rows > 1 }
      text += "\n" + shown.map { "      \($0.text(names))\n" }.joined()
      let others = first.variants - shown.count
      if others > 0 { text += "      and \(Quantity.count(others)) \(others == 1 ? "other" : "others")\n" }
    }
    return text
  }

  /// Returns the first rows that would change something.
  func firstRows(_ plan: PlanOverview, isColored: Bool) -> String {
    let title =
      plan.counts[.change] > plan.first.count
      ? "The first \(Quantity.count(plan.first.count)) of \(Quantity.rows(plan.counts[.change])) that would change something"
      : "Row by row"
    let diff = PlanDiff(isColored: isColored)
    return title + "\n" + plan.first.map(diff.text).joined()
  }
}

extension IrreversibleGroup {
  /// `threads: 1,240 added; an added thread cannot be taken back`.
  var text: String {
    "\(place.printable()): \(Quantity.count(count)) \(isAddition ? "added" : "set"); \(reason)"
  }
}

extension PlanGroup {
  fileprivate func isSame(as other: PlanGroup) -> Bool {
    change.list == other.change.list && change.attribute == other.change.attribute
  }

  /// The different changes, such as `3 different changes on 4 rows`; of elements, a row may have several.
  fileprivate var extent: String {
    let changes = "\(Quantity.count(variants)) different changes"
    guard change.list != nil, change.attribute != nil else {
      return "\(changes) on \(Quantity.rows(variantRows))"
    }
    return variants == variantRows ? changes : "\(changes), \(Quantity.count(variantRows)) in all"
  }

  /// Returns `31 → 12 on 3,120 records`.
  fileprivate func text(_ names: [String: String]) -> String {
    "\(change.text(names))   on \(Quantity.records(records))"
  }
}

extension PlannedChange {
  /// Returns `Lee Wong (31) → Ana Kaya (12)`.
  fileprivate func text(_ names: [String: String]) -> String {
    if let added { return "+ \(ValueText.members(added))" }
    let new = named(then, names)
    return isRead ? "\(named(now, names)) → \(new)" : "\(new)"
  }

  /// Returns a menu value or reference with its name, if another row of the plan knows it.
  private func named(_ value: JSONValue?, _ names: [String: String]) -> String {
    guard var object = value?.object, let id = object["id"], object["lookupName"] == nil,
      let name = names[nameKey(id)]
    else { return ValueText.text(value) }
    object["lookupName"] = .string(name)
    return ValueText.text(.object(object))
  }

  fileprivate func nameKey(_ id: JSONValue) -> String { "\(list ?? "")/\(attribute ?? "")/\(id.text())" }
}

extension PlanOverview {
  /// The names that records have for ids, as far as the plan's groups show them.
  fileprivate var names: [String: String] {
    var names: [String: String] = [:]
    for group in groups {
      guard let id = group.change.now?["id"], let name = group.change.now?["lookupName"]?.string else {
        continue
      }
      names[group.change.nameKey(id)] = name
    }
    return names
  }
}
