import Dispatch
import Patches
public import Sites
public import Staging
import Synchronization

/// How a run is executed, as the job says.
public struct ExecutionSettings: Sendable, Hashable {
  /// Requests in flight at most, 1…128.
  public var lanes = 4
  public var retry = RetryPolicy()
  public var stopRule = StopRule()
  /// `on_failure: hold`: later rows of a record wait when an earlier one is not done.
  public var holdsRecords = true

  public init() {}
}

/// What a finished or stopped execution has to say for itself.
public struct ExecutionReport: Sendable, Equatable {
  /// Why it stopped before its end; `nil` when every row is finished.
  public var stopReason: StopReason?
  /// Requests by HTTP status; 0 stands for no answer.
  public var requests: [Int: Int]
  public var retries: Int
  /// How long everybody waited because the site asked.
  public var throttled: Duration
  /// The largest number of rows in flight at one time.
  public var peakInFlight: Int
}

/// Runs the staged rows of a run file against a site, with a bounded number of lanes.
///
/// A lane is one serial queue with one connection: serial queues get a thread each, where a concurrent
/// queue follows the number of cores. Every lane pulls from one `RunState`; side effects happen outside
/// its lock.
public final class RunExecutor: Sendable {
  private let run: RunFile
  private let site: any Site
  private let settings: ExecutionSettings
  private let state: Mutex<RunState>
  private let bells: [DispatchSemaphore]
  private let began = ContinuousClock.now

  /// Prepares the execution of a run whose staging is complete and whose key look-ups are done.
  ///
  /// - Parameter counts: the rows by state as the run file has them.
  public init(run: RunFile, site: any Site, settings: ExecutionSettings, counts: StateCounts) {
    self.run = run
    self.site = site
    self.settings = settings
    let lanes = min(max(settings.lanes, 1), 128)
    bells = (0..<lanes).map { _ in DispatchSemaphore(value: 0) }
    state = Mutex(
      RunState(
        settings: RunState.Settings(
          lanes: lanes, retry: settings.retry, stopRule: settings.stopRule,
          holdsRecords: settings.holdsRecords),
        counts: counts, random: SystemRandomNumberGenerator()))
  }

  /// Rows by state at this moment, for the progress display.
  public var counts: StateCounts { state.withLock { $0.counts } }

  /// Stops sending; `execute` returns when the rows in flight have ended.
  public func stop(_ reason: StopReason) {
    act { state, _ in
      state.stop(reason)
      return nil
    }
  }

  /// Executes until every row is finished or something stops it, and returns when all is durable.
  public func execute() -> ExecutionReport {
    let writer = CheckpointWriter(
      run: run, holdsRecords: settings.holdsRecords,
      committed: { outcomes, lease in self.committed(outcomes, lease) },
      failed: { self.stop(.storage($0)) })
    self.writer.withLock { $0 = writer }
    act { _, _ in nil }

    let group = DispatchGroup()
    for lane in bells.indices {
      DispatchQueue(label: "bulkpatch.lane.\(lane)").async(group: group) { self.work(lane) }
    }
    group.wait()
    writer.finish { state.withLock { $0.release() } }
    self.writer.withLock { $0 = nil }
    return state.withLock {
      ExecutionReport(
        stopReason: $0.stopReason, requests: $0.figures.requests, retries: $0.figures.retries,
        throttled: $0.figures.throttled, peakInFlight: $0.figures.peakInFlight)
    }
  }

  private let writer = Mutex<CheckpointWriter?>(nil)

  /// One lane's life: ask, do, tell, until there is nothing more.
  private func work(_ lane: Int) {
    let connection = site.makeConnection()
    while true {
      switch state.withLock({ $0.next(lane: lane, now: now) }) {
      case .send(let row):
        let exchange = connection.send(Write(row))
        act { $0.finished(row.number, lane: lane, exchange, now: $1) }
      case .wait(let until):
        if let until {
          let nanoseconds = Int((until - now) / .nanoseconds(1))
          _ = bells[lane].wait(timeout: .now() + .nanoseconds(max(0, nanoseconds)))
        } else {
          bells[lane].wait()
        }
      case .exit:
        // Whoever finds the work done tells those who still wait for some.
        act { _, _ in nil }
        return
      }
    }
  }

  private func committed(_ outcomes: [RowOutcome], _ lease: Lease?) {
    act { state, _ in
      // Outcomes first: a leased row may wait for one of them.
      let effects = state.durable(outcomes)
      if let lease { state.leased(lease) }
      return effects
    }
  }

  /// Feeds an event to the state, then does what follows from it outside the lock.
  private func act(_ event: (inout RunState, Duration) -> RunState.Effects?) {
    let (effects, lease, woken, isAwaited) = state.withLock { state in
      let now = now
      let effects = event(&state, now) ?? RunState.Effects()
      let lease = state.leaseRequest(now: now)
      return (effects, lease, state.lanesToWake(), state.hasIdleLanes)
    }
    for lane in woken { bells[lane].signal() }
    writer.withLock { $0 }?.add(effects, lease: lease, isAwaited: isAwaited)
  }

  private var now: Duration { ContinuousClock.now - began }
}

extension Write {
  fileprivate init(_ row: StagedRow) {
    self.init(
      recordID: row.recordID, element: row.element.map { Element(list: $0.list, id: $0.id) },
      body: row.patch, isIdempotent: row.isIdempotent)
  }
}
