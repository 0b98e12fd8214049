import Console
import Execution
import Foundation
import Reports
import Sites
import Staging

extension Pipeline {
  /// Sends the staged rows, and returns when every outcome is durable.
  ///
  /// - Throws: `UserError` with exit code 74 when the run file cannot be used.
  func execute(on site: any Site, _ work: inout WorkDone) throws(UserError) {
    guard work.stopReason == nil else { return }
    try beginSending(since: work.asked)
    work.hasSent = true
    do throws(StagingError) {
      // All keys have been looked up by now, so that rows of the same record are known.
      let record = try run.record()
      if let records = plan.canary, record.canaryEnd == nil { try run.setCanary(records: records) }
      var settings = settings
      settings.followsPlan = record.isDryRun
      let executor = RunExecutor(
        run: run, site: site, resource: plan.resource, settings: settings,
        counts: try run.counts(), canary: try run.canary(),
        reasonToStop: { [control] in control.reasonAtSending }, observer: observer)
      let report = perform(executor)
      work.stopReason = report.stopReason
      work.count(report.requests)
      work.retries = report.retries
      work.throttled = report.throttled
    } catch { throw session.userError(error) }
  }

  /// Records that sending begins, unless another run has begun to send the same sheet since permission was given.
  ///
  /// - Parameter asked: the time of that check.
  /// - Throws: `UserError`: 64 if another run has begun, 74 if the start cannot be recorded.
  func beginSending(since asked: String) throws(UserError) {
    var refusal: UserError?
    try session.file { run throws(StagingError) in
      try SendingMark.oneAtATime(in: session.home) { () throws(StagingError) in
        do throws(UserError) {
          if let earlier = try earlierSending(), earlier.adds, earlier.mark.began >= asked {
            refusal = earlier.refusal(plan.sheetName)
          }
        } catch { refusal = error }
        if refusal == nil { try run.beginSending(in: session.home) }
      }
    }
    if let refusal { throw refusal }
  }

  /// Runs the executor, shows progress, and passes on what comes from outside.
  private func perform(_ executor: RunExecutor) -> ExecutionReport {
    chronicle.executing(executor)
    let began = ContinuousClock.now
    let total = executor.counts.total
    let progress = ProgressDisplay(descriptor: STDERR_FILENO, style: progressStyle) { [control] in
      ProgressSnapshot(
        counts: executor.counts, total: total, elapsed: ContinuousClock.now - began,
        note: control.note ?? executor.note ?? control.stopTime.map { "stops \($0)" },
        inFlight: executor.inFlight)
    }
    control.tell(
      stop: { [progressStyle] reason in
        executor.stop(reason)
        guard case .signal = reason, progressStyle != .silent else { return }
        progress.write(
          "bulkpatch: finishing what is in flight, then stopping; a second signal stops at once\n")
      }, hold: { executor.hold($0) }, say: { progress.write($0) })
    control.onStatusRequest { progress.report() }
    progress.start()
    let shardProgress = ShardProgressTimer(of: session.directory) { executor.counts }
    defer {
      control.removeReceivers()
      progress.stop()
      shardProgress?.stop()
    }
    let report = executor.execute()
    chronicle.executed(report)
    return report
  }
}
