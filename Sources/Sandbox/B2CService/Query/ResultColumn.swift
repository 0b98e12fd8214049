/// A column of an answer: its heading, and the source of its cells.
struct ResultColumn {
  var label: String
  private var value: Value

  private enum Value {
    case column(QueryColumn)
    case count(QueryColumn?)
    case literal(String)
  }

  /// The columns for one item of a SELECT: one column, or for a `*` many.
  ///
  /// - Throws: `QueryError` if the table has no such column.
  static func all(
    _ selected: SelectedColumn, _ table: QueryTable, alias: String?
  ) throws(QueryError) -> [ResultColumn] {
    switch selected.source {
    case .all(let below):
      return try table.columns(below: below, alias: alias).map {
        ResultColumn(label: $0.spelling, value: .column($0))
      }
    case .name(let name):
      let column = try table.column(name, alias: alias)
      return [ResultColumn(label: selected.label ?? column.spelling, value: .column(column))]
    case .count(let name):
      let column = try name.map { name throws(QueryError) in try table.column(name, alias: alias) }
      let label = selected.label ?? "count(\(column?.spelling ?? ""))"
      return [ResultColumn(label: label, value: .count(column))]
    case .literal(let text): return [ResultColumn(label: selected.label ?? text, value: .literal(text))]
    }
  }

  /// The attribute that it reads, if any.
  var column: QueryColumn? {
    switch value {
    case .column(let column): column
    case .count(let column): column
    case .literal: nil
    }
  }

  var isCount: Bool {
    if case .count = value { true } else { false }
  }

  /// The cell of a row.
  func cell(of row: QueryRow, _ directory: Directory) throws -> String? {
    switch value {
    case .column(let column): try row.scalar(column, directory)?.cell
    case .literal(let text): text
    case .count: nil
    }
  }

  /// The cell of the single row of a count.
  func count(of rows: [QueryRow], _ directory: Directory) throws -> String? {
    switch value {
    case .count(let column?): String(try rows.count { try $0.scalar(column, directory) != nil })
    case .count(nil): String(rows.count)
    case .literal(let text): text
    case .column: nil
    }
  }
}
