import JSON
import Records
import Staging

/// The files that list the changes a rollback has kept: `kept.jsonl` and `irreversible.jsonl`.
enum RollbackFiles: RunDocument {
  static let names = ["kept.jsonl", "irreversible.jsonl"]

  /// Writes both in one pass; both always exist after a rollback.
  static func write(_ run: EndedRun, to drafts: inout ResultDrafts) throws(StagingError) {
    guard run.record.kind == .rollback else { return }
    let kept = try WholeFile(names[0], in: run.file.directory)
    let irreversible = try WholeFile(names[1], in: run.file.directory)
    var counts = (kept: 0, irreversible: 0)
    try run.file.forEachRollbackResult { row in
      let parts = RollbackParts(row)
      for entry in parts.kept { try kept.append(line(entry, row)) }
      for entry in parts.irreversible { try irreversible.append(line(entry, row)) }
      counts.kept += parts.kept.count
      counts.irreversible += parts.irreversible.count
    }
    drafts.add(kept, named: names[0], rows: counts.kept)
    drafts.add(irreversible, named: names[1], rows: counts.irreversible)
  }

  private static func line(_ entry: RollbackParts.Entry, _ row: RollbackResult) -> [UInt8] {
    var object: JSONObject = [
      "row": .integer(Int64(row.number)), "source_row": .integer(Int64(row.sourceRow)),
      "line": .integer(Int64(row.line)), "record_id": row.recordID.json,
      "state": .string(row.state.rawValue),
    ]
    let members =
      entry.change?.json ?? ["attribute": .string(entry.attribute), "reason": .string(entry.reason)]
    for (name, value) in members {
      object[name] = value
    }
    object["message"] = .string(entry.text)
    return JSONValue.object(object).bytes() + [0x0A]
  }
}
