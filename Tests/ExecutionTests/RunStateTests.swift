import JSON
import Patches
import Sites
import Staging
import TestSupport
import Testing

@testable import Execution

/// `RunState` alone, with a clock and a store that the test holds in its hand.
@Suite struct RunStateTests {
  private func state(lanes: Int = 1, rows: [StagedRow], isExhausted: Bool = true) -> RunState {
    var counts = StateCounts()
    counts[.staged] = rows.count
    var settings = RunState.Settings()
    settings.lanes = lanes
    var state = RunState(settings: settings, counts: counts, random: SeededGenerator(seed: 1))
    _ = state.leaseRequest(now: .zero)
    lease(rows, to: &state, isExhausted: isExhausted)
    return state
  }

  /// Leases rows and lets their intent become durable, as the executor and its writer do.
  private func lease(_ rows: [StagedRow], to state: inout RunState, isExhausted: Bool = true) {
    state.leased(Lease(rows: rows, blocked: 0, last: rows.last?.number ?? 0, isExhausted: isExhausted))
    announce(&state)
  }

  private func announce(_ state: inout RunState, now: Duration = .zero) {
    let orders = state.looks(now: now)
    let looks = orders.map { ($0.row.number, RunState.Look.send(Delivery($0.row))) }
    _ = state.looked(Dictionary(uniqueKeysWithValues: looks), snapshots: [], isAnswer: false, now: now)
    state.announced(orders.map(\.row.number))
    state.lookEnded()
  }

  private func row(_ number: Int, record: Int64 = 1, of count: Int = 1, isIdempotent: Bool = true)
    -> StagedRow
  {
    StagedRow(
      number: number, line: number + 1, recordID: record, ordinal: 1, recordRows: count, patch: "{}",
      element: nil, isIdempotent: isIdempotent, attempts: 0)
  }

  private func sending(_ row: StagedRow) -> RunState.Step { .send([Delivery(row)]) }

  private let applied = Exchange(outcome: .applied, status: 200)

  @Test func waitsAsLongAsTheSiteAskedWithoutUsingUpAnAttempt() {
    var state = state(rows: [row(1)])
    state.lastGoodAnswer = nil
    for second in stride(from: 0, to: 300, by: 3) {
      #expect(state.next(lane: 0, now: .seconds(second)) == sending(row(1)))
      let asked = Exchange(outcome: .retryLater(after: .seconds(2), .busy), status: 503)
      #expect(state.finished([(1, asked)], lane: 0, now: .seconds(second)).outcomes.isEmpty)
      let early = state.next(lane: 0, now: .seconds(second) + .milliseconds(1_999))
      #expect(early == .wait(until: .seconds(second + 2)))
    }
    #expect(state.next(lane: 0, now: .seconds(400)) == sending(row(1)))
    let effects = state.finished([(1, applied)], lane: 0, now: .seconds(400))
    #expect(effects.outcomes.map(\.attempts) == [1])
    #expect(state.figures.throttled == .seconds(200))
  }

