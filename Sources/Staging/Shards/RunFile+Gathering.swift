internal import Foundation
internal import GRDB

/// The result of a visit to a shard.
public enum ShardVisit: Sendable, Equatable {
  /// What it had done was taken over; it keeps its rows.
  case gathered(StateCounts)
  /// What it had done was taken over, and its rows are the run's again.
  case returned(StateCounts)
  /// A process works on it; the lock's text names the process.
  case underWay(String)
  /// Its folder is not there.
  case absent
}

extension RunFile {
  /// Takes over what a shard has done, and its rows if nothing is left to send, or if it is recalled.
  ///
  /// The shard is closed first, then its rows go back: between the two no process can send them, and another call
  /// ends it. Any number of calls comes to the same.
  ///
  /// - Parameters:
  ///   - place: the shard's folder, wherever it lies now.
  ///   - isRecalled: takes its rows back even if some are not sent.
  ///   - holder: this process, for the shard's lock.
  /// - Throws: `StagingError`: `unsuitable` for a folder that is not this shard, `outdated` for a copy that is not the
  ///   one of which something was gathered before, `io` if a file cannot be used; then nothing was taken over.
  public func gather(
    _ shard: ShardRecord, from place: RunDirectory, isRecalled: Bool, holder: String
  ) throws(StagingError) -> ShardVisit {
    guard unsafe access(place.runFile, F_OK) == 0 else { return .absent }
    try place.requireCustody()
    let lock: FileLock
    do throws(StagingError) { lock = try FileLock(path: place.lockFile, holder: holder) } catch {
      guard error.kind == .locked else { throw error }
      // Its file may be in the hands of another machine.
      return .underWay(FileLock.holder(of: place.lockFile) ?? "")
    }
    defer { lock.release() }
    let finding = try ShardFinding(of: shard, in: place, parent: record().id, isRecalled: isRecalled)
    try attach(place) { () throws(StagingError) in
      try self.write { try RunFile.merge(finding, in: $0) }
    }
    return finding.isClosed ? .returned(finding.counts) : .gathered(finding.counts)
  }

  /// Takes back the rows of a shard that is lost: those that may have been sent, or may have been since, are in doubt.
  ///
  /// They are never sent again by themselves: rows with a snapshot are looked at, the others wait for the user.
  ///
  /// - Returns: the number of rows in doubt.
  /// - Throws: `StagingError` of kind `unsuitable` if the shard is there, so that it can be gathered.
  public func giveUp(_ shard: ShardRecord) throws(StagingError) -> Int {
    let place = directory.shard(shard.number)
    guard unsafe access(place.runFile, F_OK) != 0 else {
      throw StagingError(
        .unsuitable, place: place.path, "is not lost: the folder is there",
        hint: "take it back with 'bulkpatch gather \(directory.id) --recall \(shard.number)'")
    }
    return try write { database in
      try database.execute(
        sql: """
          UPDATE row SET state = \(sql: .unknown), error_code = 'shard-lost', hint = NULL, http_status = NULL,
            error = 'shard ' || ? || ' was lost with its record; this row may have been sent', finished_at = ?,
            sent_at = ?, in_doubt_since = NULL
          WHERE number IN (SELECT row FROM lent WHERE shard = ?)
            AND state IN \(sql: RowState.open + [.blocked, .failed])
          """, arguments: [shard.number, Timestamp.now, Timestamp.now, shard.number])
      let rows = database.changesCount
      try database.execute(sql: "DELETE FROM lent WHERE shard = ?", arguments: [shard.number])
      try database.execute(
        sql: "UPDATE shard SET gathered = ?, standing = 'lost', returned = ? WHERE number = ?",
        arguments: [Timestamp.now, Timestamp.now, shard.number])
      return rows
    }
  }

  /// Does something while the tables of a shard can be read as `given`.
  private func attach(
    _ place: RunDirectory, _ body: () throws(StagingError) -> Void
  ) throws(StagingError) {
    do {
      try database.writeWithoutTransaction { database in
        try database.execute(sql: "ATTACH ? AS given", arguments: [RunFile.uri(place.runFile, "mode=rw")])
        try database.execute(
          sql:
            "PRAGMA given.locking_mode = EXCLUSIVE; PRAGMA main.cache_size = -32768; PRAGMA given.cache_size = -4096"
        )
      }
    } catch { throw StagingError(error, place: place.runFile) }
    defer { try? database.writeWithoutTransaction { try $0.execute(sql: "DETACH given") } }
    try body()
  }

