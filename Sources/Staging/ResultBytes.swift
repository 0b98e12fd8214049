internal import GRDB
internal import GRDBSQLite

/// A row of the results as the run file has it, in memory that is valid until the next one.
@safe public struct ResultBytes {
  private let statement: SQLiteStatement
  public let state: RowState

  fileprivate init(statement: SQLiteStatement, state: RowState) {
    unsafe self.statement = unsafe statement
    self.state = state
  }

  public var number: Int { Int(integer(0) ?? 0) }
  public var line: Int { Int(integer(1) ?? 0) }
  public var recordID: Int64? { integer(3) }
  public var httpStatus: Int? { integer(5).map { Int($0) } }
  /// Whether there is something to say of why the row is where it is.
  public var hasError: Bool { !isNull(6) || !isNull(7) || !isNull(8) }
  /// Whether it was never sent.
  public var isUntouched: Bool { attempts == 0 && isNull(5) && isNull(10) }
  public var attempts: Int { Int(integer(9) ?? 0) }
  public var finishedAt: UnsafeRawBufferPointer { unsafe text(10) }
  public var input: UnsafeRawBufferPointer { unsafe text(12) }

  /// The same with texts of its own.
  public var row: ResultRow {
    ResultRow(
      number: number, line: line, recordKey: string(2), recordID: recordID, state: state,
      httpStatus: httpStatus,
      errorCode: string(6), error: string(7), hint: string(8), attempts: attempts, finishedAt: string(10),
      findings: string(11), input: string(12) ?? "")
  }

  /// What is read of each row, in this order.
  fileprivate static func query(hint: String, states: [RowState]) -> String {
    // By the index of states they would have to be sorted.
    let condition = states.count == RowState.allCases.count ? "" : "WHERE state IN \(sql: states)"
    return """
      SELECT number, line, record_key, record_id, state, http_status, error_code, error, \(hint),
        attempts, finished_at, findings, input
      FROM row NOT INDEXED \(condition) ORDER BY number
      """
  }

  private func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(statement, column) == SQLITE_NULL
  }

  private func integer(_ column: Int32) -> Int64? {
    unsafe isNull(column) ? nil : sqlite3_column_int64(statement, column)
  }

  fileprivate func text(_ column: Int32) -> UnsafeRawBufferPointer {
    let start = unsafe sqlite3_column_text(statement, column)
    return unsafe UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }

  private func string(_ column: Int32) -> String? {
    unsafe isNull(column) ? nil : String(decoding: text(column), as: UTF8.self)
  }
}

extension RunFile {
  /// Hands over every row in one of these states, in sheet order, in constant memory, and without a copy.
  ///
  /// - Throws: `StagingError` when the file cannot be read; what `body` throws, as a `StagingError` too.
  public func forEachResultBytes(
    in states: [RowState], _ body: (ResultBytes) throws -> Void
  ) throws(StagingError) {
    try read { database in
      let query = try database.makeStatement(
        sql: ResultBytes.query(hint: RunFile.hintColumn(database), states: states))
      let statement = unsafe query.sqliteStatement
      defer { unsafe sqlite3_reset(statement) }
      var state = RowState.staged
      var name = Array(state.rawValue.utf8)
      while true {
        let code = unsafe sqlite3_step(statement)
        if code == SQLITE_DONE { return }
        guard code == SQLITE_ROW else {
          throw DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
        }
        let text = unsafe ResultBytes(statement: statement, state: state).text(4)
        if unsafe !text.elementsEqual(name) {
          unsafe name = Array(text)
          state = RowState(rawValue: String(decoding: name, as: UTF8.self)) ?? .failed
        }
        try body(unsafe ResultBytes(statement: statement, state: state))
      }
    }
  }

  /// Hands over every row in one of these states, in sheet order, in constant memory.
  ///
  /// - Throws: as `forEachResultBytes`.
  public func forEachResult(in states: [RowState], _ body: (ResultRow) throws -> Void) throws(StagingError) {
    try forEachResultBytes(in: states) { try body($0.row) }
  }
}
