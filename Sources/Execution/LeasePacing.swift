/// How far intents are leased ahead of the lanes.
///
/// A crash leaves what is leased in doubt, so a lease is about a quarter of a second of work; a commit
/// per lease then costs a few per cent even on a slow disk.
struct LeasePacing: Sendable {
  /// The smallest and the largest lease, in rows.
  var minimum = 16
  private static let maximum = 2_000
  /// Rows in memory at most, whatever they wait for.
  private static let heldLimit = 8_192
  private static let work = Duration.milliseconds(250)

  private(set) var isExhausted = false
  private var last = 0
  private var isLeasing = false
  private var finishedSinceLease = 0
  private var leasedAt: Duration?
  private var limit = 0

  /// Rows after which to lease, and how many, when the lanes will soon run dry.
  mutating func request(ready: Int, held: Int, now: Duration) -> (after: Int, limit: Int)? {
    guard !isLeasing, !isExhausted, held < LeasePacing.heldLimit, ready <= limit / 2 else {
      return nil
    }
    if let leasedAt, now > leasedAt {
      let share = LeasePacing.work / (now - leasedAt)
      limit = Int(min(Double(finishedSinceLease) * share, Double(LeasePacing.maximum)))
    }
    limit = max(limit, minimum)
    isLeasing = true
    leasedAt = now
    finishedSinceLease = 0
    return (last, limit)
  }

  /// A lease came back; rows that were only blocked count as leased, so the sheet's end is what ends it.
  mutating func granted(last number: Int?, isExhausted: Bool) {
    isLeasing = false
    self.isExhausted = isExhausted
    if let number { last = max(last, number) }
  }

  mutating func finished() { finishedSinceLease += 1 }
}

/// Row numbers in the order they became ready.
struct FirstInFirstOut: Sendable {
  private var items: [Int] = []
  private var taken = 0

  var count: Int { items.count - taken }

  mutating func put(_ number: Int) { items.append(number) }

  mutating func take() -> Int? {
    guard taken < items.count else { return nil }
    defer {
      taken += 1
      if taken > 1_024, taken * 2 > items.count {
        items.removeFirst(taken)
        taken = 0
      }
    }
    return items[taken]
  }
}
