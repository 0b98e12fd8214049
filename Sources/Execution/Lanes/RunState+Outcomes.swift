import Records
import Sites
import Staging

// MARK: - Outcomes

extension RunState {
  /// Takes in the end of a request: one exchange for each of its deliveries.
  mutating func finished(
    _ exchanges: [(row: Int, exchange: Exchange)], lane: Int, now: Duration
  ) -> Effects {
    figures.requestEnded()
    if batch.limit > 1, let duration = exchanges.map(\.exchange.duration).max() {
      batch.sent(exchanges.count, in: duration)
    }
    // One thing of each kind about the site, however many rows the request was for.
    var told: [Throttle.Verdict] = []
    for (_, exchange) in exchanges {
      let verdict = Throttle.Verdict(exchange)
      guard !told.contains(verdict) else { continue }
      told.append(verdict)
      // A batch takes longer the larger it is, and its size already follows the time.
      tellThrottle(verdict, exchange, latency: exchanges.count == 1 ? exchange.duration : nil, lane, now)
    }
    var effects = Effects()
    for (number, exchange) in exchanges { end(inFlight(number), exchange, lane, now, &effects) }
    return effects
  }

  /// Takes in the ends of requests with one delivery each, one after the other.
  ///
  /// - Parameter unsent: the deliveries that come back, to be the next ones.
  mutating func finishedEach(
    _ requests: [SingleRequest], unsent: ArraySlice<Delivery>, lane: Int, now: Duration
  ) -> Effects {
    figures.requestEnded()
    var effects = Effects()
    effects.outcomes.reserveCapacity(requests.count)
    for request in requests {
      let exchange = request.exchange
      lanes.sent(by: lane, at: request.sentAt)
      let entry = inFlight(request.row)
      if entry.exchanges == 1 { entry.firstSent = request.sentAt }
      tellThrottle(Throttle.Verdict(exchange), exchange, latency: exchange.duration, lane, now)
      end(entry, exchange, lane, now, &effects)
    }
    requeue(unsent)
    return effects
  }

  /// A request with one delivery, and its departure.
  struct SingleRequest {
    var row: Int
    var exchange: Exchange
    var sentAt: Duration
  }

  private func inFlight(_ number: Int) -> Entry {
    guard let entry = entries[number], entry.phase == .inFlight else {
      preconditionFailure("row \(number) ended without being in flight")
    }
    return entry
  }

  private mutating func end(
    _ entry: Entry, _ exchange: Exchange, _ lane: Int, _ now: Duration, _ effects: inout Effects
  ) {
    if let wait = exchange.nextRequestAfter { rest(lane, wait, status: exchange.status, now) }
    if entry.exchanges > 1 { figures.retried() }
    entry.attempts += 1
    if let attempt = AttemptRecord(entry.row.number, entry.exchanges, exchange) {
      effects.attempts.append(attempt)
    }
    if let outcome = take(exchange, for: entry, lane, now) { effects.outcomes.append(outcome) }
  }

  /// Rests one lane, because the site asks its connection to wait.
  private mutating func rest(_ lane: Int, _ wait: Duration, status: Int?, _ now: Duration) {
    lanes.rest(lane, until: now + wait)
    age.pause(until: lanes.earliestGate ?? now)
    // The site is asking for a pace, not absent; patience may even be zero.
    guard wait > max(settings.throttle.breaker.patience, .seconds(60)) else { return }
    let refusal = Refusal(status: status, code: "asked-to-wait", message: "the site asked to wait")
    stop(.siteDown(refusal.asking(toWait: wait)))
  }

  private mutating func tellThrottle(
    _ verdict: Throttle.Verdict, _ exchange: Exchange, latency: Duration?, _ lane: Int, _ now: Duration
  ) {
    if verdict == .served, let latency { handfuls.served(in: latency) }
    ended(
      verdict, of: exchange.outcome.refusal, latency: latency, sentAt: lanes.sentAt(lane), isWrite: true, now)
  }

