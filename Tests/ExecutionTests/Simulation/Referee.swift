import Sites
import Staging

@testable import Execution

/// The referee of a simulation, which knows what must never happen.
struct Referee {
  private let scenario: Scenario
  private(set) var faults: [String] = []
  let isTraced: Bool
  var trace: [String] = []
  private var events = 0

  /// The row of each record that is between its look and its durable outcome; 0 for none.
  private var underWay: [Int]
  /// The time before which no request may leave, as the site asked, nor the lane that it told so.
  private var opens = 0
  private var laneOpens: [Int] = Array(repeating: 0, count: 8)
  /// The times when the last requests left, as many as may come at once.
  private var left: [Int] = []
  /// True when the run was asked to pause.
  var isPaused = false
  /// The records when they were last read.
  private var records: [SimulatedRecord] = []
  /// The version of its record that each row was decided on, by number.
  private var seen: [Int]
  /// The time of the read that a row was decided on, and the number of repeats since it last left, by number.
  private var lookedAt: [(time: Int, times: Int)]
  /// The times when the records were last read.
  private var readAt = 0
  /// Rows whose outcome could not be determined, by number: the site may still apply them, after later ones.
  private var wasLost: [Bool]

  init(_ scenario: Scenario, isTraced: Bool) {
    self.scenario = scenario
    self.isTraced = isTraced
    underWay = Array(repeating: 0, count: scenario.records)
    seen = Array(repeating: 0, count: scenario.rows.count + 1)
    lookedAt = Array(repeating: (0, 0), count: scenario.rows.count + 1)
    wasLost = Array(repeating: false, count: scenario.rows.count + 1)
  }

  mutating func fault(_ text: String) {
    faults.append(text)
    if isTraced { trace.append("FAULT: \(text)") }
  }

  /// Counts an event; a run that loops would otherwise never end.
  mutating func count() {
    events += 1
    if events > 2_000 + 2_000 * scenario.rows.count { fault("it loops") }
  }

  // MARK: The process

  mutating func recovers(_ store: SimulatedStore) {
    for (index, row) in store.rows.enumerated() where row.state == .unknown && row.snapshot == nil {
      wasLost[index + 1] = true
    }
  }

  mutating func looks(at orders: [RunState.LookOrder]) {
    for order in orders {
      let number = order.row.number
      let record = scenario.rows[number - 1].record
      if underWay[record] != 0, underWay[record] != number {
        fault("row \(number) is looked at while row \(underWay[record]) of its record is under way")
      }
      underWay[record] = number
    }
  }

  mutating func reads(_ records: [SimulatedRecord], at now: Int) { (self.records, readAt) = (records, now) }

  mutating func decides(_ order: RunState.LookOrder, _ look: RunState.Look, _ site: SimulatedDesk) {
    let number = order.row.number
    let row = scenario.rows[number - 1]
    guard case .settle(let state, let code, _) = look else {
      seen[number] = records[row.record].version
      lookedAt[number] = (readAt, lookedAt[number].times + 1)
      return
    }
    switch state {
    case .unchanged where !site.isMet(row.patch, by: records[row.record]):
      fault("row \(number) is unchanged, and the record is not as asked")
    case .applied where site.timesCarriedOut[number] == 0:
      fault("row \(number) is found to be applied and never was")
    case .conflict where !site.wasChangedByOthers(row.record):
      fault("row \(number) has a conflict (\(code ?? "")), and no other client was there")
    case .failed where site.isMet(row.patch, by: records[row.record]):
      fault("row \(number) failed, and the record is as asked")
    default: break
    }
  }

