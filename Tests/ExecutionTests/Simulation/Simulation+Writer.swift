import Staging

@testable import Execution

// MARK: - The writer of checkpoints

extension Simulation {
  /// Adds to the next group and makes sure that there is one, as `CheckpointWriter.add` does.
  func add(_ checkpoint: Checkpoint, within pause: Duration, to life: Life) {
    let isEmpty = checkpoint == Checkpoint()
    if !isEmpty { life.writer.pending.merge(checkpoint) }
    let time = agenda.now + (pause == .zero ? jitter : pause.inMicroseconds)
    guard !isEmpty || pause == .zero && life.writer.due != nil, life.writer.due.map({ time < $0 }) ?? true
    else { return }
    life.writer.due = time
    agenda.add(.flush, after: time - agenda.now)
  }

  /// The next group goes to the disk, now or after the one that is on its way.
  func flush() {
    guard let life else { return }
    guard life.writer.group == nil else {
      life.writer.isWaiting = true
      return
    }
    takeCheckpoint(of: life)
    if life.writer.group != nil { agenda.add(.durable, after: dice.below(scenario.commitTime)) }
  }

  private func takeCheckpoint(of life: Life) {
    guard life.writer.pending != Checkpoint() else {
      life.writer.due = nil
      return
    }
    var group = life.writer.pending
    group.holdsRecords = scenario.holdsRecords
    life.writer.group = group
    life.writer.pending = Checkpoint()
    life.writer.due = nil
  }

  /// The group is on the disk, in whole or not at all.
  func commit() {
    guard let life, let group = life.writer.group else { return }
    life.writer.hasFailed = !isHealed && dice.happens(scenario.diskTrouble)
    if life.writer.hasFailed {
      note("the disk is full")
    } else {
      life.writer.lease = store.commit(group, now: agenda.now)
      note("durable: \(group.words)")
      referee.commits(group, store)
    }
    agenda.add(.committed, after: jitter)
  }

  /// The process learns what its commit made durable.
  func tell() {
    guard let life, let group = life.writer.group else { return }
    let (lease, hasFailed) = (life.writer.lease, life.writer.hasFailed)
    life.writer.group = nil
    life.writer.lease = nil
    if hasFailed {
      keep(group, of: life)
      act { state, _ in
        state.stop(.storage(StagingError(.io, place: "run.sqlite", "the disk is full")))
        return Checkpoint()
      }
    } else {
      act { state, now in
        // Outcomes first: a leased row may wait for one of them.
        let effects = state.durable(group.outcomes)
        if !group.announced.isEmpty {
          state.announced(group.announced)
          state.lookEnded()
        }
        if group.leaseLimit > 0, let lease { state.leased(lease, now: now) }
        return Checkpoint(effects)
      }
      if life.isQuiet { referee.compare(life.state.counts, store.counts) }
    }
    if life.writer.isWaiting {
      life.writer.isWaiting = false
      flush()
    }
  }

  /// After a failed commit: outcomes are still to be reported.
  private func keep(_ group: Checkpoint, of life: Life) {
    var again = group.afterFailure
    again.merge(life.writer.pending)
    life.writer.pending = again
  }

  // MARK: The end

  /// Ends the process when the lanes have left: writes the rest and gives rows back, as
  /// `CheckpointWriter.finish` does.
  func endIfIdle() {
    guard let life, life.lanes.allSatisfy(\.hasLeft) else { return }
    guard !life.looker.isBusy, life.looker.next.isEmpty, life.writer.group == nil, !life.writer.isWaiting
    else { return }
    life.writer.pending.leaseLimit = 0
    life.writer.pending.announced = []
    while !life.writer.pending.outcomes.isEmpty || !life.writer.pending.attempts.isEmpty {
      let isCommitted = finishOne(life)
      if self.life == nil { return }
      if !isCommitted { break }
    }
    var last = Checkpoint()
    last.released = life.state.release()
    life.writer.pending.merge(last)
    let isComplete = finishOne(life)
    if self.life == nil { return }
    note("the process ends: \(life.state.stopReason?.text ?? "done"); \(store.words)")
    if isComplete { referee.compare(life.state.counts, store.counts) }
    referee.ends(life, store)
    end()
  }

  /// One more commit of the end, before or after which the process may still be killed.
  private func finishOne(_ life: Life) -> Bool {
    takeCheckpoint(of: life)
    guard let group = life.writer.group else { return true }
    life.writer.group = nil
    if isKilledOfAge(life) { return false }
    guard isHealed || !dice.happens(scenario.diskTrouble) else {
      note("the disk is full")
      keep(group, of: life)
      life.state.stop(.storage(StagingError(.io, place: "run.sqlite", "the disk is full")))
      return false
    }
    _ = store.commit(group, now: agenda.now)
    note("durable at the end: \(group.words)")
    referee.commits(group, store)
    if isKilledOfAge(life) { return false }
    let effects = life.state.durable(group.outcomes)
    life.writer.pending.merge(Checkpoint(effects))
    life.writer.pending.leaseLimit = 0
    return true
  }

  private func isKilledOfAge(_ life: Life) -> Bool {
    life.age += 1
    if life.isKilledNow { kill() }
    return life.isKilledNow
  }
}