  @Test func holdsOneLaneWhenTheSiteSpokeToThatConnection() {
    var state = state(lanes: 2, rows: [row(1, record: 1), row(2, record: 2), row(3, record: 3)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1, record: 1)))
    var exchange = applied
    exchange.nextRequestAfter = .milliseconds(500)
    _ = state.finished([(1, exchange)], lane: 0, now: .zero)
    #expect(state.next(lane: 0, now: .milliseconds(1)) == .wait(until: .milliseconds(500)))
    #expect(state.next(lane: 1, now: .milliseconds(1)) == sending(row(2, record: 2)))
  }

  @Test func startsTheNextRowOfARecordOnlyWhenTheOutcomeIsDurable() {
    var state = state(lanes: 2, rows: [row(1, of: 2), row(2, of: 2)])
    #expect(state.next(lane: 0, now: .zero) == sending(row(1, of: 2)))
    #expect(state.next(lane: 1, now: .zero) == .wait(until: nil))
    let effects = state.finished([(1, applied)], lane: 0, now: .zero)
    #expect(state.next(lane: 0, now: .zero) == .wait(until: nil))
    _ = state.durable(effects.outcomes)
    announce(&state)
    #expect(state.lanesToWake().count == 1)
    #expect(state.next(lane: 0, now: .zero) == sending(row(2, of: 2)))
  }

  @Test func blocksARowThatWasLeasedWhileTheOutcomeOfTheEarlierOneWasOnItsWay() {
    var state = state(rows: [row(1, of: 2)], isExhausted: false)
    state.counts[.staged] += 1
    #expect(state.next(lane: 0, now: .zero) == sending(row(1, of: 2)))
    let refused = Exchange(outcome: .refused(.no), status: 400)
    let effects = state.finished([(1, refused)], lane: 0, now: .zero)
    lease([row(2, of: 2)], to: &state)
    #expect(state.next(lane: 0, now: .zero) == .wait(until: nil))
    let blocked = state.durable(effects.outcomes)
    #expect(blocked.outcomes.map(\.state) == [.blocked])
    _ = state.durable(blocked.outcomes)
    #expect(state.isFinished)
    #expect(state.counts.total == 2)
  }

  @Test func announcesFewAppendsAheadWhenNoSnapshotCouldTellWhatBecameOfThem() {
    var state = state(lanes: 3, rows: (1...50).map { row($0, record: Int64($0), isIdempotent: false) })
    #expect(state.counts[.sending] == 6)
    #expect(state.counts[.staged] == 44)
    #expect(state.next(lane: 0, now: .zero) != .wait(until: nil))
    announce(&state)
    #expect(state.counts[.sending] == 7)
  }

  /// Any interleaving of lanes, answers, commits and crashes keeps the two rules and loses no row.
  @Test func anyInterleavingKeepsOrderAndLosesNothing() {
    for seed in 0..<2_000 {
      var simulation = Simulation(seed: UInt64(seed))
      simulation.run()
      #expect(simulation.faults.isEmpty, "seed \(seed): \(simulation.faults)")
    }
  }
}

/// One run against a store in memory and a site that answers as the seed has it, with crashes.
private struct Simulation {
  struct Row {
    let record: Int64
    let ordinal: Int
    let isIdempotent: Bool
    var state = RowState.staged
    var applied = 0
    var snapshot: Snapshot?
  }

