import Console
import Dispatch
package import Execution
import Foundation
import Reports
import Sites
import Staging

extension Pipeline {
  /// Takes the run up: what of it has been put back is settled, its papers say that it is under way, the site is asked
  /// whether it is there, and for the keys; then every row stands where this process can take it from.
  ///
  /// - Throws: `UserError` with exit code 74 when the run file cannot be used.
  func prepare(_ site: any Site, _ work: inout WorkDone) throws(UserError) {
    do throws(StagingError) {
      if !isPlanning {
        for rollback in session.rollbacks { try run.settleRows(putBackBy: RunFile(reading: rollback)) }
      }
      try RunSummary.takeBack(in: session.directory)
      try run.takeUp()
      if let stop = try waitForLateCommits(site) {
        work.stopReason = stop
        return
      }
      let (stop, requests) = try ask(site)
      work.count(requests)
      work.stopReason = stop
      if stop == nil { try run.recover(retryingFailed: intent.retriesFailed && !isPlanning) }
    } catch { throw session.userError(error) }
  }

  /// Waits until nothing can come any more of what the run has sent that is put back, when that was cut short just now:
  /// it would be carried out after it has been put back.
  ///
  /// - Returns: the reason to stop meanwhile, when there is one.
  private func waitForLateCommits(_ site: any Site) throws(StagingError) -> StopReason? {
    guard !isPlanning, let source = plan.purpose.scope?.source else { return nil }
    let file = try RunFile(reading: source)
    defer { file.end() }
    guard let ago = try file.unsettledFor() else { return nil }
    let longest = max(try file.longestTimeout(), site.requestTimeout) + plan.execution.settle
    let end = ContinuousClock.now + (longest - ago)
    let progress = ProgressDisplay(descriptor: STDERR_FILENO, style: progressStyle) { [control] in
      let left = max(end - .now, .zero)
      let note =
        "the site may still carry out what run \(source.id) has sent; waiting up to \(left.components.seconds + 1) s"
      return .preparing(control.note ?? note)
    }
    progress.start()
    defer { progress.stop() }
    while ContinuousClock.now < end {
      if let stop = control.reasonToStopAfterPause() { return stop }
      _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(100))
    }
    return nil
  }

  /// Asks the site whether it is there, and for the keys; says what it waits for.
  private func ask(_ site: any Site) throws(StagingError) -> (stop: StopReason?, requests: [Int: Int]) {
    let throttle = plan.execution.questionThrottle
    let progress = ProgressDisplay(descriptor: STDERR_FILENO, style: progressStyle) { [control] in
      (control.note ?? throttle.note).map(ProgressSnapshot.preparing)
    }
    progress.start()
    defer { progress.stop() }
    return try Preparation.prepare(
      run, site: site, throttle: throttle, retry: plan.execution.retry, observer: observer
    ) { [control] in control.reasonToStopAfterPause() }
  }

  /// Who is told of what happens to the run.
  var observer: ExecutionObserver { chronicle.observer(ofRun: session.directory.id) }

  /// How rows are sent, or looked at, with as many lanes as there can be.
  package var settings: ExecutionSettings {
    var settings = plan.execution
    settings.lanes = min(settings.lanes, lanes)
    return settings
  }
}
