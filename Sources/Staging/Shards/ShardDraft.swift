internal import Foundation
internal import GRDB
internal import JSON

/// The folder of a shard while it is being made, under another name.
///
/// It needs no journal: no other process knows it, and one that is cut short is made again.
struct ShardDraft {
  /// The run that lends the rows.
  let parent: RunFile
  let shard: ShardRecord
  /// The number of shards of the split.
  let count: Int

  private var place: RunDirectory {
    RunDirectory(path: "\(parent.directory.shardsFolder)/.\(shard.number).new")
  }

  /// Makes the folder and everything in it, durably, unless it was made before.
  ///
  /// - Parameters:
  ///   - request: the shard's request, with paths relative to its folder.
  ///   - files: the other files of the folder.
  func fill(_ request: RunRequest, files: [(name: String, bytes: [UInt8])]) throws {
    try? FileManager.default.removeItem(atPath: place.path)
    try RunDirectory.makeFolder(place.path)
    let marker: JSONObject = [
      "run": .string(try parent.record().id), "split": .string(shard.split),
      "shard": .integer(Int64(shard.number)), "shards": .integer(Int64(count)),
    ]
    let all = files + [(RunDirectory.partName, JSONValue.object(marker).bytes(.indented(2)) + [0x0A])]
    for (name, bytes) in all {
      let file = try WholeFile(name, in: place)
      try file.append(bytes)
      try file.prepare()
      try file.commit()
    }
    try fillRunFile(request)
    try RunFile.force(place.runFile)
    try RunFile.force(place.path)
  }

  /// Gives the folder its name, unless it has it; returns whether it did that now.
  func name() throws -> Bool {
    guard unsafe access(place.path, F_OK) == 0 else { return false }
    let folder = parent.directory.shard(shard.number).path
    guard unsafe rename(place.path, folder) == 0 else { throw RunFile.cannotBeMade(folder) }
    try RunFile.force(parent.directory.shardsFolder)
    return true
  }

  private func fillRunFile(_ request: RunRequest) throws {
    RunFile.makePrivateFile(place.runFile)
    var configuration = Configuration()
    configuration.label = "bulkpatch.shard"
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA main.locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
          PRAGMA temp_store = FILE; PRAGMA cache_size = -16384
          """)
    }
    let database = try DatabaseQueue(path: place.runFile, configuration: configuration)
    try Migrations.migrator().migrate(database)
    try database.inDatabase { database in
      try database.execute(
        sql: "ATTACH ? AS lender", arguments: [RunFile.uri(parent.directory.runFile, "mode=rw")])
      try database.inTransaction {
        try copy(into: database)
        try describe(request, in: database)
        return .commit
      }
      try database.execute(sql: "DETACH lender; PRAGMA main.journal_mode = WAL")
    }
    try database.close()
  }

  private func copy(into database: Database) throws {
    func columns(_ table: String) throws -> String {
      try database.columns(in: table).map(\.name).joined(separator: ", ")
    }
    for table in ["run", "form", "name"] {
      let names = try columns(table)
      try database.execute(sql: "INSERT INTO main.\(table) (\(names)) SELECT \(names) FROM lender.\(table)")
    }
    for (table, key) in [("row", "number"), ("snapshot", "row"), ("plan", "row")] {
      let names = try columns(table)
      let given = try database.columns(in: table).map { "given.\($0.name)" }.joined(separator: ", ")
      try database.execute(
        sql: """
          INSERT INTO main.\(table) (\(names))
            SELECT \(given) FROM lender.lent AS lent CROSS JOIN lender.\(table) AS given ON given.\(key) = lent.row
            WHERE lent.shard = ? ORDER BY lent.row
          """, arguments: [shard.number])
      guard table == "row", database.changesCount != shard.rows else { continue }
      throw StagingError(
        .inconsistent, place: parent.directory.runFile,
        "lends \(shard.rows) rows to shard \(shard.number), and has \(database.changesCount) of them")
    }
    // How long earlier requests may be under way, and by which clock their rows are in doubt.
    try database.execute(
      sql: """
        INSERT INTO main.call (at, command, user, host, site_login, reason, tool_version, request_timeout, boot, uptime)
          SELECT at, command, user, host, site_login, reason, tool_version,
            (SELECT max(request_timeout) FROM lender.call), boot, uptime
          FROM lender.call ORDER BY rowid DESC LIMIT 1
        """)
  }

  /// Makes it a run of its own that knows whose part it is; what concerns the whole run stays there.
  private func describe(_ request: RunRequest, in database: Database) throws {
    try database.execute(
      sql: """
        UPDATE main.run SET parent = id, id = id || '.' || ?, split = ?, shard = ?, shards = ?, request = ?,
          rows_read = ?, sheet_size = NULL, sheet_sha256 = NULL, canary_end = NULL, reviewed = NULL, findings = NULL,
          finished = ?, exit_code = NULL, stopped_because = NULL, commits = 0, sending = NULL, held_by = NULL
        """,
      arguments: [
        shard.number, shard.split, shard.number, count, request.json.text(), shard.rows, Timestamp.now,
      ])
  }
}

extension RunFile {
  /// Makes the folder of a lent shard, unless it was made before.
  ///
  /// It is built under another name; that it is made is on record before it gets its own. So it is made once: before
  /// that no process can have it, and afterwards it is never built again, even if its folder was taken elsewhere.
  ///
  /// - Parameters:
  ///   - count: the number of shards of the split.
  ///   - request: the shard's request, with paths relative to its folder.
  ///   - files: the other files of its folder, by name.
  /// - Throws: `StagingError` of kind `io`, such as for a full disk; call it again then.
  public func make(
    _ shard: ShardRecord, of count: Int, _ request: RunRequest, files: [(name: String, bytes: [UInt8])]
  ) throws(StagingError) {
    try RunDirectory.makeFolder(directory.shardsFolder)
    let draft = ShardDraft(parent: self, shard: shard, count: count)
    do {
      if shard.made == nil {
        try draft.fill(request, files: files)
        #if DEBUG
          KillSwitch.committed()
        #endif
        try write(changesRows: false) { database in
          try self.checkHeld(in: database)
          try database.execute(
            sql: "UPDATE shard SET made = ?, calls_seen = 1 WHERE number = ?",
            arguments: [Timestamp.now, shard.number])
        }
      }
      if try draft.name() {
        #if DEBUG
          KillSwitch.committed()
        #endif
      }
    } catch { throw StagingError(error, place: directory.shard(shard.number).path) }
  }

  /// Flushes a file, or a folder's names, to the disk.
  static func force(_ path: String) throws {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    // Some file systems do not support this for folders, and do not need it.
    guard descriptor >= 0, fsync(descriptor) == 0 || errno == EINVAL || errno == EBADF else {
      throw RunFile.cannotBeMade(path)
    }
  }
}
