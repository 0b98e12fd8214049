import Catalog
import JSON
import Sheets

/// The job's meanings for the cells of one column (job keys `values` and `default`).
public struct ValueTable: Sendable, Hashable {
  /// The text that a cell stands for, by the cell without the blanks around it; an empty cell may be one of them.
  public var meanings: [String: String]
  /// The meaning of every other cell that is not blank; `nil` if there is none, so that it is an error.
  public var other: String?

  public init(_ meanings: [String: String] = [:], other: String? = nil) {
    self.meanings = meanings
    self.other = other
  }

  /// Returns the text that a cell stands for; `nil` if the table does not say, which is reported.
  ///
  /// A blank cell, a failed formula and a word that clears keep their meanings unless the table has them.
  func meaning(of cell: String, nulls: NullWords, at column: String, _ report: inout RowReport) -> String? {
    let trimmed = cell.trimmingBlanks()
    if let meaning = meanings[String(trimmed)] { return meaning }
    if trimmed.isEmpty || SpreadsheetTraces.isError(trimmed) { return cell }
    switch nulls.meaning(of: trimmed) {
    case .clears, .inAnotherCase: return cell
    case .looksNull, nil: break
    }
    if let other { return other }
    report.error(
      "not-in-values", column, value: cell, "not among the values that the job has for this column",
      hint: NearestNames.hint(for: String(trimmed), among: meanings.keys.sorted())
        ?? "add it to 'values', or say with 'default' what every other cell means")
    return nil
  }
}
