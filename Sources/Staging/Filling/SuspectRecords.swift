internal import GRDB
internal import GRDBSQLite
internal import JSON
internal import Patches
internal import Records
internal import Sheets

/// The records that may have several rows, or a row that adds several things.
///
/// They are collected while rows are written, in tables of the connection.
@safe struct SuspectRecords {
  private let database: Database
  private let byID: Statement
  private let byKey: Statement
  private var repeated = RepeatedRecords()
  private(set) var isAnyFound = false

  init(_ database: Database) throws {
    self.database = database
    try database.execute(
      sql: """
        CREATE TEMP TABLE suspect (record_id PRIMARY KEY) WITHOUT ROWID;
        CREATE TEMP TABLE suspect_key (record_key TEXT PRIMARY KEY) WITHOUT ROWID;
        """)
    byID = try database.makeStatement(sql: "INSERT OR IGNORE INTO suspect VALUES (?)")
    byKey = try database.makeStatement(sql: "INSERT OR IGNORE INTO suspect_key VALUES (?)")
  }

  /// Adds the record of a row, which is written already, as are all before it.
  mutating func note(_ id: RecordID, of row: Int) throws {
    switch id {
    case .integer(let number):
      if !repeated.isFiltering {
        if repeated.ascends(number) { return }
        try begin("number < \(row)")
      }
      if repeated.note(number) { try suspect(id) }
    case .text(var text):
      if !repeated.isFiltering { try begin() }
      if text.withUTF8({ unsafe repeated.note($0) }) { try suspect(id) }
    }
  }

  /// Adds a record by a key that must be looked up.
  mutating func note(key: UnsafeBufferPointer<UInt8>) throws {
    if !repeated.isFiltering { try begin() }
    if unsafe repeated.note(key) { try suspect(unsafe String(decoding: key, as: UTF8.self)) }
  }

  mutating func note(_ row: WholeRow) throws {
    if let id = row.recordID {
      try note(id, of: row.number)
      if row.addsSeveral { try suspect(id) }
    } else if var key = row.recordKey {
      try key.withUTF8 { try unsafe note(key: $0) }
      if row.addsSeveral { try suspect(key) }
    }
  }

  private mutating func suspect(_ id: RecordID) throws {
    isAnyFound = true
    try byID.execute(arguments: [id.databaseValue])
  }

  private mutating func suspect(_ key: String) throws {
    isAnyFound = true
    try byKey.execute(arguments: [key])
  }

  /// Starts the filter with the ids of these rows, which ascended and are not in it.
  private mutating func begin(_ rows: String = "TRUE") throws {
    let earlier = try Int64.fetchCursor(
      database, sql: "SELECT record_id FROM row WHERE \(rows) AND typeof(record_id) = 'integer'")
    while let id = try earlier.next() { _ = repeated.note(id) }
  }

  /// Marks each row that adds the same as an earlier row of its record.
  ///
  /// - Returns: whether there is such a row.
  static func noteRepeated(_ additions: RepeatedAdditions, in database: Database) throws -> Bool {
    var isAnyFound = false
    let numbers = try Int.fetchCursor(
      database,
      sql: """
        SELECT number FROM row
        WHERE state = \(sql: .staged) AND NOT idempotent AND (record_id IN (SELECT record_id FROM suspect)
          OR record_id IS NULL AND record_key IN (SELECT record_key FROM suspect_key))
        ORDER BY record_id, key_attribute, record_key, number
        """)
    let select = try database.makeStatement(
      sql: """
        SELECT line, record_id, key_attribute, record_key, \(PatchTexts.column), element_list, element_id, findings
        FROM row WHERE number = ?
        """)
    let update = try database.makeStatement(sql: "UPDATE row SET findings = ? WHERE number = ?")
    var last: RecordKey?
    // They are sorted before the first is returned, so that the changes do not interfere.
    while let number = try numbers.next() {
      guard let row = try Row.fetchOne(select, arguments: [number]), let patch = Patch(staged: row) else {
        continue
      }
      if patch.key != last { additions.removeAll() }
      last = patch.key
      guard let finding = additions.finding(row: number, line: row["line"], patch) else { continue }
      let earlier = (row["findings"] as String?).map(FindingList.objects) ?? []
      let findings = JSONValue.array((earlier + [FindingList.object(finding)]).map { .object($0) })
      try update.execute(arguments: [findings.text(), number])
      isAnyFound = true
    }
    return isAnyFound
  }
}

extension Patch {
  /// Reads the patch of a staged row that creates something.
  fileprivate init?(staged row: Row) {
    guard let text: String = row["patch"], let body = (try? JSONValue(parsing: text))?.object, !body.isEmpty
    else {
      return nil
    }
    let key: RecordKey
    if let attribute: String = row["key_attribute"], let value: String = row["record_key"] {
      key = .alternate(attribute: attribute, value: value)
    } else if let id = row.recordID() {
      key = .id(id)
    } else {
      return nil
    }
    self.init(key: key, body: body, element: ElementAddress(row), isIdempotent: false)
  }
}
