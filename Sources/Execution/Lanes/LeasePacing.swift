/// How far rows are taken from the run file ahead of the lanes, and announced.
///
/// A crash leaves what is announced in doubt, so that is a fixed time's work: then a commit, and a read of the
/// records, per group costs a few per cent even on a slow disk.
struct LeasePacing: Sendable {
  static let maximum = 2_000
  /// Rows in memory at most, whatever they wait for.
  private static let heldLimit = 8_192

  private let minimum: Int
  private let work: Duration
  private(set) var isExhausted = false
  /// About as many rows as are done in the time; the size of a lease and of a group.
  private(set) var limit: Int
  /// Rows done per second, as far as that has been measured.
  private(set) var pace: Double?
  private var last = 0
  private var isLeasing = false
  private var finishedSinceMeasured = 0
  private var measuredAt: Duration?

  /// - Parameters:
  ///   - minimum: the smallest lease, in rows.
  ///   - work: how much time's work is announced ahead.
  init(minimum: Int, work: Duration) {
    self.minimum = min(minimum, LeasePacing.maximum)
    self.work = work
    limit = self.minimum
  }

  /// Rows after which to lease, and how many, when the lanes will soon run dry.
  mutating func request(atHand: Int, held: Int, now: Duration) -> (after: Int, limit: Int)? {
    guard !isLeasing, !isExhausted, held < LeasePacing.heldLimit, atHand <= limit else { return nil }
    measure(now)
    isLeasing = true
    return (last, limit)
  }

  /// A lease came back.
  mutating func granted(last number: Int, isExhausted: Bool) {
    isLeasing = false
    self.isExhausted = isExhausted
    last = max(last, number)
  }

  mutating func finished() { finishedSinceMeasured += 1 }

  mutating func measure(_ now: Duration) {
    defer {
      if measuredAt == nil { measuredAt = now }
    }
    // Over less than the time itself, chance would decide.
    guard let measuredAt, now - measuredAt >= work / 2 else { return }
    let share = work / (now - measuredAt)
    pace = Double(finishedSinceMeasured) / ((now - measuredAt) / .seconds(1))
    limit = max(minimum, Int(min(Double(finishedSinceMeasured) * share, Double(LeasePacing.maximum))))
    self.measuredAt = now
    finishedSinceMeasured = 0
  }
}
