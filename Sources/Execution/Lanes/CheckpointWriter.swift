import Dispatch
import Staging

/// The only writer of a run under way: commits outcomes, intents and leases in groups, on its own queue.
///
/// The next group gathers while one commit is on its way to the disk, so that many lanes share each flush. If no lane
/// is waiting, a group gathers some milliseconds longer (`RunState.commitPause`).
final class CheckpointWriter: Sendable {
  /// Receives what a commit made durable.
  typealias Committed = @Sendable (_ checkpoint: Checkpoint, _ lease: Lease?) -> Void
  typealias Failed = @Sendable (StagingError) -> Void

  private let queue = DispatchQueue(label: "bulkpatch.writer")
  private let run: RunFile
  private let holdsRecords: Bool
  private let leaseEnd: Int?
  private let pending = SleepingLock(Pending())

  private struct Pending {
    var checkpoint = Checkpoint()
    /// The time of the next commit, unless something hastens it; `nil` if nothing is pending.
    var due: DispatchTime?
    var listeners: (committed: Committed, failed: Failed)?
  }

  /// - Parameter leaseEnd: the first row that is not handed out, nor are those after it; `nil` for no limit.
  init(run: RunFile, holdsRecords: Bool, leaseEnd: Int?) {
    self.run = run
    self.holdsRecords = holdsRecords
    self.leaseEnd = leaseEnd
  }

  /// Sets the receivers; nothing is committed before.
  func start(committed: @escaping Committed, failed: @escaping Failed) {
    pending.withLock { $0.listeners = (committed, failed) }
  }

  /// Adds to the next commit and schedules it.
  ///
  /// - Parameter pause: the longest time to gather more, also for what is pending already.
  func add(_ checkpoint: Checkpoint, within pause: Duration) {
    let isEmpty = checkpoint == Checkpoint()
    guard !isEmpty || pause == .zero else { return }
    let time = DispatchTime.now() + pause.dispatchInterval
    let isSooner = pending.withLock { pending in
      if !isEmpty { pending.checkpoint.merge(checkpoint) }
      guard pending.listeners != nil, !isEmpty || pending.due != nil, pending.due.map({ time < $0 }) ?? true
      else { return false }
      pending.due = time
      return true
    }
    guard isSooner else { return }
    queue.asyncAfter(deadline: time) {
      // Otherwise an earlier time has taken the place of this one, or all is committed.
      if self.pending.withLock({ $0.due == time }) { self.flush() }
    }
  }

  /// Commits what is left, and releases rows that will not be sent; returns when all is durable.
  ///
  /// Outcomes may lead to more outcomes (blocked rows), so it continues until nothing is pending.
  func finish(releasing: () -> [Int]) {
    // A commit under way may announce rows, which must then be released.
    queue.sync {}
    // There are no lanes left to lease or announce rows for.
    pending.withLock { pending in
      pending.checkpoint.leaseLimit = 0
      pending.checkpoint.announced = []
    }
    while pending.withLock({ !$0.checkpoint.outcomes.isEmpty || !$0.checkpoint.attempts.isEmpty }) {
      guard queue.sync(execute: { self.flush() }) else { break }
    }
    var last = Checkpoint()
    last.released = releasing()
    pending.withLock { $0.checkpoint.merge(last) }
    _ = queue.sync { self.flush() }
    pending.withLock { $0.listeners = nil }
  }

  /// Commits the group; on failure it stays pending, for a last try at the end.
  @discardableResult
  private func flush() -> Bool {
    let (checkpoint, listeners) = pending.withLock { pending in
      defer {
        pending.checkpoint = Checkpoint()
        pending.due = nil
      }
      return (pending.checkpoint, pending.listeners)
    }
    guard checkpoint != Checkpoint() else { return true }
    var group = checkpoint
    group.holdsRecords = holdsRecords
    group.leaseEnd = leaseEnd
    do {
      let lease = try run.commit(group)
      listeners?.committed(group, group.leaseLimit > 0 ? lease : nil)
      return true
    } catch {
      pending.withLock { pending in
        var again = group.afterFailure
        again.merge(pending.checkpoint)
        pending.checkpoint = again
      }
      listeners?.failed(error)
      return false
    }
  }
}

extension Checkpoint {
  /// Appends later changes to earlier ones.
  mutating func merge(_ later: Checkpoint) {
    outcomes += later.outcomes
    attempts += later.attempts
    snapshots += later.snapshots
    narrowings += later.narrowings
    announced += later.announced
    released += later.released
    if later.leaseLimit > 0 { (leaseAfter, leaseLimit) = (later.leaseAfter, later.leaseLimit) }
  }

  /// The part to report after a failed commit: rows it announced will not be sent, but what has happened must be
  /// told.
  var afterFailure: Checkpoint {
    var left = Checkpoint()
    left.outcomes = outcomes
    left.attempts = attempts
    left.narrowings = narrowings
    left.released = released
    return left
  }
}
