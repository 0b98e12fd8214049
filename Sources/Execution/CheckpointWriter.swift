import Dispatch
import Staging
import Synchronization

/// The one writer of a run under way: commits outcomes and leases in groups, on a queue of its own.
///
/// While one commit is on its way to the disk the next group gathers, so that many lanes share each
/// flush; when nobody waits for it, a group gathers a few milliseconds longer.
final class CheckpointWriter: Sendable {
  /// What a commit made durable.
  typealias Committed = @Sendable (_ outcomes: [RowOutcome], _ lease: Lease?) -> Void

  private let queue = DispatchQueue(label: "bulkpatch.writer")
  private let run: RunFile
  private let holdsRecords: Bool
  private let committed: Committed
  private let failed: @Sendable (StagingError) -> Void
  private let pending = Mutex(Pending())
  private static let gathering = DispatchTimeInterval.milliseconds(3)

  private struct Pending {
    var checkpoint = Checkpoint()
    var isScheduled = false
  }

  init(
    run: RunFile, holdsRecords: Bool, committed: @escaping Committed,
    failed: @escaping @Sendable (StagingError) -> Void
  ) {
    self.run = run
    self.holdsRecords = holdsRecords
    self.committed = committed
    self.failed = failed
  }

  /// Adds to the next commit and sees to it that there is one.
  ///
  /// - Parameter isAwaited: whether a lane has nothing to do before it is committed.
  func add(_ effects: RunState.Effects, lease: (after: Int, limit: Int)?, isAwaited: Bool) {
    guard !effects.outcomes.isEmpty || !effects.attempts.isEmpty || lease != nil else { return }
    let isFirst = pending.withLock { pending in
      pending.checkpoint.outcomes += effects.outcomes
      pending.checkpoint.attempts += effects.attempts
      if let lease { (pending.checkpoint.leaseAfter, pending.checkpoint.leaseLimit) = lease }
      defer { pending.isScheduled = true }
      return !pending.isScheduled
    }
    guard isFirst else { return }
    if isAwaited {
      queue.async { self.flush() }
    } else {
      queue.asyncAfter(deadline: .now() + CheckpointWriter.gathering) { self.flush() }
    }
  }

  /// Commits what is left, and gives back rows that will not be sent; returns when it is durable.
  ///
  /// Outcomes may lead to further ones (blocked rows), so it goes on until nothing is pending.
  func finish(releasing: () -> [Int]) {
    while pending.withLock({ !$0.checkpoint.outcomes.isEmpty || !$0.checkpoint.attempts.isEmpty }) {
      guard queue.sync(execute: { self.flush() }) else { break }
    }
    let released = releasing()
    guard !released.isEmpty else { return }
    pending.withLock { $0.checkpoint.released = released }
    _ = queue.sync { self.flush() }
  }

  /// Commits the group; on failure it stays pending, for a last try at the end.
  @discardableResult
  private func flush() -> Bool {
    let checkpoint = pending.withLock { pending in
      defer { pending = Pending() }
      return pending.checkpoint
    }
    guard checkpoint != Checkpoint() else { return true }
    var group = checkpoint
    group.holdsRecords = holdsRecords
    do {
      let lease = try run.commit(group)
      committed(group.outcomes, group.leaseLimit > 0 ? lease : nil)
      return true
    } catch {
      pending.withLock { pending in
        pending.checkpoint.outcomes.insert(contentsOf: group.outcomes, at: 0)
        pending.checkpoint.attempts.insert(contentsOf: group.attempts, at: 0)
        pending.checkpoint.released += group.released
      }
      failed(error)
      return false
    }
  }
}
