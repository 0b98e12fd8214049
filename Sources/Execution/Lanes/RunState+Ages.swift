import Sites
import Staging

// MARK: - How long a look is good for

extension RunState {
  /// A row that was looked at longer ago than this when it may leave is looked at again, and its intent written again:
  /// its record may have been changed since, and the run been taken over.
  private static let freshness = Duration.seconds(5)

  /// How many rows are looked at in one go, at most: as many as leave while that is good for something.
  mutating func lookLimit(_ now: Duration) -> Int {
    leases.measure(now)
    let seconds = RunState.freshness / .seconds(1)
    var limit = min(leases.limit, lookSizing.size)
    let requestRate = throttle.rate.map { $0 * Double(batch.size) }
    for perSecond in [leases.pace, requestRate].compactMap(\.self) {
      let count = Int(min(perSecond * seconds, Double(LeasePacing.maximum)))
      limit = min(limit, max(count, settings.lanes * batch.size))
    }
    return limit
  }

  /// Whether a row may leave by what was decided about it.
  ///
  /// Where looks take so long, or requests are so far apart, that no row would ever leave, they are good for longer.
  func isFresh(_ number: Int, _ now: Duration) -> Bool {
    guard let entry = entries[number] else { return true }
    // What it has waited for is over, and there is time for another look.
    guard entry.decidedAt >= pausedUntil else { return now - entry.decidedAt <= RunState.freshness }
    let slots = throttle.rate.map { Duration.seconds(2 / $0) } ?? .zero
    let limit = max(RunState.freshness, slots) * (1 << min(entry.renewals, 20))
    return now - entry.decidedAt <= min(limit, RunState.longestWay)
  }

  /// Takes in that nothing is sent before a time, because somebody asked for that.
  mutating func pause(until time: Duration) { pausedUntil = max(pausedUntil, time) }

  /// Puts a row back in line for a look.
  mutating func renew(_ number: Int) {
    entries[number]?.delivery = nil
    entries[number]?.renewals += 1
    makeDue(number)
  }

  /// Takes in that a request did not leave after all, because what came before it took too long, or because the run stops.
  mutating func putBack(_ entry: inout Entry, _ now: Duration) {
    entry.attempts -= 1
    entry.delivery = nil
    entry.renewals += 1
    entry.phase = .delayed
    queues.delay(entry.row.number, until: now)
  }

  /// Whether the requests of one write have waited for so long that what comes next must not leave.
  static func isTooLate(_ waited: Duration) -> Bool { waited > freshness }
}
