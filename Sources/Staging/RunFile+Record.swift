internal import GRDB
internal import Sheets

extension RunFile {
  /// Returns the record of the run as a whole.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func record() throws(StagingError) -> RunRecord {
    try read { database in
      guard let row = try Row.fetchOne(database, sql: "SELECT * FROM run") else {
        throw StagingError(
          .notFound, place: self.directory.runFile, "holds no run: it was cut short at its start")
      }
      var record = RunRecord(
        id: row["id"], job: row["job"], resource: row["resource"], site: row["site"],
        siteURL: row["site_url"], sheetPath: row["sheet_path"], sheetFormat: row["sheet_format"],
        sheetHeader: RunFile.strings(row["sheet_header"]), mappingSHA256: row["mapping_sha256"],
        request: RunFile.request(in: row), toolVersion: row["tool_version"], created: row["created"])
      if let size: Int64 = row["sheet_size"], let sha256: String = row["sheet_sha256"] {
        record.sheetDigest = SheetDigest(size: size, sha256: sha256)
      }
      record.staged = row["staged"]
      record.finished = row["finished"]
      record.exitCode = row["exit_code"]
      record.stoppedBecause = row["stopped_because"]
      record.rowsRead = row["rows_read"]
      // A file of an older version is read as it is.
      record.sheetDelimiter = row["sheet_delimiter"]
      record.kind = (row["kind"] as String?).flatMap(RunKind.init) ?? .update
      record.sourceRun = row["source_run"]
      record.isDryRun = row["dry_run"] ?? false
      record.planned = row["planned"]
      record.approved = row["approved"]
      record.approvedBy = row["approved_by"]
      record.reason = row["reason"]
      record.jobPath = row["job_path"]
      record.jobText = row["job_text"]
      record.overlay = row["overlay"]
      record.additionsSHA256 = row["additions_sha256"]
      record.canaryEnd = row["canary_end"]
      record.reviewed = row["reviewed"]
      record.siteMoves = (row["site_moved"] as String?).map([SiteMove].init(json:)) ?? []
      record.part = ShardPart(row)
      record.request.settle(in: self.directory, as: record.part)
      if row.hasColumn("parent") {
        record.shardsOut = try Int.fetchOne(database, sql: RunFile.shardsOut) ?? 0
      }
      return record
    }
  }

  /// Returns the request; an older version stored its command line.
  private static func request(in row: Row) -> RunRequest {
    let text: String? = row["request"]
    return text.flatMap(RunRequest.init(json:))
      ?? RunRequest(arguments: strings(row["arguments"]), in: row["working_folder"])
  }

  /// Records how this process's work on the run ended.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func finish(exitCode: Int, stoppedBecause: String?) throws(StagingError) {
    try finish(at: Timestamp.now, exitCode, stoppedBecause)
  }

  /// Records the end of this process's work, from `record`.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func finish(_ record: RunRecord) throws(StagingError) {
    try finish(at: record.finished, record.exitCode, record.stoppedBecause)
  }

  private func finish(at time: String?, _ exitCode: Int?, _ reason: String?) throws(StagingError) {
    try write(changesRows: false) { database in
      try self.checkHeld(in: database)
      try database.execute(
        sql: "UPDATE run SET finished = ?, exit_code = ?, stopped_because = ?, sending = NULL",
        arguments: [time, exitCode, reason])
    }
  }
}
