import Console
import Execution
import Foundation
import JSON
import Logging
import Reports
import Sites
import Staging
import Synchronization

/// What is told of one call of a command that sends, while it lasts and whatever its end is: the log, the metrics of the
/// job, and how fast the site answers.
package final class RunChronicle: Sendable {
  /// What is known of the run that is worked on; a call may work on several, one after the other.
  private struct State {
    var log: RunLog
    var reporter: MetricsReporter?
    var began = Date()
    var meter = RequestMeter()
    /// Rows by state as they were last told.
    var counts = StateCounts()
    /// Where to ask while rows are sent.
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

  /// What has been learned of the run is on every line.
  package var log: RunLog { state.withLock { $0.log } }

  /// How long the requests for the run took; `nil` when none was made.
  var latency: LatencyFigures? { LatencyFigures(state.withLock { $0.meter }.latency) }

  /// The same, stretch by stretch.
  var tempo: [TempoSlice] { state.withLock { $0.meter }.tempo }

  /// Does the work of one call; when that fails before or between its runs, log and metrics say so.
  ///
  /// A start that meets the lock leaves the metrics alone: they are those of the run that holds it.
  ///
  /// - Parameter sends: whether rows are sent; metrics are about nothing else.
  /// - Throws: what `plan` and `work` throw.
  package static func keep<Value>(
    _ log: RunLog, sends: Bool, plan: () throws -> RunPlan, work: (RunPlan, RunChronicle) throws -> Value
  ) throws -> Value {
    // Before a secret's command is started, or anything else that waits for a thread.
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

// MARK: - What happens on the way

extension RunChronicle {
  /// The locks are held: from now on this is the job's run.
  ///
  /// - Parameter isRehearsal: whether nothing will be sent, so that the metrics are left alone.
  func began(_ session: RunSession, isResume: Bool, isRehearsal: Bool) {
    let reporter = isRehearsal ? nil : reporter(path: session.plan.metricsPath)
    let log = state.withLock { state in
      state = State(log: state.log.about(run: session.directory.id), reporter: reporter)
      return state.log
    }
    log.started(session, isResume: isResume)
    reporter?.start { [weak self] in self?.metrics }
  }

  func staged(_ counts: StateCounts) {
    state.withLock { $0.counts = counts }
    log.staged(counts)
  }

  /// Rows are being sent, or will be at once.
  func executing(_ executor: RunExecutor) {
    state.withLock { $0.executor = executor }
  }

  /// Nothing is sent any more.
  func executed(_ report: ExecutionReport) {
    state.withLock { ($0.executor, $0.report) = (nil, report) }
  }

  /// The work on the run is done, and put down as far as that was possible.
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

  /// Takes in what happens while the run with this id is worked on.
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
    let (began, meter, executor, counts, report) = state.withLock {
      ($0.began, $0.meter, $0.executor, $0.counts, $0.report)
    }
    var metrics = RunMetrics(job: job, started: began)
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
  /// How progress is shown by a command that logs: not at all where the log goes there.
  func progressStyle(beside log: RunLog) -> ProgressStyle {
    log.isOnStandardError ? .silent : progressStyle
  }
}
