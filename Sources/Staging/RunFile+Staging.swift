internal import GRDB
internal import JSON
public import Patches
public import Sheets

/// Writes the rows of a sheet into the run file, in transactions of a few thousand.
public struct Stager {
  private let insert: Statement
  /// Rows staged so far, valid or not.
  public private(set) var rows = 0
  /// How many of them were rejected.
  public private(set) var rejected = 0

  fileprivate init(_ database: Database) throws {
    insert = try database.cachedStatement(
      sql: """
        INSERT INTO row (number, line, state, record_id, key_attribute, record_key, idempotent,
          element_list, element_id, error_code, error, findings, patch, input, source_row, expected)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
  }

  /// Stages one row: with its patch, or rejected with its findings.
  ///
  /// A rejected row whose key could be read keeps it, so that later rows of the record can wait for it.
  mutating func stage(_ row: SheetRow, key: RecordKey?, patch: Patch?, findings: [Finding]) throws {
    let key = patch?.key ?? key
    var recordID: Int64?
    var attribute: String?
    switch key {
    case .id(let id): recordID = id
    case .alternate(let name, _): attribute = name
    case nil: break
    }
    // A rejected row is grouped in the summary by its first error.
    let reason = patch == nil ? findings.first { $0.severity == .error } : nil
    // SQLite would end the text at a NUL, and a record cut inside quotes would swallow the rows after it in
    // a result file. Only a rejected row can hold one.
    let input = patch == nil ? row.input.replacing("\0", with: "\u{FFFD}") : row.input
    insert.setUncheckedArguments([
      row.number, row.line, (patch == nil ? RowState.rejected : .staged).rawValue, recordID,
      attribute, key?.text, patch?.isIdempotent, patch?.element?.list, patch?.element?.id,
      reason?.rule, reason?.message, findings.isEmpty ? nil : FindingList.text(findings), patch?.body.text(),
      input, nil, nil,
    ])
    try insert.execute()
    rows += 1
    if patch == nil { rejected += 1 }
  }

  /// Stages one row of a rollback: with its patch, or rejected when nothing of it can be put back.
  mutating func stage(_ row: RollbackRow, number: Int) throws {
    let source = row.source
    let reason = row.patch == nil ? row.findings.first { $0.severity == .error } : nil
    insert.setUncheckedArguments([
      number, source.line, (row.patch == nil ? RowState.rejected : .staged).rawValue, source.recordID,
      source.keyAttribute, source.recordKey, row.patch?.isIdempotent, row.patch?.element?.list,
      row.patch?.element?.id, reason?.rule, reason?.message,
      row.findings.isEmpty ? nil : FindingList.text(row.findings), row.patch?.body.text(), source.input,
      source.number, row.expected.text,
    ])
    try insert.execute()
    rows += 1
    if row.patch == nil { rejected += 1 }
  }
}

extension RunFile {
  /// Rows per transaction while staging: large enough that the commit does not count.
  private static let rowsPerTransaction = 5_000

  /// Stages every row that `next` yields, and makes the run ready to execute.
  ///
  /// What an earlier, cut-short staging left is dropped first: nothing can have been sent from it. A run
  /// whose staging is complete is never staged again, because its rows may have been sent.
  ///
  /// - Parameters:
  ///   - next: yields a row with what was made of it, `nil` at the end.
  ///   - progress: told the number of rows now and then.
  ///   - digest: asked once the end is reached.
  /// - Throws: what `next` throws; `StagingError` when the file cannot be written.
  public func stage(
    next: () throws -> (row: SheetRow, key: RecordKey?, patch: Patch?, findings: [Finding])?,
    progress: (Int) -> Void, digest: () -> SheetDigest?
  ) throws {
    try stage(
      fill: { stager in
        guard let built = try next() else { return false }
        try stager.stage(built.row, key: built.key, patch: built.patch, findings: built.findings)
        return true
      }, progress: progress, digest: digest)
  }

  /// Stages rows as long as `fill` says that there was one.
  func stage(
    fill: (inout Stager) throws -> Bool, progress: (Int) -> Void, digest: () -> SheetDigest?
  ) throws {
    // NORMAL is enough here: a power cut may lose the newest transactions, and then `staged` is not set
    // and staging begins anew. The commit that sets it is FULL again and orders all before it.
    try outsideTransaction { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
    try write { database in
      guard try String.fetchOne(database, sql: "SELECT staged FROM run") == nil else {
        throw StagingError(.inconsistent, place: self.directory.runFile, "is staged already")
      }
      try database.execute(sql: "DELETE FROM row; DELETE FROM attempt")
    }
    var rows = 0
    var isAtEnd = false
    while !isAtEnd {
      // Errors of the sheet pass through as they are; those of SQLite get our words.
      var thrown: (any Error)?
      try write { database in
        var stager = try Stager(database)
        while stager.rows < RunFile.rowsPerTransaction {
          do {
            guard try fill(&stager) else {
              isAtEnd = true
              break
            }
          } catch let error as DatabaseError { throw error } catch {
            thrown = error
            break
          }
        }
        rows += stager.rows
      }
      if let thrown { throw thrown }
      progress(rows)
    }
    try outsideTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    try write { database in
      try Migrations.makeIndexes(database)
      try RunFile.numberRowsOfRecords(database)
      let digest = digest()
      try database.execute(
        sql: "UPDATE run SET staged = ?, rows_read = ?, sheet_size = ?, sheet_sha256 = ?",
        arguments: [Timestamp.now, rows, digest?.size, digest?.sha256])
    }
  }

  /// Pragmas that cannot be set inside a transaction.
  private func outsideTransaction(_ body: (Database) throws -> Void) throws(StagingError) {
    do { try database.writeWithoutTransaction(body) } catch {
      throw StagingError(error, place: directory.runFile)
    }
  }

  /// Gives the rows of records that have several their place among them.
  static func numberRowsOfRecords(_ database: Database) throws {
    try database.execute(
      sql: """
        UPDATE row SET ordinal = place.ordinal, record_rows = place.record_rows
        FROM (
          SELECT number, row_number() OVER (PARTITION BY record_id ORDER BY number) AS ordinal,
            count(*) OVER (PARTITION BY record_id) AS record_rows
          FROM row
          WHERE record_id IN (
            SELECT record_id FROM row WHERE record_id IS NOT NULL
            GROUP BY record_id HAVING count(*) > 1)
        ) AS place
        WHERE row.number = place.number
        """)
  }
}
