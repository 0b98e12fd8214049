import Dispatch
import Reports
import Staging
import Synchronization

/// Writes beside the file of a shard that is under way how far it is, for those who watch the whole run.
///
/// No other process can read the file itself meanwhile.
final class ShardProgressTimer: Sendable {
  private let directory: RunDirectory
  private let counts: @Sendable () -> StateCounts
  private let queue = DispatchQueue(label: "bulkpatch.shard-progress")
  private let isOver = Mutex(false)

  private static let interval = Duration.seconds(2)

  /// Begins to write; `nil` for a run that is no shard.
  ///
  /// - Parameter counts: called on a queue of its own.
  init?(of directory: RunDirectory, _ counts: @escaping @Sendable () -> StateCounts) {
    guard directory.isShard else { return nil }
    self.directory = directory
    self.counts = counts
    queue.async { self.tick() }
  }

  /// Writes for the last time; nothing is written after it returns.
  func stop() {
    isOver.withLock { $0 = true }
    queue.sync { ShardProgress.write(counts(), in: directory) }
  }

  private func tick() {
    guard !isOver.withLock({ $0 }) else { return }
    ShardProgress.write(counts(), in: directory)
    queue.asyncAfter(deadline: .now() + ShardProgressTimer.interval / .seconds(1)) { [weak self] in
      self?.tick()
    }
  }
}
