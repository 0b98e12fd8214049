/// The time for which the decision about a row is valid.
struct LookAge: Sendable {
  /// The age at which a row that may leave is looked at again, and its intent written again.
  ///
  /// Its record may have changed since, and the run may have been taken over.
  static let limit = Duration.seconds(5)

  /// The longest time between a row's intent and its request: a batch that is split, a slow rate.
  static let longestWay = Duration.seconds(600)

  /// The end of a pause that the site or the user asked for; looks from before it are out of date.
  private var pausedUntil = Duration.zero

  /// Takes in a pause until a time.
  mutating func pause(until time: Duration) { pausedUntil = max(pausedUntil, time) }

  /// Returns whether a row may leave with the decision about it.
  ///
  /// If looks take so long, or requests are so far apart, that no row would ever leave, decisions are valid for
  /// longer.
  ///
  /// - Parameters:
  ///   - renewals: the number of times in a row that the decision was out of date.
  ///   - rate: requests per second, if there is a limit.
  func isFresh(decidedAt: Duration, renewals: Int, rate: Double?, now: Duration) -> Bool {
    guard now - decidedAt > LookAge.limit else { return true }
    // The wait is over, and there is time for another look.
    guard decidedAt >= pausedUntil else { return false }
    let slots = rate.map { Duration.seconds(2 / $0) } ?? .zero
    let limit = max(LookAge.limit, slots) * (1 << min(renewals, 20))
    return now - decidedAt <= min(limit, LookAge.longestWay)
  }

  /// Returns whether the requests of one write have waited so long that the next one must not leave.
  static func isTooLate(_ waited: Duration) -> Bool { waited > limit }
}
