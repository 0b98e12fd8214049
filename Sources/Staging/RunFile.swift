internal import Foundation
internal import GRDB
internal import JSON
internal import Synchronization

/// The durable memory of one run: its rows, their states, and their outcomes.
///
/// All SQL of the tool is in this folder. One process writes (it holds the run's lock). Others may read at the same
/// time, because the file is in WAL mode.
public final class RunFile: Sendable {
  public let directory: RunDirectory
  /// The open file; staging replaces it by another one.
  private let connection: Mutex<Connection>
  /// The locks that keep other processes away from the run.
  private let locks = Mutex<[FileLock]>([])
  /// The marks that count commits once rows may be sent.
  let marks = Mutex<[SendingMark.Counter]>([])
  /// The identity of this opening of the file.
  let holder = UUID().uuidString
  /// The totals of rows this process has just staged, while they have no outcome; counting them would take long.
  let freshRows = Mutex<StagedTotals?>(nil)
  var fresh: StagedTotals? { freshRows.withLock { $0 } }
  /// Indicates that this process has staged the rows, and that they have no outcome yet.
  public var isFresh: Bool { fresh != nil }
  /// Indicates that this process works on the run, so that a take-over by another is detected.
  private let isTakenUp = Atomic(false)

  /// An open file.
  private struct Connection {
    var database: DatabaseQueue
    /// The files of the database as they were opened for writing.
    var opened: [String: FileIdentity]
  }

  var database: DatabaseQueue { connection.withLock { $0.database } }
  private var opened: [String: FileIdentity] { connection.withLock { $0.opened } }

  /// Stops treating a replacement of this file as a loss.
  func release() throws {
    connection.withLock { $0.opened = [:] }
    try database.close()
  }

  /// Continues with the file that is in place now.
  func reopen() throws(StagingError) {
    let whole = try RunFile(opening: directory)
    let opened = whole.connection.withLock { $0 }
    connection.withLock { $0 = opened }
  }

  /// Opens the run file of a folder and brings its tables up to date.
  ///
  /// - Throws: `StagingError`: `io` if the disk is full or read-only, `newer` if a newer version wrote it.
  public convenience init(opening directory: RunDirectory) throws(StagingError) {
    try self.init(directory, RunFile.uri(directory.runFile, "mode=rw"), .writing)
  }

  /// Opens the run file for reading only, without disturbing a run under way.
  ///
  /// - Throws: as `init(opening:)`, and `locked` for a shard that is under way: its process has the file to itself.
  public convenience init(reading directory: RunDirectory) throws(StagingError) {
    if directory.isShard, let holder = FileLock.holder(of: directory.lockFile) {
      throw StagingError(
        .locked, place: directory.path, "is under way: \(holder)",
        hint: "wait for its end ('bulkpatch resume' does it with --lock-wait), or stop that process")
    }
    do throws(StagingError) {
      try self.init(directory, RunFile.uri(directory.runFile, "mode=rw"), .reading)
    } catch {
      guard error.kind == .io, FileSystem.isReadOnly(directory.path) else { throw error }
      try self.init(archivedIn: directory)
    }
  }

  /// Opens the run file in a read-only folder, where SQLite has no place for its shared memory.
  ///
  /// - Throws: `StagingError` of kind `io`, also if the file alone is not the whole run.
  private convenience init(archivedIn directory: RunDirectory) throws(StagingError) {
    let sizes = ["-wal", "-journal"].map { ending in
      (try? FileManager.default.attributesOfItem(atPath: directory.runFile + ending)[.size]) as? Int ?? 0
    }
    guard sizes == [0, 0] else {
      throw StagingError(
        .io, place: directory.runFile,
        "the process that worked on the run did not close it, and its last changes cannot be read here: "
          + "the folder cannot be written to",
        hint: "copy the whole folder to a place where you may write, and name the copy")
    }
    try self.init(directory, RunFile.uri(directory.runFile, "immutable=1"), .archived)
  }

