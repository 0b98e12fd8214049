package import Console
import Execution
import Reports
import Sites
import Staging
import Synchronization

extension Pipeline {
  /// Reads back the applied rows, if that is asked for and the run has come far enough.
  ///
  /// - Throws: `UserError` with exit code 74 when the run file cannot be used.
  func verify(on site: any Site, _ work: inout WorkDone) throws(UserError) {
    guard plan.verifies, work.hasSent else { return }
    switch work.stopReason {
    case nil, .canary: break
    default: return
    }
    let report = try verification(on: site)
    work.count(report.requests)
    work.verification = report
  }

  /// Reads back the records of applied rows, and stores the comparison in the run file.
  ///
  /// - Throws: `UserError` with exit code 74 when the run file cannot be used.
  func verification(on site: any Site) throws(UserError) -> Verification.Report {
    let rows = Atomic(0)
    let began = ContinuousClock.now
    let throttle = plan.execution.questionThrottle
    let counts = try session.counts()
    let total = counts[.applied] + counts[.unchanged]
    let end = show {
      .verifying(
        rows: rows.load(ordering: .relaxed), of: total, elapsed: ContinuousClock.now - began,
        note: throttle.note)
    }
    defer { end() }
    do throws(StagingError) {
      return try Verification(
        of: run, on: site, resource: plan.resource, throttle: throttle,
        retry: plan.execution.retry
      ).perform(
        isStopped: { [control] in control.reasonToStopAfterPause() },
        observer: observer, progress: { rows.store($0, ordering: .relaxed) })
    } catch { throw session.userError(error) }
  }
}

extension Verification.Report {
  /// Returns the reason the run could not be verified; `nil` if it was.
  package func error(of session: RunSession, at location: String) -> UserError? {
    guard let stopReason else { return nil }
    let retry = "run 'bulkpatch verify \(ShellWord.quoted(session.name))' again"
    guard let trouble = stopReason.trouble else {
      return UserError(
        stopReason.exitCode, place: session.name,
        "not verified: \(stopReason.text)", hint: retry)
    }
    return UserError(
      stopReason.exitCode, place: location, "not verified: \(trouble.fact)", of: trouble.refusal,
      hint: "\(trouble.advice); then \(retry)")
  }
}
