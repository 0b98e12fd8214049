internal import Foundation
internal import GRDB
internal import Patches
internal import Sheets
internal import Synchronization

/// A run file that is being filled with rows, to replace the empty one once it is complete.
///
/// It needs no journal: no other process knows it, and a draft that is cut short is made again.
final class RunDraft {
  private let path: String
  private let database: DatabaseQueue
  private let directory: RunDirectory
  /// A second descriptor of the file, for `sync`.
  private var descriptor: Int32
  private let sync: EarlySync

  /// Begins the file, with the run as it stands in the current one.
  init(of file: RunFile) throws {
    directory = file.directory
    path = directory.file(".run.sqlite.new")
    // The leftover of a killed process.
    unsafe unlink(path)
    RunFile.makePrivateFile(path)
    var configuration = Configuration()
    configuration.label = "bulkpatch.draft"
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
          PRAGMA temp_store = FILE; PRAGMA cache_size = -4096
          """)
    }
    database = try DatabaseQueue(path: path, configuration: configuration)
    descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    sync = EarlySync(descriptor)
    try Migrations.migrator().migrate(database)
    for table in ["run", "call"] { try copy(table, from: file) }
  }

  deinit { _ = endSync() }

  /// Copies the current file's facts about the run itself.
  private func copy(_ table: String, from file: RunFile) throws {
    let rows = try file.read { try Row.fetchAll($0, sql: "SELECT * FROM \(table) ORDER BY rowid") }
    try database.write { database in
      for row in rows {
        let names = row.columnNames.joined(separator: ", ")
        let marks = Array(repeating: "?", count: row.count).joined(separator: ", ")
        try database.execute(
          sql: "INSERT INTO \(table) (\(names)) VALUES (\(marks))",
          arguments: StatementArguments(row.databaseValues))
      }
    }
  }

  /// Writes batches until there are no more, on its own thread.
  ///
  /// - Parameters:
  ///   - fill: adds rows to a batch; returns `false` if there are no more.
  ///   - progress: receives the number of rows after each batch.
  /// - Throws: errors of `fill` and of writing.
  func fill(_ fill: (inout RowBatch) throws -> Bool, progress: (Int) -> Void) throws -> StagedTotals {
    let pipe = BatchPipe()
    let written = Mutex<Result<StagedTotals, any Error>?>(nil)
    let isOver = DispatchSemaphore(value: 0)
    let (descriptor, sync) = (descriptor, sync)
    database.asyncWriteWithoutTransaction { database in
      let result = Result {
        try Self.write(from: pipe, into: database) {
          var facts = stat()
          if unsafe fstat(descriptor, &facts) == 0 { sync.grown(to: Int(facts.st_size)) }
        }
      }
      if case .failure(let error) = result { pipe.fail(error) }
      written.withLock { $0 = result }
      isOver.signal()
    }
    var failure: (any Error)?
    do {
      var rows = 0
      var isMore = true
      while isMore {
        var batch = try pipe.takeEmpty()
        isMore = try fill(&batch)
        rows += batch.rows.count
        pipe.hand(batch)
        progress(rows)
      }
    } catch { failure = error }
    // Also after a failure: a file that is still written to must not be removed.
    pipe.close()
    isOver.wait()
    if let failure { throw failure }
    return try written.withLock { $0 }?.get() ?? StagedTotals()
  }

  private static func write(
    from pipe: BatchPipe, into database: Database, grown: () -> Void
  ) throws -> StagedTotals {
    var totals = StagedTotals()
    try database.inTransaction {
      var writer = try BatchWriter(database)
      while let batch = pipe.next() {
        try writer.write(batch)
        pipe.giveBack(batch)
        grown()
      }
      totals = writer.totals
      return .commit
    }
    return totals
  }

  /// Adds the facts that are known only once all rows are there.
  func finish(
    _ written: StagedTotals, _ digest: SheetDigest?, _ findings: [Finding], _ additions: RepeatedAdditions?
  ) throws -> StagedTotals {
    var totals = written
    try database.write { database in
      if totals.hasSuspects {
        try RunFile.numberRows(ofRecords: "SELECT record_id FROM suspect", in: database)
        try PatchTexts.add(to: database)
        if let additions, try SuspectRecords.noteRepeated(additions, in: database) {
          totals.hasFindings = true
        }
      }
      // The one that the writer had to give up.
      try Migrations.makeIndexes(database)
      try database.execute(
        sql: """
          UPDATE run SET staged = ?, rows_read = ?, sheet_size = ?, sheet_sha256 = ?, findings = ?, commits = commits + 1
          """,
        arguments: [
          Timestamp.now, totals.rows, digest?.size, digest?.sha256,
          findings.isEmpty ? nil : FindingList.text(findings),
        ])
    }
    return totals
  }

  /// Replaces the current file, in such a way that a power cut leaves one of both.
  ///
  /// No process may have the current file open for writing.
  func replacePresent() throws {
    // The mode of later writers; closing the file leaves nothing beside it.
    try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    try database.close()
    let failure = endSync()
    guard failure == 0 else { throw RunFile.cannotBeMade(directory.runFile, failure) }
    try RunFile.force(path)
    guard unsafe rename(path, directory.runFile) == 0 else { throw RunFile.cannotBeMade(directory.runFile) }
    try RunFile.force(directory.path)
  }

  /// Removes the file.
  func discard() {
    try? database.close()
    _ = endSync()
    unsafe unlink(path)
  }

  /// Ends the flush before the file is opened under its later name.
  ///
  /// When any descriptor of a file is closed, SQLite loses its locks on it (sqlite.org/howtocorrupt.html, 2.2).
  private func endSync() -> Int32 {
    defer {
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
    return sync.end()
  }
}
