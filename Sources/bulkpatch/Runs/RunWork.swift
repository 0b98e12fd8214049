import Console
import Execution
import Foundation
import Patches
import Reports
import Sheets
import Sites
import Staging
import Synchronization

/// What is done with a run that a process holds: stage it, then execute it.
///
/// Both `run` and `resume` are this, from different points on; `RunConclusion` comes after it.
struct RunWork {
  let session: RunSession
  /// How many lanes there are threads for.
  let lanes: Int
  let control: RunControl
  let progressStyle: ProgressStyle
  let chronicle: RunChronicle

  private var run: RunFile { session.run }
  private var plan: RunPlan { session.plan }

  /// How rows are sent, or looked at, with as many lanes as there can be.
  private var settings: ExecutionSettings {
    var settings = plan.execution
    settings.lanes = min(settings.lanes, lanes)
    return settings
  }

  /// Stages every row of the sheet.
  ///
  /// - Throws: `UserError`: 65 when the sheet breaks off, 74 when the disk does, 130, 143 or 3 when a signal or
  ///   a stop file came; the run can then be resumed, which stages it anew.
  func stage(from source: PatchSource) throws(UserError) {
    try stage { step, progress in
      try run.stage(
        next: {
          try step()
          return try source.next().map { ($0.row, $0.built.key, $0.built.patch, $0.built.findings) }
        }, progress: progress, digest: { source.sheet.digest })
    }
    for finding in source.closingFindings { Output.toStandardError(finding.text(sheet: plan.sheetName)) }
  }

  /// Stages every row that puts something back.
  ///
  /// - Throws: `UserError`: as `stage(from:)`, and when the site cannot be asked what has been added.
  func stage(from source: RollbackSource) throws(UserError) {
    try stage { step, progress in
      try run.stageRollback(
        next: {
          try step()
          return try source.next()
        }, progress: progress)
    }
  }

  /// Stages with progress, and puts into words what may go wrong.
  ///
  /// - Parameter perform: given what to call before each row, and what takes the number of rows.
  private func stage(
    _ perform: (_ step: () throws -> Void, _ progress: (Int) -> Void) throws -> Void
  ) throws(UserError) {
    let rows = Atomic(0)
    let began = ContinuousClock.now
    let progress = ProgressDisplay(descriptor: STDERR_FILENO, style: progressStyle) {
      .staging(rows: rows.load(ordering: .relaxed), elapsed: ContinuousClock.now - began)
    }
    progress.start()
    control.onStatusRequest { progress.report() }
    defer {
      control.tellNobody()
      progress.stop()
    }
    do {
      try perform(
        { if let reason = control.reasonToEnd { throw Interrupted(reason: reason) } },
        { rows.store($0, ordering: .relaxed) })
    } catch let interrupted as Interrupted {
      if case .recordLost = interrupted.reason { throw session.lossError }
      throw UserError(
        ExitCode(StateCounts(), stoppedBy: interrupted.reason), place: session.directory.id,
        "stopped while staging; nothing was sent",
        hint: "'\(session.resumeCommand)' stages it anew and goes on")
    } catch let error as SheetError {
      throw plan.userError(error)
    } catch let error as StagingError {
      throw session.userError(error)
    } catch let failure as RollbackSource.LookFailed {
      throw failure.userError(hint: "then '\(session.resumeCommand)': nothing was sent")
    } catch {
      throw UserError(.internalError, "\(error)")
    }
  }

  /// Who is told of what happens to the run.
  var observer: ExecutionObserver { chronicle.observer(ofRun: session.directory.id) }

  /// Tells how many rows there are, whether they were staged just now or before.
  ///
  /// - Throws: `UserError` with exit code 74 when the run file cannot be used.
  func tellStaged() throws(UserError) {
    do throws(StagingError) { chronicle.staged(try run.counts()) } catch { throw session.userError(error) }
  }

  /// What an execution came to.
  struct Execution {
    /// Requests by HTTP status; 0 stands for no answer.
    var requests: [Int: Int] = [:]
    var retries = 0
    var throttled: [ThrottleReason: Duration] = [:]
    /// How long the requests took; `nil` when there was none.
    var latency: LatencyFigures?
    /// The same, stretch by stretch.
    var tempo: [TempoSlice] = []
    /// Where the site is, for messages.
    var location = ""
    /// Why it stopped before its end, if it did.
    var stopReason: StopReason?
    /// Whether a row may have been sent.
    var hasSent = false
  }

