import JSON
import Records
import Staging

extension RollbackReport {
  private static let shownGroups = 20

  /// Returns the restored and the kept changes, in blocks for people.
  ///
  /// - Parameter isPlan: the results are those of a dry run, and nothing was sent.
  func blocks(isPlan: Bool) -> [String] {
    var blocks = [table(isPlan)]
    if !keptGroups.isEmpty {
      blocks.append(
        (isPlan ? "Would be kept" : "Kept") + ", because it has changed since\n"
          + list(keptGroups))
    }
    if !irreversibleGroups.isEmpty {
      blocks.append("Cannot be rolled back\n" + list(irreversibleGroups))
    }
    return blocks
  }

  private func table(_ isPlan: Bool) -> String {
    var table = TextTable([.left, .right, .right, .left])
    // The first four are always there; the others if they have changes.
    for (index, row) in buckets.enumerated() where index < 4 || row.bucket.changes > 0 {
      let changes =
        row.bucket.changes == 1 ? "1 change" : "\(Quantity.count(row.bucket.changes)) changes"
      table.append([row.name, changes, "in \(Quantity.rows(row.bucket.rows))", row.meaning])
    }
    let title =
      isPlan
      ? "Planned outcome of the changes of run \(sourceRun.printable())"
      : "Outcome of the changes of run \(sourceRun.printable())"
    return title + "\n" + table.text(indent: 2)
  }

  /// The outcomes of the changes, bucket by bucket, with their meaning.
  var buckets: [(name: String, bucket: Bucket, meaning: String)] {
    [
      ("reversed", reversed, "as it was before"),
      ("kept", kept, "left alone, because it has changed since"),
      ("irreversible", irreversible, "cannot be rolled back"),
      ("failed", failed, "refused by the site"),
      ("retracted", retracted, "out of sight, with another text"),
      ("unsettled", unsettled, "not done yet, or the answer was lost"),
    ]
  }

  private func list(_ groups: [Group]) -> String {
    var text = ""
    for group in groups.prefix(RollbackReport.shownGroups) {
      let name = group.attribute.isEmpty ? "whole rows" : group.attribute.printable()
      let place = "row \(group.firstRow) (line \(group.firstLine)), record \(group.firstRecord)"
      text +=
        "  \(name): \(Quantity.count(group.changes)), \(group.changes == 1 ? "" : "first in ")\(place)\n"
      text += "      \(group.text.printable())\n"
      if let hint = group.hint { text += "      hint: \(hint.printable())\n" }
    }
    let more = groups.count - RollbackReport.shownGroups
    return more > 0 ? text + "  and \(more) more\n" : text
  }
}

extension RollbackReport {
  /// The member `rollback` of `summary.json`; its names are stable.
  var json: JSONObject {
    [
      "source_run": .string(sourceRun), "reversed": .object(json(reversed)),
      "kept": .object(json(kept, keptGroups)),
      "irreversible": .object(json(irreversible, irreversibleGroups)),
      "failed": .object(json(failed)), "retracted": .object(json(retracted)),
      "unsettled": .object(json(unsettled)),
    ]
  }

  private func json(_ bucket: Bucket, _ groups: [Group]? = nil) -> JSONObject {
    var object: JSONObject = [
      "rows": .integer(Int64(bucket.rows)), "changes": .integer(Int64(bucket.changes)),
    ]
    guard let groups else { return object }
    object["groups"] = .array(
      groups.map { group in
        [
          "attribute": .string(group.attribute), "changes": .integer(Int64(group.changes)),
          "first_row": .integer(Int64(group.firstRow)), "first_line": .integer(Int64(group.firstLine)),
          "first_record_id": group.firstRecord.json, "message": .string(group.text),
        ]
      })
    return object
  }
}
