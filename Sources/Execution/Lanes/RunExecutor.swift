public import Catalog
import Dispatch
public import Patches
public import Records
public import Sites
public import Staging
import Synchronization

/// The job's settings for executing a run.
public struct ExecutionSettings: Sendable, Hashable {
  /// The largest number of requests in flight, 1…128.
  public var lanes = 4
  /// The largest number of requests per second; `nil` for as many as the site sustains.
  public var rate: Double?
  public var breaker = BreakerRule()
  public var retry = RetryPolicy()
  public var stopRule = StopRule()
  /// `on_failure: hold`: later rows of a record wait when an earlier one is not done.
  public var holdsRecords = true
  /// `snapshot: true`: records are read before they are written.
  public var takesSnapshots = true
  /// The wait before looking for a write whose answer was lost.
  public var settle = Duration.seconds(2)
  /// `batch: auto`: several writes in one request, where the API can; `nil` sends each alone.
  public var batch: BatchSizing?
  /// Carries out an approved dry run: every record is read, and a row goes out only if its changes still are as
  /// planned.
  public var followsPlan = false
  /// Restores values in a rollback even if others have changed them since (`--force`).
  public var overwritesOthers = false
  /// Sends no row a second time that may have been carried out, since nobody knows what repeating it does.
  public var repeatsNothing = false
  /// The job's conditions on records, which are read for them.
  public var conditions = RowConditions()
  /// What rows take from their records.
  public var completion = RowCompletion()

  public init() {}
}

/// The report of a finished or stopped execution.
public struct ExecutionReport: Sendable, Equatable {
  /// The reason it stopped early; `nil` if every row is finished.
  public var stopReason: StopReason?
  /// Requests by HTTP status; 0 stands for no answer.
  public var requests: [Int: Int]
  public var retries: Int
  /// The time that rows were held back although they could have been sent, by reason.
  public var throttled: [ThrottleReason: Duration]
  /// The largest number of requests in flight at one time.
  public var peakInFlight: Int
}

/// Executes the staged rows of a run file against a site, once, with a bounded number of lanes.
///
/// A lane is one connection with one request on its way. The lanes are dealt out to groups, each on one serial queue.
/// One more such queue looks at records before the lanes write them. All queues pull from one `RunState`; side effects
/// happen outside its lock.
public final class RunExecutor: Sendable {
  let site: any Site
  let decision: RowDecision
  let state: SleepingLock<RunState>
  /// The reason to stop when every row that may go out is done; `nil` if none is left then.
  private let end: StopReason?
  private let requests = SleepingLock<[Int: Int]>([:])
  /// Indicates that lanes may go on with the rows in their hands (`RunState.mayContinue`).
  let mayContinue = Atomic(false)
  /// The end of a connection's wait between the requests of a look, at the site's request.
  let restsUntil = Mutex<Duration?>(nil)
  let laneCount: Int
  /// The bell of each group of lanes; lane n belongs to group n modulo their number.
  let bells: [LaneBell]
  let handful = HandfulSizing(limit: 16)
  private let lookBell = DispatchSemaphore(value: 0)
  private let group = Mutex(LookGroup())
  private let writer: CheckpointWriter
  let reasonToStop: @Sendable () -> StopReason?
  private let observer: ExecutionObserver?
  private let began = ContinuousClock.now

  /// The next rows for the looking queue.
  private struct LookGroup {
    var rows: [RunState.LookOrder] = []
    var isOver = false
  }

