import GRDB
import JSON

/// An incident as it is stored, without what hangs on it.
struct IncidentRecord {
  var id: Int64
  var referenceNumber: String
  var createdTime: String
  var updatedTime: String
  /// The other attributes that are not null, by dotted path; menus and references as ids.
  var values: JSONObject

  /// The stored value at a dotted path of the catalogue, absent when null.
  func value(at path: String) -> JSONValue? {
    switch path {
    case "id": .integer(id)
    case "lookupName", "referenceNumber": .string(referenceNumber)
    case "createdTime": .string(createdTime)
    case "updatedTime": .string(updatedTime)
    default: values[path]
    }
  }
}

extension IncidentRecord {
  private static let columns = "id, reference_number, created_time, updated_time, document"

  private init(row: Row) throws {
    id = row[0]
    referenceNumber = row[1]
    createdTime = row[2]
    updatedTime = row[3]
    values = try JSONValue(parsing: row[4] as String).object ?? JSONObject()
  }

  /// The incident of that id.
  static func find(_ id: Int64, in database: Database) throws -> IncidentRecord? {
    let statement = try database.cachedStatement(sql: "SELECT \(columns) FROM incident WHERE id = ?")
    return try Row.fetchOne(statement, arguments: [id]).map { try IncidentRecord(row: $0) }
  }

  /// The incident of that reference number.
  static func find(referenceNumber: String, in database: Database) throws -> IncidentRecord? {
    let statement = try database.cachedStatement(
      sql: "SELECT \(columns) FROM incident WHERE reference_number = ?")
    return try Row.fetchOne(statement, arguments: [referenceNumber]).map { try IncidentRecord(row: $0) }
  }

  /// Visits the incidents with ids in a range in their order, until the visitor says `false`.
  static func visit(
    _ ids: ClosedRange<Int64>, offset: Int = 0, in database: Database,
    _ visitor: (IncidentRecord) throws -> Bool
  ) throws {
    let statement = try database.cachedStatement(
      sql: "SELECT \(columns) FROM incident WHERE id BETWEEN ? AND ? ORDER BY id LIMIT -1 OFFSET ?")
    let rows = try Row.fetchCursor(statement, arguments: [ids.lowerBound, ids.upperBound, offset])
    while let row = try rows.next() {
      guard try visitor(IncidentRecord(row: row)) else { break }
    }
  }

  /// How many incidents there are.
  static func count(in database: Database) throws -> Int {
    try Int.fetchOne(database.cachedStatement(sql: "SELECT count(*) FROM incident")) ?? 0
  }

  /// Stores a new incident; an `id` of 0 asks for the next free one, which is returned.
  @discardableResult
  func insert(into database: Database) throws -> Int64 {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO incident (id, reference_number, created_time, updated_time, document) VALUES (?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      id == 0 ? nil : id, referenceNumber, createdTime, updatedTime, values.text(),
    ])
    return database.lastInsertedRowID
  }

  /// Stores the changed attributes of an incident that exists.
  func update(in database: Database) throws {
    let statement = try database.cachedStatement(
      sql: "UPDATE incident SET updated_time = ?, document = ? WHERE id = ?")
    try statement.execute(arguments: [updatedTime, values.text(), id])
  }

  /// Removes an incident and all that hangs on it.
  func delete(from database: Database) throws {
    for table in ["thread", "file_attachment", "billed_minute", "other_contact"] {
      try database.execute(sql: "DELETE FROM \(table) WHERE incident = ?", arguments: [id])
    }
    try database.execute(sql: "DELETE FROM incident WHERE id = ?", arguments: [id])
  }

  /// Whether a reference number is taken.
  static func isTaken(_ referenceNumber: String, in database: Database) throws -> Bool {
    let statement = try database.cachedStatement(sql: "SELECT 1 FROM incident WHERE reference_number = ?")
    return try Int.fetchOne(statement, arguments: [referenceNumber]) != nil
  }
}
