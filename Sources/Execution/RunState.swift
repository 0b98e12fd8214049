import Patches
import Sites
import Staging

/// What the lanes do next: a state machine without lock, clock or input/output.
///
/// Events go in with the time they happened at (since the run began), steps and effects come out. Two
/// rules hold whatever happens: rows of one record are in flight one at a time and in sheet order, and a
/// row's outcome is durable before the next row of its record starts.
struct RunState: Sendable {
  struct Settings: Sendable {
    var lanes = 4
    var retry = RetryPolicy()
    var stopRule = StopRule()
    /// Whether later rows of a record are blocked when an earlier one is not done.
    var holdsRecords = true
  }

  /// What a lane that asks is told.
  enum Step: Sendable, Equatable {
    case send(StagedRow)
    /// Nothing to do before that time, or before it is woken.
    case wait(until: Duration?)
    /// Nothing to do ever again.
    case exit
  }

  /// What has to be made durable because of an event.
  struct Effects: Sendable, Equatable {
    var outcomes: [RowOutcome] = []
    var attempts: [AttemptRecord] = []
  }

  /// `due`: it could be sent, but its intent is not durable yet. `announcing`: it is on its way to the disk.
  private enum Phase { case waiting, due, announcing, ready, delayed, inFlight, settling }

  private struct Entry {
    let row: StagedRow
    var phase: Phase
    /// Attempts that counted; waits that the site asked for do not.
    var attempts: Int
    /// Whether the run file has it as `sending`.
    var isAnnounced: Bool
    var exchanges = 0
    var firstSent: Duration?
    var state: RowState?
  }

  let settings: Settings
  private(set) var counts: StateCounts
  private(set) var figures = Figures()
  private(set) var stopReason: StopReason?

  private var entries: [Int: Entry] = [:]
  /// Row numbers of the records that have several rows, in sheet order; the first is the one under way.
  private var records: [Int64: [Int]] = [:]
  private var ready = FirstInFirstOut()
  /// Rows that create something and could be sent once their intent is durable.
  private var due = FirstInFirstOut()
  /// How many of them are announced, or about to be, and not in flight yet.
  private var announcedAhead = 0
  /// Rows that wait for a time, the earliest last.
  private var delayed: [(time: Duration, row: Int)] = []
  /// Nobody sends before this: the site asked.
  private var gate = Duration.zero
  private var laneGates: [Duration]
  private var idleLanes: Set<Int> = []
  private var leases = LeasePacing()
  private var lastGoodAnswer: Duration?
  private var random: any RandomNumberGenerator & Sendable

  init(
    settings: Settings, counts: StateCounts, random: any RandomNumberGenerator & Sendable
  ) {
    self.settings = settings
    self.counts = counts
    self.random = random
    laneGates = Array(repeating: .zero, count: settings.lanes)
    leases.minimum = settings.lanes * 4
  }

  /// What was measured on the way.
  struct Figures: Sendable, Equatable {
    /// Requests by HTTP status; 0 stands for no answer.
    var requests: [Int: Int] = [:]
    var retries = 0
    /// How long everybody waited because the site asked.
    var throttled = Duration.zero
    /// Rows finished, and of them failed, in this process.
    var finished = 0
    var failed = 0
    /// The largest number of rows in flight at one time.
    var peakInFlight = 0
    fileprivate(set) var inFlight = 0
  }
}

// MARK: - Lanes

extension RunState {
  /// Tells a lane what to do now.
  mutating func next(lane: Int, now: Duration) -> Step {
    idleLanes.remove(lane)
    guard stopReason == nil else { return .exit }
    let opens = max(gate, laneGates[lane])
    guard now >= opens else { return idle(lane, until: opens) }
    while let last = delayed.last, last.time <= now {
      delayed.removeLast()
      makeReady(last.row)
    }
    guard let number = ready.take(), var entry = entries[number] else {
      return isFinished ? .exit : idle(lane, until: delayed.last?.time)
    }
    if !entry.row.isIdempotent, entry.exchanges == 0 { announcedAhead -= 1 }
    entry.phase = .inFlight
    entry.exchanges += 1
    if entry.firstSent == nil { entry.firstSent = now }
    entries[number] = entry
    figures.inFlight += 1
    figures.peakInFlight = max(figures.peakInFlight, figures.inFlight)
    return .send(entry.row)
  }

  /// The lanes that have something to do now and do not know it yet.
  mutating func lanesToWake() -> [Int] {
    let everybody = stopReason != nil || isFinished
    let woken = idleLanes.prefix(everybody ? idleLanes.count : ready.count)
    idleLanes.subtract(woken)
    return Array(woken)
  }

