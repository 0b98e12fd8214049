import Patches
import Records
import Sites
import Staging
import TestSupport

@testable import Execution

/// A limiter like nginx's (`limit_req rate burst nodelay`): milliseconds, and refused requests are not
/// counted.
struct Limiter {
  var perSecond: Double
  var burst: Double
  private var excess = 0.0
  private var last: Duration?

  init(perSecond: Double, burst: Double = 0) {
    self.perSecond = perSecond
    self.burst = burst
  }

  mutating func lets(_ time: Duration) -> Bool {
    let now = Duration.milliseconds(Int(time / .milliseconds(1)))
    guard let last else {
      self.last = now
      return true
    }
    let more = max(0, excess - perSecond * (max(now - last, .zero) / .seconds(1)) + 1)
    guard more <= burst else { return false }
    (excess, self.last) = (more, now)
    return true
  }
}

/// Executes rows with a `RunState` and no clock but its own: the lanes, the looks and the writer are
/// simulated, and a closure gives the site's answers.
struct VirtualRun {
  typealias Answer = (_ row: Int, _ sentAt: Duration) -> Exchange

  private(set) var state: RunState
  private(set) var now = Duration.zero
  /// The time when each request left, and whether it was refused.
  private(set) var sent: [(at: Duration, isRefused: Bool)] = []
  private(set) var outcomes: [RowOutcome] = []
  private(set) var peakInFlight = 0
  private var random: SeededGenerator
  private var next = 1
  private let rows: Int
  private var inFlight: [(lane: Int, row: Int, answer: Exchange, ends: Duration)] = []
  private var waiting: [Int: Duration] = [:]

  init(rows: Int, seed: UInt64 = 1, _ change: (inout RunState.Settings) -> Void) {
    var settings = RunState.Settings()
    change(&settings)
    var counts = StateCounts()
    counts[.staged] = rows
    self.rows = rows
    random = SeededGenerator(seed: seed)
    state = RunState(settings: settings, counts: counts, random: SeededGenerator(seed: seed &+ 1))
    for lane in 0..<settings.lanes { waiting[lane] = .zero }
  }

  /// Runs with answers that always take the same time.
  mutating func run(
    until end: Duration = .seconds(100_000), latency: Duration, jitter: Duration = .zero, _ answer: Answer
  ) {
    run(until: end, latency: { _ in latency }, jitter: jitter, answer)
  }

  /// - Parameters:
  ///   - latency: the duration of an answer.
  ///   - jitter: the most by which it varies, and by which a request may leave late.
  mutating func run(
    until end: Duration = .seconds(100_000), latency: (Duration) -> Duration, jitter: Duration = .zero,
    _ answer: Answer
  ) {
    while !state.isFinished, state.stopReason == nil || !inFlight.isEmpty {
      settleStore()
      for lane in state.lanesToWake(now: now) { waiting[lane] = now }
      guard let wake = waiting.min(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else {
        guard takeAnswer(before: end) else { return }
        continue
      }
      if let first = inFlight.map(\.ends).min(), first <= wake.value {
        guard takeAnswer(before: end) else { return }
        continue
      }
      guard wake.value < end else { return }
      now = max(now, wake.value)
      waiting[wake.key] = nil
      switch state.next(lane: wake.key, now: now) {
      case .exit: break
      case .wait(let until):
        if let until { waiting[wake.key] = max(until, now) }
      case .sendEach: preconditionFailure("nobody has asked for handfuls")
      case .send(let deliveries):
        let leaves = now + jitter * Double.random(in: 0...1, using: &random)
        let row = deliveries[0].row.number
        var exchange = answer(row, leaves)
        exchange.duration = latency(leaves) + jitter * Double.random(in: 0...1, using: &random)
        sent.append((leaves, exchange.status == 503 || exchange.status == 429))
        inFlight.append((wake.key, row, exchange, leaves + exchange.duration))
        peakInFlight = max(peakInFlight, inFlight.count)
      }
    }
  }

  private mutating func takeAnswer(before end: Duration) -> Bool {
    guard let index = inFlight.indices.min(by: { inFlight[$0].ends < inFlight[$1].ends }),
      inFlight[index].ends < end
    else { return false }
    let (lane, row, exchange, ends) = inFlight.remove(at: index)
    now = max(now, ends)
    let effects = state.finished([(row, exchange)], lane: lane, now: now)
    outcomes += effects.outcomes
    _ = state.durable(effects.outcomes)
    waiting[lane] = now
    return true
  }

  /// Does the writer's work at once: leases rows and makes their intent durable.
  private mutating func settleStore() {
    while true {
      if let request = state.leaseRequest(now: now) {
        let last = min(next + request.limit - 1, rows)
        let leased = next <= last ? (next...last).map(Self.row) : []
        next = last + 1
        state.leased(Lease(rows: leased, blocked: 0, last: last, isExhausted: last == rows), now: now)
      }
      let orders = state.looks(now: now)
      guard !orders.isEmpty else { return }
      let looks = orders.map { ($0.row.number, RunState.Look.send(Delivery($0.row, PatchChanges()))) }
      _ = state.looked(Dictionary(uniqueKeysWithValues: looks), snapshots: [], isAnswer: false, now: now)
      state.announced(orders.map(\.row.number))
      state.lookEnded()
    }
  }

  private static func row(_ number: Int) -> StagedRow {
    StagedRow(
      number: number, line: number + 1, recordID: .integer(Int64(number)), ordinal: 1, recordRows: 1,
      patch: "{}",
      element: nil, isIdempotent: true, attempts: 0)
  }
}
