import Sites
import Staging

// MARK: - Lanes

extension RunState {
  /// Returns a lane's next step.
  mutating func next(lane: Int, now: Duration) -> Step {
    lanes.woke(lane)
    // A lane with nothing left to do does not wait for a gate.
    guard stopReason == nil, !isFinished else { return .exit }
    // Checked before a user's pause: nothing would wake a lane that sleeps through its gate.
    guard now >= lanes.gate(of: lane) else { return idle(lane, until: lanes.gate(of: lane)) }
    guard !isHeld else { return idle(lane, until: nil) }
    wakeDelayed(now)
    guard throttle.hold(inFlight: figures.inFlight, now: now) == nil else { return idle(lane, now) }
    let isBatch = batch.limit > 1
    let limit = isBatch ? max(batch.size, 1) : handful(now)
    var deliveries: [Delivery] = []
    deliveries.reserveCapacity(limit)
    while deliveries.count < limit, let number = queues.nextReady, let entry = entries[number],
      var delivery = entry.delivery
    {
      guard isFresh(entry, now) else {
        _ = queues.takeReady()
        renew(number)
        continue
      }
      guard deliveries.isEmpty || !isBatch || delivery.fitsABatch else { break }
      _ = queues.takeReady()
      depart(entry, now)
      delivery.attempt = entry.exchanges
      if let snapshot = entry.row.snapshot { delivery.row.snapshot = snapshot }
      deliveries.append(delivery)
      if isBatch, !delivery.fitsABatch { break }
    }
    guard !deliveries.isEmpty else { return idle(lane, now) }
    throttle.began(now: now)
    throttle.sent(now: now)
    lanes.sent(by: lane, at: now)
    figures.requestBegan()
    note(throttle.hold(inFlight: figures.inFlight, now: now), now)
    return deliveries.count > 1 && !isBatch ? .sendEach(deliveries) : .send(deliveries)
  }

  /// Admits a further request of a lane or a look (`lane` is `nil`), or says how long to wait.
  mutating func admit(lane: Int?, now: Duration) -> Admission {
    guard stopReason == nil else { return .refused }
    if let hold = throttle.holdOfNextRequest(now: now) { return .wait(until: hold.until ?? now) }
    throttle.sent(now: now)
    if let lane { lanes.sent(by: lane, at: now) } else { looking.sent(at: now) }
    return .admitted
  }

  enum Admission: Equatable {
    case admitted
    case wait(until: Duration)
    case refused
  }

  /// Takes in that one of several reads was refused.
  ///
  /// - Returns: whether to ask again at once.
  mutating func readRefused(after: Duration?, lane: Int?, now: Duration) -> Bool {
    // The caller reports it, and the run stops.
    guard !isBeyondPatience(after) else { return false }
    let sentAt = lane.map { lanes.sentAt($0) } ?? looking.sentAt
    throttle.ended(.refused(after: after), sentAt: sentAt, now: now, random: &random)
    if let hold = throttle.holdOfLooks(now: now) { age.pause(until: hold.until ?? now) }
    return stopReason == nil && !throttle.breaker.isOpen
  }

  private func depart(_ entry: Entry, _ now: Duration) {
    entry.phase = .inFlight
    entry.exchanges += 1
    entry.renewals = 0
    if entry.firstSent == nil { entry.firstSent = now }
  }

  /// Moves rows whose pause is over back to their queues.
  mutating func wakeDelayed(_ now: Duration) {
    while let row = queues.takeDelayed(now) { makeDue(row) }
  }

  /// Returns the idle lanes that have something to do now.
  mutating func lanesToWake(now: Duration) -> [Int] {
    let hold = throttle.hold(inFlight: figures.inFlight, now: now)
    note(hold, now)
    guard lanes.hasIdle else { return [] }
    if stopReason != nil || isFinished { return lanes.wakeAll() }
    // Woken lanes would only go to sleep again.
    if isHeld { return [] }
    if hold == nil {
      // With a rate, the lane that sends makes the others wait.
      let free = throttle.rate == nil ? throttle.lanes.limit - figures.inFlight : 1
      let woken = lanes.wake(min(lanesOfUse, free), now: now)
      if !woken.isEmpty { return woken }
    }
    // One lane must be awake when the next pause is over, even if all were asleep when it began.
    return nextEvent(hold).map { lanes.wakeOne(for: $0) } ?? []
  }

  /// Returns the next time at which work may continue without an event.
  private func nextEvent(_ hold: Hold?) -> Duration? {
    guard let delayed = queues.nextTime, let opens = hold?.until else {
      return queues.nextTime ?? hold?.until
    }
    return min(delayed, opens)
  }

