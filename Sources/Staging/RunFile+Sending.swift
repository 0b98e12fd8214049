internal import GRDB
import Synchronization

extension RunFile {
  /// Records durably, in this file and outside it, that rows may be sent from now on; call it before the first is.
  ///
  /// From then on, an older copy of the run file is recognised as such.
  ///
  /// - Parameter stateFolder: keeps the mark in addition to the run's own folder.
  /// - Throws: `StagingError` if it cannot be written.
  public func beginSending(in stateFolder: String) throws(StagingError) {
    if let loss { throw loss }
    let record = try record()
    var mark = try mark(of: record, isFinished: false, began: Timestamp.now, in: stateFolder)
    (mark.ended, mark.done, mark.left) = (nil, nil, nil)
    // The marks come first: a file that says it is being sent has one.
    let paths = try write(mark, in: stateFolder)
    marks.withLock { $0 = paths.compactMap { SendingMark.Counter(path: $0) } }
    try write(changesRows: false) {
      try $0.execute(sql: "UPDATE run SET sending = ?", arguments: [Timestamp.now])
    }
    // Puts it into the file itself, without the files beside it; while there is a reader, that may have to wait.
    try? database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
  }

  /// Records beside the file how the run stands when a process ends its work; does nothing if nothing was ever sent.
  ///
  /// - Parameter isFinished: nothing is left that would be sent automatically.
  /// - Throws: `StagingError` if it cannot be written.
  public func endSending(isFinished: Bool, in stateFolder: String) throws(StagingError) {
    let record = try record()
    guard !SendingMark.known(of: record.id, directory, [stateFolder]).isEmpty else { return }
    let mark = try mark(of: record, isFinished: isFinished, began: record.created, in: stateFolder)
    try write(mark, in: stateFolder)
    // The open mark is no longer the file of that name.
    marks.withLock { $0 = [] }
  }

  /// Leaves a mark in the state folder that outlives the run and says what of its sheet was sent.
  ///
  /// - Parameter isFinished: nothing was left that would be sent automatically; else `run --continue` does not take the
  ///   sheet for done.
  /// - Throws: `StagingError` if the run cannot be read or the mark cannot be written.
  public func leaveMark(isFinished: Bool, in stateFolder: String) throws(StagingError) {
    let record = try record()
    guard record.kind == .update, try hasSent() else { return }
    let mark = try mark(of: record, isFinished: isFinished, began: record.created, in: stateFolder)
    try mark.write(to: SendingMark.path(of: record.id, in: stateFolder))
  }

  /// Returns the mark of the run, including what an earlier mark knew.
  func mark(
    of record: RunRecord, isFinished: Bool, began: String, in stateFolder: String
  ) throws(StagingError) -> SendingMark {
    let known = SendingMark.known(of: record.id, directory, [stateFolder])
    let fresh = fresh
    let (commits, additions) = try read { database in
      // A file of an older version does not count commits.
      let hasCommits = try database.columns(in: "run").contains { $0.name == "commits" }
      return (
        hasCommits ? try Int64.fetchOne(database, sql: "SELECT commits FROM run") ?? 0 : 0,
        try fresh?.additions
          ?? Int.fetchOne(
            database,
            sql:
              "SELECT count(*) FROM row WHERE NOT idempotent AND state NOT IN \(sql: [.rejected, .skipped])")
          ?? 0
      )
    }
    let counts = try counts()
    let done = RowState.done.reduce(0) { $0 + counts[$1] }
    var mark = SendingMark(
      run: record.id, job: record.job, siteURL: record.siteURL,
      sheet: record.kind == .update ? record.sheetDigest : nil, mappingSHA256: record.mappingSHA256,
      began: known.map(\.began).min() ?? began, ended: record.finished, isFinished: isFinished,
      rows: counts.total, additions: additions, done: done, left: counts.total - done, commits: commits)
    mark.additionsSHA256 = record.additionsSHA256
    return mark
  }

  @discardableResult
  private func write(_ mark: SendingMark, in stateFolder: String) throws(StagingError) -> [String] {
    let paths = [
      directory.file(SendingMark.name), try SendingMark.path(of: mark.run, in: stateFolder),
    ]
    for path in paths { try mark.write(to: path) }
    return paths
  }
}

// MARK: - Older copies

extension RunFile {
  /// Checks that the file is the newest of its run: that it knows everything that was sent.
  ///
  /// - Throws: `StagingError` of kind `outdated` if it was copied without its accompanying files, or is an older
  ///   copy.
  public func requireNewest(in stateFolders: String...) throws(StagingError) {
    try requireNewest(in: stateFolders)
  }

  private func requireNewest(in stateFolders: [String]) throws(StagingError) {
    let record = try record()
    // In this order, because a working process writes the file first.
    let known = SendingMark.known(of: record.id, directory, stateFolders)
    let (commits, sending) = try standing()
    let files = "restore the latest run.sqlite together with its run.sqlite-wal"
    let remedy =
      record.staged == nil
      ? "; otherwise check on the site which rows were applied, and run the rest as a sheet of its own"
      : "; if that is not possible, 'bulkpatch resume \(directory.path) --restored' continues, and leaves the rows "
        + "that add something to you"
    if let mark = known.max(by: { $0.commits < $1.commits }), mark.commits > commits {
      throw StagingError(
        .outdated, place: directory.runFile,
        "is older than what was sent from it: sending began at \(mark.began), and this copy has "
          + "\(commits) of \(mark.commits) commits", hint: files + remedy)
    }
    guard let sending, known.isEmpty else { return }
    throw StagingError(
      .outdated, place: directory.runFile,
      "is a copy made while the run was being sent (since \(sending)), without the file '\(SendingMark.name)' "
        + "beside it: what was sent since is unknown", hint: files + remedy)
  }

  private func standing() throws(StagingError) -> (commits: Int64, sending: String?) {
    try read { database in
      let row = try Row.fetchOne(database, sql: "SELECT * FROM run")
      // A file of an older version has neither.
      return (row?["commits"] ?? 0, row?["sending"])
    }
  }

  /// Accepts an older copy of the run file as the run, on the user's word.
  ///
  /// Rows that add something may have been sent since, and become `unknown`; those that only set fields can be sent
  /// again.
  ///
  /// - Returns: the number of rows that became unknown; `nil` if the file is the newest.
  /// - Throws: `StagingError` if the file cannot be written, or its rows are not in it.
  public func restore(in stateFolders: String...) throws(StagingError) -> Int? {
    let record = try record()
    do throws(StagingError) {
      try requireNewest(in: stateFolders)
      return nil
    } catch {
      guard error.kind == .outdated, record.staged != nil else { throw error }
    }
    let newest = SendingMark.known(of: record.id, directory, stateFolders).map(\.commits).max() ?? 0
    return try write { database in
      // Rows that were on their way then are in doubt, and looked at as usual.
      try database.execute(
        sql: """
          UPDATE row SET state = \(sql: .unknown), error_code = 'outdated', finished_at = ?,
            error = 'the run file was an older copy; this row may have been sent since'
          WHERE state IN \(sql: [.staged, .blocked, .failed]) AND NOT idempotent
          """, arguments: [Timestamp.now])
      let rows = database.changesCount
      try database.execute(
        sql: "UPDATE run SET commits = max(commits, ?), sending = NULL", arguments: [newest])
      return rows
    }
  }
}