  var random: SeededGenerator
  var rows: [Row] = []
  var faults: [String] = []
  let lanes: Int
  let holds: Bool
  let snapshots: Bool
  let batch: Int
  /// What the site carried out, by record: row numbers in order.
  var carriedOut: [Int64: [Int]] = [:]

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    lanes = Int.random(in: 1...5, using: &random)
    holds = Bool.random(using: &random)
    snapshots = Bool.random(using: &random)
    batch = Int.random(in: 1...4, using: &random)
    let records = Int64.random(in: 1...12, using: &random)
    var seen: [Int64: Int] = [:]
    for _ in 0..<Int.random(in: 1...60, using: &random) {
      let record = Int64.random(in: 1...records, using: &random)
      seen[record, default: 0] += 1
      rows.append(
        Row(
          record: record, ordinal: seen[record] ?? 1, isIdempotent: Int.random(in: 0...3, using: &random) > 0)
      )
    }
  }

  mutating func run() {
    for life in 0..<60 where rows.contains(where: isUnfinished) {
      recover()
      // The last ones live as long as they like, so that the run comes to its end.
      process(crashesAfter: life < 20 ? Int.random(in: 5...400, using: &random) : .max)
      if !faults.isEmpty { return }
    }
    for (index, row) in rows.enumerated() {
      let number = index + 1
      if !row.isIdempotent, row.applied > 1 { faults.append("row \(number) was carried out twice") }
      if snapshots, row.applied > 1 { faults.append("row \(number) was carried out twice") }
      if snapshots, row.state == .unknown, row.isIdempotent == false {
        faults.append("row \(number) stayed unknown")
      }
      if row.state == .applied, row.applied == 0 { faults.append("row \(number) is done and never was") }
      if row.state == .staged || row.state == .sending { faults.append("row \(number) was left behind") }
    }
    // Who goes on after a row in doubt has to take it that it may be settled later.
    for (record, numbers) in carriedOut where holds && numbers != numbers.sorted() {
      faults.append("record \(record) was served in the order \(numbers)")
    }
  }

  private func isUnfinished(_ row: Row) -> Bool {
    row.state == .staged || row.state == .sending || snapshots && row.state == .unknown
  }

  private mutating func recover() {
    for index in rows.indices {
      switch rows[index].state {
      case .sending where snapshots: break
      case .sending: rows[index].state = rows[index].isIdempotent ? .staged : .unknown
      case .unknown where snapshots: rows[index].state = .sending
      case .blocked: rows[index].state = .staged
      default: break
      }
    }
  }

  private func staged(_ number: Int) -> StagedRow {
    let row = rows[number - 1]
    var staged = StagedRow(
      number: number, line: number, recordID: row.record, ordinal: row.ordinal,
      recordRows: rows.count { $0.record == row.record }, patch: "{}", element: nil,
      isIdempotent: row.isIdempotent, attempts: 0)
    staged.isInDoubt = row.state == .sending
    staged.snapshot = row.snapshot
    return staged
  }

  private mutating func lease(after last: Int, limit: Int) -> Lease {
    let candidates = rows.indices.filter { $0 + 1 > last && [.staged, .sending].contains(rows[$0].state) }
      .prefix(limit)
    var lease = Lease(rows: [], blocked: 0, last: last, isExhausted: candidates.count < limit)
    for index in candidates {
      let row = rows[index]
      lease.last = index + 1
      let isHeld = rows[..<index].contains {
        $0.record == row.record && [.failed, .unknown, .blocked].contains($0.state)
      }
      if holds, isHeld, row.state == .staged {
        rows[index].state = .blocked
        lease.blocked += 1
      } else {
        lease.rows.append(staged(index + 1))
      }
    }
    return lease
  }

  /// What a look at the record says of a row: of one in doubt, whether it was carried out since the snapshot.
  private func look(_ order: RunState.LookOrder) -> RunState.Look {
    guard order.row.isInDoubt, let mark = order.row.snapshot?.highWaterMark(of: "done") else {
      return .send(Delivery(order.row))
    }
    if rows[order.row.number - 1].applied > mark { return .settle(.applied, code: nil, error: nil) }
    return order.looks == 0 ? .lookAgain : .send(Delivery(order.row))
  }

  private func snapshot(_ number: Int) -> Snapshot {
    let done = JSONValue.integer(Int64(rows[number - 1].applied))
    return Snapshot(
      row: number, recordID: rows[number - 1].record, token: nil, values: JSONObject(),
      lists: ["done": ["high_water_mark": done]])
  }

  /// One process's life, to its end or to its crash.
  private mutating func process(crashesAfter: Int) {
    var counts = StateCounts()
    for row in rows { counts[row.state] += 1 }
    var settings = RunState.Settings()
    settings.lanes = lanes
    settings.holdsRecords = holds
    settings.takesSnapshots = snapshots
    settings.settle = .milliseconds(5)
    settings.retry = RetryPolicy(attempts: 3, base: .milliseconds(10), cap: .milliseconds(40))
    settings.batch = BatchSizing(limit: batch)
    var state = RunState(settings: settings, counts: counts, random: random)
    var now = Duration.zero
    var inFlight: [Int: [Delivery]] = [:]
    var pending: [RowOutcome] = []
    var announcing: [Int] = []
    var taken: [Snapshot] = []
    var request: (after: Int, limit: Int)?
    // Until when each lane sleeps; one that nobody wakes in time is a fault.
    var asleep: [Int: Duration] = [:]
    var orders: [RunState.LookOrder] = []
    var hadEvent = true
    for step in 0... {
      if step == crashesAfter { return }
      if step == 30_000 {
        faults.append("the run is stuck")
        return
      }
      now += .milliseconds(Int.random(in: 0...5, using: &random))
      // As in the executor: all of it after an event, nothing by the clock alone.
      if hadEvent {
        request = request ?? state.leaseRequest(now: now)
        if orders.isEmpty { orders = state.looks(now: now) }
        for lane in state.lanesToWake() { asleep[lane] = nil }
      }
      hadEvent = false
      switch Int.random(in: 0...3, using: &random) {
      case 0:
        let lane = Int.random(in: 0..<lanes, using: &random)
        guard inFlight[lane] == nil, asleep[lane, default: .zero] <= now else { continue }
        hadEvent = true
        let next = state.next(lane: lane, now: now)
        if case .wait(let until) = next { asleep[lane] = until ?? .seconds(1_000_000) }
        guard case .send(let deliveries) = next else { break }
        asleep[lane] = nil
        for row in deliveries.map(\.row) {
          if rows[row.number - 1].state != .sending {
            faults.append("row \(row.number) was sent unannounced")
          }
          if inFlight.values.joined().contains(where: { $0.row.recordID == row.recordID }) {
            faults.append("rows of record \(row.recordID) overlap")
          }
        }
        if deliveries.count > 1, deliveries.contains(where: { !$0.row.isIdempotent }) {
          faults.append("a batch creates something")
        }
        inFlight[lane] = deliveries
      case 1:
        guard let (lane, deliveries) = inFlight.randomElement(using: &random) else { break }
        inFlight[lane] = nil
        hadEvent = true
        let exchanges = deliveries.map { (row: $0.row.number, exchange: answer($0.row)) }
        pending += state.finished(exchanges, lane: lane, now: now).outcomes
      case 2:
        guard announcing.isEmpty, !orders.isEmpty else { break }
        defer { orders = [] }
        hadEvent = true
        if Int.random(in: 0..<12, using: &random) == 0 {
          state.lookFailed(orders.map(\.row.number), .retryLater(after: .milliseconds(2), .busy), now: now)
          break
        }
        let looks = Dictionary(uniqueKeysWithValues: orders.map { ($0.row.number, look($0)) })
        announcing = orders.map(\.row.number).filter { if case .send = looks[$0] { true } else { false } }
        taken = snapshots ? announcing.map(snapshot) : []
        pending += state.looked(looks, snapshots: taken, isAnswer: snapshots, now: now).outcomes
        if announcing.isEmpty { state.lookEnded() }
      default:
        guard !pending.isEmpty || !announcing.isEmpty || request != nil else { break }
        hadEvent = true
        for outcome in pending { rows[outcome.number - 1].state = outcome.state }
        for snapshot in taken { rows[snapshot.row - 1].snapshot = snapshot }
        for number in announcing { rows[number - 1].state = .sending }
        let lease = request.map { self.lease(after: $0.after, limit: $0.limit) }
        pending = state.durable(pending).outcomes
        if !announcing.isEmpty {
          state.announced(announcing)
          state.lookEnded()
        }
        (announcing, taken) = ([], [])
        if let lease { state.leased(lease) }
        request = nil
      }
      if state.counts.total != rows.count { faults.append("counts add up to \(state.counts.total)") }
      let isDone = state.isFinished || state.stopReason != nil
      if isDone, inFlight.isEmpty, pending.isEmpty {
        for number in state.release() { rows[number - 1].state = .staged }
        return
      }
    }
  }

  private mutating func answer(_ row: StagedRow) -> Exchange {
    let draw = Int.random(in: 0..<10, using: &random)
    let isCarriedOut = draw < 6 || (draw == 8 && Bool.random(using: &random))
    if isCarriedOut {
      rows[row.number - 1].applied += 1
      if carriedOut[row.recordID]?.last != row.number {
        carriedOut[row.recordID, default: []].append(row.number)
      }
    }
    return switch draw {
    case 0..<6: applied
    case 6: Exchange(outcome: .refused(.no), status: 400)
    case 7: Exchange(outcome: .retryLater(after: nil, .busy), status: 503)
    case 8: Exchange(outcome: .unknown(.lost))
    default: Exchange(outcome: .retryLater(after: .milliseconds(3), .busy), status: 503)
    }
  }

  private let applied = Exchange(outcome: .applied, status: 200)
}
