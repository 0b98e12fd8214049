/// The events due on a virtual clock that counts microseconds and never waits.
struct Agenda {
  enum Event {
    /// A lane's sleep is over, or its bell has rung; stale when the lane has had another turn since.
    case lane(Int, turn: Int)
    case answer(lane: Int)
    /// The reader of records takes its group, asks for leave, reads it at the site, and has the answer.
    case look, ask, read, lookAnswer
    /// The writer takes its group, the group is on the disk, and everyone is told.
    case flush, durable, committed
    /// A request to stop, to pause or to continue reaches the process.
    case signal
    case pause(Bool)
    /// The site applies a request, whether or not its client still waits for it.
    case carryOut(request: Int)
    /// Another client changes a record.
    case somebodyElse
    /// The process starts.
    case start

    /// True when it ends with the process.
    var isOfTheProcess: Bool {
      switch self {
      case .carryOut, .somebodyElse, .start: false
      default: true
      }
    }
  }

  private struct Item {
    var time: Int
    var event: Event
  }

  /// Microseconds since the beginning of the simulation.
  private(set) var now = 0
  /// The earliest last.
  private var items: [Item] = []

  mutating func add(_ event: Event, after delay: Int) {
    let item = Item(time: now + max(delay, 0), event: event)
    var index = items.count
    while index > 0, items[index - 1].time <= item.time { index -= 1 }
    items.insert(item, at: index)
  }

  mutating func next() -> Event? {
    guard let item = items.popLast() else { return nil }
    now = item.time
    return item.event
  }

  /// The process is gone, with everything in its memory.
  mutating func dropProcess() { items.removeAll { $0.event.isOfTheProcess } }
}
