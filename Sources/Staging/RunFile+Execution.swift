public import Foundation
internal import GRDB
internal import JSON
public import Records

/// Rows handed out to be sent; their intent becomes durable shortly before they are.
public struct Lease: Sendable {
  /// In sheet order.
  public var rows: [StagedRow]
  /// The number of rows that are now blocked, because an earlier row of their record is not done.
  public var blocked: Int
  /// The last row that was considered; the next lease starts after it.
  public var last: Int
  /// Indicates that there is nothing more to lease after these.
  public var isExhausted: Bool

  public init(rows: [StagedRow], blocked: Int, last: Int, isExhausted: Bool) {
    self.rows = rows
    self.blocked = blocked
    self.last = last
    self.isExhausted = isExhausted
  }
}

/// The changes that one transaction of the writer makes durable.
public struct Checkpoint: Sendable, Equatable {
  public var outcomes: [RowOutcome] = []
  public var attempts: [AttemptRecord] = []
  /// Rows that are about to be sent.
  public var announced: [Int] = []
  /// The current records of these rows.
  public var snapshots: [Snapshot] = []
  /// Rows of a rollback with some changes that stay as they are.
  public var narrowings: [RowNarrowing] = []
  /// Rows whose intent is durable and that will not be sent now: they become `staged` again.
  public var released: [Int] = []
  /// The number of rows to lease; 0 for none.
  public var leaseLimit = 0
  /// The row after which leasing continues.
  public var leaseAfter = 0
  /// The first row that is not leased, nor are those after it; `nil` for no limit.
  public var leaseEnd: Int?
  /// Makes rows wait when an earlier row of their record is not done.
  ///
  /// They always wait for a row whose fate a later look can settle.
  public var holdsRecords = true

  public init() {}
}