  private static func merge(_ finding: ShardFinding, in database: Database) throws {
    let number = finding.shard.number
    try database.execute(sql: mergedRows, arguments: [number])
    // Before others come: the run itself has few.
    try database.execute(sql: droppedSnapshots, arguments: [number])
    try database.execute(sql: mergedSnapshots, arguments: [number])
    let seen = try Row.fetchOne(
      database, sql: "SELECT attempts_seen, calls_seen FROM main.shard WHERE number = ?", arguments: [number])
    for (table, column) in [("attempt", "attempts_seen"), ("call", "calls_seen")] {
      let after: Int64 = seen?[column] ?? 0
      let names = try database.columns(in: table).map(\.name).joined(separator: ", ")
      try database.execute(
        sql:
          "INSERT INTO main.\(table) (\(names)) SELECT \(names) FROM given.\(table) WHERE rowid > ? ORDER BY rowid",
        arguments: [after])
    }
    try database.execute(
      sql: """
        INSERT OR REPLACE INTO main.verification (row, checked_at, verdict, differences)
          SELECT row, checked_at, verdict, differences FROM given.verification
        """)
    let now = Timestamp.now
    try database.execute(
      sql: """
        UPDATE main.shard SET gathered = ?, standing = ?, exit_code = ?, takings = ?, commits_seen = ?, returned = ?,
          attempts_seen = (SELECT coalesce(max(rowid), 0) FROM given.attempt),
          calls_seen = (SELECT coalesce(max(rowid), 0) FROM given.call) WHERE number = ?
        """,
      arguments: [
        now, finding.standing, finding.record.exitCode, json(finding.takings), finding.commits,
        finding.isClosed ? now : nil, number,
      ])
    guard finding.isClosed else { return }
    try database.execute(sql: "DELETE FROM main.lent WHERE shard = ?", arguments: [number])
  }

  /// What an execution changes of a row, for the rows that were lent and have changed.
  static let mergedRows = """
    UPDATE main.row SET (\(results)) = (SELECT \(results) FROM given.row AS given WHERE given.number = row.number)
    WHERE number IN (
      SELECT given.number FROM main.lent AS lent CROSS JOIN given.row AS given ON given.number = lent.row
        CROSS JOIN main.row AS present ON present.number = lent.row
      WHERE lent.shard = ?
        AND (given.state, given.attempts, given.error_code, given.sent_at, given.finished_at, given.in_doubt_since)
          IS NOT (present.state, present.attempts, present.error_code, present.sent_at, present.finished_at,
            present.in_doubt_since))
    """

  private static let results = """
    state, attempts, http_status, error_code, error, hint, sent_at, finished_at, in_doubt_since, patch, kept
    """

  /// One that was dropped there (`--assume not-applied`) is dropped here.
  static let droppedSnapshots = """
    DELETE FROM main.snapshot WHERE row IN (
      SELECT present.row FROM main.lent AS lent CROSS JOIN main.snapshot AS present ON present.row = lent.row
      WHERE lent.shard = ? AND NOT EXISTS (SELECT 1 FROM given.snapshot AS given WHERE given.row = lent.row))
    """

  static let mergedSnapshots = """
    INSERT OR REPLACE INTO main.snapshot (row, record_id, taken_at, token, before, lists)
      SELECT given.row, given.record_id, given.taken_at, given.token, given.before, given.lists
      FROM main.lent AS lent CROSS JOIN given.snapshot AS given ON given.row = lent.row
        LEFT JOIN main.snapshot AS present ON present.row = lent.row
      WHERE lent.shard = ? AND (given.taken_at, given.before) IS NOT (present.taken_at, present.before)
    """
}

/// A shard as a gathering process finds it, under its lock.
struct ShardFinding {
  let shard: ShardRecord
  let record: RunRecord
  let counts: StateCounts
  /// The processes that have worked on it.
  let takings: [String]
  let commits: Int64
  /// Nothing will be sent from it any more.
  let isClosed: Bool

  /// Opens the shard's file, checks that it is the one meant, and closes the shard if it is to give its rows back.
  init(
    of shard: ShardRecord, in place: RunDirectory, parent: String, isRecalled: Bool
  ) throws(StagingError) {
    let file = try RunFile(opening: place)
    defer { file.end() }
    try file.requireNewest(in: place.path)
    self.shard = shard
    record = try file.record()
    guard let part = record.part, part.parent == parent, part.split == shard.split,
      part.number == shard.number
    else {
      let found = record.part.map { "\($0.name), of another split or with another number" } ?? "not a shard"
      throw StagingError(
        .unsuitable, place: place.path,
        "is \(record.part?.parent == parent ? found : record.part?.name ?? found), "
          + "not shard \(shard.number) of run \(parent) as it is lent now",
        hint: "name the folder of the shard that is lent, or leave it out")
    }
    takings = try file.read { try String.fetchAll($0, sql: "SELECT nonce FROM taking ORDER BY rowid") }
    counts = try file.counts()
    let before = try file.commits()
    guard takings.starts(with: shard.takings), before >= shard.commits else {
      let isOlder = takings.starts(with: shard.takings) || shard.takings.starts(with: takings)
      throw StagingError(
        .outdated, place: place.path,
        "is not the copy of \(part.name) of which something was gathered before, but "
          + (isOlder ? "an older one" : "another one, on which other processes have worked"),
        hint:
          "gather the other copy; rows may have been sent from both, so look at the records if both were resumed"
      )
    }
    if counts[.staged] + counts[.sending] == 0 || isRecalled, part.closed == nil {
      try file.write(changesRows: false) {
        try $0.execute(sql: "UPDATE run SET closed = ?", arguments: [Timestamp.now])
      }
      isClosed = true
    } else {
      isClosed = part.closed != nil
    }
    commits = try file.commits()
  }

  /// How the shard stands, for the run's own record of it.
  var standing: String { record.stoppedBecause ?? (record.finished == nil ? "cut short" : "finished") }
}

extension RunFile {
  /// Returns how often the file was written to.
  fileprivate func commits() throws(StagingError) -> Int64 {
    try read { try Int64.fetchOne($0, sql: "SELECT commits FROM run") ?? 0 }
  }
}
