internal import GRDB
internal import Records

/// Waits of a run for a review, so that it does not do more than intended.
extension RunFile {
  /// Limits the run to its first `records` open records, in sheet order, until the user has reviewed them.
  ///
  /// With no more records than that, there is no limit. Call it when every key has been looked up, because two rows
  /// may name one record differently.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func setCanary(records: Int) throws(StagingError) {
    try write(changesRows: false) { database in
      var seen: Set<RecordID> = []
      var end: Int?
      let rows = try Row.fetchCursor(database, sql: RunFile.canaryQuery)
      while let row = try rows.next() {
        guard let id = row.recordID("record_id"), seen.insert(id).inserted, seen.count > records else {
          continue
        }
        end = row["number"]
        break
      }
      try database.execute(sql: "UPDATE run SET canary_end = ?, reviewed = NULL", arguments: [end])
    }
  }

  /// The open rows in their order.
  static let canaryQuery = """
    SELECT number, record_id FROM row NOT INDEXED
    WHERE state IN \(sql: RowState.open) AND record_id IS NOT NULL AND number >= 1 ORDER BY number
    """

  /// Returns the row at which the run waits for a review, with the number of records before it; `nil` for no limit.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func canary() throws(StagingError) -> (end: Int, records: Int)? {
    try read { database in
      guard
        let end = try Int.fetchOne(
          database, sql: "SELECT canary_end FROM run WHERE canary_end IS NOT NULL AND reviewed IS NULL")
      else { return nil }
      let records = try Int.fetchOne(
        database,
        sql: "SELECT count(DISTINCT record_id) FROM row WHERE number < ? AND state <> \(sql: .rejected)",
        arguments: [end])
      return (end, records ?? 0)
    }
  }

  /// Removes the canary, as if there had never been one.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func forgetCanary() throws(StagingError) {
    try write(changesRows: false) { try $0.execute(sql: "UPDATE run SET canary_end = NULL, reviewed = NULL") }
  }

  /// Returns whether the run ended for a review: the rows before its canary's end are done, and it was not resumed.
  ///
  /// - Parameter exitCode: the exit code it is about to end with; `nil` for the recorded one.
  /// - Throws: `StagingError` if the file cannot be read.
  public func awaitsReview(endingWith exitCode: Int? = nil) throws(StagingError) -> Bool {
    try read { database in
      // A file of an older version has no such column, and no such run.
      guard try database.columns(in: "run").contains(where: { $0.name == "reviewed" }) else { return false }
      return try Bool.fetchOne(
        database,
        sql: "SELECT EXISTS (SELECT 1 FROM run WHERE \(RunFile.isAtReview(exitCode)))")
        ?? false
    }
  }

  /// Records that the run is resumed after the review, if it ended for one.
  static func endReview(_ database: Database) throws {
    try database.execute(
      sql: "UPDATE run SET reviewed = ? WHERE \(isAtReview())", arguments: [Timestamp.now])
  }

  /// Returns the condition for a run whose last process reached the canary's end and recorded it.
  ///
  /// A process that was killed before it could record that must get there again: exit code 3 is written last.
  private static func isAtReview(_ exitCode: Int? = nil) -> String {
    """
    canary_end IS NOT NULL AND reviewed IS NULL AND \(exitCode.map(String.init) ?? "exit_code") = 3 AND NOT EXISTS (
      SELECT 1 FROM row WHERE row.state IN \(sql: RowState.open) AND row.number < run.canary_end)
    """
  }
}

/// The outcome that the user has established for rows without a known outcome.
public enum Assumption: String, Sendable, CaseIterable {
  /// The site has applied them.
  case applied
  /// The site has not applied them.
  case notApplied = "not-applied"
}

extension RunFile {
  /// Sets the outcome of rows in the states `unknown` and `sending` to the user's word, while nothing is being sent.
  ///
  /// Applied rows get `assumed` as `error_code`. The others are as if never sent: their snapshots are dropped, so
  /// that their records are looked at again.
  ///
  /// - Parameter only: the rows to set; `nil` for all. Other states are never touched.
  /// - Returns: the number of rows set.
  /// - Throws: `StagingError` if the file cannot be written.
  public func assume(_ assumption: Assumption, only rows: RowSelection?) throws(StagingError) -> Int {
    try write { database in
      var decided = 0
      for range in rows?.ranges ?? [1...Int.max] {
        let isMeant =
          "\(past: RowState.inDoubt) AND number BETWEEN \(range.lowerBound) AND \(range.upperBound)"
        switch assumption {
        case .applied:
          try database.execute(
            sql: """
              UPDATE row SET state = \(sql: .applied), error_code = 'assumed', finished_at = ?,
                error = 'its answer was lost; the user said that it was applied'
              WHERE \(isMeant)
              """, arguments: [Timestamp.now])
        case .notApplied:
          try database.execute(
            sql: "DELETE FROM snapshot WHERE row IN (SELECT number FROM row WHERE \(isMeant))")
          try database.execute(
            sql: """
              UPDATE row SET state = \(sql: .staged), error_code = NULL, error = NULL, hint = NULL, http_status = NULL,
                sent_at = NULL, finished_at = NULL, attempts = 0
              WHERE \(isMeant)
              """)
        }
        decided += database.changesCount
      }
      return decided
    }
  }
}
