import Dispatch
import Foundation
package import JSON
package import Reports
package import Staging
import Synchronization

/// Watches a run that another process works on, without disturbing it.
package struct RunWatch {
  private let directory: RunDirectory
  private let progressStyle: ProgressStyle
  /// The pause between two looks; longer if a look takes long, so that watching stays cheap.
  private static let interval = Duration.seconds(1)
  private static let shareOfTime = 10

  package init(_ directory: RunDirectory, progressStyle: ProgressStyle) {
    self.directory = directory
    self.progressStyle = progressStyle
  }

  /// The standing of the run at one moment.
  struct Moment {
    var standing = "under-way"
    /// The holder of the lock, or the shards that are under way.
    var holder: String
    var isStaged: Bool
    var counts: StateCounts
    var note: String?
  }

  /// Returns when no process works on the run or its shards any more, for whatever reason.
  ///
  /// - Parameter tell: receives each look that found something new, as an object; returns whether to continue.
  /// - Throws: `StagingError` when the run file cannot be read.
  package func untilTheEnd(_ tell: (JSONObject) -> Bool) throws(StagingError) {
    // The file of a shard that is under way cannot be read.
    guard !directory.isShard else { return }
    let file = try RunFile(reading: directory)
    defer { file.end() }
    var memory = Memory()
    guard try moment(file, &memory) != nil else { return }
    let latest = LatestMoment()
    let began = ContinuousClock.now
    let progress = ProgressDisplay(descriptor: STDERR_FILENO, style: progressStyle) {
      latest.value.withLock { $0 }.map { ProgressSnapshot($0, elapsed: ContinuousClock.now - began) }
    }
    progress.start()
    defer { progress.stop() }
    let clock = DispatchSemaphore(value: 0)
    var told: JSONObject?
    while true {
      let start = ContinuousClock.now
      guard let moment = try moment(file, &memory) else { return }
      latest.value.withLock { $0 = moment }
      let object = json(moment)
      if object != told {
        guard tell(object) else { return }
        told = object
      }
      let pause = max(RunWatch.interval, (ContinuousClock.now - start) * RunWatch.shareOfTime)
      _ = clock.wait(timeout: .now() + pause / .seconds(1))
    }
  }

  /// What earlier looks have found out that takes long to read.
  private struct Memory {
    var rowsRead: Int?
    /// The shards that are out, and the run's own rows beside theirs.
    var own: (shards: [Int], counts: StateCounts)?
  }

  /// Looks at the run, or at its shards; `nil` if no process works on them.
  private func moment(_ file: RunFile, _ memory: inout Memory) throws(StagingError) -> Moment? {
    if let holder = FileLock.holder(of: directory.lockFile) {
      if memory.rowsRead == nil { memory.rowsRead = try file.record().rowsRead }
      return Moment(holder: holder, isStaged: memory.rowsRead != nil, counts: try file.counts(), note: note)
    }
    let shards = try ShardStanding.all(of: file).filter { $0.shard.returned == nil }
    let underWay = shards.count { $0.holder != nil }
    guard underWay > 0 else { return nil }
    let numbers = shards.map(\.shard.number)
    if memory.own?.shards != numbers { memory.own = (numbers, try file.countsBesideShards()) }
    var counts = memory.own?.counts ?? StateCounts()
    for shard in shards {
      // Of one that cannot be read nothing is known to be done.
      guard let part = shard.counts else {
        counts[.staged] += shard.shard.rows
        continue
      }
      for state in RowState.allCases { counts[state] += part[state] }
    }
    return Moment(
      standing: "split", holder: "\(underWay) of \(shards.count) shards under way", isStaged: true,
      counts: counts)
  }

  private var note: String? {
    let pauseFile = directory.file("pause")
    return FileManager.default.fileExists(atPath: pauseFile) ? "paused: remove \(pauseFile)" : nil
  }

  /// Returns the members of a line, named as in `show --json`.
  private func json(_ moment: Moment) -> JSONObject {
    var object: JSONObject = [
      "run": .string(directory.id), "standing": .string(moment.standing), "held_by": .string(moment.holder),
      "staged": .bool(moment.isStaged), "rows": .integer(Int64(moment.counts.total)),
      "states": .object(moment.counts.json),
    ]
    object["note"] = moment.note.map(JSONValue.string)
    return object
  }
}

/// The last moment seen, for the display.
private final class LatestMoment: Sendable {
  package let value = Mutex<RunWatch.Moment?>(nil)
}

extension ProgressSnapshot {
  fileprivate init(_ moment: RunWatch.Moment, elapsed: Duration) {
    self =
      moment.isStaged
      ? ProgressSnapshot(
        counts: moment.counts, total: moment.counts.total, elapsed: elapsed, note: moment.note)
      : .staging(rows: moment.counts.total, elapsed: elapsed)
  }
}
