import Patches
import Sites
import Staging
import TestSupport
import Testing

@testable import Execution

/// `RunState` alone, with a clock and a store that the test holds in its hand.
@Suite struct RunStateTests {
  private func state(lanes: Int = 1, rows: [StagedRow]) -> RunState {
    var counts = StateCounts()
    counts[.staged] = rows.count
    var settings = RunState.Settings()
    settings.lanes = lanes
    var state = RunState(settings: settings, counts: counts, random: SeededGenerator(seed: 1))
    _ = state.leaseRequest(now: .zero)
    state.leased(Lease(rows: rows, blocked: 0, isExhausted: true))
    return state
  }

  private func row(_ number: Int, record: Int64 = 1, of count: Int = 1, isIdempotent: Bool = true)
    -> StagedRow
  {
    StagedRow(
      number: number, line: number + 1, recordID: record, ordinal: 1, recordRows: count, patch: "{}",
      element: nil, isIdempotent: isIdempotent, attempts: 0)
  }

  @Test func waitsAsLongAsTheSiteAskedWithoutUsingUpAnAttempt() {
    var state = state(rows: [row(1)])
    for second in stride(from: 0, to: 300, by: 3) {
      #expect(state.next(lane: 0, now: .seconds(second)) == .send(row(1)))
      let asked = Exchange(outcome: .retryLater(after: .seconds(2), .busy), status: 503)
      #expect(state.finished(1, lane: 0, asked, now: .seconds(second)).outcomes.isEmpty)
      let early = state.next(lane: 0, now: .seconds(second) + .milliseconds(1_999))
      #expect(early == .wait(until: .seconds(second + 2)))
    }
    #expect(state.next(lane: 0, now: .seconds(400)) == .send(row(1)))
    let effects = state.finished(1, lane: 0, Exchange(outcome: .applied, status: 200), now: .seconds(400))
    #expect(effects.outcomes.map(\.attempts) == [1])
    #expect(state.figures.throttled == .seconds(200))
  }

  @Test func holdsOneLaneWhenTheSiteSpokeToThatConnection() {
    var state = state(lanes: 2, rows: [row(1, record: 1), row(2, record: 2), row(3, record: 3)])
    #expect(state.next(lane: 0, now: .zero) == .send(row(1, record: 1)))
    var exchange = Exchange(outcome: .applied, status: 200)
    exchange.nextRequestAfter = .milliseconds(500)
    _ = state.finished(1, lane: 0, exchange, now: .zero)
    #expect(state.next(lane: 0, now: .milliseconds(1)) == .wait(until: .milliseconds(500)))
    #expect(state.next(lane: 1, now: .milliseconds(1)) == .send(row(2, record: 2)))
  }

  @Test func startsTheNextRowOfARecordOnlyWhenTheOutcomeIsDurable() {
    var state = state(lanes: 2, rows: [row(1, of: 2), row(2, of: 2)])
    #expect(state.next(lane: 0, now: .zero) == .send(row(1, of: 2)))
    #expect(state.next(lane: 1, now: .zero) == .wait(until: nil))
    let effects = state.finished(1, lane: 0, Exchange(outcome: .applied, status: 200), now: .zero)
    #expect(state.next(lane: 0, now: .zero) == .wait(until: nil))
    _ = state.durable(effects.outcomes)
    #expect(state.lanesToWake().count == 1)
    #expect(state.next(lane: 0, now: .zero) == .send(row(2, of: 2)))
  }

  @Test func blocksARowThatWasLeasedWhileTheOutcomeOfTheEarlierOneWasOnItsWay() {
    var counts = StateCounts()
    counts[.staged] = 2
    var state = RunState(
      settings: RunState.Settings(), counts: counts, random: SeededGenerator(seed: 1))
    _ = state.leaseRequest(now: .zero)
    state.leased(Lease(rows: [row(1, of: 2)], blocked: 0, isExhausted: false))
    #expect(state.next(lane: 0, now: .zero) == .send(row(1, of: 2)))
    let effects = state.finished(1, lane: 0, Exchange(outcome: .refused(.no), status: 400), now: .zero)
    state.leased(Lease(rows: [row(2, of: 2)], blocked: 0, isExhausted: true))
    #expect(state.next(lane: 0, now: .zero) == .wait(until: nil))
    let blocked = state.durable(effects.outcomes)
    #expect(blocked.outcomes.map(\.state) == [.blocked])
    _ = state.durable(blocked.outcomes)
    #expect(state.isFinished)
    #expect(state.counts.total == 2)
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
  }

