import Console
import Sheets

/// Receives a check's findings one by one, as they are found.
protocol CheckReport: AnyObject {
  /// Indicates that the reader of the report is gone.
  var isClosed: Bool { get }

  func begin(_ sheet: CheckedSheet)
  func add(_ finding: Finding)
  /// Shows lines that would map columns which no attribute is known for.
  func suggest(_ lines: String)
  /// Ends the report; `failure` is the reason the sheet could not be read to its end, if it could not.
  func end(_ tally: CheckTally, failure: UserError?, code: ExitCode)
}

extension CheckReport {
  // Only people paste.
  func suggest(_ lines: String) {}
}
