import Sites
import Staging

// MARK: - Validity of a look

extension RunState {
  /// Returns the largest number of rows to look at together: as many as can leave while the look is valid.
  mutating func lookLimit(_ now: Duration) -> Int {
    leases.measure(now)
    let seconds = LookAge.limit / .seconds(1)
    var limit = min(leases.limit, looking.size)
    let requestRate = throttle.rate.map { $0 * Double(batch.size) }
    for perSecond in [leases.pace, requestRate].compactMap(\.self) {
      let count = Int(min(perSecond * seconds, Double(LeasePacing.maximum)))
      limit = min(limit, max(count, settings.lanes * batch.size))
    }
    return limit
  }

  /// Returns whether a row may leave with the decision about it.
  func isFresh(_ entry: Entry, _ now: Duration) -> Bool {
    age.isFresh(
      decidedAt: entry.decidedAt, renewals: entry.renewals, rate: throttle.rate, now: now)
  }

  /// Queues a row for another look.
  mutating func renew(_ number: Int) {
    entries[number]?.delivery = nil
    entries[number]?.renewals += 1
    makeDue(number)
  }

  /// Takes in that a request did not leave after all, because earlier work took too long or the run stops.
  mutating func requeue(_ entry: Entry, _ now: Duration) {
    entry.attempts -= 1
    entry.delivery = nil
    entry.renewals += 1
    entry.phase = .delayed
    queues.delay(entry.row.number, until: now)
  }
}
