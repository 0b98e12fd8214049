import Records
import Sites
import Staging

// MARK: - Looking at records before they are written

extension RunState {
  /// The result of a look at one row.
  enum Look: Sendable, Equatable {
    /// The row goes out like this.
    case send(Delivery)
    /// The row is settled without being sent.
    case settle(RowState, code: String?, error: String?)
    /// The row was sent before and is not found; a slow site may still be processing it, so look once more.
    case lookAgain
  }

  /// A row to look at.
  struct LookOrder: Sendable, Equatable {
    var row: StagedRow
    /// The number of looks that did not find it, if it is in doubt.
    var looks: Int
    /// Indicates that the site took so long for its request that it may take as long again.
    var isLate = false
    /// Indicates that the answer to one of its requests was lost, in this process or an earlier one.
    var wasLost = false
    /// Indicates that such a request may still take effect.
    var mayStillCome = false
    /// The final state if it is not found to have been carried out.
    var lastWord: LastWord?
    /// Indicates that one record may keep a group from being read, so that it must be found.
    var isSuspect = false
  }

  /// Returns the next group of rows to look at and announce, if the lanes will soon run dry; else none.
  mutating func looks(now: Duration) -> [LookOrder] {
    guard stopReason == nil, !isHeld, !looking.isUnderWay, throttle.holdOfLooks(now: now) == nil else {
      return []
    }
    wakeDelayed(now)
    let limit = lookLimit(now)
    // A smaller limit keeps looks fresh, which more rows ahead would not be.
    guard queues.readyCount <= (limit == leases.limit ? leases.reserve : limit / 2) else { return [] }
    var rows: [LookOrder] = []
    while rows.count < limit, let number = queues.takeDue(scarce: false), let row = look(at: number, now) {
      rows.append(row)
    }
    var room = 2 * settings.lanes - queues.readyCount
    while room > 0, let number = queues.takeDue(scarce: true), let row = look(at: number, now) {
      rows.append(row)
      room -= 1
    }
    looking.began(rows: rows.count, now: now)
    for row in rows where asksSite(about: row.row.number) {
      throttle.began(now: now)
      break
    }
    return rows
  }

  /// Returns whether a look at the row needs a request.
  private func asksSite(about number: Int) -> Bool {
    guard let entry = entries[number] else { return false }
    return settings.takesSnapshots || entry.isInDoubt && entry.row.snapshot != nil
  }

  private mutating func look(at number: Int, _ now: Duration) -> LookOrder? {
    guard let entry = entries[number] else { return nil }
    entry.phase = .looking
    entry.row.isInDoubt = entry.isInDoubt
    return LookOrder(
      row: entry.row, looks: entry.doubtLooks, isLate: entry.lateness > .zero, wasLost: entry.wasLost,
      mayStillCome: entry.mayStillCome(now), lastWord: entry.lastWord,
      isSuspect: entry.failedLooks >= settings.retry.attempts)
  }

  /// Takes in the results of a group's look; rows to send must still be announced.
  ///
  /// - Parameters:
  ///   - snapshots: the records of rows to send, kept to find out later what became of them.
  ///   - isAnswer: the site was asked at all.
  ///   - taken: the time since the first request left.
  ///   - waited: the part of it spent waiting between requests: the first reading is that old.
  mutating func looked(
    _ looks: [Int: Look], snapshots: [Snapshot], isAnswer: Bool, taken: Duration = .zero,
    waited: Duration = .zero, now: Duration
  ) -> Effects {
    looking.succeeded(rows: looks.count, taken: isAnswer ? taken - waited : nil)
    ended(isAnswer ? .served : .none, of: nil, sentAt: looking.sentAt, now)
    if isAnswer { foreignAnswers.lookAnswered(sentAt: looking.sentAt) }
    var effects = Effects()
    for snapshot in snapshots { entries[snapshot.row]?.row.snapshot = snapshot }
    for (number, look) in looks.sorted(by: { $0.key < $1.key }) {
      guard let entry = entries[number] else { continue }
      switch look {
      case .send(let delivery):
        // A rollback's row may go out only in part; later looks are for that part.
        entry.row.patch = delivery.row.patch
        if entry.row.kept != delivery.row.kept { entry.row.kept = delivery.row.kept }
        decide(entry, delivery, now - waited)
      case .settle(let state, let code, let error):
        effects.outcomes.append(
          settle(
            entry, state, httpStatus: entry.lastWord?.state == state ? entry.lastWord?.refusal.status : nil,
            code: code, error: error))
      case .lookAgain:
        entry.doubtLooks += 1
        entry.phase = .delayed
        queues.delay(number, until: nextLook(entry, now))
      }
    }
    return effects
  }

