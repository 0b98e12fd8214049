internal import Foundation
internal import GRDB
internal import Patches
internal import Sheets
internal import Synchronization

/// A run file that is filled with rows, beside the one without any whose place it takes once it is whole.
///
/// It needs no journal: nobody knows of it, and what is cut short is made anew.
final class RunDraft {
  private let path: String
  private let database: DatabaseQueue
  private let directory: RunDirectory
  /// The file once more, for `sync`.
  private var descriptor: Int32
  private let sync: EarlySync

  /// Begins the file, with the run as it stands in the present one.
  init(of file: RunFile) throws {
    directory = file.directory
    path = directory.file(".run.sqlite.new")
    // What a killed process has left.
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

  /// Takes over what the present file says of the run itself.
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

  /// Writes batches as long as there are any, on a thread of its own.
  ///
  /// - Parameters:
  ///   - fill: adds rows to a batch; `false` when there are no more.
  ///   - progress: told the number of rows after each batch.
  /// - Throws: what `fill` throws, and what writing does.
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
    // Also after a failure: nothing is thrown away that is still written to.
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

  /// Adds what is only known once all rows are there.
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

  /// Puts the file in the place of the present one, which nobody may have open for writing any more, in such a way that
  /// a power cut leaves one of both.
  func replacePresent() throws {
    // As those that write to it have it from now on; nothing of it stays beside the file when that is closed.
    try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    try database.close()
    let failure = endSync()
    guard failure == 0 else { throw RunFile.cannotBeMade(directory.runFile, failure) }
    try Self.force(path)
    guard unsafe rename(path, directory.runFile) == 0 else { throw RunFile.cannotBeMade(directory.runFile) }
    try Self.force(directory.path)
  }

  /// Throws the file away.
  func discard() {
    try? database.close()
    _ = endSync()
    unsafe unlink(path)
  }

  /// Ends what is written meanwhile, before anybody opens the file by its later name: with any descriptor of a file that is
  /// closed, SQLite loses its locks (sqlite.org/howtocorrupt.html, 2.2).
  private func endSync() -> Int32 {
    defer {
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
    return sync.end()
  }

  /// Forces a file, or a folder's names, to the disk.
  private static func force(_ path: String) throws {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    // Some file systems know no such thing of a folder, and need none.
    guard descriptor >= 0, fsync(descriptor) == 0 || errno == EINVAL || errno == EBADF else {
      throw RunFile.cannotBeMade(path)
    }
  }
}