  /// Prepares the execution of a run with complete staging and complete key look-ups.
  ///
  /// - Parameters:
  ///   - counts: the rows by state as the run file has them.
  ///   - canary: the row at which to stop for a review, and the number of records before it.
  ///   - reasonToStop: called before each request, on the lanes; it must not wait for anything.
  ///   - observer: receives the events.
  public init(
    run: RunFile, site: any Site, resource: ResourceType,
    settings: ExecutionSettings, counts: StateCounts, canary: (end: Int, records: Int)? = nil,
    reasonToStop: @escaping @Sendable () -> StopReason? = { nil }, observer: ExecutionObserver? = nil
  ) {
    self.site = site
    self.reasonToStop = reasonToStop
    self.observer = observer
    // The records that are read for the plan serve as snapshots for a rollback at no cost.
    let takesSnapshots =
      settings.takesSnapshots || settings.followsPlan || !settings.conditions.isEmpty
      || !settings.completion.isEmpty
    // A row that is never leased is never sent, whatever the lanes do.
    end = canary.map { .canary(records: $0.records) }
    decision = RowDecision(
      resource: resource, takesSnapshots: takesSnapshots,
      followsPlan: settings.followsPlan, overwritesOthers: settings.overwritesOthers,
      conditions: settings.conditions, completion: settings.completion,
      steps: RollbackSteps(of: run, resource))
    let lanes = min(max(settings.lanes, 1), 128)
    laneCount = lanes
    bells = (0..<LaneGroup.count(of: lanes)).map { _ in LaneBell() }
    writer = CheckpointWriter(run: run, holdsRecords: settings.holdsRecords, leaseEnd: canary?.end)
    var batch = settings.batch ?? BatchSizing(limit: 1)
    if batch.limit > site.batchLimit { batch = BatchSizing(target: batch.target, limit: site.batchLimit) }
    state = SleepingLock(
      RunState(
        settings: RunState.Settings(
          throttle: Throttle.Settings(lanes: lanes, rate: settings.rate, breaker: settings.breaker),
          retry: settings.retry, stopRule: settings.stopRule,
          holdsRecords: settings.holdsRecords, takesSnapshots: takesSnapshots,
          repeatsNothing: settings.repeatsNothing,
          settle: settings.settle, requestTimeout: site.requestTimeout,
          // A read that fails now shows at the first checkpoint.
          longestTimeout: (try? run.longestTimeout()) ?? .zero, batch: batch,
          handful: handful),
        counts: counts, random: SystemRandomNumberGenerator()))
  }

  /// Rows by state at this moment, for the progress display.
  public var counts: StateCounts { state.withLock { $0.counts } }

  /// The reason the run is slow now, in words; `nil` for none.
  public var note: String? {
    let now = now
    if inFlight == 0, let until = restsUntil.withLock({ $0 }), until > now {
      return Throttle.note(askedFor: until - now)
    }
    return state.withLock { $0.note(now: now) }
  }

  /// The number of requests that wait for their answer now.
  public var inFlight: Int { state.withLock { $0.figures.inFlight } }

  /// Pauses or resumes sending; requests in flight still end.
  public func hold(_ isHeld: Bool) {
    act { state, now in (state.hold(isHeld, now: now), Checkpoint()) }
  }

  /// Stops sending; `execute` returns when the requests in flight have ended.
  ///
  /// Once every row is done there is nothing left to stop.
  public func stop(_ reason: StopReason) {
    act { state, _ in (state.isFinished ? () : state.stop(reason), Checkpoint()) }
  }

  /// Executes until every row is finished or something stops it; returns when all is durable.
  public func execute() -> ExecutionReport {
    writer.start(
      committed: { checkpoint, lease in self.committed(checkpoint, lease) },
      failed: { self.stop(.storage($0)) })
    act { _, _ in ((), Checkpoint()) }

    let lanes = DispatchGroup()
    for index in bells.indices {
      DispatchQueue(label: "bulkpatch.lanes.\(index)").async(group: lanes) {
        var group = LaneGroup(index, of: self)
        group.run()
      }
    }
    let looking = DispatchGroup()
    DispatchQueue(label: "bulkpatch.look").async(group: looking) { self.look() }
    lanes.wait()
    group.withLock { $0.isOver = true }
    lookBell.signal()
    looking.wait()
    writer.finish { state.withLock { $0.release() } }
    return report
  }

  /// The report so far; complete once `execute` has returned.
  public var report: ExecutionReport {
    let requests = requests.withLock { $0 }
    return state.withLock {
      ExecutionReport(
        stopReason: $0.stopReason ?? end, requests: requests, retries: $0.figures.retries,
        throttled: $0.throttle.ledger.times, peakInFlight: $0.figures.peakInFlight)
    }
  }

  var now: Duration { ContinuousClock.now - began }

  /// Returns the moment of a time since the start.
  func instant(_ time: Duration) -> ContinuousClock.Instant { began + time }
}

// MARK: - Events

extension RunExecutor {
  /// Passes an event to the state, then carries out the effects outside the lock.
  @discardableResult
  func act<Result>(_ event: (inout RunState, Duration) -> (Result, Checkpoint)) -> Result {
    let (result, checkpoint, rows, woken, pause, news) = state.withLock { state in
      let now = now
      let before = observer == nil ? nil : RunNews(state, now: now)
      var (result, checkpoint) = event(&state, now)
      let news = before?.events(until: RunNews(state, now: now)) ?? []
      if let lease = state.leaseRequest(now: now) {
        (checkpoint.leaseAfter, checkpoint.leaseLimit) = lease
      }
      mayContinue.store(state.mayContinue, ordering: .relaxed)
      var looks = state.looks(now: now)
      if decision.areSentAsStaged(looks) {
        checkpoint.announced += state.lookedAtNone(of: looks, now: now)
        looks = []
      }
      let woken = state.lanesToWake(now: now)
      return (result, checkpoint, looks, woken, state.commitPause(checkpoint), news)
    }
    for lane in woken { bells[lane % bells.count].wake(lane) }
    if !rows.isEmpty {
      group.withLock { $0.rows = rows }
      lookBell.signal()
    }
    writer.add(checkpoint, within: pause)
    for event in news { observer?(event) }
    return result
  }

