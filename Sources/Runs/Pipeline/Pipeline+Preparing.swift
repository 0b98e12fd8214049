import Console
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
      let (stop, requests) = try ask(site)
      work.count(requests)
      work.stopReason = stop
      if stop == nil { try run.recover(retryingFailed: intent.retriesFailed && !isPlanning) }
    } catch { throw session.userError(error) }
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
