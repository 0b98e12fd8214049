import JSON
import Sheets
import Testing

/// Rows as a user thinks of them, and the way each format writes them and reads them back.
struct LogicalSheet: Equatable, CustomTestStringConvertible {
  var header: [String]
  var rows: [[String]]

  var testDescription: String { "\(header.count) columns, \(rows.count) rows" }

  /// The sheet as text; a new format adds its case here and is in the conformance suite.
  func text(_ format: SheetFormat, lineEnd: String = "\n", endsLastLine: Bool = true) -> String {
    let lines =
      switch format {
      case .csv: [record(header)] + rows.map(record)
      case .jsonl: rows.map { JSONObject(zip(header, $0.map { .string($0) })).text() }
      }
    return lines.joined(separator: lineEnd) + (endsLastLine ? lineEnd : "")
  }

  /// The values of a row that was read, in the header's order; `nil` when it was unreadable.
  func values(_ row: SheetRow) -> [String]? {
    switch row.content {
    case .cells(let cells): cells
    case .object(let object): header.map { object[$0]?.string ?? "absent" }
    case .unreadable: nil
    }
  }

  private func record(_ cells: [String]) -> String {
    cells.map { cell in
      let isPlain = !cell.isEmpty && cell.utf8.allSatisfy { !",\"\r\n \t".utf8.contains($0) }
      return isPlain ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }.joined(separator: ",")
  }
}

extension SheetFormat {
  /// A file name with this format's ending.
  var fileName: String { "sheet.\(rawValue)" }
}
