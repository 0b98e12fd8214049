import JSON
import Records
public import Staging

/// The rows of a run as `bulkpatch results` prints them.
public struct ResultListing {
  public enum Format: String, Sendable, CaseIterable {
    /// The form of a CSV sheet's result files.
    case csv
    /// One JSON object per line.
    case jsonl
    /// A table for people, without the sheet's columns.
    case table
  }

  private let file: RunFile
  private let states: [RowState]
  private let format: Format
  private let width: Int?

  /// Creates a listing of the rows in these states.
  ///
  /// - Parameter width: the columns of the terminal, to which a table is cut; `nil` for no limit.
  public init(_ file: RunFile, states: [RowState] = RowState.allCases, format: Format, width: Int? = nil) {
    self.file = file
    self.states = states
    self.format = format
    self.width = width
  }

  /// Writes the listing in pieces, in sheet order and constant memory.
  ///
  /// - Parameter sink: takes the next piece; returns `false` if the reader is gone, which ends the writing.
  /// - Throws: `StagingError` if the run file cannot be read.
  public func write(to sink: (String) -> Bool) throws(StagingError) {
    let encoder: ResultEncoder?
    switch format {
    case .csv: encoder = ResultEncoder(try file.record(), format: .csv)
    case .jsonl: encoder = ResultEncoder(try file.record(), format: .jsonl)
    case .table: encoder = nil
    }
    var isClosed = false
    var buffer = encoder?.head() ?? Array((line(ResultListing.titles) + "\n").utf8)
    func flush() {
      if !isClosed, !buffer.isEmpty { isClosed = !sink(String(decoding: buffer, as: UTF8.self)) }
      buffer.removeAll(keepingCapacity: true)
    }
    do throws(StagingError) {
      try file.forEachResult(in: states) { row in
        buffer += encoder?.encode(row) ?? Array((line(ResultListing.cells(of: row)) + "\n").utf8)
        if buffer.count >= 1 << 16 { flush() }
        // An error is the only way to end the reading early; it is not reported.
        if isClosed { throw StagingError(.io, place: "", "the reader has gone") }
      }
    } catch {
      guard isClosed else { throw error }
    }
    flush()
  }

  // MARK: Table

  private static let titles = ["row", "line", "record", "state", "http", "code", "tries", "error"]

  /// Wide enough for almost all cells; a longer one pushes the rest to the right.
  ///
  /// The widths cannot be computed from the rows, because the first is printed before all are known.
  private static let widths = [8, 8, 12, 9, 4, 17, 5, 0]

  private static func cells(of row: ResultRow) -> [String] {
    [
      String(row.number), String(row.line), row.recordID?.text ?? row.recordKey ?? "",
      row.state.rawValue, row.httpStatus.map { String($0) } ?? "", row.errorCode ?? "",
      row.attempts == 0 ? "" : String(row.attempts), row.explanation,
    ]
  }

  private func line(_ cells: [String]) -> String {
    var line = ""
    for (column, cell) in cells.enumerated() {
      let printable = cell.printable()
      let padding = String(repeating: " ", count: max(0, ResultListing.widths[column] - printable.count))
      // Numbers are aligned to the right, words to the left.
      line += [0, 1, 2, 4, 6].contains(column) ? padding + printable : printable + padding
      line += column < cells.count - 1 ? "  " : ""
    }
    while line.hasSuffix(" ") { line.removeLast() }
    guard let width, line.count > width, width > 1 else { return line }
    return line.prefix(width - 1) + "…"
  }
}
