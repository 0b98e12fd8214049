public import JSON
public import Staging

/// The runs of a state folder, for people and for programs.
public struct RunList: Sendable {
  /// The runs, oldest first, so that the newest is just above the prompt.
  public var entries: [RunListEntry]
  private let folder: String
  private let isNarrowed: Bool

  /// Reads the runs of a state folder; an unreadable one is listed as such.
  ///
  /// - Parameters:
  ///   - job: only runs of this job; all by default.
  ///   - isUnfinished: only runs that are under way, can be resumed, or cannot be read.
  public init(in stateFolder: String, job: String? = nil, isUnfinished: Bool = false) {
    folder = stateFolder
    isNarrowed = job != nil || isUnfinished
    let all = RunDirectory.all(in: stateFolder).filter { directory in
      job.map { directory.isNamed(after: $0) } ?? true
    }
    entries = all.map { RunListEntry($0) }.filter { entry in
      guard case .run(let record, _, let standing) = entry.contents else { return true }
      guard job == nil || record.job == job else { return false }
      return !isUnfinished || standing.isUnfinished
    }
  }

  /// The columns, and whether a narrow terminal can do without: the run's name has the job and the time, too.
  private static let columns: [(title: String, alignment: TextTable.Alignment, isOptional: Bool)] = [
    ("RUN", .left, false), ("JOB", .left, true), ("CREATED (UTC)", .left, true), ("ROWS", .right, false),
    ("EXIT", .right, false), ("STANDING", .left, false), ("NEEDS YOU", .left, false),
    ("STATES", .left, true),
  ]

  /// Returns the table with a title line and what needs the user, each line ended.
  ///
  /// - Parameters:
  ///   - width: the columns of the terminal; `nil` for no limit.
  ///   - name: returns the name of a run in a command; its id by default.
  public func text(width: Int? = nil, name: (RunDirectory) -> String = \.id) -> String {
    guard !entries.isEmpty else {
      guard !isNarrowed else { return "no such run is kept in \(folder.printable())\n" }
      let hint = StateFolder.hint(otherThan: folder).map { "hint: \($0.printable())\n" } ?? ""
      return "no run is kept in \(folder.printable())\n\(hint)"
    }
    let rows = entries.map(RunList.cells)
    // From the most dispensable column on.
    let candidates: [Set<Int>] = [[], [1], [1, 2], [1, 2, 7]]
    let tables = candidates.map { left in RunList.table(rows, without: left) }
    func fits(_ lines: [String]) -> Bool {
      width.map { width in lines.allSatisfy { $0.count <= width } } ?? true
    }
    let lines = (tables.first(where: fits) ?? tables[2]).map { line in
      guard let width, width > 1, line.count > width else { return line }
      return line.prefix(width - 1) + "…"
    }
    return lines.joined(separator: "\n") + "\n" + needs(name)
  }

  private static func table(_ rows: [[String]], without left: Set<Int>) -> [String] {
    let shown = columns.indices.filter { !left.contains($0) }
    var table = TextTable(shown.map { columns[$0].alignment })
    table.append(shown.map { columns[$0].title })
    for row in rows { table.append(shown.map { row[$0] }) }
    return table.text().split(separator: "\n").map(String.init)
  }

  private static func cells(_ entry: RunListEntry) -> [String] {
    switch entry.contents {
    case .run(let record, let counts, let standing):
      // To the minute: `2025-01-01 12:00`.
      let created = record.created.prefix(16).replacing("T", with: " ")
      return [
        entry.directory.id, record.job, String(created), Quantity.count(record.rowsRead ?? counts.total),
        record.exitCode.map { String($0) } ?? "", standing.name, entry.need ?? "", counts.short,
      ]
    case .unreadable(let problem):
      return [entry.directory.id, "", "", "", "", "unreadable", entry.need ?? "", problem.message]
    }
  }

  /// The line that says which runs need the user; empty if none does.
  private func needs(_ name: (RunDirectory) -> String) -> String {
    let waiting = entries.filter { $0.need != nil }
    guard let newest = waiting.last else { return "" }
    let runs = waiting.count == 1 ? "1 run needs you" : "\(waiting.count) runs need you; the newest"
    return "\n\(runs): bulkpatch show \(ShellWord.quoted(name(newest.directory)))\n"
  }

  /// One object per run; member names are stable, unknown values are null.
  public var json: JSONValue { .array(entries.map { .object(RunList.object($0)) }) }

  private static func object(_ entry: RunListEntry) -> JSONObject {
    var object: JSONObject = ["run": .string(entry.directory.id), "folder": .string(entry.directory.path)]
    object["needs"] = entry.need.map(JSONValue.string) ?? .null
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
