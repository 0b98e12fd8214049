import Console
import Sheets

extension SettingsMapping {
  /// Returns what cells stand for: a mapping of cells to texts, or the name of a CSV file with two columns.
  ///
  /// - Throws: `UserError` with exit code 78 at the line of anything else; 66 if there is no such file.
  func valueTable(_ key: String) throws(UserError) -> [String: String] {
    // A table that is still to be filled in: no cell has a meaning yet.
    if isNothing(key) { return [:] }
    guard isMapping(key) else {
      guard let path = try value(key, .text) else { return [:] }
      return try ValueFile.read(JobFile.resolve(path, in: Path.folder(of: file)))
    }
    var table: [String: String] = [:]
    guard let cells = try mapping(key, "a mapping of cells to texts") else { return table }
    for entry in cells.entries {
      table[String(entry.key.trimmingBlanks())] = try cells.value(entry.key, .anyText)
    }
    return table
  }
}

/// A CSV file of two columns: a cell, and the text that it stands for.
///
/// Its first line counts like the others, so that it needs no header and may have one.
enum ValueFile {
  static func read(_ path: String) throws(UserError) -> [String: String] {
    var options = SheetOptions()
    options.format = .csv
    options.allowsEmpty = true
    var table: [String: String] = [:]
    do throws(SheetError) {
      let sheet = try Sheet(path: path, options: options)
      var rows = [(line: 1, cells: sheet.header)]
      while let row = try sheet.next() {
        if let finding = row.findings.first(where: { $0.severity == .error }) {
          throw SheetError(
            .format, place: "\(path):\(row.line)", message: finding.message, hint: finding.hint)
        }
        if case .cells(let cells) = row.content { rows.append((row.line, cells)) }
      }
      for (line, cells) in rows {
        guard cells.count == 2 else {
          throw SheetError(
            .format, place: "\(path):\(line)", message: "has \(cells.count) cells in place of two",
            hint: "write a cell and the text that it stands for")
        }
        let cell = String(cells[0].trimmingBlanks())
        guard table[cell] == nil || table[cell] == cells[1] else {
          throw SheetError(
            .format, place: "\(path):\(line)", message: "'\(cell)' is given twice, with two texts",
            hint: "keep the one you mean")
        }
        table[cell] = cells[1]
      }
    } catch {
      let code: ExitCode =
        switch error.kind {
        case .notFound: .noSuchFile
        case .storage: .inputOutput
        default: .configuration
        }
      throw UserError(code, place: error.place, error.message, hint: error.hint)
    }
    return table
  }
}
