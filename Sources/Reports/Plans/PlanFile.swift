import JSON
public import Staging

/// `plan.jsonl` in a dry run's folder: one object a line for every row of the sheet, in its order.
public enum PlanFile {
  static let name = "plan.jsonl"

  /// Writes it: whole or not at all, for its owner only, in constant memory.
  ///
  /// - Throws: `StagingError` when the run file cannot be read or the file cannot be written.
  public static func write(_ file: RunFile) throws(StagingError) -> ResultFile {
    let output = try WholeFile(name, in: file.directory)
    var rows = 0
    try file.forEachPlanned { entry in
      try output.append(JSONValue.object(object(entry)).bytes() + [0x0A])
      rows += 1
    }
    try output.prepare()
    try output.commit()
    return ResultFile(name: name, path: output.path, rows: rows)
  }

  /// A row; `action` is the row's state where there is no plan for it, such as `rejected`.
  private static func object(_ entry: PlanEntry) -> JSONObject {
    var object: JSONObject = [
      "row": .integer(Int64(entry.number)), "line": .integer(Int64(entry.line)),
      "key": entry.recordKey.map(JSONValue.string) ?? .null,
      "id": entry.recordID.map(JSONValue.integer) ?? .null,
      "action": .string(entry.action?.rawValue ?? entry.state.rawValue),
      "changes": .array(entry.changes.map { .object($0.json) }),
    ]
    object["error_code"] = entry.errorCode.map(JSONValue.string)
    object["error"] = entry.error.map(JSONValue.string)
    return object
  }
}
