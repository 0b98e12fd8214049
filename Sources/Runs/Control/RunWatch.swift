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
    var holder: String
    var isStaged: Bool
    var counts: StateCounts
    var note: String?
  }

  /// Returns when no process works on the run any more, for whatever reason.
  ///
  /// - Parameter tell: receives each look that found something new, as an object; returns whether to continue.
  /// - Throws: `StagingError` when the run file cannot be read.
  package func untilTheEnd(_ tell: (JSONObject) -> Bool) throws(StagingError) {
    guard FileLock.holder(of: directory.lockFile) != nil else { return }
    let file = try RunFile(reading: directory)
    defer { file.end() }
    let latest = LatestMoment()
    let began = ContinuousClock.now
    let progress = ProgressDisplay(descriptor: STDERR_FILENO, style: progressStyle) {
      latest.value.withLock { $0 }.map { ProgressSnapshot($0, elapsed: ContinuousClock.now - began) }
    }
    progress.start()
    defer { progress.stop() }
    let clock = DispatchSemaphore(value: 0)
    var told: JSONObject?
    var rowsRead: Int?
    while let holder = FileLock.holder(of: directory.lockFile) {
      let start = ContinuousClock.now
      if rowsRead == nil { rowsRead = try file.record().rowsRead }
      let moment = Moment(
        holder: holder, isStaged: rowsRead != nil, counts: try file.counts(), note: note)
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

  private var note: String? {
    let pauseFile = directory.file("pause")
    return FileManager.default.fileExists(atPath: pauseFile) ? "paused: remove \(pauseFile)" : nil
  }

  /// Returns the members of a line, named as in `show --json`.
  private func json(_ moment: Moment) -> JSONObject {
    var object: JSONObject = [
      "run": .string(directory.id), "standing": "under-way", "held_by": .string(moment.holder),
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
