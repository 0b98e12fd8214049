import Sites
import Staging

// MARK: - Requests whose answers were lost

/// What becomes of a row in doubt if it is not found to have been carried out.
struct LastWord: Sendable, Equatable {
  var state: RowState
  var refusal: Refusal
}

extension RunState.Entry {
  /// Whether the answer to a request of it was lost, in this process or an earlier one.
  var wasLost: Bool { mayComeUntil != nil }

  /// Whether such a request may still be carried out.
  func mayStillCome(_ now: Duration) -> Bool { mayComeUntil.map { now < $0 } ?? false }

  /// Whether a request that is carried out late does harm: it would add something twice, or undo what a later row of the
  /// record has done.
  var mustNotOverlap: Bool { row.mustNotOverlap }
}

extension StagedRow {
  /// Whether it must not be sent again as long as an earlier request of it may be carried out.
  var mustNotOverlap: Bool { !isIdempotent || ordinal < recordRows }
}

extension RunState {
  /// How long a look waits before another one, at least, while the site may still be at a request.
  private static let shortestPause = Duration.milliseconds(500)

  /// Whether a look can tell what became of a row.
  func canBeLookedFor(_ entry: Entry) -> Bool { settings.takesSnapshots && entry.row.snapshot != nil }

  /// Until when what an earlier process may have sent can be carried out.
  ///
  /// It was sent before that process ended, and not long after the intent was written.
  func mayComeUntil(_ row: StagedRow, _ now: Duration) -> Duration {
    let ago = max(row.inDoubtFor, row.announcedFor - LookAge.longestWay)
    return now - ago + max(settings.requestTimeout, settings.longestTimeout) + settings.settle
  }

  /// Takes in that the answer to a request was lost.
  ///
  /// - Parameter isAnswered: whether the site itself has answered, though not about this: nothing is on its way any more.
  mutating func lose(
    _ entry: inout Entry, _ exchange: Exchange, isAnswered: Bool, sentAt: Duration, _ now: Duration
  ) {
    let verdict = Throttle.Verdict(exchange)
    entry.isInDoubt = true
    // A gateway that hangs up, or answers for the site, has waited for it just as long as we have.
    let isLate = verdict == .timedOut || exchange.duration > settings.settle
    entry.lateness = isLate && !isAnswered ? exchange.duration : .zero
    let until = isAnswered ? now : sentAt + settings.requestTimeout + settings.settle
    entry.mayComeUntil = max(entry.mayComeUntil ?? until, until)
  }

  /// When a row is looked for again that was not found.
  ///
  /// As long as the site may still be at it, sooner in case that it has just finished, then at longer and longer
  /// intervals, and for the last time when it can be no more.
  func nextLook(_ entry: Entry, _ now: Duration) -> Duration {
    let pause = max(settings.settle, entry.lateness * 2)
    guard let until = entry.mayComeUntil, now < until else { return now + pause }
    let doubling = max(pause, RunState.shortestPause) * (1 << min(max(entry.doubtLooks - 1, 0), 20))
    return min(now + doubling, until)
  }

  /// Puts a row in line for one more look, which says whether it was carried out all the same.
  mutating func lookOnce(more entry: inout Entry, _ word: LastWord, _ time: Duration) {
    entry.lastWord = word
    entry.isInDoubt = true
    entry.phase = .delayed
    queues.delay(entry.row.number, until: time)
  }

  /// What is waited for now, in words; `nil` when nothing is.
  func note(now: Duration) -> String? {
    guard figures.inFlight == 0, !looking.isUnderWay, throttle.holdOfLooks(now: now) == nil else {
      return throttle.note(now: now)
    }
    if queues.readyCount > 0, let gate = lanes.earliestGate, gate > now {
      return Throttle.note(askedFor: gate - now)
    }
    let waiting = entries.values.filter { $0.phase == .delayed && $0.mayStillCome(now) }
    guard queues.atHand == 0, let until = waiting.compactMap(\.mayComeUntil).max() else {
      return throttle.note(now: now)
    }
    let rows = waiting.count == 1 ? "1 row" : "\(waiting.count) rows"
    return
      "waiting up to \(Throttle.seconds(until - now)): the site may still carry out \(rows) without an answer"
  }
}
