import Foundation
import JSON
public import Staging

/// One shard of a split run, as it stands in its own folder now.
public struct ShardStanding: Sendable {
  public var shard: ShardRecord
  /// The standing in a few words.
  public var name: String
  /// The rows by state; `nil` if they cannot be read, because its folder is elsewhere or another process has its file.
  public var counts: StateCounts?
  public var exitCode: Int?
  /// The process that works on it.
  public var holder: String?

  /// Looks at every shard of a split run, without disturbing those that are under way.
  ///
  /// - Throws: `StagingError` if the run's own file cannot be read.
  public static func all(of run: RunFile) throws(StagingError) -> [ShardStanding] {
    try run.shards().map { ShardStanding($0, in: run.directory.shard($0.number)) }
  }

  private init(_ shard: ShardRecord, in place: RunDirectory) {
    self.shard = shard
    if shard.returned != nil {
      (name, exitCode) = ("gathered", shard.exitCode)
    } else if !FileManager.default.fileExists(atPath: place.path) {
      name = shard.made == nil ? "not made yet" : "not here"
    } else if let holder = FileLock.holder(of: place.lockFile) {
      // Its file belongs to that process alone; what it has done so far it writes beside it.
      (name, counts) = ("under way", ShardProgress.read(in: place))
      self.holder = holder
    } else if case .run(let record, let counts, let standing) = RunListEntry(place).contents {
      // No process has ended its work on it yet, and none was killed.
      name = record.finished != nil && record.exitCode == nil ? "waits" : standing.name
      (exitCode, self.counts) = (record.exitCode, counts)
    } else {
      name = "unreadable"
    }
  }

  /// Returns a table with a line for each shard, each line ended.
  static func table(of shards: [ShardStanding]) -> String {
    var table = TextTable([.left, .right, .left, .right, .left])
    table.append(["SHARD", "ROWS", "STANDING", "EXIT", "STATES"])
    for shard in shards {
      table.append([
        String(shard.shard.number), Quantity.count(shard.shard.rows),
        shard.holder.map { "\(shard.name) (\($0))" } ?? shard.name,
        shard.exitCode.map { String($0) } ?? "", shard.counts?.short ?? "",
      ])
    }
    return table.text(indent: 2)
  }

  /// The form of `show --json`.
  var json: JSONObject {
    [
      "shard": .integer(Int64(shard.number)), "rows": .integer(Int64(shard.rows)), "standing": .string(name),
      "exit_code": exitCode.map { .integer(Int64($0)) } ?? .null,
      "states": counts.map { .object($0.json) } ?? .null, "held_by": holder.map(JSONValue.string) ?? .null,
      "gathered": shard.gathered.map(JSONValue.string) ?? .null,
      "returned": shard.returned.map(JSONValue.string) ?? .null,
    ]
  }
}

/// The rows by state of a shard that is under way, beside its file, which no other process can read meanwhile.
public enum ShardProgress {
  private static let fileName = "progress.json"

  /// Replaces what is there; a failure does not matter, because the run file has it all.
  public static func write(_ counts: StateCounts, in place: RunDirectory) {
    let object: JSONObject = ["at": .string(Timestamp.now), "states": .object(counts.json)]
    do throws(StagingError) {
      let file = try WholeFile(fileName, in: place)
      try file.append(JSONValue.object(object).bytes() + [0x0A])
      try file.prepare()
      try file.commit()
    } catch {}
  }

  /// Returns what the shard's process has written last; `nil` if it has written nothing yet.
  static func read(in place: RunDirectory) -> StateCounts? {
    guard let bytes = FileManager.default.contents(atPath: place.file(fileName)),
      let object = (try? JSONValue(parsing: Array(bytes)))?.object
    else { return nil }
    return object["states"]?.object.flatMap(StateCounts.init)
  }
}

extension RunSummary {
  /// The next commands of a split run, or of a shard; `nil` for other runs.
  var commandsOfShards: [NextCommand]? {
    let run = ShellWord.quoted(self.run)
    if let part = record.part {
      guard standing.isResumable, part.closed == nil else { return [] }
      return [
        NextCommand(
          purpose:
            "resume it with the \(Quantity.rows(unprocessed)) not done yet, here or on another machine",
          command: "bulkpatch resume \(ShellWord.quoted(directory.path))")
      ]
    }
    guard case .split = standing else { return nil }
    var commands: [NextCommand] = []
    if shards.contains(where: { $0.shard.made == nil }) {
      commands.append(
        NextCommand(
          purpose: "make the shards that are missing",
          command: "bulkpatch split \(run) --into \(shards.count)"))
    }
    if let next = shards.first(where: {
      $0.shard.returned == nil && $0.holder == nil && $0.name != "finished"
    }) {
      commands.append(
        NextCommand(
          purpose: "send the rows of a shard, on any machine that sees its folder",
          command: "bulkpatch resume \(ShellWord.quoted(directory.shard(next.shard.number).path))"))
    }
    commands.append(
      NextCommand(
        purpose: "take back what the shards have done; add --recall to take back rows that are not sent",
        command: "bulkpatch gather \(run)"))
    return commands
  }
}