  mutating func sends(
    _ deliveries: [Delivery], at now: Int, lane: Int, _ life: Life, _ store: SimulatedStore
  ) {
    if life.inFlight + 1 > life.lanes.count { fault("more than \(life.lanes.count) requests are in flight") }
    if isPaused { fault("lane \(lane) sends during a pause") }
    if deliveries.isEmpty || deliveries.count > life.batchLimit { fault("a batch of \(deliveries.count)") }
    for delivery in deliveries {
      let number = delivery.row.number
      let record = scenario.rows[number - 1].record
      if store[number].state != .sending {
        fault("row \(number) is sent, and for the store it is \(store[number].state)")
      }
      if scenario.takesSnapshots, store[number].snapshot == nil {
        fault("row \(number) is sent without a snapshot")
      }
      if underWay[record] != number {
        fault("row \(number) is sent while row \(underWay[record]) of its record is under way")
      }
      isFresh(number, at: now, life)
      let patch = scenario.rows[number - 1].patch
      if deliveries.count > 1, !patch.isIdempotent || patch.thread != nil {
        fault("row \(number) is in a batch")
      }
    }
  }

  /// Checks that a row's look is not old when the row leaves; somewhat older at a slow pace, and twice as old
  /// each time that this has kept it from leaving.
  private mutating func isFresh(_ number: Int, at now: Int, _ life: Life) {
    // With what it sends, a process may have changed its pace.
    let slots = life.state.throttle.rate.map { Int(4_000_000 / $0) } ?? 0
    let limit = max(10_000_000, slots) << min(max(lookedAt[number].times - 1, 0), 12)
    // The read took time to arrive.
    if now - lookedAt[number].time > limit + 1_000_000 {
      fault("row \(number) is sent \(now - lookedAt[number].time) µs after its look")
    }
    lookedAt[number].times = 0
  }

  /// A request of a lane or of a look leaves: checks that it may.
  mutating func leaves(at now: Int, lane: Int?) {
    if now < opens { fault("a request leaves \(opens - now) µs before the site wants to be asked") }
    if let lane, now < laneOpens[lane] {
      fault("lane \(lane) sends \(laneOpens[lane] - now) µs too early for its connection")
    }
    guard let rate = scenario.rate else { return }
    left.append(now)
    // Requests closer together than a timer's precision may come at once, five milliseconds' worth.
    let distance = 1_000_000 / Int(rate)
    let burst = max(5_000 / distance, 1)
    guard left.count > burst else { return }
    let first = left.removeFirst()
    if now - first < distance * burst - 2 * max(5_000 - distance, 0) {
      fault("\(burst + 1) requests leave within \(now - first) µs at \(Int(rate)) a second")
    }
  }

  /// While the site is not known to answer, one probe asks whether it does, and no other request leaves.
  mutating func questions(_ life: Life, lane: Int?) {
    if life.question.isAsked { fault("a second request leaves while the breaker is open") }
    life.question = (lane, true)
  }

  mutating func hears(_ exchanges: [Exchange], at now: Int, lane: Int?, _ life: Life) {
    if life.question.isAsked, life.question.lane == lane { life.question.isAsked = false }
    for exchange in exchanges {
      if case .retryLater(let after?, _) = exchange.outcome { opens = max(opens, now + after.inMicroseconds) }
      if let lane, let wait = exchange.nextRequestAfter {
        laneOpens[lane] = max(laneOpens[lane], now + wait.inMicroseconds)
      }
    }
  }

  // MARK: The disk and the site

  mutating func commits(_ checkpoint: Checkpoint, _ store: SimulatedStore) {
    for outcome in checkpoint.outcomes {
      let record = scenario.rows[outcome.number - 1].record
      if underWay[record] == outcome.number { underWay[record] = 0 }
      if outcome.state == .unknown, !scenario.takesSnapshots { wasLost[outcome.number] = true }
    }
  }

