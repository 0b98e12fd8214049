/// The looks at records: whether one is under way, how the last ones went, and how many records fit one.
struct LookStanding: Sendable {
  private(set) var isUnderWay = false
  /// How many could not be made, one after the other.
  private(set) var failures = 0
  /// When the last request of one left.
  private(set) var sentAt = Duration.zero
  /// How many records are looked at together, so that the first one is not yesterday's news when the last one is read.
  private var sizing: BatchSizing

  /// So many in a row that something else than the API answers are no chance.
  static let foreignLimit = 3

  init(start: Int) { sizing = BatchSizing(target: .seconds(2), start: start, limit: LeasePacing.maximum) }

  var size: Int { sizing.size }

  mutating func began(rows: Int, now: Duration) {
    isUnderWay = rows > 0
    sentAt = now
  }

  /// One more request of it left.
  mutating func sent(at now: Duration) { sentAt = now }

  /// The rows are looked at; what is to be sent of them still has to be announced.
  ///
  /// - Parameter taken: how long the site took; `nil` when it was not asked.
  mutating func succeeded(rows: Int, taken: Duration?) {
    failures = 0
    if let taken { sizing.sent(rows, in: taken) }
  }

  mutating func failed() {
    isUnderWay = false
    failures += 1
  }

  /// The next one may begin.
  mutating func ended() { isUnderWay = false }
}