  /// Records the reason that rows which could be sent are held back.
  private mutating func note(_ hold: Hold?, _ now: Duration) {
    guard stopReason == nil, !isHeld, figures.inFlight < lanes.count else {
      return throttle.note(nil, now: now)
    }
    var hold = hold
    if hold == nil, lanes.areAllResting(now) {
      hold = Hold(reason: .siteAsked, until: lanes.earliestGate)
    }
    switch hold?.reason {
    // Without the site's trouble, waiting rows would be resent.
    case .siteAsked, .breaker: throttle.note(entries.isEmpty ? nil : hold, now: now)
    case .rate, .adaptive, nil: throttle.note(queues.atHand > 0 ? hold : nil, now: now)
    }
  }

  /// Returns the time that a commit with these changes may gather more.
  ///
  /// None, if a lane has nothing to do. Little, if it brings lanes new rows, or if a kill would leave the rows in it
  /// unknown for good. Otherwise about as long as a site takes to answer: with or without these rows, a kill leaves
  /// those in flight in doubt.
  func commitPause(_ checkpoint: Checkpoint) -> Duration {
    if lanes.hasIdle, queues.readyCount == 0 { return .zero }
    let bringsRows = !checkpoint.announced.isEmpty || checkpoint.leaseLimit > 0
    return .milliseconds(bringsRows || queues.hasSeenScarce ? 3 : 25)
  }

  /// Returns rows whose intent is durable and that were certainly not sent; called when all lanes have left.
  ///
  /// A row that may have been carried out stays in doubt, for the next process to settle.
  mutating func release() -> [Int] {
    let left = entries.filter { $0.value.phase != .settling }
    for number in left.keys { entries[number] = nil }
    let announced = left.filter { $0.value.isAnnounced && !$0.value.isInDoubt && !$0.value.wasLost }.keys
      .sorted()
    counts[.sending] -= announced.count
    counts[.staged] += announced.count
    return announced
  }

  /// Puts a lane to sleep; one waiting lane wakes at the next time that work may continue, which is enough.
  private mutating func idle(_ lane: Int, _ now: Duration) -> Step {
    let hold = throttle.hold(inFlight: figures.inFlight, now: now)
    note(hold, now)
    let time = nextEvent(hold)
    let isAwaited = time.map { lanes.isOneUp(by: $0) } ?? true
    return idle(lane, until: isAwaited ? nil : time)
  }

  private mutating func idle(_ lane: Int, until time: Duration?) -> Step {
    lanes.sleeps(lane, until: time)
    return .wait(until: time)
  }
}

// MARK: - Leases

extension RunState {
  /// Returns the number of rows to lease now and the row after which to start, if it is time to.
  mutating func leaseRequest(now: Duration) -> (after: Int, limit: Int)? {
    guard stopReason == nil else { return nil }
    return leases.request(atHand: queues.atHand, held: entries.count, now: now)
  }

  /// Takes in rows of the run file, before anything about them is durable.
  mutating func leased(_ lease: Lease, now: Duration) {
    leases.granted(last: lease.last, isExhausted: lease.isExhausted)
    counts[.staged] -= lease.blocked
    counts[.blocked] += lease.blocked
    entries.reserveCapacity(entries.count + lease.rows.count)
    for row in lease.rows {
      entries[row.number] = entry(of: row, now)
      if row.recordRows == 1 || order.join(row.number, of: row.recordID) { makeDue(row.number) }
    }
  }

  private func entry(of row: StagedRow, _ now: Duration) -> Entry {
    var row = row
    if settings.repeatsNothing { row.isIdempotent = false }
    let entry = Entry(row)
    guard row.isInDoubt else { return entry }
    if row.inDoubtFor >= settings.settle * RowDecision.looks { entry.doubtLooks = RowDecision.looks - 1 }
    let until = mayComeUntil(row, now)
    entry.mayComeUntil = until
    // The site may still be processing a request that an earlier process sent right before its end.
    let opens = now + max(settings.settle - row.inDoubtFor, .zero)
    entry.opens = row.snapshot == nil && entry.mustNotOverlap ? max(opens, until) : opens
    return entry
  }

  /// Lets a row continue: to a look, or straight to the lanes if it has had one.
  ///
  /// A row whose answer was lost is looked at again, if its record was looked at before.
  mutating func makeDue(_ number: Int) {
    guard let entry = entries[number] else { return }
    if let opens = entry.opens {
      entry.opens = nil
      entry.phase = .delayed
      queues.delay(number, until: opens)
    } else if entry.delivery != nil, !(entry.isInDoubt && settings.takesSnapshots) {
      entry.phase = .ready
      queues.putReady(number)
    } else {
      entry.phase = .due
      queues.putDue(number, scarce: !settings.takesSnapshots && !entry.row.isIdempotent)
    }
  }
}
