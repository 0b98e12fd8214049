internal import GRDB
public import JSON
public import Records

/// The result of the last verification.
public struct VerificationCounts: Sendable, Equatable {
  /// The time its last row was read back; ISO 8601, UTC.
  public var checkedAt: String
  public var rows: [Verdict: Int]

  public init(checkedAt: String, rows: [Verdict: Int]) {
    self.checkedAt = checkedAt
    self.rows = rows
  }

  public subscript(verdict: Verdict) -> Int { rows[verdict, default: 0] }
  public var total: Int { rows.values.reduce(0, +) }
}

/// A verified row with the names that users know it by.
public struct VerificationResult: Sendable, Equatable {
  public var row: VerifiedRow
  public var line: Int
  public var recordID: RecordID
}

// MARK: - Rows to verify

extension RunFile {
  /// Returns the rows whose effect can be looked for, the last row of a record first.
  ///
  /// They are rows that are done, rollback rows that were restored only in part, and, marked as in doubt, rows that
  /// may have been applied.
  ///
  /// - Parameter before: the record and row that came last; `nil` to begin.
  /// - Throws: `StagingError` if the file cannot be read.
  public func rowsToVerify(before: (record: RecordID, row: Int)?, limit: Int) throws(StagingError)
    -> [StagedRow]
  {
    try read { database in
      try Row.fetchAll(
        database.cachedStatement(sql: RunFile.verifiableRows),
        arguments: [before?.record.databaseValue ?? RecordID.afterAll, before?.row ?? .max, limit]
      ).map { StagedRow($0) }
    }
  }

  /// Walks backwards through the index `row_record`, not by state: a later row of a record hides what an earlier one
  /// set.
  static let verifiableRows = """
    SELECT row.number, row.line, row.record_id, row.ordinal, row.record_rows, \(PatchTexts.column),
      row.element_list, row.element_id, row.idempotent, row.attempts,
      row.state IN \(sql: RowState.inDoubt) AS in_doubt, row.expected, NULL AS kept, snapshot.before,
      NULL AS action, snapshot.token, snapshot.lists
    FROM row LEFT JOIN snapshot ON snapshot.row = row.number
    WHERE row.record_id IS NOT NULL AND (row.record_id, row.number) < (?, ?)
      AND (+row.state IN \(sql: [.applied, .unchanged, .sending, .unknown])
        OR +row.state = \(sql: .conflict) AND row.error_code = 'kept' AND row.http_status IS NOT NULL)
    ORDER BY row.record_id DESC, row.number DESC LIMIT ?
    """
}

// MARK: - Storing the findings

extension RunFile {
  /// Begins a verification; the previous one stays valid until `endVerification`.
  ///
  /// - Throws: `StagingError` if there is no room for it.
  public func beginVerification() throws(StagingError) {
    try write { database in
      try RunFile.indexRecords(in: database)
      try database.execute(
        sql: """
          DROP TABLE IF EXISTS temp.verified;
          CREATE TEMP TABLE verified (row INTEGER PRIMARY KEY, checked_at, verdict, differences);
          """)
    }
  }

  /// Records rows that were just read back.
  ///
  /// - Throws: `StagingError` if there is no room for them.
  public func verified(_ rows: [VerifiedRow]) throws(StagingError) {
    try write { database in
      let now = Timestamp.now
      let insert = try database.cachedStatement(sql: "INSERT INTO temp.verified VALUES (?, ?, ?, ?)")
      for row in rows {
        let differences = JSONValue.array(row.differences.map { .object($0.json) })
        insert.setUncheckedArguments([row.number, now, row.verdict.rawValue, differences.text()])
        try insert.execute()
      }
    }
  }

  /// Replaces the previous verification by the new one.
  ///
  /// - Throws: `StagingError` if the file cannot be written; then the previous one is still there.
  public func endVerification() throws(StagingError) {
    try write { database in
      try database.execute(
        sql: """
          DELETE FROM verification;
          INSERT INTO verification (row, checked_at, verdict, differences)
            SELECT row, checked_at, verdict, differences FROM temp.verified ORDER BY row;
          DROP TABLE temp.verified;
          """)
    }
  }
}

// MARK: - Reading the findings

extension RunFile {
  /// Returns the result of the last verification; `nil` if there was none.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func verification() throws(StagingError) -> VerificationCounts? {
    try read { database in
      // A file of an older version has no such table.
      guard try database.tableExists("verification") else { return nil }
      var counts = VerificationCounts(checkedAt: "", rows: [:])
      let groups = try Row.fetchAll(
        database,
        sql: "SELECT verdict, count(*) AS rows, max(checked_at) AS at FROM verification GROUP BY verdict")
      for group in groups {
        guard let verdict = Verdict(rawValue: group["verdict"]) else { continue }
        counts.rows[verdict] = group["rows"]
        counts.checkedAt = max(counts.checkedAt, group["at"])
      }
      return counts.total > 0 ? counts : nil
    }
  }

  /// Returns those of these rows that the last verification has found as asked.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func rowsReadBack(among rows: [Int]) throws(StagingError) -> Set<Int> {
    guard let first = rows.min(), let last = rows.max() else { return [] }
    return try read { database in
      guard try database.tableExists("verification") else { return [] }
      return try Set(
        Int.fetchAll(
          database, sql: "SELECT row FROM verification WHERE row BETWEEN ? AND ? AND verdict = ?",
          arguments: [first, last, Verdict.asAsked.rawValue]))
    }
  }

  /// Passes the rows with these verdicts to `body`, in sheet order and constant memory.
  ///
  /// - Parameter limit: the largest number of rows; `nil` for all.
  /// - Throws: `StagingError` if the file cannot be read; errors of `body`, as a `StagingError` too.
  public func forEachVerified(
    _ verdicts: [Verdict], limit: Int? = nil, _ body: (VerificationResult) throws -> Void
  ) throws(StagingError) {
    try read { database in
      let names = verdicts.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT verification.row, verdict, differences, line, record_id
          FROM verification JOIN row ON row.number = verification.row
          WHERE verdict IN (\(names)) ORDER BY verification.row LIMIT ?
          """, arguments: [limit ?? -1])
      while let row = try rows.next() {
        let differences = (try? JSONValue(parsing: row["differences"] as String))?.array ?? []
        try body(
          VerificationResult(
            row: VerifiedRow(
              number: row["row"], verdict: Verdict(rawValue: row["verdict"]) ?? .undecided,
              differences: differences.compactMap { $0.object.flatMap { VerifiedRow.Difference($0) } }),
            line: row["line"], recordID: row.recordID("record_id") ?? 0))
      }
    }
  }
}

extension VerifiedRow.Difference {
  /// The form of the table `verification` and of `verify --json`.
  public var json: JSONObject {
    var object = JSONObject()
    object["list"] = place.list.map(JSONValue.string)
    object["element"] = place.element
    object["attribute"] = place.attribute.map(JSONValue.string)
    object["asked"] = asked
    object["is"] = actual
    object["doubt"] = doubt.map { .string($0) }
    return object
  }

  fileprivate init?(_ json: JSONObject) {
    guard let asked = json["asked"] else { return nil }
    let place = AttributePlace(
      json["attribute"]?.string, list: json["list"]?.string, element: json["element"])
    self.init(place, asked: asked, actual: json["is"], doubt: json["doubt"]?.string)
  }
}
