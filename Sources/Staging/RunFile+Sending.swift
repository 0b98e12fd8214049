internal import GRDB
import Synchronization

extension RunFile {
  /// Notes, durably and not in this file alone, that rows may be sent from now on; to be called before the first is.
  ///
  /// From then on, a copy of the run file that is older than what was sent is known to be that.
  ///
  /// - Parameter stateFolder: which remembers it beside the run's own folder.
  /// - Throws: `StagingError` when that cannot be written.
  public func beginSending(in stateFolder: String) throws(StagingError) {
    if let loss { throw loss }
    let record = try record()
    var mark = try mark(of: record, isFinished: false, began: Timestamp.now, in: stateFolder)
    (mark.ended, mark.done, mark.left) = (nil, nil, nil)
    // The marks first: a file that says it is being sent has one.
    let paths = try write(mark, in: stateFolder)
    marks.withLock { $0 = paths.compactMap { SendingMark.Counter(path: $0) } }
    try write { try $0.execute(sql: "UPDATE run SET sending = ?", arguments: [Timestamp.now]) }
    // So that the file says so without those beside it, too; while somebody reads it, that may have to wait.
    try? database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
  }

  /// Notes beside the file how the run stands when a process ends its work on it; nothing when nothing was ever sent.
  ///
  /// - Parameter isFinished: whether nothing is left that would be sent by itself.
  /// - Throws: `StagingError` when that cannot be written.
  public func endSending(isFinished: Bool, in stateFolder: String) throws(StagingError) {
    let record = try record()
    guard !SendingMark.known(of: record.id, directory, [stateFolder]).isEmpty else { return }
    let mark = try mark(of: record, isFinished: isFinished, began: record.created, in: stateFolder)
    try write(mark, in: stateFolder)
    // What was open is not the file of that name any more.
    marks.withLock { $0 = [] }
  }

  /// Leaves in the state folder what has to be known of a finished run when it is gone: that its sheet was sent.
  ///
  /// - Throws: `StagingError` when it cannot be read, or that cannot be written.
  public func leaveMark(in stateFolder: String) throws(StagingError) {
    let record = try record()
    guard record.kind == .update, try hasSent() else { return }
    let mark = try mark(of: record, isFinished: true, began: record.created, in: stateFolder)
    try mark.write(to: SendingMark.path(of: record.id, in: stateFolder))
  }

  /// What there is to know of the run, with what was known of it before.
  func mark(
    of record: RunRecord, isFinished: Bool, began: String, in stateFolder: String
  ) throws(StagingError) -> SendingMark {
    let known = SendingMark.known(of: record.id, directory, [stateFolder])
    let (commits, additions) = try read { database in
      // A file of an older version counts no commits.
      let hasCommits = try database.columns(in: "run").contains { $0.name == "commits" }
      return (
        hasCommits ? try Int64.fetchOne(database, sql: "SELECT commits FROM run") ?? 0 : 0,
        try Int.fetchOne(
          database, sql: "SELECT count(*) FROM row WHERE NOT idempotent AND state <> \(sql: .rejected)") ?? 0
      )
    }
    let counts = try counts()
    let done = counts[.applied] + counts[.unchanged]
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

// MARK: - Copies of an earlier time

extension RunFile {
  /// Makes sure that the file is the newest there is of its run: that no more has been sent than it knows of.
  ///
  /// - Throws: `StagingError` of kind `outdated` when it was copied without what belongs to it, or is a copy of an
  ///   earlier time.
  public func requireNewest(in stateFolders: String...) throws(StagingError) {
    try requireNewest(in: stateFolders)
  }

  private func requireNewest(in stateFolders: [String]) throws(StagingError) {
    let record = try record()
    // In this order: a process that is at work writes the file first.
    let known = SendingMark.known(of: record.id, directory, stateFolders)
    let (commits, sending) = try standing()
    let files = "bring back run.sqlite together with its run.sqlite-wal, as they were last"
    let remedy =
      record.staged == nil
      ? "; else find out at the site what of the sheet was done, and run the rest as a sheet of its own"
      : "; when that cannot be, 'bulkpatch resume \(directory.path) --restored' goes on, and leaves the rows "
        + "that add something to you"
    if let mark = known.max(by: { $0.commits < $1.commits }), mark.commits > commits {
      throw StagingError(
        .outdated, place: directory.runFile,
        "is older than what was sent from it: sending began at \(mark.began), and of \(mark.commits) commits "
          + "this copy has \(commits)", hint: files + remedy)
    }
    guard let sending, known.isEmpty else { return }
    throw StagingError(
      .outdated, place: directory.runFile,
      "is a copy from while it was being sent (since \(sending)), without the file '\(SendingMark.name)' that was "
        + "beside it: nobody knows what has been sent since", hint: files + remedy)
  }

  private func standing() throws(StagingError) -> (commits: Int64, sending: String?) {
    try read { database in
      let row = try Row.fetchOne(database, sql: "SELECT * FROM run")
      // A file of an older version has neither.
      return (row?["commits"] ?? 0, row?["sending"])
    }
  }

  /// Takes an older copy of the run file for the run, on a person's word.
  ///
  /// Rows that add something may have been sent since, and become `unknown`; those that only set fields can be sent
  /// again.
  ///
  /// - Returns: how many rows are unknown because of that; `nil` when the file is the newest there is.
  /// - Throws: `StagingError` when the file cannot be written, or its rows are not in it.
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
      // Rows that were on their way then are in doubt, and looked at as ever.
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