  mutating func carriesOut(_ number: Int, _ site: SimulatedDesk) {
    let row = scenario.rows[number - 1]
    let times = site.timesCarriedOut[number]
    if times > 1, !row.patch.isIdempotent { fault("row \(number) is applied \(times) times") }
    // Rolled back by another client, or tidied up to the old value, an applied row looks as if it had not
    // been applied.
    // Nothing comes after the last row of a record, so repeating it changes nothing.
    let isLast = !scenario.rows[number...].contains { $0.record == row.record }
    if times > 1, scenario.takesSnapshots, !isLast, !site.wasChangedByOthers(row.record),
      !row.patch.isTidiedUp
    {
      fault("row \(number) is applied \(times) times, and has a snapshot")
    }
    if scenario.isFusion, scenario.takesSnapshots, site.lastOtherVersion[row.record] > seen[number] {
      fault("row \(number) is applied to a record that another client has changed since its look")
    }
    let order = site.order[row.record]
    // A row that the site refuses has no place in the order, and changes nothing about it.
    if order.count > 1, order.last == number, order[order.count - 1] < order[order.count - 2],
      scenario.holdsRecords || !wasLost[number]
    {
      fault("row \(number) is applied after row \(order[order.count - 2])")
    }
  }

  mutating func compare(_ state: StateCounts, _ store: StateCounts) {
    if state != store { fault("the state counts \(state) and the store \(store)") }
  }

  /// A process ends on its own.
  mutating func ends(_ life: Life, _ store: SimulatedStore) {
    if life.state.stopReason == nil, !life.state.isFinished { fault("it ends before it is finished") }
    if life.state.figures.inFlight != 0 {
      fault("\(life.state.figures.inFlight) requests are counted at the end")
    }
    if life.state.figures.peakInFlight > life.lanes.count { fault("the peak is beyond the lanes") }
  }

  /// A process is gone, on its own or not.
  mutating func ended() {
    for record in underWay.indices { underWay[record] = 0 }
    for number in lookedAt.indices { lookedAt[number].times = 0 }
    opens = 0
    left = []
    isPaused = false
    for lane in laneOpens.indices { laneOpens[lane] = 0 }
  }

  // MARK: The end

  /// Checks the final state of a row.
  mutating func judge(_ number: Int, _ state: RowState, _ site: SimulatedDesk, _ store: SimulatedStore) {
    let row = scenario.rows[number - 1]
    let times = site.timesCarriedOut[number]
    switch state {
    case .applied where times == 0: fault("row \(number) is applied and never was")
    case .unchanged where times > 0: fault("row \(number) is unchanged and was applied")
    case .failed where times > 0: fault("row \(number) is failed and was applied")
    case .rejected where times > 0 || !row.isRejected: fault("row \(number) is rejected")
    case .conflict where !site.wasChangedByOthers(row.record):
      fault("row \(number) has a conflict, and no other client was there")
    case .unknown where scenario.takesSnapshots: fault("row \(number) stays unknown")
    case .blocked where times > 0: fault("row \(number) is blocked and was applied")
    case .blocked where !scenario.holdsRecords: fault("row \(number) is blocked for good")
    case .staged, .sending: fault("row \(number) is left behind as \(state)")
    default: break
    }
  }

  /// True when the record must look as if the applied rows had been applied one after the other.
  func isPredictable(_ record: Int, _ site: SimulatedDesk) -> Bool {
    guard !site.wasChangedByOthers(record) else { return false }
    return scenario.holdsRecords
      || !scenario.rows.indices.contains {
        scenario.rows[$0].record == record && wasLost[$0 + 1] && site.timesCarriedOut[$0 + 1] > 0
      }
  }
}

extension Simulation {
  /// Checks everything that must be true at the end.
  func judge() {
    for (index, row) in store.rows.enumerated() { referee.judge(index + 1, row.state, site, store) }
    for (place, record) in site.records.enumerated() where referee.isPredictable(place, site) {
      var (expected, next) = (site.first[place], Int64(1_000))
      for (index, row) in scenario.rows.enumerated()
      where row.record == place && site.timesCarriedOut[index + 1] > 0 {
        _ = expected.apply(row.patch, tidily: site.normalisesTexts, nextThread: &next)
      }
      if !record.isLike(expected) {
        referee.fault("record \(place + 1) is \(record), where \(expected) was to be expected")
      }
    }
  }
}
