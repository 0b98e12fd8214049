/// The number of rows that are leased from the run file and announced ahead of the lanes.
///
/// A crash leaves announced rows in doubt, so they are limited to a fixed time's work. One commit and one read of the
/// records per group then cost a few per cent even on a slow disk.
struct LeasePacing: Sendable {
  static let maximum = 500
  /// A few commits' time, also of a machine that is busy with sending.
  private static let commits = Duration.milliseconds(50)
  /// The largest number of rows in memory, whatever they wait for.
  private static let heldLimit = 4_096

  private let minimum: Int
  private let work: Duration
  private(set) var isExhausted = false
  /// About the number of rows done in that time; the size of a lease and of a group.
  private(set) var limit: Int
  /// Rows done per second, once measured.
  private(set) var pace: Double?
  private var last = 0
  private var isLeasing = false
  private var finishedSinceMeasured = 0
  private var measuredAt: Duration?

  /// - Parameters:
  ///   - minimum: the smallest lease, in rows.
  ///   - work: the time's work that is announced ahead.
  init(minimum: Int, work: Duration) {
    self.minimum = min(minimum, LeasePacing.maximum)
    self.work = work
    limit = self.minimum
  }

  /// The number of rows to have ready before more are announced; with fewer, lanes would wait for commits.
  var reserve: Int {
    let inCommits = pace.map { Int(min($0 * (Self.commits / .seconds(1)), Double(Self.heldLimit / 4))) } ?? 0
    return max(limit / 2, inCommits)
  }

  /// Returns the row after which to lease, and the number to lease, if the lanes will soon run dry.
  mutating func request(atHand: Int, held: Int, now: Duration) -> (after: Int, limit: Int)? {
    guard !isLeasing, !isExhausted, held < LeasePacing.heldLimit,
      atHand <= reserve + (limit - limit / 2)
    else { return nil }
    measure(now)
    // Lanes that have run dry already have a faster site than is known.
    if atHand == 0, last > 0 { limit = min(2 * limit, LeasePacing.maximum) }
    isLeasing = true
    return (last, limit)
  }

  /// Takes in a lease.
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
    // Over a shorter time, chance would decide.
    guard let measuredAt, now - measuredAt >= work / 2 else { return }
    let share = work / (now - measuredAt)
    pace = Double(finishedSinceMeasured) / ((now - measuredAt) / .seconds(1))
    limit = max(minimum, Int(min(Double(finishedSinceMeasured) * share, Double(LeasePacing.maximum))))
    self.measuredAt = now
    finishedSinceMeasured = 0
  }
}
