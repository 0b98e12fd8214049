import Catalog
import GRDB
import JSON

extension Session {
  /// The largest number of rows of one query from the live database and from its reporting copy; beyond it the answer is
  /// cut off silently (API reference 4.5).
  static let rowCap = 20_000
  static let reportRowCap = 100_000

  /// `GET /queryResults?query=…`.
  func queryResults() throws -> Answer {
    guard let query = request.parameter("query") else {
      throw Refusal.badParameter("The parameter query is missing")
    }
    do {
      let items = try QueryParser.statements(query).map { statement in
        switch statement {
        case .describe(let table): try description(of: table)
        case .select(let selection): try tabular(selection)
        }
      }
      return .json([
        "items": .array(items), "links": links.own("queryResults", of: "queryResults", query: request.query),
      ])
    } catch let error as QueryError {
      throw Refusal.badParameter("Invalid query: \(error.message)")
    }
  }

  /// Returns the table with that name, in any case of letters.
  ///
  /// - Throws: `QueryError` if it does not exist.
  func table(_ written: String) throws(QueryError) -> QueryTable {
    let name = written.lowercased()
    guard let kind = model.kinds.first(where: { $0.name.lowercased() == name }) else {
      throw QueryError(message: "unknown table '\(written)'")
    }
    return QueryTable(kind, in: model)
  }

  private func tabular(_ selection: Statement.Selection) throws -> JSONValue {
    let table = try table(selection.table)
    let columns = try selection.columns.flatMap { try ResultColumn.all($0, table, alias: selection.alias) }
    let condition = try selection.condition.map {
      try Condition<QueryColumn>($0, table, alias: selection.alias)
    }
    let order = try selection.order.map {
      SortKey(column: try table.column($0.column, alias: selection.alias), isDescending: $0.isDescending)
    }
    let read = columns.compactMap(\.column)
    if choices.roqlThreads == .report, !selection.usesReport,
      (read + (condition?.columns ?? []) + order.map(\.column)).contains(where: { $0.list?.name == "threads" }
      )
    {
      throw QueryError(message: "threads are not available in the operational database, only with USE REPORT")
    }
    let isCount = columns.contains(where: \.isCount)
    guard !isCount || columns.allSatisfy({ $0.isCount || $0.column == nil }) else {
      throw QueryError(message: "COUNT() and columns in one query")
    }
    let cap = selection.usesReport ? Self.reportRowCap : Self.rowCap
    let rows = try rows(
      of: table, where: condition, order: order, alsoReading: read,
      offset: isCount ? 0 : selection.offset, limit: isCount ? .max / 2 : min(selection.limit ?? cap, cap))
    let cells =
      isCount
      ? [try columns.map { try $0.count(of: rows, directory) }]
      : try rows.map { row in try columns.map { try $0.cell(of: row, directory) } }
    return Self.result(table.name, columns.map(\.label), cells)
  }

  /// A table of an answer; every cell is a text or null.
  static func result(_ name: String, _ columns: [String], _ rows: [[String?]]) -> JSONValue {
    [
      "tableName": .string(name), "count": .integer(Int64(rows.count)),
      "columnNames": .array(columns.map { .string($0) }),
      "rows": .array(rows.map { row in .array(row.map { $0.map { .string($0) } ?? .null }) }),
    ]
  }

  /// The rows of a table that meet a condition, sorted, and cut.
  func rows(
    of table: QueryTable, where condition: Condition<QueryColumn>?, order: [SortKey<QueryColumn>],
    alsoReading columns: [QueryColumn],
    offset: Int, limit: Int
  ) throws -> [QueryRow] {
    var lists: [String: ListKind] = [:]
    for list in (columns + (condition?.columns ?? []) + order.map(\.column)).compactMap(\.list) {
      lists[list.name] = list
    }
    guard lists.count <= 1 else {
      throw QueryError(
        message: "only one of the lists \(lists.keys.sorted().joined(separator: ", ")) per query")
    }
    var rows: [QueryRow] = []
    // Records are visited by their ids, so that order costs nothing.
    let order = lists.isEmpty && order.count == 1 && order[0].isOfIDs ? [] : order
    // Without sorting, nothing after the last requested row has to be read.
    let enough = order.isEmpty ? offset + limit : .max
    try visit(table, condition) { row in
      for joined in try join(row, lists.values.first)
      where try condition?.holds({ try joined.scalar($0, directory) }) ?? true {
        rows.append(joined)
        if rows.count == enough { return false }
      }
      return enough > 0
    }
    if !order.isEmpty {
      try rows.sort { left, right in
        try order.puts({ try left.scalar($0, directory) }, before: { try right.scalar($0, directory) })
      }
    }
    return Array(rows.dropFirst(offset).prefix(limit))
  }

  /// Visits the records that can meet a condition, in the order of their ids, until the visitor says `false`.
  private func visit(
    _ table: QueryTable, _ condition: Condition<QueryColumn>?, _ visitor: (QueryRow) throws -> Bool
  ) throws {
    let kind = table.kind
    guard kind.isStored else {
      for value in vocabulary[kind.name].values {
        guard try visitor(QueryRow(record: Directory.record(value, of: kind))) else { return }
      }
      return
    }
    switch condition?.candidates ?? .all {
    case .range(let ids):
      try RecordRow.visit(kind.name, ids, in: database) { try visitor(QueryRow(record: $0)) }
    case .ids(let ids):
      for id in ids {
        guard let record = try RecordRow.find(kind.name, id, in: database) else { continue }
        guard try visitor(QueryRow(record: record)) else { return }
      }
    case .numbers(let names):
      let records = try names.flatMap { try RecordRow.all(kind.name, named: $0, in: database) }
      for record in records.sorted(by: { $0.id < $1.id }) {
        guard try visitor(QueryRow(record: record)) else { return }
      }
    }
  }

  /// One row for each element of a list; a record without elements stays as one row of nulls.
  private func join(_ row: QueryRow, _ list: ListKind?) throws -> [QueryRow] {
    guard let list else { return [row] }
    let elements = try elements(list, of: row.record)
    return elements.isEmpty ? [row] : elements.map { QueryRow(record: row.record, element: $0) }
  }
}

/// One row of a query before its columns are picked.
struct QueryRow {
  var record: RecordRow
  /// The joined element of the list.
  var element: RecordRow?

  func scalar(_ column: QueryColumn, _ directory: Directory) throws -> Scalar? {
    guard column.list != nil else { return try column.scalar(of: record, directory) }
    return try element.flatMap { try column.scalar(of: $0, directory) }
  }
}
