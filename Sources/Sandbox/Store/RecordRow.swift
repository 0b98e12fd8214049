import Foundation
import GRDB
import JSON

/// A stored record of the B2C half, or an element of one of its lists.
struct RecordRow {
  /// Its place in the table; none if it is not stored yet.
  private var key: Int64?
  /// Its kind: `incidents`, or `incidents.threads`.
  var entity: String
  var id: Int64
  /// The record that an element belongs to.
  var parent: Int64?
  /// The name of a record (`lookupName`).
  var name: String?
  /// The other attributes that are not null, by dotted path; menus and references as ids, times in UTC, and lists
  /// whose elements are not rows.
  var values: StoredValues

  init(entity: String, id: Int64, parent: Int64? = nil, name: String? = nil, values: JSONObject) {
    self.entity = entity
    self.id = id
    self.parent = parent
    self.name = name
    self.values = StoredValues(values)
  }

  /// The stored value at a dotted path of the catalogue, absent when null.
  func value(at path: String) -> JSONValue? {
    switch path {
    case "id": .integer(id)
    case "lookupName": name.map { .string($0) }
    default: values[path]
    }
  }
}

extension RecordRow {
  private static let columns = "entity, id, parent, name, document"
  private static let selection = "SELECT \(columns), key FROM b2c_row WHERE entity = ?"
  // Texts of statements are created once.
  private static let byID = "SELECT parent, name, document, key FROM b2c_row WHERE entity = ? AND id = ?"
  private static let presence = "SELECT 1 FROM b2c_row WHERE entity = ? AND id = ?"
  private static let byName = "\(selection) AND name = ? ORDER BY id"
  private static let byParent = "\(selection) AND parent = ? ORDER BY id"
  private static let backwards = "\(selection) AND parent = ? ORDER BY id DESC"
  private static let inRange = "\(selection) AND id BETWEEN ? AND ? ORDER BY id"
  private static let insertion = "INSERT INTO b2c_row (\(columns)) VALUES (?, ?, ?, ?, ?)"
  private static let change = "UPDATE b2c_row SET document = ? WHERE key = ?"
  private static let renaming = "UPDATE b2c_row SET document = ?, name = ? WHERE key = ?"

  private init(row: Row) throws {
    entity = row[0]
    id = row[1]
    parent = row[2]
    name = row[3]
    values = try StoredValues(parsing: Array((row[4] as String).utf8))
    key = row[5]
  }

  /// The row of that id.
  private init(_ entity: String, _ id: Int64, _ row: BareStatement) throws {
    self.entity = entity
    self.id = id
    parent = row.integer(0)
    name = row.string(1)
    values = try StoredValues(parsing: row.bytes(2))
    key = row.integer(3)
  }

  static func find(_ entity: String, _ id: Int64, in database: Database) throws -> RecordRow? {
    var statement = try BareStatement(byID, in: database)
    statement.bind(entity)
    statement.bind(id)
    return try statement.first { try RecordRow(entity, id, $0) }
  }

  static func exists(_ entity: String, _ id: Int64, in database: Database) throws -> Bool {
    var statement = try BareStatement(presence, in: database)
    statement.bind(entity)
    statement.bind(id)
    return try statement.first { _ in } != nil
  }

  /// The records with a name, lowest id first.
  static func all(_ entity: String, named name: String, in database: Database) throws -> [RecordRow] {
    let statement = try database.cachedStatement(
      sql: byName)
    return try Row.fetchAll(statement, arguments: [entity, name]).map { try RecordRow(row: $0) }
  }

  /// The elements of a record, lowest id first.
  static func all(_ entity: String, of parent: Int64, in database: Database) throws -> [RecordRow] {
    let statement = try database.cachedStatement(
      sql: byParent)
    return try Row.fetchAll(statement, arguments: [entity, parent]).map { try RecordRow(row: $0) }
  }

  /// Visits the elements of a record, the newest first, until the visitor returns `false`.
  static func visitBackwards(
    _ entity: String, of parent: Int64, in database: Database, _ visitor: (RecordRow) throws -> Bool
  ) throws {
    let statement = try database.cachedStatement(
      sql: backwards)
    let rows = try Row.fetchCursor(statement, arguments: [entity, parent])
    while let row = try rows.next() {
      guard try visitor(RecordRow(row: row)) else { break }
    }
  }

