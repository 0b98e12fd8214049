import Records
import Staging

/// The rules of `RunFile` in memory: `SimulatedStoreTests` holds it against the real one.
struct SimulatedStore {
  struct Row {
    /// The part of a lease that does not change.
    var staged: StagedRow
    var state: RowState
    var attempts = 0
    var snapshot: Snapshot?
    var errorCode: String?
    var error: String?
    var inDoubtSince: Int?
    var announcedAt: Int?
  }

  /// By number, from 1.
  private(set) var rows: [Row]

  /// - Parameter rows: in sheet order; a rejected one has no state to start from.
  init(_ rows: [(staged: StagedRow, isRejected: Bool)]) {
    self.rows = rows.map { Row(staged: $0.staged, state: $0.isRejected ? .rejected : .staged) }
  }

  subscript(number: Int) -> Row { rows[number - 1] }

  var counts: StateCounts {
    var counts = StateCounts()
    for row in rows { counts[row.state] += 1 }
    return counts
  }

  /// - Parameter now: in microseconds, as for `commit`.
  mutating func recover(retryingFailed: Bool, now: Int) {
    for index in rows.indices {
      let row = rows[index]
      switch row.state {
      case .unknown where row.snapshot != nil:
        rows[index].state = .sending
        clearError(index)
      case .sending where row.snapshot == nil && !row.staged.isIdempotent:
        rows[index].state = .unknown
        rows[index].errorCode = "interrupted"
        rows[index].error =
          "the run was cut short while this row was being sent; it may have been applied"
      case .blocked: giveAnotherChance(index)
      default: break
      }
    }
    for index in rows.indices where rows[index].state == .sending {
      rows[index].inDoubtSince = rows[index].inDoubtSince ?? now
    }
    guard retryingFailed else { return }
    for index in rows.indices where rows[index].state == .failed && !isOutOfTurn(index) {
      giveAnotherChance(index)
    }
  }

  private mutating func giveAnotherChance(_ index: Int) {
    rows[index].state = .staged
    rows[index].attempts = 0
    clearError(index)
  }

  /// True when a later row of the record is done, or may be.
  private func isOutOfTurn(_ index: Int) -> Bool {
    rows[(index + 1)...].contains { later in
      guard later.staged.recordID == rows[index].staged.recordID else { return false }
      return switch later.state {
      case .applied, .unchanged, .unknown, .sending: true
      case .conflict: later.errorCode == "changed-meanwhile"
      default: false
      }
    }
  }

  private mutating func clearError(_ index: Int) {
    rows[index].errorCode = nil
    rows[index].error = nil
  }

  mutating func commit(_ checkpoint: Checkpoint, now: Int) -> Lease {
    for outcome in checkpoint.outcomes {
      rows[outcome.number - 1].state = outcome.state
      rows[outcome.number - 1].attempts = outcome.attempts
      rows[outcome.number - 1].errorCode = outcome.errorCode
      rows[outcome.number - 1].error = outcome.error
    }
    for snapshot in checkpoint.snapshots { rows[snapshot.row - 1].snapshot = snapshot }
    for number in checkpoint.announced {
      rows[number - 1].state = .sending
      rows[number - 1].inDoubtSince = nil
      rows[number - 1].announcedAt = now
    }
    for number in checkpoint.released { rows[number - 1].state = .staged }
    guard checkpoint.leaseLimit > 0 else { return Lease(rows: [], blocked: 0, last: 0, isExhausted: false) }
    return lease(checkpoint.leaseAfter, checkpoint.leaseLimit, checkpoint.holdsRecords, now)
  }

  private mutating func lease(_ last: Int, _ limit: Int, _ holdsRecords: Bool, _ now: Int) -> Lease {
    var lease = Lease(rows: [], blocked: 0, last: last, isExhausted: true)
    var candidates: [Int] = []
    for index in last..<max(last, rows.count)
    where rows[index].state == .staged || rows[index].state == .sending {
      if candidates.count == limit { break }
      candidates.append(index)
    }
    lease.isExhausted = candidates.count < limit
    for index in candidates {
      lease.last = index + 1
      var row = rows[index].staged
      row.isInDoubt = rows[index].state == .sending
      if row.isInDoubt {
        if let since = rows[index].inDoubtSince { row.inDoubtFor = Duration(micro: now - since) }
        if let since = rows[index].announcedAt { row.announcedFor = Duration(micro: now - since) }
      }
      row.attempts = rows[index].attempts
      row.snapshot = rows[index].snapshot
      if !row.isInDoubt, let holding = holding(before: index, holdsRecords) {
        rows[index].state = .blocked
        rows[index].errorCode = "held"
        rows[index].error = "row \(holding + 1) of the same record is \(rows[holding].state.rawValue)"
        lease.blocked += 1
      } else {
        lease.rows.append(row)
      }
    }
    return lease
  }

  /// The first earlier row of the same record that is not done.
  private func holding(before index: Int, _ holdsRecords: Bool) -> Int? {
    guard rows[index].staged.ordinal > 1 else { return nil }
    return (0..<index).first { earlier in
      guard rows[earlier].staged.recordID == rows[index].staged.recordID else { return false }
      return switch rows[earlier].state {
      case .unknown where rows[earlier].snapshot != nil: true
      case .failed, .conflict, .unknown, .rejected, .blocked: holdsRecords
      default: false
      }
    }
  }
}
