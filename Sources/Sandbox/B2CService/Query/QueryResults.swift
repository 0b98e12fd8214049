import Catalog
import GRDB
import JSON

extension Session {
  /// The most rows of one query; above it the answer is cut off without a word (API reference 4.5).
  static let rowCap = 20_000

  /// `GET /queryResults?query=…`.
  func queryResults() throws -> Answer {
    guard let query = request.parameter("query") else {
      throw Refusal.badParameter("The parameter query is missing")
    }
    do {
      let items = try QueryParser.statements(query).map { try tabular($0) }
      return .json([
        "items": .array(items), "links": links.own("queryResults", of: "queryResults", query: request.query),
      ])
    } catch let error as QueryError {
      throw Refusal.badParameter("Invalid query: \(error.message)")
    }
  }

  private func tabular(_ statement: Statement) throws -> JSONValue {
    let table: QueryTable
    if statement.table.lowercased() == "incidents" {
      table = .incidents
    } else if let name = vocabulary.collections.first(where: {
      $0.lowercased() == statement.table.lowercased()
    }) {
      table = .collection(name)
    } else {
      throw QueryError(message: "unknown table '\(statement.table)'")
    }
    let columns = try statement.columns.map { try table.column($0, alias: statement.alias) }
    let condition = try statement.condition.map {
      try Condition<QueryColumn>($0, table, alias: statement.alias)
    }
    let order = try statement.order.map {
      SortKey(column: try table.column($0.column, alias: statement.alias), isDescending: $0.isDescending)
    }
    let limit = min(statement.limit ?? Self.rowCap, Self.rowCap)
    let rows = try rows(
      of: table, where: condition, order: order, alsoReading: columns, offset: statement.offset, limit: limit)
    return [
      "tableName": .string(statement.table), "count": .integer(Int64(rows.count)),
      "columnNames": .array(statement.columns.map { .string($0) }),
      "rows": .array(
        rows.map { row in
          .array(columns.map { row.scalar($0, vocabulary).map { .string($0.cell) } ?? .null })
        }),
    ]
  }

  /// The rows of a table that meet a condition, sorted, and cut.
  func rows(
    of table: QueryTable, where condition: Condition<QueryColumn>?, order: [SortKey<QueryColumn>],
    alsoReading columns: [QueryColumn],
    offset: Int, limit: Int
  ) throws -> [QueryRow] {
    var lists: [String: ChildList] = [:]
    for list in (columns + (condition?.columns ?? []) + order.map(\.column)).compactMap(\.list) {
      lists[list.name] = list
    }
    guard lists.count <= 1 else {
      throw QueryError(
        message: "only one of the lists \(lists.keys.sorted().joined(separator: ", ")) per query")
    }
    var rows: [QueryRow] = []
    // Without sorting, nothing after the last row that is asked for has to be looked at.
    let enough = order.isEmpty ? offset + limit : .max
    try visit(table, condition) { row in
      for joined in try join(row, lists.values.first)
      where condition?.holds({ joined.scalar($0, vocabulary) }) ?? true {
        rows.append(joined)
        if rows.count == enough { return false }
      }
      return enough > 0
    }
    if !order.isEmpty {
      rows.sort { left, right in
        order.puts({ left.scalar($0, vocabulary) }, before: { right.scalar($0, vocabulary) })
      }
    }
    return Array(rows.dropFirst(offset).prefix(limit))
  }

  /// Visits the records that can meet a condition, in the order of their ids, until the visitor says `false`.
  private func visit(
    _ table: QueryTable, _ condition: Condition<QueryColumn>?, _ visitor: (QueryRow) throws -> Bool
  ) throws {
    guard table.name == "incidents" else {
      for value in vocabulary[table.name].values {
        guard try visitor(.member(Directory.stored(value, of: table.name))) else { return }
      }
      return
    }
    switch condition?.candidates ?? .all {
    case .range(let ids):
      try IncidentRecord.visit(ids, in: database) { try visitor(.incident($0, nil)) }
    case .ids(let ids):
      for id in ids {
        guard let record = try IncidentRecord.find(id, in: database) else { continue }
        guard try visitor(.incident(record, nil)) else { return }
      }
    case .numbers(let numbers):
      let records = try numbers.compactMap { try IncidentRecord.find(referenceNumber: $0, in: database) }
      for record in records.sorted(by: { $0.id < $1.id }) {
        guard try visitor(.incident(record, nil)) else { return }
      }
    }
  }

  /// One row for each element of a list; a record without elements stays as one row of nulls.
  private func join(_ row: QueryRow, _ list: ChildList?) throws -> [QueryRow] {
    guard let list, case .incident(let record, _) = row else { return [row] }
    let elements = try elements(list, of: record.id)
    return elements.isEmpty ? [row] : elements.map { .incident(record, $0) }
  }
}

/// One row of a query before its columns are picked.
enum QueryRow {
  /// An incident, and the element of the list it was joined with.
  case incident(IncidentRecord, StoredElement?)
  /// A record of a collection that incidents refer to.
  case member(JSONObject)

  func scalar(_ column: QueryColumn, _ vocabulary: Vocabulary) -> Scalar? {
    switch self {
    case .incident(let record, let element):
      let stored =
        column.list == nil ? record.value(at: column.field.path) : element?.value(column.field.path)
      return column.scalar(stored, vocabulary)
    case .member(let values): return column.scalar(values[column.field.path], vocabulary)
    }
  }
}