  private func committed(_ checkpoint: Checkpoint, _ lease: Lease?) {
    let settled = act { state, now in
      let settled = observer == nil ? [] : state.records(of: checkpoint.outcomes)
      // Outcomes first: a leased row may wait for one of them.
      let effects = state.durable(checkpoint.outcomes)
      if !checkpoint.announced.isEmpty {
        state.announced(checkpoint.announced)
        state.lookEnded()
      }
      if let lease { state.leased(lease, now: now) }
      return (settled, Checkpoint(effects))
    }
    for (outcome, recordID) in settled { observer?(.settled(outcome, recordID: recordID)) }
  }

  /// Counts the requests that each purpose took, and tells of them.
  func count(_ new: [(requests: [RequestRecord], purpose: RequestPurpose)]) {
    requests.withLock { requests in
      for (new, _) in new {
        for request in new { requests[request.status ?? 0, default: 0] += 1 }
      }
    }
    guard let observer else { return }
    for (requests, purpose) in new {
      for (index, request) in requests.enumerated() {
        observer(.requested(request, purpose, sequence: index + 1))
      }
    }
  }
}

// MARK: - Looks

extension RunExecutor {
  /// Runs the looking queue, one group at a time, until the lanes have left.
  private func look() {
    let connection = site.makeConnection()
    let turnstile = LaneTurnstile(executor: self, lane: nil)
    connection.keep(to: turnstile)
    var number = 0
    while true {
      lookBell.wait()
      let (rows, isOver) = group.withLock { group in
        defer { group.rows = [] }
        return (group.rows, group.isOver)
      }
      if !rows.isEmpty {
        number += 1
        turnstile.begin()
        look(at: rows, number: number, through: connection, turnstile)
      }
      if isOver { return }
    }
  }

  private func look(
    at orders: [RunState.LookOrder], number: Int, through connection: any SiteConnection,
    _ turnstile: LaneTurnstile
  ) {
    let patched = orders.map { RowChanges($0.row, in: decision.resource) }
    var reading = decision.read(patched, through: connection)
    if reading.exchange.mayBeOfOneRecord, orders.contains(where: \.isSuspect) {
      reading = decision.readApart(patched, after: reading.exchange, through: connection)
    }
    let exchange = reading.exchange
    let rows = orders.map(\.row.number)
    count([(connection.takeRequests(), .look(number: number, records: orders.count))])
    guard case .applied = exchange.outcome else {
      act { state, now in
        (state.lookFailed(rows, exchange.outcome, now: now), Checkpoint())
      }
      return
    }
    var looks: [Int: RunState.Look] = [:]
    var snapshots: [Snapshot] = []
    var narrowings: [RowNarrowing] = []
    for (order, row) in zip(orders, patched) {
      let (look, snapshot, narrowing) = decision.decide(
        order, row.changes, image: reading.images[order.row.recordID],
        refusal: reading.refusals[order.row.number])
      looks[order.row.number] = look
      if let snapshot { snapshots.append(snapshot) }
      if let narrowing { narrowings.append(narrowing) }
    }
    if let failure = decision.steps?.failure {
      // An incomplete reading decides nothing.
      stop(.storage(failure))
      return act { state, now in (state.lookFailed(rows, exchange.outcome, now: now), Checkpoint()) }
    }
    let (taken, waited) = turnstile.times
    act { state, now in
      var checkpoint = Checkpoint(
        state.looked(
          looks, snapshots: snapshots, isAnswer: exchange.status != nil, taken: taken, waited: waited,
          now: now))
      checkpoint.snapshots = snapshots
      checkpoint.narrowings = narrowings
      checkpoint.announced = rows.filter { if case .send = looks[$0] { true } else { false } }
      if checkpoint.announced.isEmpty { state.lookEnded() }
      return ((), checkpoint)
    }
  }
}

extension Checkpoint {
  init(_ effects: RunState.Effects) {
    self.init()
    outcomes = effects.outcomes
    attempts = effects.attempts
  }
}
