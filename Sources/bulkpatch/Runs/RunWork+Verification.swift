import Console
import Execution
import Foundation
import Patches
import Reports
import Sites
import Staging
import Synchronization

extension RunWork {
  /// Reads the records of the rows that are done back, and keeps how they compare in the run file.
  ///
  /// - Throws: `UserError` with exit code 74 when the run file cannot be used.
  func verify(on site: any Site) throws(UserError) -> Verification.Report {
    let plan = session.plan
    let rows = Atomic(0)
    let began = ContinuousClock.now
    let throttle = plan.execution.questionThrottle
    let total: Int
    do throws(StagingError) {
      let counts = try session.run.counts()
      total = counts[.applied] + counts[.unchanged]
    } catch { throw session.userError(error) }
    let progress = ProgressDisplay(descriptor: STDERR_FILENO, style: progressStyle) {
      .verifying(
        rows: rows.load(ordering: .relaxed), of: total, elapsed: ContinuousClock.now - began,
        note: throttle.note)
    }
    progress.start()
    control.onStatusRequest { progress.report() }
    defer {
      control.tellNobody()
      progress.stop()
    }
    do throws(StagingError) {
      return try Verification(
        of: session.run, on: site, resource: plan.resource,
        customKinds: plan.customKinds, throttle: throttle, retry: plan.execution.retry
      ).perform(
        isStopped: { control.reasonToStopAfterPause() },
        observer: observer, progress: { rows.store($0, ordering: .relaxed) })
    } catch { throw session.userError(error) }
  }
}

extension Verification.Report {
  /// Why the run could not be verified, for whoever asked for it; `nil` when it was.
  func error(of session: RunSession, at location: String) -> UserError? {
    guard let stopReason else { return nil }
    let retry = "'bulkpatch verify \(ShellWord.quoted(session.name))' does it again"
    guard let trouble = stopReason.trouble else {
      return UserError(
        ExitCode(StateCounts(), stoppedBy: stopReason), place: session.name,
        "not verified: \(stopReason.text)", hint: retry)
    }
    return UserError(
      trouble.code, place: location, "not verified: \(trouble.fact)", of: trouble.refusal,
      hint: "\(trouble.advice); then \(retry)")
  }
}

extension ExitCode {
  /// How a verification ends that was not stopped.
  init(_ counts: VerificationCounts?) {
    let hasDifferences = counts.map { $0[.different] + $0[.missing] > 0 } ?? false
    self = hasDifferences ? .conflicts : .success
  }
}
