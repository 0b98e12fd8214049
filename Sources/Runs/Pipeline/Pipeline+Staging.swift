package import Console
import Execution
import Foundation
import Patches
package import Reports
import Sheets
import Staging
import Synchronization

extension Pipeline {
  /// Stages every row of the sheet.
  ///
  /// - Returns: the result files, if nothing follows staging and they could be made along with it.
  /// - Throws: `UserError`: 65 if the sheet breaks off, 74 if the disk fails, 130, 143 or 3 for a signal or a stop
  ///   file; resuming the run stages it again.
  package func stage(from source: PatchSource) throws(UserError) -> StagedResults? {
    let results = site == nil ? try? StagedResults(run) : nil
    try stage { step, progress in
      try run.stage(
        filling: { batch in
          try step()
          return try source.fill(&batch)
        }, additions: source.additions, showing: results,
        names: site.map { _ in NameReader(of: plan.resource) },
        progress: progress,
        digest: { source.sheet.digest }, findings: { source.findings + source.closingFindings })
    }
    for finding in source.closingFindings { Output.toStandardError(finding.text(sheet: plan.sheetName)) }
    return results
  }

  /// Stages the rows of a rollback.
  ///
  /// - Throws: `UserError`: as `stage(from:)`, and if the site cannot be asked what was added.
  package func stage(from source: RollbackSource) throws(UserError) {
    try stage { step, progress in
      try run.stageRollback(
        next: {
          try step()
          return try source.next()
        }, progress: progress)
    }
  }

  /// Stages with progress, and puts failures into words.
  ///
  /// - Parameter perform: receives a check to call before each step of some rows, and a receiver of the row count.
  private func stage(
    _ perform: (_ step: () throws -> Void, _ progress: (Int) -> Void) throws -> Void
  ) throws(UserError) {
    let rows = Atomic(0)
    let began = ContinuousClock.now
    let end = show {
      .staging(rows: rows.load(ordering: .relaxed), elapsed: ContinuousClock.now - began)
    }
    defer { end() }
    do {
      try perform(
        { if let reason = control.reasonToEnd { throw Interrupted(reason: reason) } },
        { rows.store($0, ordering: .relaxed) })
    } catch let interrupted as Interrupted {
      if case .recordLost = interrupted.reason { throw session.lossError }
      throw UserError(
        interrupted.reason.exitCode, place: session.directory.id,
        "stopped while staging; nothing was sent",
        hint: "run '\(session.resumeCommand)' to stage it again and continue")
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

  /// Shows progress, also on SIGUSR1, until the returned function is called.
  func show(_ snapshot: @escaping @Sendable () -> ProgressSnapshot?) -> () -> Void {
    let progress = ProgressDisplay(descriptor: STDERR_FILENO, style: progressStyle, snapshot: snapshot)
    progress.start()
    control.onStatusRequest { progress.report() }
    return {
      control.removeReceivers()
      progress.stop()
    }
  }
}

/// A request to end while nothing was being sent.
private struct Interrupted: Error {
  let reason: StopReason
}
