/// How long what was decided about a row is good for.
struct LookAge: Sendable {
  /// A row that was looked at longer ago than this when it may leave is looked at again, and its intent written again:
  /// its record may have been changed since, and the run been taken over.
  static let limit = Duration.seconds(5)

  /// At most this lies between a row's intent and its request: a batch that is taken apart, a slow rate.
  static let longestWay = Duration.seconds(600)

  /// Until when nothing was to be sent, at the wish of the site or of a person: a look from before is an old one.
  private var pausedUntil = Duration.zero

  /// Takes in that nothing is sent before a time, because somebody asked for that.
  mutating func pause(until time: Duration) { pausedUntil = max(pausedUntil, time) }

  /// Whether a row may leave by what was decided about it.
  ///
  /// Where looks take so long, or requests are so far apart, that no row would ever leave, they are good for longer.
  ///
  /// - Parameters:
  ///   - renewals: how often in a row that was too long ago when it could leave.
  ///   - rate: requests per second, where there is a limit.
  func isFresh(decidedAt: Duration, renewals: Int, rate: Double?, now: Duration) -> Bool {
    // What it has waited for is over, and there is time for another look.
    guard decidedAt >= pausedUntil else { return now - decidedAt <= LookAge.limit }
    let slots = rate.map { Duration.seconds(2 / $0) } ?? .zero
    let limit = max(LookAge.limit, slots) * (1 << min(renewals, 20))
    return now - decidedAt <= min(limit, LookAge.longestWay)
  }

  /// Whether the requests of one write have waited for so long that what comes next must not leave.
  static func isTooLate(_ waited: Duration) -> Bool { waited > limit }
}
