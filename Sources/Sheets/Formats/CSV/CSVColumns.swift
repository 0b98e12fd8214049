/// The columns of a CSV sheet by its header, and the shape that a record must have.
struct CSVColumns {
  static let unnamedRule = "unnamed-column"

  /// The names, without empty ones.
  private(set) var names: [String] = []
  /// The cell index of each of those names.
  private(set) var indices: [Int] = []
  /// All names, trimmed.
  private var allNames: [String] = []

  /// Creates no columns, as before the header was read.
  init() {}

  /// - Precondition: all cells of the header are kept and are valid UTF-8.
  init(header: CSVRecord) {
    allNames = (0..<header.count).map { String(header.text($0).trimmingBlanks()) }
    indices = allNames.indices.filter { !allNames[$0].isEmpty }
    names = indices.map { allNames[$0] }
  }

  /// Indicates that a column has an empty name.
  var hasUnnamed: Bool { names.count < allNames.count }

  /// Returns the name of a record's cell; `nil` if there is none.
  func name(at cell: Int) -> String? {
    allNames.indices.contains(cell) && !allNames[cell].isEmpty ? allNames[cell] : nil
  }

  /// Returns a finding for each duplicate name.
  func duplicates(line: Int) -> [Finding] {
    var places: [String: [Int]] = [:]
    for index in indices { places[allNames[index], default: []].append(index + 1) }
    return indices.compactMap { index in
      guard let columns = places[allNames[index]], columns.count > 1, columns[0] == index + 1 else {
        return nil
      }
      let list = columns.map(String.init)
      return Finding(
        row: 0, line: line, column: allNames[index], value: allNames[index], rule: "duplicate-column",
        message:
          "columns \(list.dropLast().joined(separator: ", ")) and \(list[list.count - 1]) have the same name",
        hint: "rename or remove all but one; which one is meant cannot be known")
    }
  }

  /// The allowed numbers of cells in a record.
  ///
  /// Empty names at the end of the header are padding, and so are the cells below them: a record may have them or
  /// not.
  var cellCounts: ClosedRange<Int> { (indices.last.map { $0 + 1 } ?? 0)...allNames.count }

  /// Returns the errors of a record's shape: its number of cells, or data below an empty name.
  func findings(about record: CSVRecord, row: Int, line: Int) -> [Finding] {
    guard cellCounts.contains(record.count) else {
      let expected = cellCounts.lowerBound
      return [
        Finding(
          row: row, line: line, rule: SheetRow.raggedRule,
          message:
            "the row has \(counted(record.count, "cell")), the header has \(counted(expected, "column"))",
          hint: record.count > expected
            ? "quote cells that hold the delimiter" : "add the missing delimiters, or check the row before")
      ]
    }
    guard hasUnnamed else { return [] }
    return (0..<record.count).compactMap { cell in
      guard allNames[cell].isEmpty, !record.isBlank(cell) else { return nil }
      return Finding(
        row: row, line: line, value: record.text(cell), rule: CSVColumns.unnamedRule,
        message: "column \(cell + 1) has no name in the header, but a value below it",
        hint: "name the column in the header, or empty it")
    }
  }
}