  /// Returns a path with an option, in the form of SQLite's URIs.
  ///
  /// `mode=rw`: a missing file is not created. With an empty file in place of the run's, SQLite would take the log
  /// beside it for a stale one, and remove it.
  static func uri(_ path: String, _ wish: String) -> String {
    let unreserved = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "?#%"))
    return "file:\(path.addingPercentEncoding(withAllowedCharacters: unreserved) ?? path)?\(wish)"
  }

  /// Makes the run file of a new run.
  ///
  /// It appears under its name once it is complete, so that a process killed meanwhile leaves no run behind that
  /// cannot be resumed.
  ///
  /// - Throws: as `init(opening:)`.
  public convenience init(creating record: RunRecord, in directory: RunDirectory)
    throws(StagingError)
  {
    let draft = try RunFile(directory, directory.file(".run.sqlite.new"), .drafting)
    try draft.write { database in
      try database.execute(
        sql: """
          INSERT INTO run (id, job, resource, site, site_url, sheet_path, sheet_format, sheet_header,
            mapping_sha256, request, arguments, working_folder, tool_version, created, kind, source_run,
            dry_run, sheet_delimiter, site_moved, reason, job_path, job_text, additions_sha256, overlay)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          record.id, record.job, record.resource, record.site, record.siteURL, record.sheetPath,
          record.sheetFormat, RunFile.json(record.sheetHeader), record.mappingSHA256,
          record.request.json.text(), record.request.folder, record.toolVersion, record.created,
          record.kind.rawValue, record.sourceRun, record.isDryRun, record.sheetDelimiter,
          record.siteMoves.isEmpty ? nil : record.siteMoves.json, record.reason, record.jobPath,
          record.jobText, record.additionsSHA256, record.overlay,
        ])
    }
    do { try draft.database.close() } catch { throw StagingError(error, place: directory.runFile) }
    guard unsafe rename(draft.database.path, directory.runFile) == 0 else {
      throw RunFile.cannotBeMade(directory.runFile)
    }
    try self.init(opening: directory)
  }

  /// The purpose of opening a file.
  private enum Purpose { case reading, writing, drafting, archived }

  private init(_ directory: RunDirectory, _ path: String, _ purpose: Purpose) throws(StagingError) {
    self.directory = directory
    var configuration = Configuration()
    configuration.label = "bulkpatch.run-file"
    configuration.busyMode = .timeout(10)
    configuration.readonly = purpose == .archived
    let changes = purpose == .writing || purpose == .drafting
    // A shard lies on a folder that several machines share, where SQLite's shared memory does not work.
    let isShared = directory.isShard && purpose != .archived
    // A reader opens for writing too: only a writer may make the shared-memory file of a WAL database whose owner was
    // killed. It never writes a row.
    configuration.prepareDatabase { database in
      if isShared { try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
      // Until its rows are complete, a file that may be replaced has no files beside it: a reader of the old one
      // could take them for the new one's.
      if try changes && RunFile.isStaged(database) { try database.execute(sql: "PRAGMA journal_mode = WAL") }
      try PatchTexts.add(to: database)
      // FULL: a commit has reached the disk before anything is sent because of it.
      try database.execute(
        sql: "PRAGMA synchronous = FULL; PRAGMA temp_store = FILE; PRAGMA cache_size = -4096")
    }
    if purpose == .drafting { RunFile.makePrivateFile(path) }
    let database: DatabaseQueue
    do {
      database = try DatabaseQueue(path: path, configuration: configuration)
      let migrator = Migrations.migrator()
      guard try database.read({ try !migrator.hasBeenSuperseded($0) }) else {
        throw StagingError(
          .newer, place: directory.runFile, "was written by a newer version of bulkpatch",
          hint: "use that version to continue")
      }
      if changes { try migrator.migrate(database) }
    } catch {
      guard purpose == .drafting || FileManager.default.fileExists(atPath: directory.runFile) else {
        throw StagingError(.notFound, place: directory.runFile, "is not there: the folder holds no run")
      }
      throw StagingError(error, place: directory.runFile)
    }
    var opened: [String: FileIdentity] = [:]
    if purpose == .writing {
      for ending in ["", "-wal", "-shm"] {
        let path = directory.runFile + ending
        opened[path] = FileIdentity(path: path)
      }
    }
    connection = Mutex(Connection(database: database, opened: opened))
  }

  static func cannotBeMade(_ path: String, _ reason: Int32 = errno) -> StagingError {
    StagingError(
      .io, place: path, "cannot be created: \(unsafe String(cString: strerror(reason)))",
      hint: "check the folder and its disk")
  }

  private static func isStaged(_ database: Database) throws -> Bool {
    guard try database.tableExists("run") else { return false }
    return try Bool.fetchOne(database, sql: "SELECT staged IS NOT NULL FROM run") ?? false
  }

  /// Records that the run is this process's.
  func hold(in database: Database) throws {
    try database.execute(sql: "UPDATE run SET held_by = ?", arguments: [holder])
    isTakenUp.store(true, ordering: .releasing)
  }

  /// Checks that the run still is this process's.
  ///
  /// A lock may be lost silently on shared storage, or while a process was suspended.
  ///
  /// - Throws: `StagingError` of kind `locked` if another process has taken the run over.
  func checkHeld(in database: Database) throws {
    guard isTakenUp.load(ordering: .acquiring) else { return }
    let current = try String.fetchOne(database.cachedStatement(sql: "SELECT held_by FROM run"))
    guard current != holder else { return }
    throw StagingError(
      .locked, place: directory.runFile,
      "another process has taken over the run; nothing more is sent from here",
      hint: "see its progress with 'bulkpatch show'")
  }

  /// Does the same before something is written beside the file.
  ///
  /// - Throws: as `checkHeld(in:)`, and if the file cannot be read.
  public func checkHeld() throws(StagingError) { try read { try self.checkHeld(in: $0) } }

  /// Ends the work on the file; it must not be used afterwards.
  ///
  /// SQLite then moves the contents of its accompanying files into the file, so that a copy of `run.sqlite` alone is
  /// the whole run. If that fails, nothing is lost: the next process that opens it does the same.
  public func end() {
    guard !isFileLost else {
      // Closing removes files by their names, which may be another process's files by now.
      return RunFile.abandoned.withLock { $0.append(self) }
    }
    try? database.close()
  }

  /// The files that stay open until the process ends.
  private static let abandoned = Mutex<[RunFile]>([])

  /// Includes this lock in `loss` from now on.
  public func rely(on lock: FileLock) { locks.withLock { $0.append(lock) } }

  /// Indicates that later writes go to a file that can no longer be opened by its name.
  public var isFileLost: Bool { lostFile != nil }

  private var lostFile: String? {
    if isEmptied { return directory.runFile }
    return opened.sorted { $0.key < $1.key }.first { FileIdentity(path: $0.key) != $0.value }?.key
  }

  /// Indicates that the file was truncated to nothing, which never happens by itself.
  private var isEmptied: Bool { !opened.isEmpty && FileIdentity.isEmpty(path: directory.runFile) }

  /// The reason this file cannot justify sending any more: its files or locks are not those that were opened.
  ///
  /// It is `nil` while they are. It costs some system calls and waits for nothing, so that it can be read before
  /// every request.
  public var loss: StagingError? {
    if let path = lostFile {
      let isGone = FileIdentity(path: path) == nil
      return StagingError(
        .lost, place: path,
        isGone ? "is gone" : isEmptied ? "has been emptied" : "has been replaced by another file")
    }
    for lock in locks.withLock({ $0 }) {
      if let loss = lock.loss { return StagingError(.lost, place: lock.path, loss) }
    }
    return nil
  }

  /// Returns the number of rows in each state now.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func counts() throws(StagingError) -> StateCounts {
    if let fresh {
      var counts = StateCounts()
      counts[.rejected] = fresh.rejected
      counts[.skipped] = fresh.skipped
      counts[.staged] = fresh.rows - fresh.rejected - fresh.skipped
      return counts
    }
    return try read { database in
      var counts = StateCounts()
      let rows = try Row.fetchCursor(database, sql: RunFile.countQuery)
      while let row = try rows.next() {
        guard let state = RowState(rawValue: row["state"]) else {
          throw StagingError(
            .inconsistent, place: self.directory.runFile,
            "has a row in the unknown state '\(row["state"] as String)'")
        }
        counts[state] = row["count"]
      }
      counts[.staged] = try (Int.fetchOne(database, sql: RunFile.rowCountQuery) ?? 0) - counts.total
      return counts
    }
  }

  /// A draft has no run yet, and nothing to count.
  private static let countCommit = "UPDATE run SET commits = commits + 1 RETURNING commits"

  // What waits is not in the index: it is the rest of all rows.

  static let countQuery = """
    SELECT state, count(*) AS count FROM row WHERE state <> \(sql: .staged) GROUP BY state
    """

  static let rowCountQuery = "SELECT count(*) FROM row"

  /// Creates the file if it does not exist: SQLite would make it readable for everybody.
  ///
  /// An existing file is not touched: closing a second descriptor of it would drop SQLite's own locks
  /// (sqlite.org/howtocorrupt.html, 2.2). A failure shows when SQLite opens the file.
  static func makePrivateFile(_ path: String) {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    if descriptor >= 0 { close(descriptor) }
  }

  // MARK: Access with errors in our words

  /// - Parameter changesRows: rows get a new state or outcome.
  func write<Value>(
    changesRows: Bool = true, _ body: (Database) throws -> Value
  ) throws(StagingError) -> Value {
    let value: Value
    let commits: Int64?
    if changesRows { freshRows.withLock { $0 = nil } }
    do {
      (value, commits) = try database.write { database in
        let value = try body(database)
        return (value, try Int64.fetchOne(database.cachedStatement(sql: RunFile.countCommit)))
      }
    } catch {
      throw StagingError(error, place: directory.runFile)
    }
    #if DEBUG
      KillSwitch.committed()
    #endif
    if let commits { marks.withLock { for mark in $0 { mark.note(commits) } } }
    return value
  }

  func read<Value>(_ body: (Database) throws -> Value) throws(StagingError) -> Value {
    do { return try database.read(body) } catch {
      throw StagingError(error, place: directory.runFile)
    }
  }

  static func json(_ strings: [String]) -> String {
    JSONValue.array(strings.map { .string($0) }).text()
  }

  static func strings(_ json: String) -> [String] {
    ((try? JSONValue(parsing: json))?.array ?? []).compactMap(\.string)
  }
}
