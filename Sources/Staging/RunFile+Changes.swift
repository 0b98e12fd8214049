internal import GRDB

extension RunFile {
  /// Passes every row that has, or may have, changed something to `body`, in sheet order and constant memory.
  ///
  /// These are the rows that a rollback takes up (`carriedOutRows(before:limit:)`).
  ///
  /// - Throws: `StagingError` if the file cannot be read; errors of `body`, as a `StagingError` too.
  public func forEachCarriedOut(_ body: (CarriedOutRow) throws -> Void) throws(StagingError) {
    // Rows that were just staged have no outcome, and there may be millions to look at.
    guard fresh == nil else { return }
    try read { database in
      let query = try PatchTexts.fitting(RunFile.carriedOutRows, database)
      let rows = try Row.fetchCursor(database, sql: "\(query) ORDER BY row.number")
      while let row = try rows.next() { try body(CarriedOutRow(row)) }
    }
  }

  /// Returns the number of records that the rows in one of these states are for.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func records(in states: [RowState]) throws(StagingError) -> Int {
    try read { database in
      try Int.fetchOne(
        database, sql: "SELECT count(DISTINCT record_id) FROM row NOT INDEXED WHERE state IN \(sql: states)")
        ?? 0
    }
  }
}