  private mutating func take(
    _ exchange: Exchange, for entry: Entry, _ lane: Int, _ now: Duration
  ) -> RowOutcome? {
    func end(_ state: RowState, _ refusal: Refusal? = nil) -> RowOutcome {
      settle(entry, state, httpStatus: exchange.status, refusal)
    }
    let isTrouble: Bool
    switch exchange.outcome {
    // A lock on one record, or an answer that does not confirm, says nothing about the others.
    case .retryLater, .unknown, .foreign: isTrouble = Throttle.Verdict(exchange) != .served
    default: isTrouble = false
    }
    troubles.put(entry.row.number, isTrouble: isTrouble)
    let sentAt = lanes.sentAt(lane)
    if foreignAnswers.put(
      exchange.outcome, row: entry.row.number, sentAt: sentAt, firstSent: entry.firstSent ?? sentAt),
      let refusal = exchange.outcome.refusal
    {
      stop(.unusable(refusal))
    }
    switch exchange.outcome {
    case .applied: return end(.applied)
    case .unchanged: return end(.unchanged)
    case .refused(let refusal):
      // An earlier request without an answer may have taken effect, and now be the cause of this refusal.
      guard entry.wasLost || !refusal.isCertain else { return end(.failed, refusal) }
      guard canBeLookedFor(entry) else {
        return end(refusal.isCertain || entry.row.isIdempotent ? .failed : .unknown, refusal)
      }
      lookOnce(more: entry, LastWord(state: .failed, refusal: refusal), now)
      return nil
    case .conflict(let refusal):
      // The change may be our own: from a lost answer, or resent by something in between.
      guard canBeLookedFor(entry) else { return end(.conflict, refusal) }
      lookOnce(more: entry, LastWord(state: .conflict, refusal: refusal), now)
      return nil
    case .loginRefused(let refusal):
      stop(.loginRefused(refusal))
      // The next process looks for it first.
      if !refusal.isCertain { entry.isInDoubt = true }
      entry.phase = .waiting
      return nil
    case .retryLater(_, let refusal) where refusal.code == Refusal.notSent:
      requeue(entry, now)
      return nil
    case .retryLater(let after, let refusal):
      // A request that was sent before and may still take effect, or was not looked for since, may have been carried
      // out.
      let exhausted = entry.isInDoubt || entry.mayStillCome(now) ? RowState.unknown : .failed
      return again(entry, after: after, exchange, refusal, exhausted, now)
    case .foreign where stopReason != nil:
      // The next process looks for it first.
      entry.isInDoubt = true
      entry.phase = .waiting
      return nil
    case .foreign(let refusal):
      return doubt(entry, after: nil, exchange, refusal, sentAt: lanes.sentAt(lane), now)
    case .unknown(let after, let refusal):
      return doubt(entry, after: after, exchange, refusal, sentAt: lanes.sentAt(lane), now)
    }
  }

  /// Settles or retries a row that may have been carried out.
  private mutating func doubt(
    _ entry: Entry, after: Duration?, _ exchange: Exchange, _ refusal: Refusal, sentAt: Duration,
    _ now: Duration
  ) -> RowOutcome? {
    // A row that creates something is never resent on a guess.
    guard entry.row.isIdempotent || canBeLookedFor(entry) else {
      return settle(entry, .unknown, httpStatus: exchange.status, refusal)
    }
    lose(entry, exchange, isAnswered: refusal.isOfAnAnswer, sentAt: sentAt, now)
    // A site that has answered with the record itself is done with it.
    if refusal.code == RowDecision.notShown {
      lookOnce(more: entry, LastWord(state: .failed, refusal: refusal), now)
      return nil
    }
    // A late effect would undo what the record's next row does.
    let pause =
      canBeLookedFor(entry) || !entry.mustNotOverlap
      ? settings.settle : (entry.mayComeUntil ?? now) - now
    return again(entry, after: after, settle: pause, exchange, refusal, .unknown, now)
  }

  /// Returns outcomes with their records, before `durable` forgets them.
  func records(of outcomes: [RowOutcome]) -> [(outcome: RowOutcome, recordID: RecordID?)] {
    outcomes.map { ($0, entries[$0.number]?.row.recordID) }
  }

  /// Takes in that outcomes are durable: the next rows of their records may start, or are blocked.
  mutating func durable(_ outcomes: [RowOutcome]) -> Effects {
    var effects = Effects()
    for outcome in outcomes {
      guard let entry = entries.removeValue(forKey: outcome.number), entry.row.recordRows > 1 else {
        continue
      }
      let record = entry.row.recordID
      let others = order.leave(outcome.number, of: record)
      // A row that may have been sent already is settled, whatever became of the rows before it.
      let blocked = holds(outcome, entry) ? others.filter { entries[$0]?.isInDoubt == false } : []
      order.remove(blocked, of: record)
      effects.outcomes += blocked.map { block($0, because: outcome) }
      if let next = others.first(where: { !blocked.contains($0) }), entries[next]?.phase == .waiting {
        makeDue(next)
      }
    }
    return effects
  }