  /// Visits the records with ids in a range in order, until the visitor returns `false`.
  static func visit(
    _ entity: String, _ ids: ClosedRange<Int64>, in database: Database,
    _ visitor: (RecordRow) throws -> Bool
  ) throws {
    let statement = try database.cachedStatement(
      sql: inRange)
    let rows = try Row.fetchCursor(statement, arguments: [entity, ids.lowerBound, ids.upperBound])
    while let row = try rows.next() {
      guard try visitor(RecordRow(row: row)) else { break }
    }
  }

  static func count(_ entity: String, in database: Database) throws -> Int {
    try Int.fetchOne(
      database.cachedStatement(sql: "SELECT count(*) FROM b2c_row WHERE entity = ?"), arguments: [entity])
      ?? 0
  }

  /// The lowest ids of a kind, up to a number.
  static func firstIDs(_ entity: String, _ count: Int, in database: Database) throws -> [Int64] {
    try Int64.fetchAll(
      database.cachedStatement(sql: "SELECT id FROM b2c_row WHERE entity = ? ORDER BY id LIMIT ?"),
      arguments: [entity, count])
  }

  /// The highest name of a kind within bounds.
  static func lastName(_ entity: String, in bounds: ClosedRange<String>, in database: Database) throws
    -> String?
  {
    try String.fetchOne(
      database.cachedStatement(
        sql: "SELECT max(name) FROM b2c_row WHERE entity = ? AND name BETWEEN ? AND ?"),
      arguments: [entity, bounds.lowerBound, bounds.upperBound])
  }

  /// The next id of a kind; ids are never reused, even if the row is gone.
  static func nextID(_ entity: String, in database: Database) throws -> Int64 {
    let statement = try database.cachedStatement(
      sql: """
        SELECT 1 + max(
          coalesce((SELECT id FROM b2c_row WHERE entity = ?1 ORDER BY id DESC LIMIT 1), 0),
          coalesce((SELECT id FROM b2c_highest WHERE entity = ?1), 0))
        """)
    return try Int64.fetchOne(statement, arguments: [entity]) ?? 1
  }

  func insert(into database: Database) throws {
    var statement = try BareStatement(Self.insertion, in: database)
    statement.bind(entity)
    statement.bind(id)
    statement.bind(parent)
    statement.bind(name)
    statement.bind(values.bytes)
    try statement.run()
  }

  /// Stores the changed attributes of an existing row.
  ///
  /// - Parameter isRenamed: indicates that the name changed as well.
  func update(in database: Database, isRenamed: Bool = false) throws {
    var statement = try BareStatement(isRenamed ? Self.renaming : Self.change, in: database)
    statement.bind(values.bytes)
    if isRenamed { statement.bind(name) }
    statement.bind(key)
    try statement.run()
  }

  /// Removes a row and its bytes; the caller removes what belongs to it.
  func delete(from database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO b2c_highest (entity, id) VALUES (?, ?)
        ON CONFLICT (entity) DO UPDATE SET id = max(id, excluded.id)
        """, arguments: [entity, id])
    try database.execute(sql: "DELETE FROM b2c_data WHERE entity = ? AND id = ?", arguments: [entity, id])
    try database.execute(sql: "DELETE FROM b2c_row WHERE entity = ? AND id = ?", arguments: [entity, id])
  }

  /// The separately stored bytes of an attribute.
  func data(_ path: String, in database: Database) throws -> Data {
    try Data.fetchOne(
      database, sql: "SELECT data FROM b2c_data WHERE entity = ? AND id = ? AND name = ?",
      arguments: [entity, id, path]) ?? Data()
  }

  func setData(_ path: String, to bytes: [UInt8], in database: Database) throws {
    try database.execute(
      sql: "INSERT INTO b2c_data (entity, id, name, data) VALUES (?, ?, ?, ?)",
      arguments: [entity, id, path, Data(bytes)])
  }
}

extension JSONObject {
  /// The members that are not null.
  var withoutNulls: JSONObject { JSONObject(filter { !$0.value.isNull }.map { ($0.name, $0.value) }) }

  /// Copies the members of another object; null removes.
  mutating func merge(_ other: JSONObject) {
    for (name, value) in other { self[name] = value.isNull ? nil : value }
  }
}