extension RunFile {
  /// Records that the run is under way again.
  ///
  /// The ending of the earlier process is forgotten. If it ended for a review, the run now counts as reviewed.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func takeUp() throws(StagingError) {
    let record = try record()
    try write(changesRows: false) { database in
      // Its rows look for later ones of their records.
      if record.kind == .rollback { try RunFile.indexRecords(in: database) }
      try RunFile.endReview(database)
      try database.execute(sql: "UPDATE run SET finished = NULL, exit_code = NULL, stopped_because = NULL")
      try self.hold(in: database)
    }
  }

  /// Prepares the rows that an earlier process left unfinished, once the site answers.
  ///
  /// A row that may have been sent stays in doubt if its record was looked at before: a look decides its outcome.
  /// Without that, a repeatable row is sent again. A row that creates something becomes `unknown` and is never resent
  /// automatically. Blocked rows are considered again.
  ///
  /// - Parameters:
  ///   - retryingFailed: also retries failed rows (`resume --retry-failed`), unless a later row of the record is done
  ///     or may be: see `failedOutOfTurn`.
  ///   - now: the moment from which no request of an earlier process is on its way any more.
  /// - Throws: `StagingError` if the file cannot be written.
  public func recover(retryingFailed: Bool, now: Date = Date()) throws(StagingError) {
    if isFresh { return }
    let now = Timestamp.text(now)
    try write { database in
      try database.execute(sql: RunFile.unknownAgainInDoubt)
      try database.execute(sql: RunFile.inDoubtForGood, arguments: [now])
      try database.execute(sql: RunFile.inDoubtFromNowOn, arguments: [now])
      try database.execute(sql: RunFile.anotherChance(for: .blocked))
      guard retryingFailed else { return }
      let kind = try String.fetchOne(database, sql: "SELECT kind FROM run").flatMap(RunKind.init)
      try database.execute(
        sql: kind == .rollback ? RunFile.anotherChanceInRollback : RunFile.anotherChanceForFailed)
    }
  }

  // Each uses the index of states: a run that is resumed half-way may have a million rows that wait.

  static let unknownAgainInDoubt = """
    UPDATE row SET state = \(sql: .sending), finished_at = NULL, error_code = NULL, error = NULL, hint = NULL
    WHERE \(past: .unknown) AND EXISTS (SELECT 1 FROM snapshot WHERE snapshot.row = row.number)
    """

  static let inDoubtForGood = """
    UPDATE row SET state = \(sql: .unknown), finished_at = ?, error_code = coalesce(error_code, 'interrupted'),
      error = coalesce(error, 'the run was cut short while this row was being sent; it may have been applied')
    WHERE \(past: .sending) AND NOT idempotent
      AND NOT EXISTS (SELECT 1 FROM snapshot WHERE snapshot.row = row.number)
    """

  /// Rows that an earlier resume found in doubt, and did not get to, keep their time.
  ///
  /// A run that is killed again and again thus still comes to an end.
  static let inDoubtFromNowOn = """
    UPDATE row SET in_doubt_since = ? WHERE \(past: .sending) AND in_doubt_since IS NULL
    """

  static func anotherChance(for state: RowState) -> String {
    """
    UPDATE row SET state = \(sql: .staged), error_code = NULL, error = NULL, hint = NULL, http_status = NULL,
      finished_at = NULL, attempts = 0
    WHERE \(past: state)
    """
  }

  /// Makes outcomes durable and leases the next rows, in one transaction.
  ///
  /// Nothing is announced once the run's files or locks no longer belong to this process.
  ///
  /// - Throws: `StagingError` if the file cannot be written, or is lost; then nothing was committed.
  public func commit(_ checkpoint: Checkpoint, now: Date = Date()) throws(StagingError) -> Lease {
    if !checkpoint.announced.isEmpty, let loss { throw loss }
    return try write { database in
      try self.checkHeld(in: database)
      try RunFile.write(checkpoint, in: database, now: Timestamp.text(now))
      guard checkpoint.leaseLimit > 0 else {
        return Lease(rows: [], blocked: 0, last: 0, isExhausted: false)
      }
      return try RunFile.lease(checkpoint, in: database, now: now)
    }
  }

  /// The query for the next rows to send: after which row, before which, and how many.
  ///
  /// A row whose record is not known yet cannot be sent.
  static let leaseQuery = """
    SELECT row.number, row.line, row.record_id, row.ordinal, row.record_rows, \(PatchTexts.column),
      row.element_list, row.element_id, row.idempotent, row.attempts, row.state = \(sql: .sending) AS in_doubt,
      row.expected, row.kept, snapshot.before, plan.action, snapshot.token, snapshot.lists, plan.changes,
      row.in_doubt_since, row.sent_at, row.live
    FROM row NOT INDEXED LEFT JOIN snapshot ON snapshot.row = row.number
      LEFT JOIN plan ON plan.row = row.number
    WHERE row.state IN \(sql: RowState.open) AND row.record_id IS NOT NULL AND row.number > ? AND row.number < ?
    ORDER BY row.number LIMIT ?
    """

  /// The query for the first row that holds back a later one: of which record, and before which row.
  ///
  /// The condition is that of the index, word for word, or SQLite would scan all rows of the record for each of them.
  static let holdingQuery = """
    SELECT number, state FROM row INDEXED BY row_holding
    WHERE record_id = ? AND number < ?
      AND \(sqlNeither: RowState.notHolding)
    ORDER BY number LIMIT 1
    """

  /// The query for holding rows if rows do not wait for earlier ones.
  ///
  /// They still wait for a row that a later look can settle, because it may have to be sent again.
  static let doubtQuery = """
    SELECT number, state FROM row INDEXED BY row_holding
    WHERE record_id = ? AND number < ?
      AND \(sqlNeither: RowState.notHolding)
      AND state = \(sql: .unknown) AND EXISTS (SELECT 1 FROM snapshot WHERE snapshot.row = row.number)
    ORDER BY number LIMIT 1
    """

  private static func lease(_ checkpoint: Checkpoint, in database: Database, now: Date) throws
    -> Lease
  {
    let candidates = try Row.fetchCursor(
      database.cachedStatement(sql: leaseQuery),
      arguments: [checkpoint.leaseAfter, checkpoint.leaseEnd ?? .max, checkpoint.leaseLimit])
    var rows: [StagedRow] = []
    rows.reserveCapacity(checkpoint.leaseLimit)
    while let candidate = try candidates.next() {
      var row = StagedRow(candidate)
      if !candidate.hasNull(atIndex: 20) { row.live = candidate[20] }
      if row.isInDoubt {
        row.inDoubtFor = time(since: candidate["in_doubt_since"], now)
        row.announcedFor = time(since: candidate["sent_at"], now)
      }
      rows.append(row)
    }
    var lease = Lease(
      rows: [], blocked: 0, last: rows.last?.number ?? checkpoint.leaseAfter,
      isExhausted: rows.count < checkpoint.leaseLimit)
    // A row that may have been sent already is settled, whatever became of the rows before it.
    let query = checkpoint.holdsRecords ? holdingQuery : doubtQuery
    lease.rows = try rows.filter { row in
      guard row.ordinal > 1, !row.isInDoubt else { return true }
      return try !block(row, by: query, in: database, now: Timestamp.text(now))
    }
    lease.blocked = rows.count - lease.rows.count
    return lease
  }

  /// Returns the time since a request left whose outcome is unknown; `nil` if there is none.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func unsettledFor() throws(StagingError) -> Duration? {
    let clock = ClockReading.now
    return try read { database in
      let sent = try String.fetchOne(
        database, sql: "SELECT max(sent_at) FROM row WHERE \(past: .sending)")
      let moved = try database.tableExists("call") ? RunFile.clockMoved(clock, in: database) ?? 0 : 0
      return sent.map { RunFile.time(since: $0, clock.time.addingTimeInterval(-moved)) }
    }
  }

  /// Returns the time since then; zero if it is not recorded, or if the clock was set back.
  private static func time(since text: String?, _ now: Date) -> Duration {
    guard let since = text.flatMap(Timestamp.date) else { return .zero }
    return .milliseconds(max(Int((now.timeIntervalSince(since) * 1000).rounded()), 0))
  }

  /// Blocks a row if an earlier one of its record is not done, and returns whether it did.
  private static func block(_ row: StagedRow, by query: String, in database: Database, now: String) throws
    -> Bool
  {
    let holding = try Row.fetchOne(
      database.cachedStatement(sql: query), arguments: [row.recordID.databaseValue, row.number])
    guard let holding else { return false }
    let update = try database.cachedStatement(
      sql: """
        UPDATE row SET state = \(sql: .blocked), error_code = 'held', error = ?, finished_at = ?
        WHERE number = ?
        """)
    let reason = "row \(holding["number"] as Int) of the same record is \(holding["state"] as String)"
    update.setUncheckedArguments([reason, now, row.number])
    try update.execute()
    return true
  }
}

