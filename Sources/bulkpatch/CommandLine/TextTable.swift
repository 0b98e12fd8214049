/// Rows of text in columns that line up; the last column is as long as it is.
struct TextTable {
  var header: [String]
  var rows: [[String]]

  /// - Precondition: every row has as many cells as the header.
  init(_ header: [String], _ rows: [[String]]) {
    precondition(rows.allSatisfy { $0.count == header.count }, "a table's rows are as wide as its header")
    self.header = header
    self.rows = rows
  }

  /// The table with its header line, two blanks between columns, no blanks at line ends.
  var text: String {
    let lines = [header] + rows
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { cells in
      let padded = zip(cells, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      let line = padded.joined(separator: "  ")
      return line.prefix(line.count - line.reversed().prefix { $0 == " " }.count) + "\n"
    }.joined()
  }
}
