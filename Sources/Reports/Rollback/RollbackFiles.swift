import JSON
import Staging

/// The files that list, change by change, what a rollback has left as it is: `kept.jsonl` and `irreversible.jsonl`.
enum RollbackFiles {
  static let names = ["kept.jsonl", "irreversible.jsonl"]

  /// Writes both, in one pass and in constant memory; both are always there after a rollback.
  ///
  /// - Throws: as `ResultFiles.write`.
  static func write(_ file: RunFile) throws(StagingError) -> [ResultFile] {
    let kept = try WholeFile("kept.jsonl", in: file.directory)
    let irreversible = try WholeFile("irreversible.jsonl", in: file.directory)
    var counts = (kept: 0, irreversible: 0)
    try file.forEachRollbackResult { row in
      let parts = RollbackParts(row)
      for entry in parts.kept { try kept.append(line(entry, row)) }
      for entry in parts.irreversible { try irreversible.append(line(entry, row)) }
      counts.kept += parts.kept.count
      counts.irreversible += parts.irreversible.count
    }
    for output in [kept, irreversible] { try output.prepare() }
    for output in [kept, irreversible] { try output.commit() }
    return [
      ResultFile(name: "kept.jsonl", path: kept.path, rows: counts.kept),
      ResultFile(name: "irreversible.jsonl", path: irreversible.path, rows: counts.irreversible),
    ]
  }

  private static func line(_ entry: RollbackParts.Entry, _ row: RollbackResult) -> [UInt8] {
    var object: JSONObject = [
      "row": .integer(Int64(row.number)), "source_row": .integer(Int64(row.sourceRow)),
      "line": .integer(Int64(row.line)), "record_id": .integer(row.recordID),
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
