package import Console
import Foundation
import JSON
package import Reports
package import Staging

/// What the command line says about the plan of a dry run.
package struct PlanOptions {
  /// Whether every row is shown (`--full`).
  var isFull = false
  /// Whether pending changes have an exit code of their own (`--detailed-exit-code`).
  var tellsPendingChanges = false

  package init(isFull: Bool = false, tellsPendingChanges: Bool = false) {
    self.isFull = isFull
    self.tellsPendingChanges = tellsPendingChanges
  }
}

extension Output {
  /// Writes a run's summary, for people or for programs.
  ///
  /// - Parameter isFull: whether every row of its plan is shown, and not the first few.
  /// - Throws: `UserError` with exit code 74 when the run file cannot be read.
  package func write(_ summary: RunSummary, from run: RunFile, isFull: Bool, wantsJSON: Bool)
    throws(UserError)
  {
    guard !wantsJSON else {
      write(summary.details.text(.indented(2)) + "\n")
      return
    }
    guard isFull else {
      write(summary.text(isColored: isColored))
      return
    }
    write(summary.head + "\nRow by row\n")
    do throws(StagingError) {
      try PlanDiff(isColored: isColored).write(run) { text in
        write(text)
        return !isClosed
      }
    } catch { throw UserError(error) }
    if !summary.tail.isEmpty { write("\n" + summary.tail) }
  }

  /// Whether it is a terminal that shows colours, and nobody minds them (no-color.org).
  private var isColored: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
      && !["", "dumb"].contains(environment["TERM"] ?? "")
  }
}

extension RunSession {
  /// The summary of a run that has no rows, as of one that has come to its end; written to its folder, which its hooks may
  /// read before nothing of it stays.
  ///
  /// - Throws: `UserError` with exit code 74 when the run file cannot be read.
  func summaryOfNoRows() throws(UserError) -> RunSummary {
    do throws(StagingError) {
      var record = try run.record()
      (record.staged, record.finished) = (record.created, Timestamp.now)
      if record.isDryRun { record.planned = record.finished }
      (record.rowsRead, record.exitCode) = (0, Int(ExitCode.success.rawValue))
      var summary = try RunSummary(
        reading: run, run: name, workingFolder: WorkingFolder.path, ending: record)
      summary.figures = RunFigures(peakMemoryBytes: PeakMemory.bytes)
      try summary.write()
      return summary
    } catch { throw userError(error) }
  }
}