  /// Sends what is staged, and returns when all is durable.
  ///
  /// - Throws: `UserError` with exit code 74 when the run file cannot be used.
  func execute(on site: any Site, retryingFailed: Bool = false) throws(UserError) -> Execution {
    var execution = Execution()
    execution.location = site.location
    do throws(StagingError) {
      for rollback in session.rollbacks { try run.settleRows(putBackBy: RunFile(reading: rollback)) }
      try RunSummary.takeBack(in: session.directory)
      try run.takeUp()
      let (stop, requests) = try prepare(for: site)
      execution.requests = requests
      execution.stopReason = stop
      guard stop == nil else { return execution }
      try run.recover(retryingFailed: retryingFailed)
      try run.beginSending(in: session.home)
      execution.hasSent = true
      // Here every key has been looked up, so that it is known which rows are of one record.
      let record = try run.record()
      if let records = plan.canary, record.canaryEnd == nil { try run.setCanary(records: records) }
      let report = perform(
        on: site, counts: try run.counts(), canary: try run.canary(), followsPlan: record.isDryRun)
      execution.stopReason = report.stopReason
      execution.requests.merge(report.requests) { $0 + $1 }
      execution.retries = report.retries
      execution.throttled = report.throttled
    } catch { throw session.userError(error) }
    return execution
  }

  /// Makes the plan of a dry run: looks at the records and writes down what would become of each row.
  ///
  /// - Parameter site: the real one; whatever is asked of it goes through a guard that lets no write pass.
  /// - Throws: `UserError` with exit code 74 when the run file cannot be used.
  func makePlan(on site: any Site) throws(UserError) -> Execution {
    let site = ReadOnlySite(site)
    var execution = Execution()
    execution.location = site.location
    do throws(StagingError) {
      let control = control
      let isStopped: @Sendable () -> StopReason? = { control.reasonToStopAfterPause() }
      try RunSummary.takeBack(in: session.directory)
      try run.takeUp()
      let (stop, requests) = try prepare(for: site)
      execution.requests = requests
      execution.stopReason = stop
      guard stop == nil else { return execution }
      try run.recover(retryingFailed: false)
      let total = try run.counts()[.staged]
      let planner = Planner(
        run: run, site: site, resource: plan.resource,
        customKinds: plan.customKinds, settings: settings,
        planned: try run.planCounts().total, observer: observer, isStopped: isStopped)
      let began = ContinuousClock.now
      let progress = ProgressDisplay(descriptor: STDERR_FILENO, style: progressStyle) {
        .planning(
          rows: planner.planned, of: total, elapsed: ContinuousClock.now - began, note: planner.note)
      }
      progress.start()
      control.onStatusRequest { progress.report() }
      let planning = planner.plan()
      control.tellNobody()
      progress.stop()
      execution.stopReason = planning.stop
      execution.requests.merge(planning.requests) { $0 + $1 }
      if planning.stop == nil { try run.finishPlanning() }
    } catch { throw session.userError(error) }
    return execution
  }

  /// Asks the site whether it is there, and for the keys; says what it waits for.
  private func prepare(for site: any Site) throws(StagingError) -> (stop: StopReason?, requests: [Int: Int]) {
    let throttle = plan.execution.questionThrottle
    let progress = ProgressDisplay(descriptor: STDERR_FILENO, style: progressStyle) {
      (control.note ?? throttle.note).map(ProgressSnapshot.preparing)
    }
    progress.start()
    defer { progress.stop() }
    return try Preparation.prepare(
      run, site: site, throttle: throttle, retry: plan.execution.retry, observer: observer
    ) {
      control.reasonToStopAfterPause()
    }
  }

  private func perform(
    on site: any Site, counts: StateCounts, canary: (end: Int, records: Int)?, followsPlan: Bool
  ) -> ExecutionReport {
    var settings = settings
    settings.followsPlan = followsPlan
    let executor = RunExecutor(
      run: run, site: site, resource: plan.resource,
      customKinds: plan.customKinds, settings: settings, counts: counts,
      canary: canary, reasonToStop: { control.reasonAtSending }, observer: observer)
    chronicle.executing(executor)
    let began = ContinuousClock.now
    let total = counts.total
    let progress = ProgressDisplay(descriptor: STDERR_FILENO, style: progressStyle) {
      ProgressSnapshot(
        counts: executor.counts, total: total, elapsed: ContinuousClock.now - began,
        note: control.note ?? executor.note, inFlight: executor.inFlight)
    }
    control.tell(
      stop: { reason in
        executor.stop(reason)
        guard case .signal = reason, progressStyle != .silent else { return }
        progress.write(
          "bulkpatch: finishing what is in flight, then stopping; a second signal stops at once\n")
      }, hold: { executor.hold($0) }, say: { progress.write($0) })
    control.onStatusRequest { progress.report() }
    progress.start()
    defer {
      control.tellNobody()
      progress.stop()
    }
    let report = executor.execute()
    chronicle.executed(report)
    return report
  }
}

/// The end was asked for where nothing was being sent.
private struct Interrupted: Error {
  let reason: StopReason
}
