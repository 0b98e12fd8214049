internal import GRDB
public import Records

/// A row for the planner: one to plan, or one that holds back the later rows of its record.
public struct PlanCandidate: Sendable {
  public var number: Int
  public var recordID: RecordID
  public var state: RowState
  /// Missing for a row that is not staged.
  public var row: StagedRow?
}

extension RunFile {
  /// Returns the next records to plan, with about this many rows together; `nil` if there are none.
  ///
  /// Records whose rows are all planned are skipped, so that a planning that was cut short continues.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func recordsToPlan(after record: RecordID?, rows limit: Int) throws(StagingError) -> ClosedRange<
    RecordID
  >? {
    try read { database in
      let records = try Row.fetchCursor(
        database, sql: RunFile.recordsToPlan, arguments: [(record ?? .least).databaseValue, limit])
      var range: ClosedRange<RecordID>?
      var rows = 0
      while rows < limit, let next = try records.next() {
        guard let id = next.recordID("record_id") else { continue }
        range = (range?.lowerBound ?? id)...id
        rows += next["rows"] as Int
      }
      return range
    }
  }

  static let recordsToPlan = """
    SELECT row.record_id, count(*) AS rows
    FROM row INDEXED BY row_record LEFT JOIN plan ON plan.row = row.number
    WHERE row.record_id > ? AND row.state = \(sql: .staged)
    GROUP BY row.record_id HAVING count(plan.row) < count(*)
    ORDER BY row.record_id LIMIT ?
    """

  /// Returns rows of these records, record by record and in sheet order, after that row of that record.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func planCandidates(
    of records: ClosedRange<RecordID>, after last: PlanCandidate?, limit: Int
  ) throws(StagingError) -> [PlanCandidate] {
    try read { database in
      try Row.fetchAll(
        database, sql: RunFile.planCandidates,
        arguments: [
          (last?.recordID ?? records.lowerBound).databaseValue, last?.number ?? 0,
          records.upperBound.databaseValue,
          limit,
        ]
      ).map { row in
        let state = RowState(rawValue: row["state"]) ?? .failed
        var staged = state == .staged ? StagedRow(row) : nil
        staged?.live = row["live"]
        return PlanCandidate(
          number: row["number"], recordID: row.recordID("record_id") ?? 0, state: state, row: staged)
      }
    }
  }

  static let planCandidates = """
    SELECT number, line, record_id, ordinal, record_rows, \(PatchTexts.column), element_list, element_id, idempotent,
      attempts, 0 AS in_doubt, expected, kept, NULL AS before, NULL AS action, state, live
    FROM row INDEXED BY row_record
    WHERE (record_id, number) > (?, ?) AND record_id <= ?
      AND state IN \(sql: [.staged, .failed, .conflict, .unknown, .rejected, .blocked])
    ORDER BY record_id, number LIMIT ?
    """

  /// Makes a part of the plan durable, replacing an earlier plan for these rows.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func plan(_ rows: [PlannedRow]) throws(StagingError) {
    try write { database in
      let now = Timestamp.now
      let insert = try database.cachedStatement(
        sql: """
          INSERT OR REPLACE INTO plan (row, record_id, seen_at, action, changes, error_code, error)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """)
      for row in rows {
        insert.setUncheckedArguments([
          row.number, row.recordID.databaseValue, now, row.action.rawValue, PlannedChange.text(row.changes),
          row.errorCode,
          row.error,
        ])
        try insert.execute()
      }
    }
  }

  /// Records that every row is planned.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func finishPlanning() throws(StagingError) {
    try write(changesRows: false) {
      try $0.execute(sql: "UPDATE run SET planned = ?", arguments: [Timestamp.now])
    }
  }

  /// Records that the plan may be carried out, and who approved it; the first time stays.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func approve(by person: String? = nil) throws(StagingError) {
    try write(changesRows: false) {
      try $0.execute(
        sql: "UPDATE run SET approved = ?, approved_by = ? WHERE approved IS NULL",
        arguments: [Timestamp.now, person])
    }
  }
}