  var random: SeededGenerator
  var rows: [Row] = []
  var faults: [String] = []
  let lanes: Int
  let holds: Bool
  /// What the site carried out, by record: row numbers in order.
  var carriedOut: [Int64: [Int]] = [:]

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    lanes = Int.random(in: 1...5, using: &random)
    holds = Bool.random(using: &random)
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
    for life in 0..<60 where rows.contains(where: { [.staged, .sending].contains($0.state) }) {
      recover()
      // The last ones live as long as they like, so that the run comes to its end.
      process(crashesAfter: life < 20 ? Int.random(in: 5...400, using: &random) : .max)
      if !faults.isEmpty { return }
    }
    for (index, row) in rows.enumerated() {
      let number = index + 1
      if !row.isIdempotent, row.applied > 1 { faults.append("row \(number) was carried out twice") }
      if row.state == .applied, row.applied == 0 { faults.append("row \(number) is done and never was") }
      if row.state == .staged || row.state == .sending { faults.append("row \(number) was left behind") }
    }
    for (record, numbers) in carriedOut where numbers != numbers.sorted() {
      faults.append("record \(record) was served in the order \(numbers)")
    }
  }

  private mutating func recover() {
    for index in rows.indices {
      switch rows[index].state {
      case .sending: rows[index].state = rows[index].isIdempotent ? .staged : .unknown
      case .blocked: rows[index].state = .staged
      default: break
      }
    }
  }

  private func staged(_ number: Int) -> StagedRow {
    let row = rows[number - 1]
    return StagedRow(
      number: number, line: number, recordID: row.record, ordinal: row.ordinal,
      recordRows: rows.count { $0.record == row.record }, patch: "{}", element: nil,
      isIdempotent: row.isIdempotent, attempts: 0)
  }

  private mutating func lease(after last: Int, limit: Int) -> Lease {
    var lease = Lease(rows: [], blocked: 0, isExhausted: false)
    let candidates = rows.indices.filter { $0 + 1 > last && rows[$0].state == .staged }.prefix(limit)
    for index in candidates {
      let row = rows[index]
      let isHeld = rows[..<index].contains {
        $0.record == row.record && [.failed, .unknown, .blocked].contains($0.state)
      }
      if holds, isHeld {
        rows[index].state = .blocked
        lease.blocked += 1
      } else {
        rows[index].state = .sending
        lease.rows.append(staged(index + 1))
      }
    }
    lease.isExhausted = candidates.count < limit
    return lease
  }

  /// One process's life, to its end or to its crash.
  private mutating func process(crashesAfter: Int) {
    var counts = StateCounts()
    for row in rows { counts[row.state] += 1 }
    var settings = RunState.Settings()
    settings.lanes = lanes
    settings.holdsRecords = holds
    settings.retry = RetryPolicy(attempts: 3, base: .milliseconds(10), cap: .milliseconds(40))
    var state = RunState(settings: settings, counts: counts, random: random)
    var now = Duration.zero
    var inFlight: [Int: StagedRow] = [:]
    var pending: [RowOutcome] = []
    var request: (after: Int, limit: Int)?
    for step in 0... {
      if step == crashesAfter { return }
      now += .milliseconds(Int.random(in: 0...5, using: &random))
      request = request ?? state.leaseRequest(now: now)
      switch Int.random(in: 0...2, using: &random) {
      case 0:
        let lane = Int.random(in: 0..<lanes, using: &random)
        guard inFlight[lane] == nil else { continue }
        guard case .send(let row) = state.next(lane: lane, now: now) else { break }
        if inFlight.values.contains(where: { $0.recordID == row.recordID }) {
          faults.append("rows of record \(row.recordID) overlap")
        }
        inFlight[lane] = row
      case 1:
        guard let (lane, row) = inFlight.randomElement(using: &random) else { break }
        inFlight[lane] = nil
        pending += state.finished(row.number, lane: lane, answer(row), now: now).outcomes
      default:
        for outcome in pending { rows[outcome.number - 1].state = outcome.state }
        let lease = request.map { self.lease(after: $0.after, limit: $0.limit) }
        pending = state.durable(pending).outcomes
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
    case 0..<6: Exchange(outcome: .applied, status: 200)
    case 6: Exchange(outcome: .refused(.no), status: 400)
    case 7: Exchange(outcome: .retryLater(after: nil, .busy), status: 503)
    case 8: Exchange(outcome: .unknown(.lost))
    default: Exchange(outcome: .retryLater(after: .milliseconds(3), .busy), status: 503)
    }
  }
}
