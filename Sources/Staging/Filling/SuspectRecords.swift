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
  private let addsSeveral: Statement
  private var repeated = RepeatedRecords()
  private(set) var isAnyFound = false

  init(_ database: Database) throws {
    self.database = database
    try database.execute(
      sql: """
        CREATE TEMP TABLE suspect (record_id PRIMARY KEY) WITHOUT ROWID;
        CREATE TEMP TABLE suspect_key (record_key TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TEMP TABLE adds_several (row INTEGER PRIMARY KEY);
        """)
    byID = try database.makeStatement(sql: "INSERT OR IGNORE INTO suspect VALUES (?)")
    byKey = try database.makeStatement(sql: "INSERT OR IGNORE INTO suspect_key VALUES (?)")
    addsSeveral = try database.makeStatement(sql: "INSERT INTO adds_several VALUES (?)")
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
    if row.addsSeveral { try addsSeveral.execute(arguments: [row.number]) }
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
  /// A row is read only if its record has another one that adds something, or if it adds several things itself.
  ///
  /// - Returns: whether there is such a row.
  static func noteRepeated(_ additions: RepeatedAdditions, in database: Database) throws -> Bool {
    let rows = try BareStatement(
      """
      SELECT number, record_id, key_attribute, record_key, number IN (SELECT row FROM adds_several) FROM row
      WHERE state = \(sql: .staged) AND NOT idempotent AND (record_id IN (SELECT record_id FROM suspect)
        OR record_id IS NULL AND record_key IN (SELECT record_key FROM suspect_key))
      ORDER BY record_id, key_attribute, record_key, number
      """, in: database)
    let marking = try RepeatMarking(additions, in: database)
    var isAnyFound = false
    var last: RecordKey?
    /// The first row of a record, as long as there is no reason to read it.
    var first: Int?
    // They are sorted before the first is returned, so that the changes do not interfere.
    try rows.forEachRow {
      guard let number = rows.integer(0).map({ Int($0) }), let key = RecordKey(rows, from: 1) else { return }
      if key != last {
        (last, first) = (key, number)
        additions.removeAll()
        guard rows.integer(4) == 1 else { return }
      } else if let first, try marking.mark(first, of: key) {
        isAnyFound = true
      }
      first = nil
      if try marking.mark(number, of: key) { isAnyFound = true }
    }
    return isAnyFound
  }
}

/// Reads rows that add something, and marks those that repeat an addition.
private struct RepeatMarking {
  private let additions: RepeatedAdditions
  private let select: BareStatement
  private let update: BareStatement

  init(_ additions: RepeatedAdditions, in database: Database) throws {
    self.additions = additions
    select = try BareStatement(
      "SELECT line, \(PatchTexts.column), element_list, element_id, findings FROM row WHERE number = ?",
      in: database)
    update = try BareStatement("UPDATE row SET findings = ? WHERE number = ?", in: database)
  }

  /// Returns whether the row adds the same as an earlier row of its record.
  func mark(_ number: Int, of key: RecordKey) throws -> Bool {
    var findings: JSONValue?
    select.bind(number, at: 1)
    try select.forEachRow {
      guard let body = (try? unsafe JSONValue(parsing: select.text(1)))?.object, !body.isEmpty else { return }
      var element: ElementAddress?
      if let list = select.string(2), let id = select.integer(3) {
        element = ElementAddress(list: list, id: id)
      }
      let patch = Patch(key: key, body: body, element: element, isIdempotent: false)
      let line = Int(select.integer(0) ?? 0)
      guard let finding = additions.finding(row: number, line: line, patch) else { return }
      let earlier = select.string(4).map(FindingList.objects) ?? []
      findings = .array((earlier + [FindingList.object(finding)]).map { .object($0) })
    }
    guard let findings else { return false }
    update.bind(findings.text(), at: 1)
    update.bind(number, at: 2)
    try update.run()
    return true
  }
}

extension RecordKey {
  /// Reads the columns `record_id`, `key_attribute` and `record_key`; `nil` if there is neither an id nor a key.
  fileprivate init?(_ columns: BareStatement, from first: Int32) {
    if let attribute = columns.string(first + 1), let value = columns.string(first + 2) {
      self = .alternate(attribute: attribute, value: value)
    } else if let id = columns.recordID(first) {
      self = .id(id)
    } else {
      return nil
    }
  }
}
