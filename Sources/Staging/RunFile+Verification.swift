internal import GRDB
public import JSON
public import Records

/// How the last verification came out.
public struct VerificationCounts: Sendable, Equatable {
  /// When its last row was read back; ISO 8601, UTC.
  public var checkedAt: String
  public var rows: [Verdict: Int]

  public init(checkedAt: String, rows: [Verdict: Int]) {
    self.checkedAt = checkedAt
    self.rows = rows
  }

  public subscript(verdict: Verdict) -> Int { rows[verdict, default: 0] }
  public var total: Int { rows.values.reduce(0, +) }
}

/// A verified row with what names it for people.
public struct VerificationResult: Sendable, Equatable {
  public var row: VerifiedRow
  public var line: Int
  public var recordID: Int64
}

// MARK: - Reading what is to be verified

extension RunFile {
  /// Rows whose effect can be looked for, the last row of a record first: those that are done, a rollback's also if
  /// only a part of it went back, and, marked as in doubt, those that may have been carried out.
  ///
  /// - Parameter before: the record and row that came last; `nil` to begin.
  /// - Throws: `StagingError` when the file cannot be read.
  public func rowsToVerify(before: (record: Int64, row: Int)?, limit: Int) throws(StagingError) -> [StagedRow]
  {
    try read { database in
      try Row.fetchAll(
        database.cachedStatement(sql: RunFile.verifiableRows),
        arguments: [before?.record ?? .max, before?.row ?? .max, limit]
      ).map { StagedRow($0) }
    }
  }

  /// Backwards through the index `row_record`, and so not by the state: what a later row of a record sets hides what an earlier one did.
  static let verifiableRows = """
    SELECT row.number, row.line, row.record_id, row.ordinal, row.record_rows, \(PatchTexts.column),
      row.element_list, row.element_id, row.idempotent, row.attempts,
      row.state IN \(sql: RowState.inDoubt) AS in_doubt, row.expected, snapshot.token, snapshot.before, snapshot.lists
    FROM row LEFT JOIN snapshot ON snapshot.row = row.number
    WHERE row.record_id IS NOT NULL AND (row.record_id, row.number) < (?, ?)
      AND (+row.state IN \(sql: [.applied, .unchanged, .sending, .unknown])
        OR +row.state = \(sql: .conflict) AND row.error_code = 'kept' AND row.http_status IS NOT NULL)
    ORDER BY row.record_id DESC, row.number DESC LIMIT ?
    """
}

// MARK: - Keeping what was found

extension RunFile {
  /// Begins a verification; the one before stays what it is until `endVerification`.
  ///
  /// - Throws: `StagingError` when there is no room for it.
  public func beginVerification() throws(StagingError) {
    try write { database in
      try database.execute(
        sql: """
          DROP TABLE IF EXISTS temp.verified;
          CREATE TEMP TABLE verified (row INTEGER PRIMARY KEY, checked_at, verdict, differences);
          """)
    }
  }

  /// Notes rows that were read back just now.
  ///
  /// - Throws: `StagingError` when there is no room for them.
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

  /// Puts what was found in the place of the verification before.
  ///
  /// - Throws: `StagingError` when the file cannot be written; then the one before is still there.
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

// MARK: - Reading what was found

extension RunFile {
  /// How the last verification came out; `nil` when there was none.
  ///
  /// - Throws: `StagingError` when the file cannot be read.
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

  /// Hands over the rows with these verdicts, in sheet order and constant memory.
  ///
  /// - Parameter limit: no more than these; `nil` for all.
  /// - Throws: `StagingError` when the file cannot be read; what `body` throws, as a `StagingError` too.
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
            line: row["line"], recordID: row["record_id"]))
      }
    }
  }
}

extension VerifiedRow.Difference {
  /// As the table `verification` and `verify --json` have it.
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
