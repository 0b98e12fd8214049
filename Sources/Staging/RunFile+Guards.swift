internal import GRDB

/// Where a run waits for a review, so that it does not do more than was meant.
extension RunFile {
  /// Lets only the rows before the record number `records` + 1 of those still to do go out, in sheet order, until
  /// somebody has reviewed them; with no more records than that, all go out.
  ///
  /// To be called when every key has been looked up: two rows may name one record differently.
  ///
  /// - Throws: `StagingError` when the file cannot be written.
  public func setCanary(records: Int) throws(StagingError) {
    try write { database in
      var seen: Set<Int64> = []
      var end: Int?
      let rows = try Row.fetchCursor(database, sql: RunFile.canaryQuery)
      while let row = try rows.next() {
        guard seen.insert(row["record_id"]).inserted, seen.count > records else { continue }
        end = row["number"]
        break
      }
      try database.execute(sql: "UPDATE run SET canary_end = ?, reviewed = NULL", arguments: [end])
    }
  }

  /// The rows still to do; in the order, and with the condition, that the index `row_todo` has.
  static let canaryQuery = """
    SELECT number, record_id FROM row INDEXED BY row_todo
    WHERE state IN \(sql: RowState.open) AND record_id IS NOT NULL AND number >= 1 ORDER BY number
    """

  /// The row at which the run waits for a review, and how many records come before it; `nil` when all may go out.
  ///
  /// - Throws: `StagingError` when the file cannot be read.
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

  /// Makes room for another canary: as if there had never been one.
  ///
  /// - Throws: `StagingError` when the file cannot be written.
  public func forgetCanary() throws(StagingError) {
    try write { try $0.execute(sql: "UPDATE run SET canary_end = NULL, reviewed = NULL") }
  }

  /// Whether the run has ended to be reviewed: what is before its canary's end is done, and nobody has gone on.
  ///
  /// - Parameter exitCode: with which it is about to end; `nil` for the one on record.
  /// - Throws: `StagingError` when the file cannot be read.
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

  /// Notes that somebody goes on after the review, if that is what the run ended for.
  static func endReview(_ database: Database) throws {
    try database.execute(
      sql: "UPDATE run SET reviewed = ? WHERE \(isAtReview())", arguments: [Timestamp.now])
  }

  /// True of a run whose last process came to the canary's end, and said so.
  ///
  /// A process that was killed before it could say so has to come there again: exit code 3 is written last.
  private static func isAtReview(_ exitCode: Int? = nil) -> String {
    """
    canary_end IS NOT NULL AND reviewed IS NULL AND \(exitCode.map(String.init) ?? "exit_code") = 3 AND NOT EXISTS (
      SELECT 1 FROM row WHERE row.state IN \(sql: RowState.open) AND row.number < run.canary_end)
    """
  }
}

/// What a person knows of rows whose answer was lost, or that were on their way when the run ended.
public enum Assumption: String, Sendable, CaseIterable {
  /// The site has carried them out.
  case applied
  /// It has not.
  case notApplied = "not-applied"
}

extension RunFile {
  /// Takes a person's word for what became of rows in the states `unknown` and `sending`, while nobody sends.
  ///
  /// Applied ones say in `error_code` that they were `assumed`. The others are as if they had never been sent: their
  /// before-images are dropped, so that their records are looked at anew.
  ///
  /// - Parameter only: the rows that are meant; `nil` for all of them. Other states are never touched.
  /// - Returns: how many rows were decided.
  /// - Throws: `StagingError` when the file cannot be written.
  public func assume(_ assumption: Assumption, only rows: RowSelection?) throws(StagingError) -> Int {
    try write { database in
      var decided = 0
      for range in rows?.ranges ?? [1...Int.max] {
        let isMeant =
          "state IN \(sql: RowState.inDoubt) AND number BETWEEN \(range.lowerBound) AND \(range.upperBound)"
        switch assumption {
        case .applied:
          try database.execute(
            sql: """
              UPDATE row SET state = \(sql: .applied), error_code = 'assumed', finished_at = ?,
                error = 'its answer was lost; somebody said that it has been carried out'
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
