import Console
import Sheets

/// Where a check's findings go, one by one, as they are found.
protocol CheckReport: AnyObject {
  /// Whether nobody reads the report any more.
  var isClosed: Bool { get }

  func begin(_ sheet: CheckedSheet)
  func add(_ finding: Finding)
  /// `failure` is why the sheet could not be read to its end, if it could not.
  func end(_ tally: CheckTally, failure: UserError?, code: ExitCode)
}
