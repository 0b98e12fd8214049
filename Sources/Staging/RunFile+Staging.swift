internal import Foundation
internal import GRDB
public import Patches
public import Sheets
internal import Synchronization

extension RunFile {
  /// Stages every row that `fill` adds to a batch, and makes the run ready to start.
  ///
  /// The rows go into a new file, which replaces this one when it is complete. A staging that is cut short thus
  /// leaves nothing behind and starts over. A run whose staging is complete is never staged again, because its rows
  /// may have been sent.
  ///
  /// - Parameters:
  ///   - fill: adds rows to a batch until it is full; returns `false` if there are no more.
  ///   - additions: detects rows that add what earlier rows have added.
  ///   - taker: receives every row.
  ///   - names: reads the names that rows give.
  ///   - progress: receives the number of rows now and then.
  ///   - digest: called once the end is reached.
  ///   - findings: the findings about the sheet as a whole; called at the end, too.
  /// - Throws: errors of `fill`; `StagingError` if the file cannot be written.
  public func stage(
    filling fill: (inout RowBatch) throws -> Bool, additions: RepeatedAdditions? = nil,
    showing taker: (any StagedRowsTaker)? = nil, names: NameReader? = nil,
    progress: (Int) -> Void, digest: () -> SheetDigest?, findings: () -> [Finding] = { [] }
  ) throws {
    guard try record().staged == nil else {
      throw StagingError(.inconsistent, place: directory.runFile, "is already staged")
    }
    do {
      try leaveLog()
      let draft = try RunDraft(of: self)
      var names = names
      do {
        let filled = try draft.fill(
          { batch in
            let isMore = try fill(&batch)
            if let taker { batch.show(to: taker) }
            names?.read(batch)
            return isMore
          }, progress: progress)
        var totals = try draft.finish(filled, digest(), findings(), additions)
        totals.names = names
        #if DEBUG
          KillSwitch.committed()
        #endif
        try replace(by: draft)
        freshRows.withLock { [totals] in $0 = totals }
      } catch {
        draft.discard()
        throw error
      }
    } catch let error as DatabaseError { throw StagingError(error, place: directory.runFile) }
    #if DEBUG
      KillSwitch.committed()
    #endif
  }

  /// Stages every row that `next` returns.
  ///
  /// - Throws: as `stage(filling:)`.
  public func stage(
    next: () throws -> WholeRow?, progress: (Int) -> Void, digest: () -> SheetDigest? = { nil }
  ) throws {
    try stage(
      filling: { batch in
        while !batch.isFull {
          guard let row = try next() else { return false }
          batch.append(row)
        }
        return true
      }, progress: progress, digest: digest)
  }

  /// Replaces this file by a draft; keeps this one if that fails.
  private func replace(by draft: RunDraft) throws {
    try release()
    let result = Result { try draft.replacePresent() }
    try reopen()
    try result.get()
  }

  /// Leaves the WAL mode that earlier versions began with: its log beside the file would be taken for the next
  /// file's.
  private func leaveLog() throws {
    try database.writeWithoutTransaction { database in
      let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")
      guard mode == "delete" else { throw DatabaseError(resultCode: .SQLITE_BUSY) }
    }
  }

  /// Creates the index of records, unless it exists, for those who go through a run record by record.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func indexRecords() throws(StagingError) {
    try write(changesRows: false) { try RunFile.indexRecords(in: $0) }
  }

  static func indexRecords(in database: Database) throws {
    try database.execute(
      sql:
        "CREATE INDEX IF NOT EXISTS row_record ON row (record_id, number) WHERE record_id IS NOT NULL")
  }

  /// Numbers the rows of records that have several.
  ///
  /// - Parameter records: a query for the ids of all records that may have several.
  static func numberRows(ofRecords records: String, in database: Database) throws {
    try database.execute(
      sql: """
        UPDATE row SET ordinal = place.ordinal, record_rows = place.record_rows
        FROM (
          SELECT number, row_number() OVER (PARTITION BY record_id ORDER BY number) AS ordinal,
            count(*) OVER (PARTITION BY record_id) AS record_rows
          FROM row WHERE record_id IN (\(records))
        ) AS place
        WHERE row.number = place.number AND place.record_rows > 1
        """)
  }

  static let repeatedRecords =
    "SELECT record_id FROM row WHERE record_id IS NOT NULL GROUP BY record_id HAVING count(*) > 1"
}
