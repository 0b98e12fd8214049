import Sites
import Staging

// MARK: - Requests whose answers were lost

/// The final state of a row in doubt that is not found to have been carried out.
struct LastWord: Sendable, Equatable {
  var state: RowState
  var refusal: Refusal
}

extension RunState.Entry {
  /// Indicates that the answer to one of its requests was lost, in this process or an earlier one.
  var wasLost: Bool { mayComeUntil != nil }

  /// Returns whether such a request may still take effect.
  func mayStillCome(_ now: Duration) -> Bool { mayComeUntil.map { now < $0 } ?? false }

  /// Indicates that a late effect does harm: it would add something twice, or undo a later row of the record.
  var mustNotOverlap: Bool { row.mustNotOverlap }
}

extension StagedRow {
  /// Indicates that the row must not be resent while an earlier request of it may still take effect.
  var mustNotOverlap: Bool { !isIdempotent || ordinal < recordRows }
}

extension RunState {
  /// The shortest wait between two looks while the site may still be processing a request.
  private static let shortestPause = Duration.milliseconds(500)

  /// Returns whether a look can tell what became of a row.
  func canBeLookedFor(_ entry: Entry) -> Bool { settings.takesSnapshots && entry.row.snapshot != nil }

  /// Returns the time until which the requests of an earlier process may take effect.
  ///
  /// They left before that process ended, and not long after the intent was written.
  func mayComeUntil(_ row: StagedRow, _ now: Duration) -> Duration {
    let ago = max(row.inDoubtFor, row.announcedFor - LookAge.longestWay)
    return now - ago + max(settings.requestTimeout, settings.longestTimeout) + settings.settle
  }

  /// Takes in that the answer to a request was lost.
  ///
  /// - Parameter isAnswered: the site itself has answered, though not about this row, so that nothing is on its way
  ///   any more.
  mutating func lose(
    _ entry: Entry, _ exchange: Exchange, isAnswered: Bool, sentAt: Duration, _ now: Duration
  ) {
    let verdict = Throttle.Verdict(exchange)
    entry.isInDoubt = true
    // A gateway that hangs up, or answers for the site, has waited for it as long as we have.
    let isLate = verdict == .timedOut || exchange.duration > settings.settle
    entry.lateness = isLate && !isAnswered ? exchange.duration : .zero
    let until = isAnswered ? now : sentAt + settings.requestTimeout + settings.settle
    entry.mayComeUntil = max(entry.mayComeUntil ?? until, until)
  }

  /// Returns the time of the next look for a row that was not found.
  ///
  /// The first look comes soon, in case the site has just finished. Intervals then grow while the site may still be
  /// processing the request. The last look comes when it no longer can be.
  func nextLook(_ entry: Entry, _ now: Duration) -> Duration {
    let pause = max(settings.settle, entry.lateness * 2)
    guard let until = entry.mayComeUntil, now < until else { return now + pause }
    let doubling = max(pause, RunState.shortestPause) * (1 << min(max(entry.doubtLooks - 1, 0), 20))
    return min(now + doubling, until)
  }

  /// Queues a row for one more look, which says whether it was carried out after all.
  mutating func lookOnce(more entry: Entry, _ word: LastWord, _ time: Duration) {
    entry.lastWord = word
    entry.isInDoubt = true
    entry.phase = .delayed
    queues.delay(entry.row.number, until: time)
  }

  /// Returns what is waited for now, in words; `nil` for nothing.
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
      "waiting up to \(Throttle.seconds(until - now)): the site may still apply \(rows) it has not answered"
  }
}
