internal import GRDB
internal import GRDBSQLite

/// A prepared statement that is bound and run through SQLite's own interface, for what every request runs.
///
/// The general way makes a list of values and a row with names each time, which takes longer than SQLite itself.
/// A statement must have run to its end before the same text is prepared again.
@safe struct BareStatement {
  private let database: Database
  /// The owner of the statement, which its connection keeps for later.
  private let owner: GRDB.Statement
  private let statement: SQLiteStatement
  /// The number of values that are bound.
  private var count: Int32 = 0

  /// - Throws: `DatabaseError` if the text is not a statement.
  init(_ sql: String, in database: Database) throws {
    self.database = database
    owner = try database.cachedStatement(sql: sql)
    unsafe statement = unsafe owner.sqliteStatement
  }

  // MARK: Values, in the order of their places; all must be bound

  mutating func bind(_ value: Int64?) {
    count += 1
    if let value {
      unsafe sqlite3_bind_int64(statement, count, value)
    } else {
      unsafe sqlite3_bind_null(statement, count)
    }
  }

  mutating func bind(_ text: String?) {
    guard var text else { return bind(nil as Int64?) }
    text.withUTF8 { unsafe bind(UnsafeRawBufferPointer($0)) }
  }

  /// Binds a text in UTF-8.
  mutating func bind(_ text: borrowing WireBytes) {
    unsafe text.read { unsafe bind($0) }
  }

  private mutating func bind(_ text: UnsafeRawBufferPointer) {
    count += 1
    let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    let start = unsafe text.assumingMemoryBound(to: CChar.self).baseAddress
    unsafe sqlite3_bind_text(statement, count, start, Int32(text.count), copied)
  }

  // MARK: Columns of the row that a query is at, from 0

  private func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(statement, column) == SQLITE_NULL
  }

  func integer(_ column: Int32) -> Int64? {
    unsafe isNull(column) ? nil : sqlite3_column_int64(statement, column)
  }

  func string(_ column: Int32) -> String? {
    isNull(column) ? nil : String(decoding: bytes(column), as: UTF8.self)
  }

  /// A text in UTF-8.
  func bytes(_ column: Int32) -> [UInt8] {
    let start = unsafe sqlite3_column_text(statement, column)
    let count = unsafe Int(sqlite3_column_bytes(statement, column))
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }

  // MARK: Running

  /// Runs a query and reads its first row.
  ///
  /// - Throws: `DatabaseError`; errors of `read`.
  func first<Value>(_ read: (BareStatement) throws -> Value) throws -> Value? {
    defer { unsafe sqlite3_reset(statement) }
    let code = unsafe sqlite3_step(statement)
    if code == SQLITE_DONE { return nil }
    guard code == SQLITE_ROW else { throw error(code) }
    return try read(self)
  }

  /// Runs a statement that changes something.
  ///
  /// - Throws: `DatabaseError`.
  func run() throws {
    let code = unsafe sqlite3_step(statement)
    unsafe sqlite3_reset(statement)
    guard code == SQLITE_DONE else { throw error(code) }
  }

  private func error(_ code: Int32) -> DatabaseError {
    DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
  }
}
