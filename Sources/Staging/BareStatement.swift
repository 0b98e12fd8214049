internal import GRDB
internal import GRDBSQLite
import Records

/// A prepared statement that is bound and run through SQLite's own interface, without lists of values.
///
/// It belongs to the connection that prepared it, which keeps it for later.
@safe struct BareStatement {
  private let database: Database
  /// The owner of the statement.
  private let owner: Statement
  private let statement: SQLiteStatement

  /// - Throws: `DatabaseError` if the text is not a statement.
  init(_ sql: String, in database: Database) throws {
    self.database = database
    owner = try database.cachedStatement(sql: sql)
    unsafe statement = unsafe owner.sqliteStatement
  }

  // MARK: Values, by the numbers of their places, from 1; they stay bound

  func bind(_ value: Int64?, at place: Int32) {
    if let value {
      unsafe sqlite3_bind_int64(statement, place, value)
    } else {
      unsafe sqlite3_bind_null(statement, place)
    }
  }

  func bind(_ id: RecordID?, at place: Int32) {
    switch id {
    case .integer(let number)?: bind(number, at: place)
    case .text(let text)?: bind(text, at: place)
    case nil: bind(nil as Int64?, at: place)
    }
  }

  func bind(_ value: Int?, at place: Int32) { bind(value.map { Int64($0) }, at: place) }

  func bind(_ text: String?, at place: Int32) {
    guard var text else {
      _ = unsafe sqlite3_bind_null(statement, place)
      return
    }
    let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    text.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        _ = unsafe sqlite3_bind_text(
          statement, place, characters.baseAddress, Int32(characters.count), copied)
      }
    }
  }

  /// Binds a part of a text that stays in place until the statement has run.
  func bind(_ text: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>, at place: Int32) {
    let start = unsafe bytes.baseAddress.map { unsafe UnsafeRawPointer($0 + text.lowerBound) }
    unsafe sqlite3_bind_text(
      statement, place, start?.assumingMemoryBound(to: CChar.self), Int32(text.count), nil)
  }

  // MARK: Columns of the row that a query is at, from 0

  func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(statement, column) == SQLITE_NULL
  }

  func integer(_ column: Int32) -> Int64? {
    unsafe isNull(column) ? nil : sqlite3_column_int64(statement, column)
  }

  func recordID(_ column: Int32) -> RecordID? {
    switch unsafe sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: unsafe .integer(sqlite3_column_int64(statement, column))
    case SQLITE_NULL: nil
    default: string(column).map(RecordID.text)
    }
  }

  /// Returns the bytes of a text, which are valid until the next row.
  func text(_ column: Int32) -> UnsafeRawBufferPointer {
    let start = unsafe sqlite3_column_text(statement, column)
    return unsafe UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }

  func string(_ column: Int32) -> String? {
    unsafe isNull(column) ? nil : String(decoding: text(column), as: UTF8.self)
  }

  // MARK: Running

  /// Moves a query to each of its rows.
  ///
  /// - Throws: `DatabaseError`; errors of `body`.
  func forEachRow(_ body: () throws -> Void) throws {
    defer { unsafe sqlite3_reset(statement) }
    while true {
      let code = unsafe sqlite3_step(statement)
      if code == SQLITE_DONE { return }
      guard code == SQLITE_ROW else {
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
      }
      try body()
    }
  }

  /// Runs a statement that changes something.
  ///
  /// - Throws: `DatabaseError`.
  func run() throws {
    let code = unsafe sqlite3_step(statement)
    unsafe sqlite3_reset(statement)
    guard code == SQLITE_DONE else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    }
  }
}
