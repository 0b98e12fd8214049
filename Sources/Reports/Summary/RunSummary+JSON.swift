import Foundation
public import JSON
public import Staging

extension RunSummary {
  static let fileName = "summary.json"

  /// The members of `summary.json`; their names are stable, and all states are always present.
  ///
  /// Unknown values are null.
  public var json: JSONObject {
    var json: JSONObject = [
      "run": .string(record.id),
      "job": .string(record.job),
      "resource": .string(record.resource),
      "site": .string(record.site),
      "started": .string(figures.map { Timestamp.text($0.started) } ?? record.created),
      "finished": record.finished.map(JSONValue.string) ?? .null,
      "standing": .string(standing.name),
      "exit_code": record.exitCode.map { .integer(Int64($0)) } ?? .null,
      "stopped_because": record.stoppedBecause.map(JSONValue.string) ?? .null,
      "rows": .integer(Int64(rows)),
      "states": .object(counts.json),
      "requests": figures.map { .object(RunSummary.json($0.requests)) } ?? .null,
      "retries": figures.map { .integer(Int64($0.retries)) } ?? .null,
      "throttled_seconds": figures.map { .real(RunSummary.milliseconds($0.throttled)) } ?? .null,
      "throttled_by_reason": figures.map { .object(RunSummary.json($0.throttledByReason)) } ?? .null,
      "latency_ms": figures?.latency.map { .object($0.json) } ?? .null,
      "peak_memory_bytes": figures.map { .integer(Int64($0.peakMemoryBytes)) } ?? .null,
      "errors": .array(groups.map { .object($0.json) }),
      "warnings": .array(warnings.map { .object($0.json) }),
      "verified": verified.map { .object($0.json) } ?? .null,
    ]
    if let rollback { json["rollback"] = .object(rollback.json) }
    return json
  }

  /// The output of `show --json`: `summary.json` and further facts of the run file.
  public var details: JSONObject {
    var details = json
    details["resumable"] = .bool(standing.isResumable)
    details["awaits_review"] = .bool(awaitsReview)
    details["folder"] = .string(directory.path)
    details["site_url"] = .string(record.siteURL)
    details["site_moved"] = .array(record.siteMoves.map { .object($0.json) })
    details["sheet"] = .string(record.sheetPath)
    details["rolled_back_by"] = .array(rollbacks.map(JSONValue.string))
    details["dry_run"] = .bool(record.isDryRun)
    details["planned"] = record.planned.map(JSONValue.string) ?? .null
    details["approved"] = record.approved.map(JSONValue.string) ?? .null
    details["plan"] = plan.map { .object($0.json) } ?? .null
    if !shards.isEmpty { details["shards"] = .array(shards.map { .object($0.json) }) }
    details["next"] = .array(
      nextCommands.map { ["purpose": .string($0.purpose), "command": .string($0.command)] })
    return details
  }

  /// The path of `summary.json`.
  public var path: String { directory.file(RunSummary.fileName) }

  /// Writes `summary.json` into the run's folder: completely or not at all, for its owner only.
  ///
  /// - Throws: `StagingError` of kind `io`.
  public func write() throws(StagingError) { try RunSummary.write(json, in: directory) }

  private static func write(_ json: JSONObject, in directory: RunDirectory) throws(StagingError) {
    let file = try WholeFile(RunSummary.fileName, in: directory)
    try file.append(JSONValue.object(json).bytes(.indented(2)) + [0x0A])
    try file.prepare()
    try file.commit()
  }

  /// Withdraws a run's result files and summary before a process works on it again.
  ///
  /// If that process is killed, the older files would be taken for the run's standing. The files with rows are
  /// removed. `summary.json` says `running`, without states and exit; the measurements stay.
  ///
  /// - Throws: `StagingError` of kind `io`.
  public static func withdraw(in directory: RunDirectory) throws(StagingError) {
    if var summary = stored(in: directory) {
      summary["standing"] = "running"
      for member in ["finished", "exit_code", "stopped_because", "states", "errors", "verified", "rollback"]
      where summary[member] != nil {
        summary[member] = .null
      }
      try write(summary, in: directory)
    }
    // Last, so that a summary with an exit always has its files.
    for name in ResultFiles.names { unsafe unlink(directory.file(name)) }
  }

  /// Returns the `summary.json` of a run, if there is a readable one.
  static func stored(in directory: RunDirectory) -> JSONObject? {
    guard let bytes = FileManager.default.contents(atPath: directory.file(fileName)) else { return nil }
    return (try? JSONValue(parsing: Array(bytes)))?.object
  }

  private static func json(_ requests: [Int: Int]) -> JSONObject {
    JSONObject(requests.sorted { $0.key < $1.key }.map { (String($0.key), .integer(Int64($0.value))) })
  }

  private static func json(_ times: [String: Duration]) -> JSONObject {
    JSONObject(times.sorted { $0.key < $1.key }.map { ($0.key, .real(milliseconds($0.value))) })
  }

  private static func milliseconds(_ duration: Duration) -> Double {
    (duration / .seconds(1) * 1000).rounded() / 1000
  }
}

extension StateCounts {
  /// All states in the order of a row's life, including those without rows.
  public var json: JSONObject {
    JSONObject(RowState.allCases.map { ($0.rawValue, .integer(Int64(self[$0]))) })
  }

  /// Reads the form of `json`; `nil` if a state is missing.
  init?(_ json: JSONObject) {
    self.init()
    for state in RowState.allCases {
      guard let count = json[state.rawValue]?.integer else { return nil }
      self[state] = Int(count)
    }
  }

  /// The states that have rows, such as `1,180 applied, 9 failed`.
  public var short: String {
    RowState.allCases.filter { self[$0] > 0 }
      .map { "\(Quantity.count(self[$0])) \($0.rawValue)" }.joined(separator: ", ")
  }
}

extension ErrorGroup {
  var json: JSONObject {
    var object: JSONObject = [
      "state": .string(state.rawValue), "code": .string(code), "rows": .integer(Int64(rows)),
      "first_row": .integer(Int64(firstRow)), "first_line": .integer(Int64(firstLine)),
      "message": .string(message),
    ]
    object["column"] = column.map(JSONValue.string)
    object["cause"] = .string(words)
    object["values"] = .array(
      counted.sorted.prefix(20).map { ["value": .string($0.value), "rows": .integer(Int64($0.count))] })
    object["hint"] = advice.map(JSONValue.string)
    return object
  }
}
