import JSON
import Records
import Staging

/// The file `plan.jsonl` in a dry run's folder: one object per row of the sheet, in its order.
enum PlanFile: RunDocument {
  private static let name = "plan.jsonl"
  static let names = [name]

  static func write(_ run: EndedRun, to drafts: inout ResultDrafts) throws(StagingError) {
    guard run.record.isPlanning else { return }
    let output = try WholeFile(name, in: run.file.directory)
    var rows = 0
    try run.file.forEachPlanned { entry in
      try output.append(JSONValue.object(object(entry)).bytes() + [0x0A])
      rows += 1
    }
    drafts.add(output, named: name, rows: rows)
  }

  /// Returns a row; without a plan, `action` is the row's state, such as `rejected`.
  private static func object(_ entry: PlanEntry) -> JSONObject {
    var object: JSONObject = [
      "row": .integer(Int64(entry.number)), "line": .integer(Int64(entry.line)),
      "key": entry.recordKey.map(JSONValue.string) ?? .null,
      "id": entry.recordID?.json ?? .null,
      "action": .string(entry.action?.rawValue ?? entry.state.rawValue),
      "changes": .array(entry.changes.map { .object($0.json) }),
    ]
    object["error_code"] = entry.errorCode.map(JSONValue.string)
    object["error"] = entry.error.map(JSONValue.string)
    return object
  }
}