extension StagedRow {
  /// Creates a row from `leaseQuery`, or from a query that begins with as many columns in the same order.
  ///
  /// Columns are read by their places: looking for a name takes as long as reading several of them.
  init(_ row: Row) {
    self.init(
      number: row[0], line: row[1], recordID: RecordID(row[2] as DatabaseValue) ?? 0, ordinal: row[3],
      recordRows: row[4], patch: row[5],
      element: row.hasNull(atIndex: 6) ? nil : ElementAddress(row), isIdempotent: row[8], attempts: row[9],
      isInDoubt: row[10])
    if !row.hasNull(atIndex: 11) { expected = (row[11] as String?).map(ExpectedState.init(text:)) }
    if !row.hasNull(atIndex: 12) { kept = (row[12] as String?).map([KeptChange].init(json:)) ?? [] }
    if !row.hasNull(atIndex: 13) { snapshot = Snapshot(row, number: number, recordID: recordID) }
    if let action = (row[14] as String?).flatMap(PlanAction.init), let changes: String = row["changes"] {
      plan = PlannedRow(
        number: number, recordID: recordID, action: action, changes: PlannedChange.list(changes))
    }
  }
}

extension ElementAddress {
  /// Reads the columns `element_list` and `element_id`; `nil` if the patch goes to the record itself.
  init?(_ row: Row) {
    guard let list: String = row["element_list"], let id: Int64 = row["element_id"] else { return nil }
    self.init(list: list, id: id)
  }
}

extension Snapshot {
  /// Reads the columns of the table `snapshot`; `nil` if the record was not looked at.
  init?(_ row: Row, number: Int, recordID: RecordID) {
    guard let before: String = row["before"], let lists: String = row["lists"] else { return nil }
    self.init(
      row: number, recordID: recordID, token: row["token"],
      values: (try? JSONValue(parsing: before))?.object ?? JSONObject(),
      lists: (try? JSONValue(parsing: lists))?.object ?? JSONObject())
  }
}