  /// Whether every row is finished and every outcome is durable.
  var isFinished: Bool { entries.isEmpty && leases.isExhausted }

  /// Whether a lane sits idle, so that a commit should not be put off to gather more.
  var hasIdleLanes: Bool { !idleLanes.isEmpty }

  /// Ends the sending; rows in flight still end. The first reason stays.
  mutating func stop(_ reason: StopReason) {
    if stopReason == nil { stopReason = reason }
  }

  /// Rows that were leased and will not be sent by this process; asked for when all lanes have left.
  mutating func release() -> [Int] {
    let left = entries.filter { $0.value.phase != .settling }
    for number in left.keys { entries[number] = nil }
    let announced = left.filter(\.value.isAnnounced).keys.sorted()
    counts[.sending] -= announced.count
    counts[.staged] += announced.count
    return announced
  }

  private mutating func idle(_ lane: Int, until time: Duration?) -> Step {
    idleLanes.insert(lane)
    return .wait(until: time)
  }
}

// MARK: - Leases

extension RunState {
  /// How many rows to lease now and after which row, if it is time to.
  mutating func leaseRequest(now: Duration) -> (after: Int, limit: Int)? {
    guard stopReason == nil else { return nil }
    return leases.request(ready: ready.count + due.count, held: entries.count, now: now)
  }

  /// The rows whose intent has to become durable now, because lanes will soon get to them.
  mutating func announcements() -> [Int] {
    guard stopReason == nil else { return [] }
    var numbers: [Int] = []
    while announcedAhead < 2 * settings.lanes, let number = due.take() {
      entries[number]?.phase = .announcing
      announcedAhead += 1
      numbers.append(number)
    }
    return numbers
  }

  /// Takes in that the intent of these rows is durable.
  mutating func announced(_ numbers: [Int]) {
    for number in numbers where entries[number] != nil {
      entries[number]?.isAnnounced = true
      counts.move(from: .staged, to: .sending)
      entries[number]?.phase = .ready
      ready.put(number)
    }
  }

  /// Takes over rows whose intent is durable.
  mutating func leased(_ lease: Lease) {
    leases.granted(last: lease.rows.last?.number, isExhausted: lease.isExhausted)
    counts[.staged] -= lease.blocked
    counts[.blocked] += lease.blocked
    for row in lease.rows {
      if row.isIdempotent { counts.move(from: .staged, to: .sending) }
      entries[row.number] = Entry(
        row: row, phase: .waiting, attempts: row.attempts, isAnnounced: row.isIdempotent)
      guard row.recordRows > 1 else {
        makeReady(row.number)
        continue
      }
      records[row.recordID, default: []].append(row.number)
      if records[row.recordID]?.count == 1 { makeReady(row.number) }
    }
  }

  private mutating func makeReady(_ number: Int) {
    let isAnnounced = entries[number]?.isAnnounced == true
    entries[number]?.phase = isAnnounced ? .ready : .due
    if isAnnounced { ready.put(number) } else { due.put(number) }
  }
}

// MARK: - Outcomes

extension RunState {
  /// Takes in how one exchange of a row ended.
  mutating func finished(_ number: Int, lane: Int, _ exchange: Exchange, now: Duration) -> Effects {
    guard var entry = entries[number], entry.phase == .inFlight else {
      preconditionFailure("row \(number) ended without being in flight")
    }
    figures.inFlight -= 1
    figures.requests[exchange.status ?? 0, default: 0] += 1
    if let wait = exchange.nextRequestAfter { laneGates[lane] = now + wait }
    if entry.exchanges > 1 { figures.retries += 1 }
    entry.attempts += 1
    switch exchange.outcome {
    case .applied, .unchanged, .refused, .conflict: lastGoodAnswer = now
    case .loginRefused, .retryLater, .unknown: break
    }
    var effects = Effects()
    if let attempt = AttemptRecord(entry.row.number, entry.exchanges, exchange) {
      effects.attempts.append(attempt)
    }

    switch exchange.outcome {
    case .applied: effects.outcomes = settle(&entry, .applied, exchange, nil, now)
    case .unchanged: effects.outcomes = settle(&entry, .unchanged, exchange, nil, now)
    case .refused(let refusal): effects.outcomes = settle(&entry, .failed, exchange, refusal, now)
    case .conflict(let refusal): effects.outcomes = settle(&entry, .conflict, exchange, refusal, now)
    case .loginRefused(let refusal):
      stop(.loginRefused(refusal))
      entry.phase = .waiting
    case .retryLater(let after, let refusal):
      if let after {
        // The site asked to wait: that holds everybody and uses up no attempt.
        entry.attempts -= 1
        if now + after > gate {
          figures.throttled += now + after - max(gate, now)
          gate = now + after
        }
      }
      effects.outcomes = again(&entry, after: after, exchange, refusal, .failed, now)
    case .unknown(let refusal):
      // What creates something is never sent again on a guess.
      effects.outcomes =
        entry.row.isIdempotent
        ? again(&entry, after: nil, exchange, refusal, .unknown, now)
        : settle(&entry, .unknown, exchange, refusal, now)
    }
    entries[number] = entry
    return effects
  }

