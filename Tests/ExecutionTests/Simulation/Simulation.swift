import Staging

@testable import Execution

/// One run from its first start to its last row, with everything that a seed has in store for it.
///
/// Real are the two that decide: `RunState` and `RowDecision`. The site, the run file, the clock and the threads
/// around them are simulated: what happens next is what is due next on the virtual clock, so that a seed is always
/// the same run.
final class Simulation {
  let scenario: Scenario
  let decision: RowDecision
  var dice: Dice
  var agenda = Agenda()
  var site: SimulatedDesk
  var store: SimulatedStore
  var referee: Referee
  /// The process, while it is alive.
  var life: Life?
  var requests: [Request] = []
  private(set) var lives = 0
  private var hasRetriedFailed = false
  /// Rows that the site refuses for good, by number.
  var isRefused: [Bool]
  /// True when there are no more faults from now on.
  var isHealed = false

  init(seed: UInt64, isTraced: Bool = false) {
    var dice = Dice(seed: seed)
    scenario = Scenario(seed: seed, &dice)
    site = SimulatedDesk(scenario, &dice)
    store = SimulatedStore(scenario.stagedRows)
    referee = Referee(scenario, isTraced: isTraced)
    decision = RowDecision(
      resource: Scenario.resource, takesSnapshots: scenario.takesSnapshots)
    isRefused = [false] + scenario.rows.map(\.isRefused)
    self.dice = dice
  }

  /// The violations that were found, in words; empty when the run kept its promises.
  func run() -> [String] {
    note("seed \(scenario.seed): \(scenario.words)")
    for _ in 0..<scenario.otherWrites {
      agenda.add(.somebodyElse, after: dice.below(dice.one(of: [20_000, 500_000, 10_000_000])))
    }
    agenda.add(.start, after: 0)
    while referee.faults.isEmpty {
      guard let event = agenda.next() else {
        if life != nil { referee.fault("everybody sleeps for ever") }
        break
      }
      referee.count()
      handle(event)
      if event.isOfTheProcess { growOlder() }
    }
    if referee.faults.isEmpty { judge() }
    return referee.faults
  }

  private func handle(_ event: Agenda.Event) {
    switch event {
    case .start: start()
    case .lane(let lane, let turn): wake(lane, turn: turn)
    case .answer(let lane): answered(lane)
    case .look: takeGroup()
    case .read: read()
    case .lookAnswer: looked()
    case .flush: flush()
    case .durable: commit()
    case .committed: tell()
    case .signal: interrupt()
    case .pause(let isOn): pause(isOn)
    case .ask: askForLeave()
    case .carryOut(let request): carryOut(request)
    case .somebodyElse:
      let record = site.changeByOthers(&dice)
      note("another client changes record \(record + 1)")
    }
  }

  func note(_ text: @autoclosure () -> String) {
    guard referee.isTraced else { return }
    referee.trace.append("\(agenda.now) µs  \(text())")
  }
}

// MARK: - Lives

extension Simulation {
  private func start() {
    lives += 1
    if lives > scenario.troubledLives { isHealed = true }
    if lives > 60 { referee.fault("the run does not come to an end") }
    var retriesFailed = false
    if isUnfinished {
      retriesFailed = lives > 1 && dice.happens(10)
    } else {
      // Everything is settled; failed rows get another chance, at a site that has recovered.
      hasRetriedFailed = true
      retriesFailed = true
      for number in isRefused.indices { isRefused[number] = false }
    }
    store.recover(retryingFailed: retriesFailed, now: agenda.now)
    referee.recovers(store)
    note("life \(lives)\(retriesFailed ? ", retrying what failed" : ""): \(store.words)")
    let life = Life(
      scenario, counts: store.counts, began: agenda.now, isTroubled: !isHealed, &dice)
    self.life = life
    if !isHealed, dice.happens(20) {
      agenda.add(.signal, after: dice.below(dice.one(of: [1_000, 20_000, 5_000_000])))
    }
    if dice.happens(5) {
      let from = dice.below(20_000)
      agenda.add(.pause(true), after: from)
      agenda.add(.pause(false), after: from + dice.one(of: [100, 50_000, 10_000_000]))
    }
    act { _, _ in Checkpoint() }
    for lane in life.lanes.indices { agenda.add(.lane(lane, turn: 0), after: jitter) }
  }

  private var isUnfinished: Bool {
    store.rows.contains {
      $0.state == .staged || $0.state == .sending || $0.state == .unknown && $0.snapshot != nil
    }
  }

  /// The process may be killed at any moment, and ends when there is nothing left to do.
  private func growOlder() {
    guard let life else { return }
    life.age += 1
    if life.isKilledNow { kill() } else { endIfIdle() }
  }

  func kill() {
    note("KILLED")
    end()
  }

  /// The process is gone, one way or another.
  func end() {
    life = nil
    agenda.dropProcess()
    referee.ended()
    let counts = store.counts
    if counts.total != scenario.rows.count { referee.fault("the states add up to \(counts.total)") }
    guard isUnfinished || (!hasRetriedFailed && counts[.failed] > 0 && isHealed) else { return }
    agenda.add(.start, after: dice.one(of: [0, 100, scenario.settle / 2, scenario.settle * 3]))
  }

  private func pause(_ isOn: Bool) {
    note(isOn ? "asked to pause" : "asked to continue")
    referee.isPaused = isOn
    act { state, now in
      state.hold(isOn, now: now)
      return Checkpoint()
    }
  }

  func interrupt() {
    note("SIGTERM")
    act { state, _ in
      // With every row done there is nothing left to stop.
      if !state.isFinished { state.stop(.signal(15)) }
      return Checkpoint()
    }
  }

  /// A thread is on time, or nearly.
  var jitter: Int { dice.happens(70) ? 0 : dice.below(200) }
}
