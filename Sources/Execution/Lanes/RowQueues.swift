/// The queues of the rows in memory.
struct RowQueues: Sendable {
  /// Rows to look at.
  private var due = FirstInFirstOut()
  /// Rows to look at that create something while no snapshots are taken.
  ///
  /// Only as many are announced as lanes can soon take, because a kill would leave each of them in doubt for good.
  private var dueScarce = FirstInFirstOut()
  /// Indicates that there are or were such rows.
  private(set) var hasSeenScarce = false
  private var ready = FirstInFirstOut()
  /// Rows that wait for a time, the earliest last.
  private(set) var delayed: [(time: Duration, row: Int)] = []

  /// The number of rows that lanes can get without a lease.
  var atHand: Int { due.count + dueScarce.count + ready.count }

  var readyCount: Int { ready.count }

  /// The row that a lane would get next.
  var nextReady: Int? { ready.first }

  mutating func takeReady() -> Int? { ready.take() }

  mutating func putReady(_ row: Int) { ready.put(row) }

  /// Puts a row before all others.
  mutating func putReadyFirst(_ row: Int) { ready.putFirst(row) }

  /// Returns the next row to look at.
  mutating func takeDue(scarce isScarce: Bool) -> Int? { isScarce ? dueScarce.take() : due.take() }

  mutating func putDue(_ row: Int, scarce isScarce: Bool) {
    if isScarce { dueScarce.put(row) } else { due.put(row) }
    hasSeenScarce = hasSeenScarce || isScarce
  }

  mutating func delay(_ row: Int, until time: Duration) {
    let index = delayed.firstIndex { $0.time < time } ?? delayed.endIndex
    delayed.insert((time, row), at: index)
  }

  /// The end of the first row's wait.
  var nextTime: Duration? { delayed.last?.time }

  /// Returns a row whose wait is over.
  mutating func takeDelayed(_ now: Duration) -> Int? {
    guard let last = delayed.last, last.time <= now else { return nil }
    return delayed.removeLast().row
  }
}

/// Row numbers in the order of arrival.
struct FirstInFirstOut: Sendable {
  private var items: [Int] = []
  private var taken = 0

  var count: Int { items.count - taken }
  var first: Int? { taken < items.count ? items[taken] : nil }

  mutating func put(_ number: Int) { items.append(number) }

  /// Puts a number before all others.
  mutating func putFirst(_ number: Int) {
    if taken > 0 {
      taken -= 1
      items[taken] = number
    } else {
      items.insert(number, at: 0)
    }
  }

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
