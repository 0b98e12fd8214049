/// The looks at records: whether one is under way, how the last ones went, and how many records fit one.
struct LookStanding: Sendable {
  private(set) var isUnderWay = false
  /// The number of looks in a row that failed.
  private(set) var failures = 0
  /// The departure of the last request of a look.
  private(set) var sentAt = Duration.zero
  /// The number of records looked at together, so that the first is not stale when the last is read.
  private var sizing: BatchSizing

  /// The number of foreign answers in a row that is no coincidence.
  static let foreignLimit = 3

  /// The time of a look for which the site is not asked, roughly.
  private static let ownTime = Duration.milliseconds(1)

  init(start: Int) { sizing = BatchSizing(target: .seconds(2), start: start, limit: LeasePacing.maximum) }

  var size: Int { sizing.size }

  mutating func began(rows: Int, now: Duration) {
    isUnderWay = rows > 0
    sentAt = now
  }

  /// Takes in that one more request of the look left.
  mutating func sent(at now: Duration) { sentAt = now }

  /// Takes in that the rows were looked at; those to be sent must still be announced.
  ///
  /// - Parameter taken: the time the site took; `nil` if it was not asked.
  mutating func succeeded(rows: Int, taken: Duration?) {
    failures = 0
    sizing.sent(rows, in: taken ?? LookStanding.ownTime)
  }

  mutating func failed() {
    isUnderWay = false
    failures += 1
  }

  /// Takes in that the next look may begin.
  mutating func ended() { isUnderWay = false }
}
