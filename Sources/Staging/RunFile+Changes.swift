internal import GRDB

extension RunFile {
  /// Hands over every row that has, or may have, changed something, in sheet order and constant memory.
  ///
  /// They are those that a rollback takes up (`carriedOutRows(before:limit:)`).
  ///
  /// - Throws: `StagingError` when the file cannot be read; what `body` throws, as a `StagingError` too.
  public func forEachCarriedOut(_ body: (CarriedOutRow) throws -> Void) throws(StagingError) {
    // Nothing has become of rows that were staged just now, and there may be millions to look at.
    guard fresh == nil else { return }
    try read { database in
      let query = try PatchTexts.fitting(RunFile.carriedOutRows, database)
      let rows = try Row.fetchCursor(database, sql: "\(query) ORDER BY row.number")
      while let row = try rows.next() { try body(CarriedOutRow(row)) }
    }
  }

  /// How many records the rows in one of these states are about.
  ///
  /// - Throws: `StagingError` when the file cannot be read.
  public func records(in states: [RowState]) throws(StagingError) -> Int {
    try read { database in
      try Int.fetchOne(
        database, sql: "SELECT count(DISTINCT record_id) FROM row NOT INDEXED WHERE state IN \(sql: states)")
        ?? 0
    }
  }
}
