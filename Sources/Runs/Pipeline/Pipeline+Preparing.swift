import Catalog
import Console
import Dispatch
package import Execution
import Foundation
import Reports
import Sites
import Staging

extension Pipeline {
  /// Prepares the run, so that every row is in a state from which this process can continue.
  ///
  /// It settles rows that a rollback has restored, marks the run as under way, checks that the site answers, and looks
  /// up keys.
  ///
  /// - Throws: `UserError` with exit code 74 if the run file cannot be used.
  func prepare(_ site: any Site, _ work: inout WorkDone) throws(UserError) {
    do throws(StagingError) {
      if !isPlanning {
        for rollback in session.rollbacks { try run.settleRows(rolledBackBy: RunFile(reading: rollback)) }
      }
      try RunSummary.withdraw(in: session.directory)
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

  /// Waits until no request of the source run can still take effect, if that run was cut short just now.
  ///
  /// A request that takes effect after the rollback would undo it.
  ///
  /// - Returns: the reason to stop that came meanwhile, if any.
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
        "the site may still apply what run \(source.id) has sent; waiting up to \(left.components.seconds + 1) s"
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

  /// Checks that the site answers and looks up keys; shows what it waits for.
  private func ask(_ site: any Site) throws(StagingError) -> (stop: StopReason?, requests: [Int: Int]) {
    let throttle = plan.execution.questionThrottle
    let progress = ProgressDisplay(descriptor: STDERR_FILENO, style: progressStyle) { [control] in
      (control.note ?? throttle.note).map(ProgressSnapshot.preparing)
    }
    progress.start()
    defer { progress.stop() }
    let file = plan.site.map { NameCacheFile(of: $0, in: session.home) }
    // A rollback gives ids, which it has read.
    var names: NameCheck?
    if plan.purpose.hasSheet, let file {
      let cache = file.read(isRefreshed: intent.refreshesNames)
      names = NameCheck(
        plan.resource, cache: cache, column: { [plan] in plan.column(of: $0) },
        listing: plan.makeValuesCommand())
    }
    defer { if let names { file?.write(names.cache) } }
    return try Preparation.prepare(
      run, site: site, throttle: throttle, retry: plan.execution.retry, names: &names, observer: observer
    ) { [control] in control.reasonToStopAfterPause() }
  }

  /// The resource with the names that were found for ids, so that people read them.
  func namedResource() throws(StagingError) -> ResourceType {
    var resource = plan.resource
    resource.siteNames = try run.siteNames()
    return resource
  }

  /// The observer of the run's events.
  var observer: ExecutionObserver { chronicle.observer(ofRun: session.id) }

  /// The settings for sending or planning, with as many lanes as there are threads for.
  package var settings: ExecutionSettings {
    var settings = plan.execution
    settings.lanes = min(settings.lanes, lanes)
    return settings
  }
}