  /// Takes in that outcomes are durable: the next rows of their records may start, or are blocked.
  mutating func durable(_ outcomes: [RowOutcome]) -> Effects {
    var effects = Effects()
    for outcome in outcomes {
      guard let entry = entries.removeValue(forKey: outcome.number) else { continue }
      guard var queue = records[entry.row.recordID] else { continue }
      queue.removeAll { $0 == outcome.number }
      if outcome.state != .blocked, !outcome.state.isDone, settings.holdsRecords {
        effects.outcomes += queue.map { block($0, because: outcome) }
        queue = []
      }
      records[entry.row.recordID] = queue.isEmpty ? nil : queue
      if let first = queue.first, entries[first]?.phase == .waiting { makeReady(first) }
    }
    return effects
  }

  /// Tries a row again later, or ends it when it has had its attempts.
  private mutating func again(
    _ entry: inout Entry, after: Duration?, _ exchange: Exchange, _ refusal: Refusal,
    _ exhausted: RowState, _ now: Duration
  ) -> [RowOutcome] {
    guard settings.retry.allowsAnother(after: entry.attempts) else {
      // If the site has served nobody since this row was first sent, it is the site and not the row.
      if let good = lastGoodAnswer, good >= entry.firstSent ?? now {
        return settle(&entry, exhausted, exchange, refusal, now)
      }
      stop(lastGoodAnswer == nil ? .unreachable(refusal) : .siteDown(refusal))
      entry.phase = .waiting
      return []
    }
    let delay = settings.retry.delay(after: max(entry.attempts, 1), random: &random)
    let time = now + max(after ?? .zero, delay)
    entry.phase = .delayed
    let index = delayed.firstIndex { $0.time < time } ?? delayed.endIndex
    delayed.insert((time, entry.row.number), at: index)
    return []
  }

  private mutating func settle(
    _ entry: inout Entry, _ state: RowState, _ exchange: Exchange, _ refusal: Refusal?,
    _ now: Duration
  ) -> [RowOutcome] {
    entry.phase = .settling
    entry.state = state
    counts.move(from: .sending, to: state)
    figures.finished += 1
    leases.finished()
    if state == .failed { figures.failed += 1 }
    if let reason = settings.stopRule.reason(failed: figures.failed, finished: figures.finished) {
      stop(.failures(reason))
    }
    return [
      RowOutcome(
        number: entry.row.number, state: state, attempts: entry.attempts,
        httpStatus: exchange.status, errorCode: refusal?.code, error: refusal?.message)
    ]
  }

  private mutating func block(_ number: Int, because outcome: RowOutcome) -> RowOutcome {
    counts.move(from: entries[number]?.isAnnounced == true ? .sending : .staged, to: .blocked)
    entries[number]?.phase = .settling
    return RowOutcome(
      number: number, state: .blocked, attempts: 0, errorCode: "held",
      error: "row \(outcome.number) of the same record is \(outcome.state.rawValue)")
  }
}

extension AttemptRecord {
  /// What is worth keeping of an exchange: nothing, when it ended well.
  fileprivate init?(_ row: Int, _ attempt: Int, _ exchange: Exchange) {
    let name: String
    let why: Refusal
    switch exchange.outcome {
    case .applied, .unchanged: return nil
    case .refused(let refusal): (name, why) = ("refused", refusal)
    case .conflict(let refusal): (name, why) = ("conflict", refusal)
    case .retryLater(_, let refusal): (name, why) = ("retry-later", refusal)
    case .unknown(let refusal): (name, why) = ("unknown", refusal)
    case .loginRefused(let refusal): (name, why) = ("login-refused", refusal)
    }
    self.init(
      row: row, attempt: attempt, outcome: name, httpStatus: exchange.status, errorCode: why.code,
      error: why.message, milliseconds: Int(exchange.duration / .milliseconds(1)))
  }
}
