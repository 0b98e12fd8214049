import GRDB
import JSON

/// One entry of an incident's discussion, as it is stored.
struct ThreadRecord {
  var id: Int64
  var incident: Int64
  var entryType: Int64
  var text: String
  var createdTime: String
  var displayOrder: Int64
  /// The other attributes that are not null, by name.
  var values: JSONObject

  /// The stored value of an attribute, absent when null.
  func value(at name: String) -> JSONValue? {
    switch name {
    case "id": .integer(id)
    case "entryType": .integer(entryType)
    case "text": .string(text)
    case "createdTime": .string(createdTime)
    case "displayOrder": .integer(displayOrder)
    default: values[name]
    }
  }
}

extension ThreadRecord {
  private static let columns = "id, incident, entry_type, text, created_time, display_order, document"

  private init(row: Row) throws {
    id = row[0]
    incident = row[1]
    entryType = row[2]
    text = row[3]
    createdTime = row[4]
    displayOrder = row[5]
    values = try JSONValue(parsing: row[6] as String).object ?? JSONObject()
  }

  /// The thread of that id, when it is one of this incident.
  static func find(_ id: Int64, of incident: Int64, in database: Database) throws -> ThreadRecord? {
    let statement = try database.cachedStatement(
      sql: "SELECT \(columns) FROM thread WHERE id = ? AND incident = ?")
    return try Row.fetchOne(statement, arguments: [id, incident]).map { try ThreadRecord(row: $0) }
  }

  /// The threads of an incident, oldest id first.
  static func all(of incident: Int64, in database: Database) throws -> [ThreadRecord] {
    let statement = try database.cachedStatement(
      sql: "SELECT \(columns) FROM thread WHERE incident = ? ORDER BY id")
    return try Row.fetchAll(statement, arguments: [incident]).map { try ThreadRecord(row: $0) }
  }

  /// The place among the incident's threads of the same time.
  static func nextDisplayOrder(of incident: Int64, at time: String, in database: Database) throws -> Int64 {
    let statement = try database.cachedStatement(
      sql: "SELECT max(display_order) FROM thread WHERE incident = ? AND created_time = ?")
    return (try Int64.fetchOne(statement, arguments: [incident, time]) ?? 0) + 1
  }

  /// Stores a new thread; an `id` of 0 asks for the next free one, which is returned.
  @discardableResult
  func insert(into database: Database) throws -> Int64 {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO thread (id, incident, entry_type, text, created_time, display_order, document)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      id == 0 ? nil : id, incident, entryType, text, createdTime, displayOrder, values.text(),
    ])
    return database.lastInsertedRowID
  }

  /// Stores the two attributes that can change.
  func update(in database: Database) throws {
    let statement = try database.cachedStatement(
      sql: "UPDATE thread SET entry_type = ?, text = ? WHERE id = ?")
    try statement.execute(arguments: [entryType, text, id])
  }
}
