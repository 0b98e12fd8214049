internal import GRDB
internal import GRDBSQLite
internal import JSON
internal import Patches
import Records
internal import Sheets

/// Writes batches of rows into a run file that no other process knows yet.
@safe struct BatchWriter {
  /// The rows per statement: a statement costs more than its work for one row.
  private static let group = 16
  private static let parameters: Int32 = 8

  private let database: Database
  private let one: Statement
  private let many: Statement
  private let whole: Statement
  private let form: Statement
  private var suspects: SuspectRecords
  private(set) var totals = StagedTotals()

  init(_ database: Database) throws {
    self.database = database
    let columns = "(number, line, state, record_id, key_attribute, record_key, idempotent, recipe, input)"
    let values = "(?, ?, \(sql: .staged), ?, ?, ?, ?, ?, ?)"
    one = try database.makeStatement(sql: "INSERT INTO row \(columns) VALUES \(values)")
    let all = Array(repeating: values, count: Self.group).joined(separator: ", ")
    many = try database.makeStatement(sql: "INSERT INTO row \(columns) VALUES \(all)")
    whole = try database.makeStatement(
      sql: """
        INSERT INTO row (number, line, state, record_id, key_attribute, record_key, idempotent,
          element_list, element_id, error_code, error, findings, patch, input, source_row, expected)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    form = try database.makeStatement(sql: "INSERT INTO form (number, phrases, of_cells) VALUES (?, ?, ?)")
    suspects = try SuspectRecords(database)
  }

  mutating func write(_ batch: RowBatch) throws {
    for news in batch.forms {
      try form.execute(arguments: [news.number, RunFile.json(news.form.phrases), news.form.isOfCells])
    }
    try unsafe batch.bytes.withUnsafeBufferPointer { bytes in
      try unsafe write(batch, bytes)
      for row in batch.rows {
        switch row {
        case .entry(let entry):
          if let id = entry.recordID {
            try suspects.note(id, of: entry.number)
          } else {
            try unsafe suspects.note(key: UnsafeBufferPointer(rebasing: bytes[entry.key]))
          }
        case .whole(let row): try suspects.note(row)
        }
      }
    }
    totals.rows += batch.rows.count
    totals.hasSuspects = suspects.isAnyFound
  }

  /// SQLite reads the texts in place, so the bytes must stay until this returns.
  private mutating func write(_ batch: RowBatch, _ bytes: UnsafeBufferPointer<UInt8>) throws {
    var index = 0
    while index < batch.rows.count {
      if case .whole(let row) = batch.rows[index] {
        try write(row)
        index += 1
        continue
      }
      // The run of consecutive entries, up to a group of them.
      var end = index + 1
      while end < batch.rows.count, end - index < Self.group, case .entry = batch.rows[end] { end += 1 }
      let rows = batch.rows[index..<end]
      if rows.count == Self.group {
        try unsafe write(rows, bytes, by: many)
      } else {
        for row in rows.indices { try unsafe write(rows[row...row], bytes, by: one) }
      }
      index = end
    }
  }

  private func write(
    _ rows: ArraySlice<RowBatch.Row>, _ bytes: UnsafeBufferPointer<UInt8>, by statement: Statement
  ) throws {
    let binding = unsafe RowBinding(statement: statement.sqliteStatement, bytes: bytes)
    for (place, row) in rows.enumerated() {
      guard case .entry(let entry) = row else { continue }
      binding.bind(entry, from: Int32(place) * Self.parameters)
    }
    let code = unsafe sqlite3_step(statement.sqliteStatement)
    unsafe sqlite3_reset(statement.sqliteStatement)
    guard code == SQLITE_DONE else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    }
  }

  private mutating func write(_ row: WholeRow) throws {
    let reason = row.rejection
    whole.setUncheckedArguments([
      row.number, row.line, row.state.rawValue, row.recordID,
      row.keyAttribute, row.recordKey, row.patch?.isIdempotent, row.patch?.element?.list,
      row.patch?.element?.id,
      reason?.rule, reason?.message, row.findings.isEmpty ? nil : FindingList.text(row.findings),
      row.patch?.body.text(), row.input, row.sourceRow, row.expected,
    ])
    try whole.execute()
    if row.patch == nil { totals.rejected += 1 }
    if !row.findings.isEmpty { totals.hasFindings = true }
  }
}

/// The totals of the written rows.
struct StagedTotals: Sendable {
  var rows = 0
  var rejected = 0
  /// Indicates that a row has findings.
  var hasFindings = false
  /// Indicates that records may have several rows.
  var hasSuspects = false
}

/// Binds a batch's bytes to a bare statement.
@safe private struct RowBinding {
  private let statement: SQLiteStatement
  private let bytes: UnsafeBufferPointer<UInt8>

  init(statement: SQLiteStatement, bytes: UnsafeBufferPointer<UInt8>) {
    unsafe self.statement = unsafe statement
    unsafe self.bytes = unsafe bytes
  }

  func bind(_ entry: RowBatch.Entry, from first: Int32) {
    unsafe sqlite3_bind_int64(statement, first + 1, Int64(entry.number))
    unsafe sqlite3_bind_int64(statement, first + 2, Int64(entry.line))
    if let id = entry.recordID {
      unsafe sqlite3_bind_int64(statement, first + 3, id)
      unsafe sqlite3_bind_null(statement, first + 4)
    } else {
      unsafe sqlite3_bind_null(statement, first + 3)
      bind(entry.keyAttribute ?? "", first + 4)
    }
    bind(entry.key, first + 5)
    unsafe sqlite3_bind_int64(statement, first + 6, entry.isIdempotent ? 1 : 0)
    bind(entry.recipe, first + 7)
    bind(entry.input, first + 8)
  }

  private func bind(_ text: String, _ place: Int32) {
    // A copy, because the text is in no batch.
    let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    _ = unsafe sqlite3_bind_text(statement, place, text, -1, copied)
  }

  private func bind(_ text: Range<Int>, _ place: Int32) {
    let start = unsafe bytes.baseAddress.map { unsafe UnsafeRawPointer($0 + text.lowerBound) }
    unsafe sqlite3_bind_text(
      statement, place, start?.assumingMemoryBound(to: CChar.self), Int32(text.count), nil)
  }
}
