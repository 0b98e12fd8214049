package import Console
import Reports
package import Staging

/// The ending of a process's work on one run, once everything is recorded.
package struct RunEnding {
  package var directory: RunDirectory
  package var code: ExitCode
  /// Missing if the work stopped before there was anything to sum up.
  var summary: RunSummary?
  /// The error still to be reported; the summary is then not shown.
  var error: UserError?
  /// Indicates that the run has ended, well or not, so that `--continue` has nothing to resume.
  package var isFinished = false
  /// Indicates that gathering has made the run whole again, and that its end is recorded.
  var isConcluded = false

  init(_ directory: RunDirectory, _ error: UserError, summary: RunSummary? = nil) {
    self.directory = directory
    self.error = error
    self.summary = summary
    code = error.code
  }

  init(_ directory: RunDirectory, _ code: ExitCode, summary: RunSummary, isFinished: Bool) {
    self.directory = directory
    self.code = code
    self.summary = summary
    self.isFinished = isFinished
  }

  /// Ends the process with the most serious of these endings.
  ///
  /// - Throws: `UserError` if something still has to be reported, `ExitCode` if a run did not end well.
  package static func conclude(_ endings: [RunEnding]) throws {
    let code = ExitCode.worst(endings.map(\.code))
    if var error = endings.last?.error {
      error.code = code
      throw error
    }
    guard code == .success else { throw code }
  }
}
