import Execution
import Foundation
import Patches
import Sheets
import Sites
import Staging

/// What is done with a run that a process holds: stage it, execute it, conclude it.
///
/// Both `run` and `resume` are this, from different points on.
struct RunWork {
  let session: RunSession
  let interruption: Interruption
  let console: RunConsole

  private var run: RunFile { session.run }
  private var plan: RunPlan { session.plan }

  /// Stages every row of the sheet.
  ///
  /// - Throws: `UserError`: 65 when the sheet breaks off, 74 when the disk does, 130 or 143 when a signal came;
  ///   the run can then be resumed, which stages it anew.
  func stage(from source: PatchSource) throws(UserError) {
    console.begin(.staging)
    defer { console.end() }
    do {
      try run.stage(
        next: {
          if let signal = interruption.received { throw Interrupted(signal: signal) }
          return try source.next().map { ($0.row, $0.built.key, $0.built.patch, $0.built.findings) }
        }, progress: { console.staged($0) }, digest: { source.sheet.digest })
    } catch let interrupted as Interrupted {
      throw UserError(
        interrupted.exitCode, place: session.directory.id, "stopped while staging; nothing was sent",
        hint: "'bulkpatch resume \(session.directory.id)' stages it anew and goes on")
    } catch let error as SheetError {
      throw plan.userError(error)
    } catch let error as StagingError {
      throw UserError(error)
    } catch {
      throw UserError(.internalError, "\(error)")
    }
  }

  /// Sends what is staged, and returns how it went; the conclusion is the caller's.
  ///
  /// - Throws: `UserError` with exit code 74 when the run file cannot be used.
  func execute(on site: any Site, retryingFailed: Bool = false) throws(UserError) -> RunFigures {
    let clock = ContinuousClock()
    let began = clock.now
    var figures = RunFigures()
    do throws(StagingError) {
      try run.recover(retryingFailed: retryingFailed)
      let (stop, requests) = try Preparation.prepare(run, site: site) {
        interruption.received.map { .signal($0) }
      }
      figures.requests = requests
      figures.stopReason = stop
      if stop == nil {
        let counts = try run.counts()
        let executor = RunExecutor(run: run, site: site, settings: plan.execution, counts: counts)
        interruption.onSignal { executor.stop(.signal($0)) }
        console.begin(.executing(of: counts.total) { executor.counts })
        let report = executor.execute()
        console.end()
        figures.add(report)
      }
    } catch { throw UserError(error) }
    figures.duration = clock.now - began
    return figures
  }
}

/// A signal that came where nothing was being sent.
private struct Interrupted: Error {
  let signal: Int32

  var exitCode: ExitCode { signal == SIGINT ? .interrupted : .terminated }
}
