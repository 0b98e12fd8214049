import Foundation
import GRDB
import JSON

/// An element of `fileAttachments` or `billedMinutes`, as it is stored.
struct ElementRecord {
  /// The lists that are stored this way; threads have a table of their own shape.
  enum List: String {
    case fileAttachments = "file_attachment"
    case billedMinutes = "billed_minute"
  }

  var list: List
  var id: Int64
  var incident: Int64
  /// The attributes that are not null, by name; the data of an attachment is kept apart.
  var values: JSONObject

  /// The stored value of an attribute, absent when null.
  func value(at name: String) -> JSONValue? { name == "id" ? .integer(id) : values[name] }
}

extension ElementRecord {
  private init(_ list: List, row: Row) throws {
    self.list = list
    id = row[0]
    incident = row[1]
    values = try JSONValue(parsing: row[2] as String).object ?? JSONObject()
  }

  /// The element of that id, when it is one of this incident.
  static func find(_ id: Int64, _ list: List, of incident: Int64, in database: Database) throws
    -> ElementRecord?
  {
    let statement = try database.cachedStatement(
      sql: "SELECT id, incident, document FROM \(list.rawValue) WHERE id = ? AND incident = ?")
    return try Row.fetchOne(statement, arguments: [id, incident]).map { try ElementRecord(list, row: $0) }
  }

  /// The elements of an incident, oldest id first.
  static func all(_ list: List, of incident: Int64, in database: Database) throws -> [ElementRecord] {
    let statement = try database.cachedStatement(
      sql: "SELECT id, incident, document FROM \(list.rawValue) WHERE incident = ? ORDER BY id")
    return try Row.fetchAll(statement, arguments: [incident]).map { try ElementRecord(list, row: $0) }
  }

  /// Stores a new element; an `id` of 0 asks for the next free one, which is returned.
  @discardableResult
  func insert(data: Data = Data(), into database: Database) throws -> Int64 {
    let identifier: Int64? = id == 0 ? nil : id
    switch list {
    case .fileAttachments:
      try database.execute(
        sql: "INSERT INTO file_attachment (id, incident, document, data) VALUES (?, ?, ?, ?)",
        arguments: [identifier, incident, values.text(), data])
    case .billedMinutes:
      try database.execute(
        sql: "INSERT INTO billed_minute (id, incident, document) VALUES (?, ?, ?)",
        arguments: [identifier, incident, values.text()])
    }
    return database.lastInsertedRowID
  }

  func update(in database: Database) throws {
    try database.execute(
      sql: "UPDATE \(list.rawValue) SET document = ? WHERE id = ?", arguments: [values.text(), id])
  }

  func delete(from database: Database) throws {
    try database.execute(sql: "DELETE FROM \(list.rawValue) WHERE id = ?", arguments: [id])
  }

  /// The bytes of an attachment.
  func data(in database: Database) throws -> Data {
    try Data.fetchOne(
      database, sql: "SELECT data FROM file_attachment WHERE id = ?", arguments: [id]) ?? Data()
  }
}

/// The contacts of an incident beside its primary one.
enum OtherContacts {
  static func all(of incident: Int64, in database: Database) throws -> [Int64] {
    try Int64.fetchAll(
      database.cachedStatement(sql: "SELECT contact FROM other_contact WHERE incident = ? ORDER BY contact"),
      arguments: [incident])
  }

  /// Adds contacts; those that are already there stay once.
  static func add(_ contacts: [Int64], to incident: Int64, in database: Database) throws {
    for contact in contacts {
      try database.execute(
        sql: "INSERT OR IGNORE INTO other_contact (incident, contact) VALUES (?, ?)",
        arguments: [incident, contact])
    }
  }

  static func removeAll(of incident: Int64, in database: Database) throws {
    try database.execute(sql: "DELETE FROM other_contact WHERE incident = ?", arguments: [incident])
  }

  /// Whether there was one to remove.
  static func remove(_ contact: Int64, of incident: Int64, in database: Database) throws -> Bool {
    try database.execute(
      sql: "DELETE FROM other_contact WHERE incident = ? AND contact = ?", arguments: [incident, contact])
    return database.changesCount > 0
  }
}
