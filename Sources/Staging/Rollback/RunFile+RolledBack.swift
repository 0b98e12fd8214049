internal import GRDB

extension RunFile {
  /// Ends the rows that may have been sent and that a rollback has taken up since.
  ///
  /// Their records are as they were before. A look would find that nothing had been sent, and would send again what
  /// was rolled back.
  ///
  /// - Throws: `StagingError` if one of the files cannot be used.
  public func settleRows(rolledBackBy rollback: RunFile) throws(StagingError) {
    let inDoubt = try read { try Int.fetchSet($0, sql: RunFile.mayHaveBeenSent) }
    guard !inDoubt.isEmpty else { return }
    let taken = try rollback.read { database in
      var taken: [Int] = []
      let rows = try Int.fetchCursor(database, sql: RunFile.takenUp)
      while let number = try rows.next() { if inDoubt.contains(number) { taken.append(number) } }
      return taken
    }
    try write { database in
      for number in taken {
        try database.execute(
          sql: """
            UPDATE row SET state = \(sql: .conflict), error_code = 'rolled-back', finished_at = ?, error = ?
            WHERE number = ?
            """,
          arguments: [
            Timestamp.now,
            "its answer was lost, and run \(rollback.directory.id) has rolled its record back since; it is not sent again",
            number,
          ])
      }
    }
  }

  private static let mayHaveBeenSent = "SELECT number FROM row WHERE \(past: RowState.inDoubt)"

  /// A row that is not sent yet, or that had nothing to restore, is still as the run left it.
  private static let takenUp = """
    SELECT source_row FROM row
    WHERE state IN \(sql: [.sending, .applied, .unchanged, .conflict, .unknown]) AND source_row IS NOT NULL
    """
}
