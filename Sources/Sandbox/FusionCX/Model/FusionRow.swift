import Foundation
import GRDB
import JSON

/// A stored row of any kind, without its children.
struct FusionRow {
  /// The path of its kind.
  var entity: String
  var id: Int64
  /// The parent row; none for a row of a resource.
  var parent: Int64?
  /// The alternate key.
  var number: String?
  var version: Int64
  /// The other attributes that are not null, by name; times in UTC.
  var values: JSONObject
}

extension FusionRow {
  private static let columns = "entity, id, parent, number, version, document"

  private init(row: Row) throws {
    entity = row[0]
    id = row[1]
    parent = row[2]
    number = row[3]
    version = row[4]
    values = try JSONValue(parsing: row[5] as String).object ?? JSONObject()
  }

  static func find(_ entity: String, _ id: Int64, in database: Database) throws -> FusionRow? {
    let statement = try database.cachedStatement(
      sql: "SELECT \(columns) FROM fusion_row WHERE entity = ? AND id = ?")
    return try Row.fetchOne(statement, arguments: [entity, id]).map { try FusionRow(row: $0) }
  }

  static func find(_ entity: String, number: String, in database: Database) throws -> FusionRow? {
    let statement = try database.cachedStatement(
      sql: "SELECT \(columns) FROM fusion_row WHERE entity = ? AND number = ?")
    return try Row.fetchOne(statement, arguments: [entity, number]).map { try FusionRow(row: $0) }
  }

  /// The children of a row, lowest id first.
  static func all(_ entity: String, of parent: Int64, in database: Database) throws -> [FusionRow] {
    let statement = try database.cachedStatement(
      sql: "SELECT \(columns) FROM fusion_row WHERE entity = ? AND parent = ? ORDER BY id")
    return try Row.fetchAll(statement, arguments: [entity, parent]).map { try FusionRow(row: $0) }
  }

  /// Visits the rows of a resource with ids in a range in order, until the visitor returns `false`.
  static func visit(
    _ entity: String, _ ids: ClosedRange<Int64>, offset: Int = 0, in database: Database,
    _ visitor: (FusionRow) throws -> Bool
  ) throws {
    let statement = try database.cachedStatement(
      sql: """
        SELECT \(columns) FROM fusion_row WHERE entity = ? AND id BETWEEN ? AND ? ORDER BY id LIMIT -1 OFFSET ?
        """)
    let rows = try Row.fetchCursor(
      statement, arguments: [entity, ids.lowerBound, ids.upperBound, offset])
    while let row = try rows.next() {
      guard try visitor(FusionRow(row: row)) else { break }
    }
  }

  static func count(_ entity: String, in database: Database) throws -> Int {
    try Int.fetchOne(
      database.cachedStatement(sql: "SELECT count(*) FROM fusion_row WHERE entity = ?"),
      arguments: [entity]) ?? 0
  }

  func insert(into database: Database) throws {
    let statement = try database.cachedStatement(
      sql: "INSERT INTO fusion_row (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?)")
    try statement.execute(arguments: [entity, id, parent, number, version, values.text()])
  }

  func update(in database: Database) throws {
    let statement = try database.cachedStatement(
      sql: "UPDATE fusion_row SET version = ?, document = ? WHERE entity = ? AND id = ?")
    try statement.execute(arguments: [version, values.text(), entity, id])
  }

  /// Removes a row and its LOBs; the caller removes its children.
  func delete(from database: Database) throws {
    try database.execute(
      sql: "DELETE FROM fusion_enclosure WHERE entity = ? AND id = ?", arguments: [entity, id])
    try database.execute(sql: "DELETE FROM fusion_row WHERE entity = ? AND id = ?", arguments: [entity, id])
  }
}

/// The LOBs of rows.
enum Enclosure {
  static func data(_ name: String, of row: FusionRow, in database: Database) throws -> Data? {
    try Data.fetchOne(
      database, sql: "SELECT data FROM fusion_enclosure WHERE entity = ? AND id = ? AND name = ?",
      arguments: [row.entity, row.id, name])
  }

  /// Stores the bytes; `nil` empties it.
  static func set(_ name: String, of row: FusionRow, to bytes: [UInt8]?, in database: Database) throws {
    if let bytes {
      try database.execute(
        sql: "INSERT OR REPLACE INTO fusion_enclosure (entity, id, name, data) VALUES (?, ?, ?, ?)",
        arguments: [row.entity, row.id, name, Data(bytes)])
    } else {
      try database.execute(
        sql: "DELETE FROM fusion_enclosure WHERE entity = ? AND id = ? AND name = ?",
        arguments: [row.entity, row.id, name])
    }
  }
}

/// The numbers of new rows: one sequence for all kinds, without reuse.
enum FusionSequence {
  /// Above the generated ones (API reference 1: 15 digits).
  private static let first: Int64 = 300_100_500_000_001

  /// The next number that no row of the kind has.
  static func next(for entity: String, in database: Database) throws -> Int64 {
    while true {
      try database.cachedStatement(
        sql: """
          INSERT INTO site (name, value) VALUES ('fusion_sequence', ?)
          ON CONFLICT (name) DO UPDATE SET value = value + 1
          """
      ).execute(arguments: [first])
      let number = try Int64.fetchOne(
        database.cachedStatement(sql: "SELECT value FROM site WHERE name = 'fusion_sequence'"))
      if let number, try FusionRow.find(entity, number, in: database) == nil { return number }
    }
  }
}
