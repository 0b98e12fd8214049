internal import GRDB

/// The run file's tables.
///
/// They are a public interface, described in ARCHITECTURE.md: a new version adds a migration and never edits an old
/// one.
enum Migrations {
  static func migrator() -> DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: run, row, attempt") { database in
      try database.execute(
        sql: """
          CREATE TABLE run (
            id TEXT PRIMARY KEY,
            job TEXT NOT NULL,
            resource TEXT NOT NULL,
            site TEXT NOT NULL,
            site_url TEXT NOT NULL,
            sheet_path TEXT NOT NULL,
            sheet_format TEXT NOT NULL,
            sheet_header TEXT NOT NULL,
            sheet_size INTEGER,
            sheet_sha256 TEXT,
            mapping_sha256 TEXT NOT NULL,
            arguments TEXT NOT NULL,
            working_folder TEXT NOT NULL,
            tool_version TEXT NOT NULL,
            created TEXT NOT NULL,
            staged TEXT,
            finished TEXT,
            exit_code INTEGER,
            stopped_because TEXT,
            rows_read INTEGER
          ) STRICT;

          CREATE TABLE row (
            number INTEGER PRIMARY KEY,
            line INTEGER NOT NULL,
            state TEXT NOT NULL,
            record_id INTEGER,
            ordinal INTEGER NOT NULL DEFAULT 1,
            record_rows INTEGER NOT NULL DEFAULT 1,
            attempts INTEGER NOT NULL DEFAULT 0,
            http_status INTEGER,
            error_code TEXT,
            error TEXT,
            sent_at TEXT,
            finished_at TEXT,
            key_attribute TEXT,
            record_key TEXT,
            idempotent INTEGER,
            element_list TEXT,
            element_id INTEGER,
            findings TEXT,
            patch TEXT,
            input TEXT NOT NULL
          ) STRICT;

          CREATE TABLE attempt (
            row INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            at TEXT NOT NULL,
            outcome TEXT NOT NULL,
            http_status INTEGER,
            error_code TEXT NOT NULL,
            error TEXT NOT NULL,
            milliseconds INTEGER NOT NULL
          ) STRICT;
          """)
    }
    migrator.registerMigration("2: snapshot") { database in
      try database.execute(
        sql: """
          CREATE TABLE snapshot (
            row INTEGER PRIMARY KEY,
            record_id INTEGER NOT NULL,
            taken_at TEXT NOT NULL,
            token TEXT,
            before TEXT NOT NULL,
            lists TEXT NOT NULL
          ) STRICT;
          """)
    }
    migrator.registerMigration("3: plan, rollback, verification") { database in
      try database.execute(
        sql: """
          ALTER TABLE run ADD COLUMN kind TEXT NOT NULL DEFAULT 'update';
          ALTER TABLE run ADD COLUMN source_run TEXT;
          ALTER TABLE run ADD COLUMN dry_run INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE run ADD COLUMN planned TEXT;
          ALTER TABLE run ADD COLUMN approved TEXT;
          ALTER TABLE run ADD COLUMN canary_end INTEGER;
          ALTER TABLE run ADD COLUMN reviewed TEXT;

          ALTER TABLE row ADD COLUMN source_row INTEGER;
          ALTER TABLE row ADD COLUMN expected TEXT;
          ALTER TABLE row ADD COLUMN kept TEXT;

          CREATE TABLE plan (
            row INTEGER PRIMARY KEY,
            record_id INTEGER NOT NULL,
            seen_at TEXT NOT NULL,
            action TEXT NOT NULL,
            changes TEXT NOT NULL,
            error_code TEXT,
            error TEXT
          ) STRICT;

          CREATE TABLE verification (
            row INTEGER PRIMARY KEY,
            checked_at TEXT NOT NULL,
            verdict TEXT NOT NULL,
            differences TEXT NOT NULL
          ) STRICT;
          """)
    }
    migrator.registerMigration("4: in doubt since") { database in
      try database.execute(sql: "ALTER TABLE row ADD COLUMN in_doubt_since TEXT")
    }
    migrator.registerMigration("5: rows that hold others back") { database in
      // A file with incomplete rows gets its indexes when the rows are complete.
      guard try database.indexes(on: "row").contains(where: { $0.name == "row_state" }) else { return }
      try makeIndexes(database)
    }
    migrator.registerMigration("6: delimiter of the sheet, advice of the site") { database in
      try database.execute(
        sql: """
          ALTER TABLE run ADD COLUMN sheet_delimiter TEXT;
          ALTER TABLE row ADD COLUMN hint TEXT;
          """)
    }
    migrator.registerMigration("7: sending, moves of the site") { database in
      try database.execute(
        sql: """
          ALTER TABLE run ADD COLUMN commits INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE run ADD COLUMN sending TEXT;
          ALTER TABLE run ADD COLUMN site_moved TEXT;
          """)
    }
    migrator.registerMigration("8: held by") { database in
      try database.execute(sql: "ALTER TABLE run ADD COLUMN held_by TEXT")
    }
    migrator.registerMigration("9: reason, job, calls, tempo") { database in
      try database.execute(
        sql: """
          ALTER TABLE run ADD COLUMN reason TEXT;
          ALTER TABLE run ADD COLUMN approved_by TEXT;
          ALTER TABLE run ADD COLUMN job_path TEXT;
          ALTER TABLE run ADD COLUMN job_text TEXT;

          CREATE TABLE call (
            at TEXT NOT NULL,
            command TEXT NOT NULL,
            user TEXT NOT NULL,
            host TEXT NOT NULL,
            site_login TEXT,
            reason TEXT,
            tool_version TEXT NOT NULL
          ) STRICT;

          CREATE TABLE tempo (
            at TEXT NOT NULL,
            seconds INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            unanswered INTEGER NOT NULL,
            median_ms REAL NOT NULL,
            p95_ms REAL NOT NULL
          ) STRICT;
          """)
    }
    migrator.registerMigration("10: what was asked for, as data") { database in
      // The command line that the request replaces stays where an older version has put it, and is read from there.
      try database.execute(
        sql: """
          ALTER TABLE run ADD COLUMN request TEXT;
          ALTER TABLE run ADD COLUMN additions_sha256 TEXT;
          ALTER TABLE call ADD COLUMN request_timeout REAL;
          """)
    }
    migrator.registerMigration("11: patches by recipe") { database in
      try database.execute(
        sql: """
          ALTER TABLE row ADD COLUMN recipe TEXT;

          CREATE TABLE form (
            number INTEGER PRIMARY KEY,
            phrases TEXT NOT NULL,
            of_cells INTEGER NOT NULL
          ) STRICT;
          """)
    }
    migrator.registerMigration("12: what is worth a look about the sheet as a whole") { database in
      try database.execute(sql: "ALTER TABLE run ADD COLUMN findings TEXT")
    }
    migrator.registerMigration("13: a clock that nobody can set") { database in
      try database.execute(
        sql: """
          ALTER TABLE call ADD COLUMN boot TEXT;
          ALTER TABLE call ADD COLUMN uptime REAL;
          """)
    }
    migrator.registerMigration("14: names that were looked up") { database in
      try database.execute(
        sql: """
          ALTER TABLE run ADD COLUMN names_checked TEXT;

          CREATE TABLE name (
            attribute TEXT NOT NULL,
            name TEXT NOT NULL,
            record_id INTEGER NOT NULL
          ) STRICT;
          """)
    }
    migrator.registerMigration("15: shards") { database in
      // Beside the rows, not in them: a column in a million rows means to write them all.
      try database.execute(
        sql: """
          ALTER TABLE run ADD COLUMN parent TEXT;
          ALTER TABLE run ADD COLUMN split TEXT;
          ALTER TABLE run ADD COLUMN shard INTEGER;
          ALTER TABLE run ADD COLUMN shards INTEGER;
          ALTER TABLE run ADD COLUMN closed TEXT;

          CREATE TABLE shard (
            number INTEGER PRIMARY KEY,
            split TEXT NOT NULL,
            rows INTEGER NOT NULL,
            made TEXT,
            gathered TEXT,
            standing TEXT,
            exit_code INTEGER,
            attempts_seen INTEGER NOT NULL DEFAULT 0,
            calls_seen INTEGER NOT NULL DEFAULT 0,
            commits_seen INTEGER NOT NULL DEFAULT 0,
            takings TEXT,
            returned TEXT
          ) STRICT;

          CREATE TABLE lent (
            shard INTEGER NOT NULL,
            row INTEGER NOT NULL,
            PRIMARY KEY (shard, row)
          ) STRICT, WITHOUT ROWID;

          CREATE TABLE taking (
            at TEXT NOT NULL,
            host TEXT NOT NULL,
            holder TEXT NOT NULL,
            nonce TEXT NOT NULL
          ) STRICT;
          """)
    }
    migrator.registerMigration("16: what rows take from their records") { database in
      try database.execute(sql: "ALTER TABLE row ADD COLUMN live TEXT")
    }
    migrator.registerMigration("17: ids in place of names as bodies are made") { database in
      try database.execute(
        sql: """
          ALTER TABLE form ADD COLUMN names TEXT;
          DROP VIEW IF EXISTS row_patch;
          \(PatchTexts.view)
          """)
    }
    migrator.registerMigration("18: records that are named by texts") { database in
      try nameRecordsByTexts(in: database)
    }
    migrator.registerMigration("19: what the site adds to the catalogue") { database in
      try database.execute(sql: "ALTER TABLE run ADD COLUMN overlay TEXT")
    }
    migrator.registerMigration("20: an index without the rows that wait") { database in
      for index in ["row_state", "row_todo", "row_holding"] {
        try database.execute(sql: "DROP INDEX IF EXISTS \(index)")
      }
      try makeIndexes(database)
    }
    return migrator
  }

  /// Gives the columns of records a type that converts nothing: `INTEGER` refuses texts, `TEXT` would take integers
  /// for texts.
  ///
  /// Tables with rows stay as they are. An older version wrote them, and it knew only integers.
  private static func nameRecordsByTexts(in database: Database) throws {
    let hasRows = try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM row)") ?? true
    guard !hasRows, try database.indexes(on: "row").isEmpty else { return }
    try database.execute(sql: "DROP VIEW row_patch")
    for table in ["row", "snapshot", "plan"] {
      let definition = try String.fetchOne(
        database, sql: "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", arguments: [table])
      guard let definition else { continue }
      try database.execute(
        sql: "DROP TABLE \(table); \(definition.replacing("record_id INTEGER", with: "record_id ANY"))")
    }
    try database.execute(sql: PatchTexts.view)
  }

  /// Creates the indexes that every run has.
  ///
  /// None has the rows that wait, which are nearly all rows of a new run: they are found by their numbers. That of
  /// whole records is made by those who need it (`RunFile.indexRecords`). SQLite checks the conditions twice for every
  /// change of a row, and would make a table of each list of states to do so.
  static func makeIndexes(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE INDEX IF NOT EXISTS row_past_staged ON row (state) WHERE state <> 'staged';
        CREATE INDEX IF NOT EXISTS row_holding ON row (record_id, number)
          WHERE state <> 'staged' AND state <> 'sending' AND state <> 'applied' AND state <> 'unchanged'
            AND state <> 'skipped';
        CREATE INDEX IF NOT EXISTS row_unresolved ON row (state, key_attribute, record_key)
          WHERE record_id IS NULL AND key_attribute IS NOT NULL;
        """)
  }
}
