/// Where the rows in memory stand in line.
struct RowQueues: Sendable {
  /// To be looked at.
  private var due = FirstInFirstOut()
  /// The same, for rows that create something while no snapshots are taken: only as many as lanes can soon take
  /// are announced, because a kill would leave every one of them in doubt for good.
  private var dueScarce = FirstInFirstOut()
  private var ready = FirstInFirstOut()
  /// Rows that wait for a time, the earliest last.
  private(set) var delayed: [(time: Duration, row: Int)] = []

  /// Rows that lanes can get to without a lease.
  var atHand: Int { due.count + dueScarce.count + ready.count }

  var readyCount: Int { ready.count }

  /// The row that a lane would get next.
  var nextReady: Int? { ready.first }

  mutating func takeReady() -> Int? { ready.take() }

  mutating func putReady(_ row: Int) { ready.put(row) }

  /// The next row to look at.
  mutating func takeDue(scarce isScarce: Bool) -> Int? { isScarce ? dueScarce.take() : due.take() }

  mutating func putDue(_ row: Int, scarce isScarce: Bool) {
    if isScarce { dueScarce.put(row) } else { due.put(row) }
  }

  mutating func delay(_ row: Int, until time: Duration) {
    let index = delayed.firstIndex { $0.time < time } ?? delayed.endIndex
    delayed.insert((time, row), at: index)
  }

  /// When the first row's wait is over.
  var nextTime: Duration? { delayed.last?.time }

  /// A row whose wait is over.
  mutating func takeDelayed(_ now: Duration) -> Int? {
    guard let last = delayed.last, last.time <= now else { return nil }
    return delayed.removeLast().row
  }
}

/// Row numbers in the order they came.
struct FirstInFirstOut: Sendable {
  private var items: [Int] = []
  private var taken = 0

  var count: Int { items.count - taken }
  var first: Int? { taken < items.count ? items[taken] : nil }

  mutating func put(_ number: Int) { items.append(number) }

  mutating func take() -> Int? {
    guard let first else { return nil }
    taken += 1
    if taken > 1_024, taken * 2 > items.count {
      items.removeFirst(taken)
      taken = 0
    }
    return first
  }
}
