import Console
import Execution
import Foundation
import JSON
import Logging
import Reports
import Sites
import Staging
import Synchronization

/// The reporting of one call of a command that sends, from start to end: log, job metrics, and response times.
package final class RunChronicle: Sendable {
  /// The state of the current run; a call may work on several, one after the other.
  private struct State {
    var log: RunLog
    var reporter: MetricsReporter?
    /// The number of the shard that the run is.
    var shard: Int?
    var began = Date()
    var meter = RequestMeter()
    /// Rows by state, as last reported.
    var counts = StateCounts()
    /// The source of the counts while rows are sent.
    var executor: RunExecutor?
    var report: ExecutionReport?
  }

  private let job: String
  private let metricsPath: String?
  private let state: Mutex<State>

  init(_ plan: RunPlan, log: RunLog) {
    job = plan.jobName
    metricsPath = plan.metricsPath
    state = Mutex(State(log: log.about(job: plan.jobName)))
  }

  /// The log, with all known facts about the run on every line.
  package var log: RunLog { state.withLock { $0.log } }

  /// The durations of the run's requests; `nil` if none was made.
  var latency: LatencyFigures? { LatencyFigures(state.withLock { $0.meter }.latency) }

  /// The durations of the requests by time slice.
  var tempo: [TempoSlice] { state.withLock { $0.meter }.tempo }

  /// Does the work of one call; a failure before or between its runs is reported in log and metrics.
  ///
  /// A start that finds the lock taken leaves the metrics to the run that holds it.
  ///
  /// - Parameter sends: indicates that rows are sent; other calls write no metrics.
  /// - Throws: the errors of `plan` and `work`.
  package static func keep<Value>(
    _ log: RunLog, sends: Bool, plan: () throws -> RunPlan, work: (RunPlan, RunChronicle) throws -> Value
  ) throws -> Value {
    // Before a secret's command, or anything else that waits for a thread.
    if ThreadSupply.lanes(of: 1) == 0 { _ = try LaneSupply.lanes(of: 1) }
    if log.ownsStandardError { Output.leaveStandardError(to: log.message) }
    defer { if let complaint = log.complaint { Output.toStandardError(complaint) } }
    var chronicle: RunChronicle?
    do {
      let plan = try plan()
      let made = RunChronicle(plan, log: log)
      chronicle = made
      return try work(plan, made)
    } catch let error as UserError {
      (chronicle?.log ?? log).failed(error)
      if sends, error.code != .locked { chronicle?.failed(error) }
      throw error
    }
  }

  private func failed(_ error: UserError) {
    reporter(path: metricsPath)?.finish(metrics, exitCode: Int(error.code.rawValue))
  }

  private func reporter(path: String?) -> MetricsReporter? {
    path.map { path in
      MetricsReporter(MetricsFile(path: path)) { error in
        Output.toStandardError("warning: \(error)\n\(error.hint.map { "hint: \($0.printable())\n" } ?? "")")
      }
    }
  }
}

// MARK: - Events of a run

extension RunChronicle {
  /// Takes in that the locks are held, so that this is the job's run from now on.
  ///
  /// - Parameter isRehearsal: leaves the metrics alone, because nothing will be sent.
  func began(_ session: RunSession, isResume: Bool, isRehearsal: Bool) {
    let reporter = isRehearsal ? nil : reporter(path: session.plan.metricsPath)
    let log = state.withLock { state in
      state = State(
        log: state.log.about(run: session.id), reporter: reporter,
        shard: (try? session.record())?.part?.number)
      return state.log
    }
    log.started(session, isResume: isResume)
    reporter?.start { [weak self] in self?.metrics }
  }

  func staged(_ counts: StateCounts) {
    state.withLock { $0.counts = counts }
    log.staged(counts)
  }

  /// Takes in that rows are being sent, or will be at once.
  func executing(_ executor: RunExecutor) {
    state.withLock { $0.executor = executor }
  }

  /// Takes in that nothing more is sent.
  func executed(_ report: ExecutionReport) {
    state.withLock { ($0.executor, $0.report) = (nil, report) }
  }

  /// Takes in that the work on the run is done, and recorded as far as possible.
  func ended(_ ending: RunEnding) {
    if let summary = ending.summary {
      state.withLock { $0.counts = summary.counts }
      log.finished(summary, ending.code)
    }
    if let error = ending.error { log.failed(error) }
    let reporter = state.withLock { state in
      defer { state.reporter = nil }
      return state.reporter
    }
    reporter?.finish(metrics, exitCode: Int(ending.code.rawValue))
  }

  /// Returns the observer of the run with this id.
  func observer(ofRun run: String) -> ExecutionObserver {
    let (log, meter) = state.withLock { ($0.log, $0.meter) }
    return { event in
      if case .requested(let request, _, _) = event {
        meter.record(status: request.status, duration: request.duration)
      }
      log.note(event, run: run)
    }
  }

  private var metrics: RunMetrics {
    let (began, meter, executor, counts, report, shard) = state.withLock {
      ($0.began, $0.meter, $0.executor, $0.counts, $0.report, $0.shard)
    }
    var metrics = RunMetrics(job: job, started: began)
    metrics.shard = shard
    metrics.counts = executor?.counts ?? counts
    metrics.requests = meter.byStatus
    metrics.latency = meter.latency
    if let report = executor?.report ?? report {
      metrics.retries = report.retries
      for reason in ThrottleReason.allCases {
        metrics.throttled[reason.rawValue] = report.throttled[reason] ?? .zero
      }
    }
    return metrics
  }
}

extension CallOptions {
  /// Returns the progress style of a command that logs: none if the log goes to standard error.
  func progressStyle(beside log: RunLog) -> ProgressStyle {
    log.isOnStandardError ? .silent : progressStyle
  }
}