  /// Takes in that a group needs no look at its records.
  ///
  /// - Returns: the rows, which must still be announced.
  mutating func lookedAtNone(of orders: [LookOrder], now: Duration) -> [Int] {
    looking.succeeded(rows: orders.count, taken: nil)
    ended(.none, of: nil, sentAt: looking.sentAt, now)
    for order in orders {
      guard let entry = entries[order.row.number] else { continue }
      decide(entry, Delivery(order.row), now)
    }
    return orders.map(\.row.number)
  }

  private func decide(_ entry: Entry, _ delivery: Delivery, _ time: Duration) {
    entry.delivery = delivery
    entry.decidedAt = time
    // Without a look at its record, the outcome cannot be known.
    if settings.takesSnapshots || entry.row.snapshot != nil { entry.isInDoubt = delivery.isInDoubt }
    entry.doubtLooks = 0
  }

  /// Takes in that the intent of these rows is durable.
  mutating func announced(_ numbers: [Int]) {
    for number in numbers {
      guard let entry = entries[number], entry.phase == .looking else { continue }
      if !entry.isAnnounced { counts.move(from: .staged, to: .sending) }
      entry.isAnnounced = true
      entry.phase = .ready
      queues.putReady(number)
    }
  }

  /// Takes in that a group is done, so that the next one may be looked at.
  mutating func lookEnded() { looking.ended() }

  /// Takes in that a group could not be looked at; its rows are due again after a pause.
  mutating func lookFailed(_ numbers: [Int], _ outcome: Outcome, now: Duration) {
    looking.failed()
    for number in numbers {
      entries[number]?.phase = .delayed
      if Exchange(outcome: outcome).mayBeOfOneRecord { entries[number]?.failedLooks += 1 }
    }
    // The breaker helps a site that is down; this only prevents a busy loop.
    var pause = max(
      self.pause(after: min(looking.failures, 3)), .milliseconds(50) * min(looking.failures, 20))
    switch outcome {
    case .loginRefused(let refusal): stop(.loginRefused(refusal))
    case .refused(let refusal), .conflict(let refusal): stop(.unusable(refusal))
    case .foreign(let refusal) where refusal.isRedirection || looking.failures >= LookStanding.foreignLimit:
      stop(.unusable(refusal))
    case .retryLater(let after, let refusal), .unknown(let after, let refusal):
      if isBeyondPatience(after) { stop(.siteDown(refusal.asking(toWait: after))) }
      pause = max(pause, after ?? .zero)
      ended(Throttle.Verdict(Exchange(outcome: outcome)), of: refusal, sentAt: looking.sentAt, now)
    case .foreign(let refusal):
      ended(Throttle.Verdict(Exchange(outcome: outcome)), of: refusal, sentAt: looking.sentAt, now)
    case .applied, .unchanged: break
    }
    for number in numbers { queues.delay(number, until: now + pause) }
  }

  /// Returns whether the site asks for a longer wait than the run's patience.
  func isBeyondPatience(_ wait: Duration?) -> Bool {
    wait.map { $0 > settings.throttle.breaker.patience } ?? false
  }

  /// Takes in what a request says about the site, and whether the run's patience is over.
  mutating func ended(
    _ verdict: Throttle.Verdict, of refusal: Refusal?, latency: Duration? = nil, sentAt: Duration,
    isWrite: Bool = false, _ now: Duration
  ) {
    if verdict == .served { lastGoodAnswer = now }
    throttle.ended(verdict, sentAt: sentAt, latency: latency, now: now, random: &random)
    if isWrite { throttle.wrote(isServed: verdict == .served, now: now) }
    if let hold = throttle.holdOfLooks(now: now) { age.pause(until: hold.until ?? now) }
    guard throttle.breaker.hasGivenUp, let refusal else { return }
    if case .refused(let after) = verdict {
      stop(.siteDown(refusal.asking(toWait: after)))
    } else {
      stop(.siteDown(refusal))
    }
  }
}
