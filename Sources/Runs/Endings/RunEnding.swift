package import Console
import Reports
package import Staging

/// How a process's work on one run ended, when all of it is on record.
package struct RunEnding {
  package var directory: RunDirectory
  package var code: ExitCode
  /// Missing when the work broke off before there was anything to sum up.
  var summary: RunSummary?
  /// What still has to be said; the summary then is not shown.
  var error: UserError?
  /// Whether the run came to its end, well or not: nothing is left that a resume would go on with by itself.
  package var isFinished = false

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

  /// Ends the process as the most serious of these asks for.
  ///
  /// - Throws: `UserError` when something still has to be said, `ExitCode` when the run did not end well.
  package static func conclude(_ endings: [RunEnding]) throws {
    let code = ExitCode.worst(endings.map(\.code))
    if var error = endings.last?.error {
      error.code = code
      throw error
    }
    guard code == .success else { throw code }
  }
}
