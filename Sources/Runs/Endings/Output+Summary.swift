package import Console
import Foundation
import JSON
package import Reports
package import Staging

/// The options for showing the plan of a dry run.
package struct PlanOptions {
  /// Shows every row (`--full`).
  var isFull = false
  /// Gives pending changes their own exit code (`--detailed-exit-code`).
  var tellsPendingChanges = false

  package init(isFull: Bool = false, tellsPendingChanges: Bool = false) {
    self.isFull = isFull
    self.tellsPendingChanges = tellsPendingChanges
  }
}

extension Output {
  /// Writes a run's summary as text or JSON.
  ///
  /// - Parameter isFull: shows every row of the plan instead of the first few.
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

  /// Indicates a terminal that shows colours and a user who has not turned them off (no-color.org).
  private var isColored: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
      && !["", "dumb"].contains(environment["TERM"] ?? "")
  }
}

extension RunSession {
  /// Returns the summary of a run without rows, as of a finished one.
  ///
  /// It is written to the run's folder, where hooks may read it before the folder is removed.
  ///
  /// - Throws: `UserError` with exit code 74 if the run file cannot be read.
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
