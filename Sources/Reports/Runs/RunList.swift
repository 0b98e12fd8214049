public import JSON
import Staging

/// The runs of a state folder, for people and for programs.
public struct RunList: Sendable {
  /// The runs, oldest first, so that the newest is just above the prompt.
  public var entries: [RunListEntry]
  private let folder: String

  /// Reads every run of a state folder; an unreadable one is listed as such.
  public init(in stateFolder: String) {
    folder = stateFolder
    entries = RunDirectory.all(in: stateFolder).map { RunListEntry($0) }
  }

  /// The table with a title line, each line ended.
  public var text: String {
    guard !entries.isEmpty else { return "no run is kept in \(folder.printable())\n" }
    var table = TextTable([.left, .left, .left, .right, .right, .left, .left])
    table.append(["RUN", "JOB", "CREATED (UTC)", "ROWS", "EXIT", "STANDING", "STATES"])
    for entry in entries {
      switch entry.contents {
      case .run(let record, let counts, let standing):
        // To the minute: `2025-01-01 12:00`.
        let created = record.created.prefix(16).replacing("T", with: " ")
        table.append([
          entry.directory.id, record.job, String(created), Quantity.count(record.rowsRead ?? counts.total),
          record.exitCode.map { String($0) } ?? "", RunList.standing(standing), counts.short,
        ])
      case .unreadable(let problem):
        table.append([entry.directory.id, "", "", "", "", "unreadable", problem.message])
      }
    }
    return table.text()
  }

  /// One object per run; member names are stable, unknown values are null.
  public var json: JSONValue { .array(entries.map { .object(RunList.object($0)) }) }

  private static func standing(_ standing: RunStanding) -> String {
    standing.isResumable ? "\(standing.name), resumable" : standing.name
  }

  private static func object(_ entry: RunListEntry) -> JSONObject {
    var object: JSONObject = ["run": .string(entry.directory.id), "folder": .string(entry.directory.path)]
    switch entry.contents {
    case .run(let record, let counts, let standing):
      object["job"] = .string(record.job)
      object["resource"] = .string(record.resource)
      object["site"] = .string(record.site)
      object["created"] = .string(record.created)
      object["finished"] = record.finished.map(JSONValue.string) ?? .null
      object["exit_code"] = record.exitCode.map { .integer(Int64($0)) } ?? .null
      object["rows"] = .integer(Int64(record.rowsRead ?? counts.total))
      object["states"] = .object(counts.json)
      object["standing"] = .string(standing.name)
      object["resumable"] = .bool(standing.isResumable)
      if case .underWay(let holder) = standing { object["held_by"] = .string(holder) }
    case .unreadable(let problem):
      object["standing"] = "unreadable"
      object["resumable"] = false
      object["error"] = .string(problem.description)
    }
    return object
  }
}
