internal import GRDB

/// Failed rows that may be retried: rows of a record never change order.
extension RunFile {
  /// Returns the number of failed rows that cannot be retried, because a later row of their record is done, or may
  /// be.
  ///
  /// It applies only to updates: the rows of a rollback each compare for themselves, in any order.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func failedOutOfTurn() throws(StagingError) -> Int {
    guard try counts()[.failed] > 0 else { return 0 }
    return try read { try Int.fetchOne($0, sql: RunFile.failedOutOfTurnCount) ?? 0 }
  }

  static let failedOutOfTurnCount = """
    \(withGone(RunFile.doneOrInDoubt))
    SELECT count(*) FROM row WHERE \(past: .failed) AND ordinal < record_rows AND \(isOutOfTurn)
    """

  /// Retries failed rows, except those out of turn.
  static let anotherChanceForFailed =
    "\(withGone(doneOrInDoubt)) \(anotherChance(for: .failed)) AND NOT \(isOutOfTurn)"

  /// Retries failed rows in a rollback.
  ///
  /// A row waits only while a later one of its record is in doubt, because its effect could be mistaken for the
  /// other's.
  static let anotherChanceInRollback =
    "\(withGone(laterInDoubt)) \(anotherChance(for: .failed)) AND NOT \(isOutOfTurn)"

  /// Returns the table `gone`: for each record with a failed row that is not its last, the last row that was sent.
  ///
  /// It is computed once, from a walk through all rows: a record may have very many, and a query for each of them
  /// would be quadratic.
  private static func withGone(_ condition: String) -> String {
    """
    WITH gone AS MATERIALIZED (
      SELECT later.record_id, max(later.number) AS number FROM row AS later NOT INDEXED
      WHERE later.record_id IN (
          SELECT record_id FROM row WHERE \(past: .failed) AND ordinal < record_rows)
        AND (\(condition))
      GROUP BY later.record_id)
    """
  }

  private static let isOutOfTurn =
    "EXISTS (SELECT 1 FROM gone WHERE gone.record_id = row.record_id AND gone.number > row.number)"

  private static let laterInDoubt = """
    later.state = \(sql: .sending) AND EXISTS (SELECT 1 FROM snapshot WHERE snapshot.row = later.number)
    """

  /// A row whose answer was lost may have been applied; one that the site refused because of a conflict was not.
  private static let doneOrInDoubt = """
    later.state IN \(sql: [.applied, .unchanged, .unknown, .sending])
      OR later.state = \(sql: .conflict) AND later.error_code = 'changed-meanwhile' AND later.http_status IS NULL
    """
}
