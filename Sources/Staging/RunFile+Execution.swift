internal import GRDB
internal import Patches

/// Rows whose intent is durable, ready for the lanes.
public struct Lease: Sendable {
  /// In sheet order.
  public var rows: [StagedRow]
  /// How many rows were found to wait for an earlier row of their record, and are now blocked.
  public var blocked: Int
  /// Whether there is nothing more to lease after these.
  public var isExhausted: Bool

  public init(rows: [StagedRow], blocked: Int, isExhausted: Bool) {
    self.rows = rows
    self.blocked = blocked
    self.isExhausted = isExhausted
  }
}

/// What one transaction of the writer makes durable.
public struct Checkpoint: Sendable, Equatable {
  public var outcomes: [RowOutcome] = []
  public var attempts: [AttemptRecord] = []
  /// Rows that were leased and will not be sent now: they go back to `staged`.
  public var released: [Int] = []
  /// How many rows to lease, none when 0.
  public var leaseLimit = 0
  /// Leasing goes on after this row.
  public var leaseAfter = 0
  /// Whether a row waits when an earlier one of its record is not done.
  public var holdsRecords = true

  public init() {}
}

extension RunFile {
  /// Makes the rows that an earlier process left in doubt ready to go on from.
  ///
  /// A row that was being sent and may be repeated is sent again; one that creates something may have
  /// been carried out already, so it becomes `unknown` and is never sent again by itself. Blocked rows
  /// are looked at anew. How the earlier process ended is forgotten: the run is under way again.
  ///
  /// - Parameter retryingFailed: also gives failed rows another chance (`resume --retry-failed`).
  /// - Throws: `StagingError` when the file cannot be written.
  public func recover(retryingFailed: Bool) throws(StagingError) {
    try write { database in
      try database.execute(sql: "UPDATE run SET finished = NULL, exit_code = NULL, stopped_because = NULL")
      try database.execute(
        sql: """
          UPDATE row SET state = 'unknown', finished_at = ?, error_code = 'interrupted',
            error = 'the run was cut short while this row was being sent; it may have been carried out'
          WHERE state = 'sending' AND NOT idempotent
          """, arguments: [Timestamp.now])
      try database.execute(
        sql: "UPDATE row SET state = 'staged' WHERE state = 'sending'")
      let again = retryingFailed ? "('blocked', 'failed')" : "('blocked')"
      try database.execute(
        sql: """
          UPDATE row SET state = 'staged', error_code = NULL, error = NULL, http_status = NULL,
            finished_at = NULL, attempts = 0
          WHERE state IN \(again)
          """)
    }
  }

  /// Makes outcomes durable and leases the next rows, in one transaction.
  ///
  /// - Throws: `StagingError` when the file cannot be written; then nothing of it has happened.
  public func commit(_ checkpoint: Checkpoint) throws(StagingError) -> Lease {
    try write { database in
      let now = Timestamp.now
      try RunFile.write(checkpoint, in: database, now: now)
      guard checkpoint.leaseLimit > 0 else {
        return Lease(rows: [], blocked: 0, isExhausted: false)
      }
      return try RunFile.lease(checkpoint, in: database, now: now)
    }
  }

  private static func write(_ checkpoint: Checkpoint, in database: Database, now: String) throws {
    if !checkpoint.outcomes.isEmpty {
      let update = try database.cachedStatement(
        sql: """
          UPDATE row SET state = ?, attempts = ?, http_status = ?, error_code = ?, error = ?,
            finished_at = ? WHERE number = ?
          """)
      for outcome in checkpoint.outcomes {
        update.setUncheckedArguments([
          outcome.state.rawValue, outcome.attempts, outcome.httpStatus, outcome.errorCode,
          outcome.error, now, outcome.number,
        ])
        try update.execute()
      }
    }
    if !checkpoint.attempts.isEmpty {
      let insert = try database.cachedStatement(
        sql: "INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      for attempt in checkpoint.attempts {
        insert.setUncheckedArguments([
          attempt.row, attempt.attempt, now, attempt.outcome, attempt.httpStatus,
          attempt.errorCode, attempt.error, attempt.milliseconds,
        ])
        try insert.execute()
      }
    }
    if !checkpoint.released.isEmpty {
      let release = try database.cachedStatement(
        sql: "UPDATE row SET state = 'staged', sent_at = NULL WHERE number = ?")
      for number in checkpoint.released {
        release.setUncheckedArguments([number])
        try release.execute()
      }
    }
  }

  /// The next rows to send: after which row, and how many.
  ///
  /// The first condition is the one of the index `row_todo`, word for word, or SQLite would not use it. A
  /// row that is being sent is never leased twice, and one whose record is not known yet cannot be sent.
  static let leaseQuery = """
    SELECT number, line, record_id, ordinal, record_rows, patch, element_list, element_id, idempotent,
      attempts
    FROM row
    WHERE state IN ('staged', 'sending') AND state = 'staged' AND record_id IS NOT NULL AND number > ?
    ORDER BY number LIMIT ?
    """

  /// The first row that holds back a later one: of which record, and before which row.
  static let holdingQuery = """
    SELECT number, state FROM row
    WHERE record_id = ? AND number < ?
      AND state IN ('failed', 'conflict', 'unknown', 'rejected', 'blocked')
    ORDER BY number LIMIT 1
    """

  private static func lease(_ checkpoint: Checkpoint, in database: Database, now: String) throws
    -> Lease
  {
    let candidates = try Row.fetchAll(
      database.cachedStatement(sql: leaseQuery), arguments: [checkpoint.leaseAfter, checkpoint.leaseLimit])
    var lease = Lease(
      rows: [], blocked: 0, isExhausted: candidates.count < checkpoint.leaseLimit)
    let intent = try database.cachedStatement(
      sql: "UPDATE row SET state = 'sending', sent_at = ? WHERE number = ?")
    for candidate in candidates {
      let row = StagedRow(candidate)
      if checkpoint.holdsRecords, row.ordinal > 1, try block(row, in: database, now: now) {
        lease.blocked += 1
        continue
      }
      intent.setUncheckedArguments([now, row.number])
      try intent.execute()
      lease.rows.append(row)
    }
    return lease
  }

  /// Blocks a row when an earlier one of its record is not done, and says whether it did.
  private static func block(_ row: StagedRow, in database: Database, now: String) throws -> Bool {
    let holding = try Row.fetchOne(
      database.cachedStatement(sql: holdingQuery), arguments: [row.recordID, row.number])
    guard let holding else { return false }
    let update = try database.cachedStatement(
      sql: """
        UPDATE row SET state = 'blocked', error_code = 'held', error = ?, finished_at = ?
        WHERE number = ?
        """)
    let reason = "row \(holding["number"] as Int) of the same record is \(holding["state"] as String)"
    update.setUncheckedArguments([reason, now, row.number])
    try update.execute()
    return true
  }
}

extension StagedRow {
  fileprivate init(_ row: Row) {
    var element: ElementAddress?
    if let list: String = row["element_list"], let id: Int64 = row["element_id"] {
      element = ElementAddress(list: list, id: id)
    }
    self.init(
      number: row["number"], line: row["line"], recordID: row["record_id"],
      ordinal: row["ordinal"], recordRows: row["record_rows"], patch: row["patch"],
      element: element, isIdempotent: row["idempotent"], attempts: row["attempts"])
  }
}