  /// Returns whether this ending makes the record's later rows wait.
  ///
  /// A row that a later look can settle always holds them. If it were resent after them, it would undo their changes,
  /// and their changes could be mistaken for its own.
  private func holds(_ outcome: RowOutcome, _ entry: Entry) -> Bool {
    switch outcome.state {
    case .unknown where settings.takesSnapshots && entry.row.snapshot != nil: true
    case .blocked: false
    default: settings.holdsRecords && !outcome.state.isDone
    }
  }

  /// Retries a row later, or ends it when it has had its attempts.
  ///
  /// An attempt counts against the row only if the trouble is its own. It does not count if the site asked to wait,
  /// answers nobody, or is as busy for others. There is a limit even then, so that some rows cannot keep a run going
  /// forever. A row that may have been carried out is looked for before it ends.
  private mutating func again(
    _ entry: Entry, after: Duration? = nil, settle pause: Duration = .zero, _ exchange: Exchange,
    _ refusal: Refusal, _ exhausted: RowState, _ now: Duration
  ) -> RowOutcome? {
    let wasServed = lastGoodAnswer.map { $0 >= entry.firstSent ?? now } ?? false
    let isHopeless = entry.exchanges >= 10 * settings.retry.attempts && wasServed
    let isShared = throttle.breaker.isOpen || troubles.areShared(besides: entry.row.number)
    // A row's own trouble counts, whatever pause the site asks for.
    let isAsked = after != nil && Throttle.Verdict(exchange) != .served
    if isAsked || isShared { entry.attempts -= 1 }
    var isOver = !settings.retry.allowsAnother(after: entry.attempts)
    if isOver, throttle.breaker.failures >= max(settings.retry.attempts, 3) {
      // The site has served no request all the while.
      throttle.suspectSite(now: now, random: &random)
      if throttle.breaker.hasGivenUp { stop(.siteDown(refusal)) }
      entry.attempts -= 1
      isOver = false
    }
    if isOver || isHopeless, stopReason == nil {
      if exhausted == .unknown, canBeLookedFor(entry) {
        lookOnce(more: entry, LastWord(state: .unknown, refusal: refusal), now + pause)
        return nil
      }
      return settle(entry, exhausted, httpStatus: exchange.status, refusal)
    }
    let tries = after == nil && isShared ? entry.exchanges : entry.attempts
    let asked = min(after ?? .zero, settings.throttle.breaker.patience)
    entry.phase = .delayed
    queues.delay(entry.row.number, until: now + max(asked, pause, self.pause(after: tries)))
    return nil
  }

  /// Ends a row with the site's answer.
  private mutating func settle(
    _ entry: Entry, _ state: RowState, httpStatus: Int?, _ refusal: Refusal?
  ) -> RowOutcome {
    entry.lastRefusal = refusal
    return settle(
      entry, state, httpStatus: httpStatus, code: refusal?.code, error: refusal?.message, hint: refusal?.hint
    )
  }

  mutating func settle(
    _ entry: Entry, _ state: RowState, httpStatus: Int?, code: String?, error: String?,
    hint: String? = nil
  ) -> RowOutcome {
    // A rollback's row that is done as far as possible may still be incomplete.
    let (state, code, error) =
      state.isDone && entry.row.kept.holdSomething
      ? (.conflict, KeptChange.errorCode, entry.row.kept.text) : (state, code, error)
    entry.phase = .settling
    counts.move(from: entry.isAnnounced ? .sending : .staged, to: state)
    figures.rowFinished(isFailed: state == .failed)
    leases.finished()
    sameRefusals.put(state, entry.lastRefusal ?? entry.lastWord?.refusal)
    if let reason = settings.stopRule.reason(failed: figures.failed, finished: figures.finished)
      ?? settings.stopRule.reason(sameRefusals)
    {
      stop(.failures(reason))
    }
    return RowOutcome(
      number: entry.row.number, state: state, attempts: entry.attempts, httpStatus: httpStatus,
      errorCode: code, error: error, hint: hint)
  }

  private mutating func block(_ number: Int, because outcome: RowOutcome) -> RowOutcome {
    counts.move(from: entries[number]?.isAnnounced == true ? .sending : .staged, to: .blocked)
    entries[number]?.phase = .settling
    return RowOutcome(
      number: number, state: .blocked, attempts: 0, errorCode: "held",
      error: "row \(outcome.number) of the same record is \(outcome.state.rawValue)")
  }
}
