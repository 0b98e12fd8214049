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
  /// - Returns: the result files, which are made along with it, if they can be, where nothing comes after it.
  /// - Throws: `UserError`: 65 when the sheet breaks off, 74 when the disk does, 130, 143 or 3 when a signal or
  ///   a stop file came; the run can then be resumed, which stages it again.
  package func stage(from source: PatchSource) throws(UserError) -> StagedResults? {
    let results = site == nil ? try? StagedResults(run) : nil
    try stage { step, progress in
      try run.stage(
        filling: { batch in
          try step()
          return try source.fill(&batch)
        }, additions: source.additions, showing: results, progress: progress,
        digest: { source.sheet.digest }, findings: { source.findings + source.closingFindings })
    }
    for finding in source.closingFindings { Output.toStandardError(finding.text(sheet: plan.sheetName)) }
    return results
  }

  /// Stages every row that puts something back.
  ///
  /// - Throws: `UserError`: as `stage(from:)`, and when the site cannot be asked what has been added.
  package func stage(from source: RollbackSource) throws(UserError) {
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
  /// - Parameter perform: given what to call before each step of some rows, and what takes the number of rows.
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
        hint: "'\(session.resumeCommand)' stages it again and goes on")
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

  /// Shows progress until what is returned is called; whoever asks for it (SIGUSR1) is told as well.
  func show(_ snapshot: @escaping @Sendable () -> ProgressSnapshot?) -> () -> Void {
    let progress = ProgressDisplay(descriptor: STDERR_FILENO, style: progressStyle, snapshot: snapshot)
    progress.start()
    control.onStatusRequest { progress.report() }
    return {
      control.tellNobody()
      progress.stop()
    }
  }
}

/// The end was asked for where nothing was being sent.
private struct Interrupted: Error {
  let reason: StopReason
}
