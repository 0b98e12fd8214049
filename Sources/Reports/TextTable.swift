import JSON

/// Cells in aligned columns, with two blanks between them and none at line ends.
public struct TextTable {
  /// The side of its column on which a cell stands.
  public enum Alignment: Sendable {
    case left
    case right
  }

  private let alignments: [Alignment]
  private var lines: [[String]] = []

  /// Creates an empty table with these columns.
  public init(_ alignments: [Alignment]) { self.alignments = alignments }

  /// Creates a table of texts with its title line.
  ///
  /// - Precondition: every row has as many cells as the title line.
  public init(titles: [String], rows: [[String]]) {
    self.init(titles.map { _ in .left })
    append(titles)
    for row in rows { append(row) }
  }

  /// - Precondition: there are as many cells as columns.
  public mutating func append(_ cells: [String]) {
    precondition(cells.count == alignments.count, "a table's rows have one cell per column")
    lines.append(cells.map { $0.printable() })
  }

  /// Returns the table, each line ended.
  public func text(indent: Int = 0) -> String {
    let widths = alignments.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { cells in
      var line = String(repeating: " ", count: indent)
      for (column, cell) in cells.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += column > 0 ? "  " : ""
        line += alignments[column] == .left ? cell + padding : padding + cell
      }
      while line.hasSuffix(" ") { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
