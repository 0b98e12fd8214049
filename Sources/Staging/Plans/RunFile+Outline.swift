internal import GRDB

extension RunFile {
  /// Passes every row that is to be sent to `body`, in sheet order and constant memory.
  ///
  /// For a plan, these are the rows that it would send. Rows with keys that have not been looked up yet have the
  /// record 0.
  ///
  /// - Throws: errors of `body`, as a `StagingError` too.
  public func forEachRowToSend(_ body: (StagedRow) throws -> Void) throws(StagingError) {
    try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT number, line, coalesce(row.record_id, 0) AS record_id, ordinal, record_rows,
            \(PatchTexts.column), element_list, element_id, idempotent, attempts, 0 AS in_doubt,
            NULL AS expected, NULL AS kept, NULL AS before, NULL AS action
          FROM \(RunFile.rowsToSend) ORDER BY number
          """)
      while let row = try rows.next() { try body(StagedRow(row)) }
    }
  }

  /// Returns the number of records that those rows are for, as far as their keys tell.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func recordsToSend() throws(StagingError) -> Int {
    try read { database in
      try Int.fetchOne(
        database,
        sql: """
          SELECT count(DISTINCT coalesce(row.record_id, key_attribute || ' ' || record_key))
          FROM \(RunFile.rowsToSend)
          """) ?? 0
    }
  }

  private static let rowsToSend = """
    row NOT INDEXED LEFT JOIN plan ON plan.row = row.number
    WHERE row.state IN \(sql: RowState.open) AND (plan.action IS NULL OR plan.action = 'change')
    """

  /// Returns whether any process may have sent a row.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func hasSent() throws(StagingError) -> Bool {
    if fresh != nil { return false }
    return try read { database in
      try Bool.fetchOne(
        database,
        sql: "SELECT EXISTS (SELECT 1 FROM row WHERE sent_at IS NOT NULL) OR EXISTS (SELECT 1 FROM attempt)")
        ?? false
    }
  }
}
