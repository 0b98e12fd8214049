import Sites
import Staging

@testable import Execution

/// One process, from its start to its end or its kill: the state, and the threads around it.
final class Life {
  struct Lane {
    /// The current turn; an event that would wake it at another turn is too late.
    var turn = 0
    /// The number of times its bell was rung while it was busy.
    var bell = 0
    var isAsleep = false
    /// The request whose answer it waits for.
    var request: Int?
    /// The rows that it has taken to send them one after the other.
    var hand: Hand?
    var hasLeft = false
  }

  /// Rows that a lane has taken together, and those of them that are answered.
  struct Hand {
    let deliveries: [Delivery]
    let began: Int
    var sent: [RunState.SingleRequest] = []
  }

  /// The reader of records.
  struct Looker {
    /// The next group, before it is taken.
    var next: [RunState.LookOrder] = []
    /// The group that is being read, and what was read.
    var group: [RunState.LookOrder] = []
    var reading = RecordReading()
    /// The number of times the site has been asked for this group.
    var tries = 0
    var isBusy: Bool { !group.isEmpty }
  }

  /// The writer of checkpoints.
  struct Writer {
    var pending = Checkpoint()
    var due: Int?
    /// The group on its way to the disk.
    var group: Checkpoint?
    var lease: Lease?
    var hasFailed = false
    /// True when another group is to follow right after the one on its way.
    var isWaiting = false
  }

  var state: RunState
  let began: Int
  var lanes: [Lane]
  var looker = Looker()
  var writer = Writer()
  /// True while the one request is under way that asks whether the site answers; `nil` for a look.
  var question: (lane: Int?, isAsked: Bool) = (nil, false)
  /// Events so far.
  var age = 0
  /// The event at which it is killed.
  private let killedAt: Int
  let batchLimit: Int
  let handful: HandfulSizing
  /// Indicates that lanes may continue with the rows in their hands.
  var mayContinue = false

  init(_ scenario: Scenario, counts: StateCounts, began: Int, isTroubled: Bool, _ dice: inout Dice) {
    batchLimit = scenario.isFusion && dice.happens(60) ? dice.from(2, to: 4) : 1
    var settings = RunState.Settings()
    settings.throttle.lanes = dice.happens(5) ? 8 : dice.from(1, to: 4)
    settings.throttle.rate = scenario.rate
    settings.throttle.breaker = scenario.breaker
    settings.retry = scenario.retry
    settings.stopRule = scenario.stopRule
    settings.holdsRecords = scenario.holdsRecords
    settings.takesSnapshots = scenario.takesSnapshots
    settings.settle = Duration(micro: scenario.settle)
    settings.requestTimeout = Duration(micro: scenario.timeOut)
    settings.batch = BatchSizing(limit: batchLimit)
    handful = HandfulSizing(
      limit: dice.one(of: [1, 4, 16]), target: .seconds(1),
      longest: Duration(micro: scenario.latency * dice.from(1, to: 20)),
      usual: Duration(micro: scenario.latency))
    settings.handful = handful
    state = RunState(settings: settings, counts: counts, random: dice.fork())
    lanes = Array(repeating: Lane(), count: settings.lanes)
    let isKilled = isTroubled && dice.happens(75)
    killedAt = isKilled ? dice.from(1, to: dice.one(of: [10, 40, 120])) : .max
    self.began = began
  }

  var isKilledNow: Bool { age >= killedAt }
  var inFlight: Int { lanes.reduce(0) { $1.request == nil ? $0 : $0 + 1 } }
  /// True when nothing is on its way to the disk, so that state and store agree.
  var isQuiet: Bool { writer.group == nil && writer.pending == Checkpoint() && !looker.isBusy }
}

extension Duration {
  /// Like the other initializer for microseconds, which is slow without optimisation.
  init(micro: Int) {
    self.init(
      secondsComponent: Int64(micro / 1_000_000),
      attosecondsComponent: Int64(micro % 1_000_000) * 1_000_000_000_000)
  }

  var inMicroseconds: Int {
    let (seconds, attoseconds) = components
    // A long sleep is as good as one without end.
    return Int(min(seconds, 1_000_000_000)) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
  }
}

extension Simulation {
  /// Time since the process began, as `RunState` counts it.
  var now: Duration { Duration(micro: agenda.now - (life?.began ?? 0)) }

  /// Feeds an event to the state, then does what follows from it, as `RunExecutor.act` does.
  func act(_ event: (inout RunState, Duration) -> Checkpoint) {
    guard let life else { return }
    let now = now
    var checkpoint = event(&life.state, now)
    if let lease = life.state.leaseRequest(now: now) {
      (checkpoint.leaseAfter, checkpoint.leaseLimit) = lease
    }
    life.mayContinue = life.state.mayContinue
    let wasOpen = life.state.throttle.breaker.isOpen
    let orders = life.state.looks(now: now)
    let woken = life.state.lanesToWake(now: now)
    let pause = life.state.commitPause(checkpoint)
    if life.state.counts.total != scenario.rows.count {
      referee.fault("the state counts \(life.state.counts.total) rows")
    }
    for lane in woken { ring(lane, of: life) }
    if !orders.isEmpty {
      if wasOpen, asksSite(orders) { referee.questions(life, lane: nil) }
      look(at: orders, in: life)
    }
    add(checkpoint, within: pause, to: life)
  }
}
