import Sites
import Staging

// MARK: - Lanes

extension RunState {
  /// Tells a lane what to do now.
  mutating func next(lane: Int, now: Duration) -> Step {
    idleLanes[lane] = nil
    // Whoever has nothing left to do does not wait for a gate.
    guard stopReason == nil, !isFinished else { return .exit }
    guard !isHeld else { return idle(lane, until: nil) }
    let opens = max(gate, laneGates[lane])
    guard now >= opens else { return idle(lane, until: opens) }
    wakeDelayed(now)
    var deliveries: [Delivery] = []
    while deliveries.count < max(batch.size, 1), let number = queues.ready.first,
      let delivery = entries[number]?.delivery
    {
      guard deliveries.isEmpty || delivery.fitsABatch else { break }
      _ = queues.ready.take()
      depart(number, now)
      deliveries.append(delivery)
      if !delivery.fitsABatch { break }
    }
    guard !deliveries.isEmpty else {
      return idle(lane, until: queues.delayed.last?.time)
    }
    figures.inFlight += 1
    figures.peakInFlight = max(figures.peakInFlight, figures.inFlight)
    return .send(deliveries)
  }

  private mutating func depart(_ number: Int, _ now: Duration) {
    entries[number]?.phase = .inFlight
    entries[number]?.exchanges += 1
    if entries[number]?.firstSent == nil { entries[number]?.firstSent = now }
  }

  /// Puts rows whose pause is over back where they were.
  mutating func wakeDelayed(_ now: Duration) {
    while let last = queues.delayed.last, last.time <= now {
      queues.delayed.removeLast()
      makeDue(last.row)
    }
  }

  /// The lanes that have something to do now and do not know it yet.
  mutating func lanesToWake(now: Duration) -> [Int] {
    let everybody = stopReason != nil || isFinished
    // Woken, they would only go to sleep again.
    guard everybody || !isHeld else { return [] }
    let wanted = everybody ? idleLanes.count : queues.ready.count
    // In their order, so that the same events always lead to the same run.
    var woken: [Int] = []
    for lane in idleLanes.keys.sorted() where woken.count < wanted {
      // Who sleeps until its gate opens comes by itself; woken before, it would only lie down again.
      guard everybody || !isBehindGate(lane, now) else { continue }
      woken.append(lane)
    }
    // Somebody has to be there when the next pause is over, also when it began while all were asleep.
    if woken.isEmpty, let next = queues.delayed.last?.time, let lane = idleLanes.keys.min(),
      !idleLanes.values.contains(where: { $0 <= max(next, gate) })
    {
      woken = [lane]
    }
    for lane in woken { idleLanes[lane] = nil }
    return woken
  }

  private func isBehindGate(_ lane: Int, _ now: Duration) -> Bool {
    let opens = max(gate, laneGates[lane])
    return opens > now && (idleLanes[lane] ?? .zero) <= opens
  }

  /// Whether a lane sits idle, so that a commit should not be put off to gather more.
  var hasIdleLanes: Bool { !idleLanes.isEmpty }

  /// Rows whose intent is durable and that were certainly not sent; asked for when all lanes have left.
  ///
  /// A row that may have been carried out stays as it is: in doubt, for the next process to settle.
  mutating func release() -> [Int] {
    let left = entries.filter { $0.value.phase != .settling }
    for number in left.keys { entries[number] = nil }
    let announced = left.filter { $0.value.isAnnounced && !$0.value.isInDoubt }.keys.sorted()
    counts[.sending] -= announced.count
    counts[.staged] += announced.count
    return announced
  }

  private mutating func idle(_ lane: Int, until time: Duration?) -> Step {
    idleLanes[lane] = time ?? .seconds(Int64.max)
    return .wait(until: time)
  }
}

// MARK: - Leases

extension RunState {
  /// How many rows to lease now and after which row, if it is time to.
  mutating func leaseRequest(now: Duration) -> (after: Int, limit: Int)? {
    guard stopReason == nil else { return nil }
    return leases.request(atHand: queues.atHand, held: entries.count, now: now)
  }

  /// Takes over rows of the run file; nothing of them is durable yet.
  mutating func leased(_ lease: Lease) {
    leases.granted(last: lease.last, isExhausted: lease.isExhausted)
    counts[.staged] -= lease.blocked
    counts[.blocked] += lease.blocked
    for row in lease.rows {
      entries[row.number] = Entry(
        row: row, phase: .waiting, attempts: row.attempts, isAnnounced: row.isInDoubt,
        isInDoubt: row.isInDoubt)
      if row.recordRows > 1 {
        records[row.recordID, default: []].append(row.number)
        guard records[row.recordID]?.count == 1 else { continue }
      }
      if row.isInDoubt {
        // The site may still be at what an earlier process sent right before its end.
        entries[row.number]?.phase = .delayed
        queues.delay(row.number, until: settings.settle)
      } else {
        makeDue(row.number)
      }
    }
  }

  /// The row may go on: to be looked at, or straight to the lanes when that has been done.
  ///
  /// A row whose answer was lost is looked at again, if its record was before.
  mutating func makeDue(_ number: Int) {
    guard let entry = entries[number] else { return }
    if entry.delivery != nil, !(entry.isInDoubt && settings.takesSnapshots) {
      entries[number]?.phase = .ready
      queues.ready.put(number)
    } else {
      entries[number]?.phase = .due
      let isScarce = !settings.takesSnapshots && !entry.row.isIdempotent
      if isScarce { queues.dueScarce.put(number) } else { queues.due.put(number) }
    }
  }
}

/// Where the rows in memory stand in line.
struct RowQueues: Sendable {
  /// To be looked at.
  var due = FirstInFirstOut()
  /// The same, for rows that create something while no snapshots are taken: only as many as lanes can soon take
  /// are announced, because a kill would leave every one of them in doubt for good.
  var dueScarce = FirstInFirstOut()
  var ready = FirstInFirstOut()
  /// Rows that wait for a time, the earliest last.
  var delayed: [(time: Duration, row: Int)] = []

  /// Rows that lanes can get to without a lease.
  var atHand: Int { due.count + dueScarce.count + ready.count }

  mutating func delay(_ row: Int, until time: Duration) {
    let index = delayed.firstIndex { $0.time < time } ?? delayed.endIndex
    delayed.insert((time, row), at: index)
  }
}
