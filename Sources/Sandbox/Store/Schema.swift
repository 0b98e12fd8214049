import GRDB

/// The tables of a sandbox's SQLite file: a public interface, meant to be read by tests
/// (`sqlite3 sandbox.sqlite "select … from request_log"`) while the sandbox serves or after it was killed.
///
/// - `b2c_row(entity, id, parent, name, document)`: a record of B2C Service, or an element of one of its lists. `entity` is
///   its kind (`incidents`, `incidents.threads`), `parent` the record that an element belongs to, `name` the record's name
///   (`lookupName`), `document` a JSON object of the attributes that are not null, keyed by dotted path
///   (`"assignedTo.account"`): menus and references as ids, times as ISO 8601 in UTC, lists of references as arrays of
///   ids. Ids are unique within their entity and never reused.
/// - `b2c_data(entity, id, name, data)`: the bytes of those rows, such as the content of an attachment.
/// - `b2c_highest(entity, id)`: the highest removed id of an entity.
/// - `named_value(set_name, id, name, parent, status_type, code)`: menus (by resource and field path), lookups, and
///   records that others refer to.
/// - `fusion_row(entity, id, parent, number, version, document)`: a row of Fusion CX. `entity` is its path from the
///   resource (`interactions`, `interactions.smartActions.UserActionURLBinding`), `parent` the id of its parent row,
///   `number` the alternate key, `version` the version that the change indicator shows, `document` the stored attributes
///   that are not null, by name, with times in UTC.
/// - `fusion_enclosure(entity, id, name, data)`: the LOBs of those rows.
/// - `site(name, value)`: the values of the site as a whole.
/// - `request_log`: every request, accepted or refused, one row each, in the order of its effect and written in
///   the same transaction: a row whose `committed` is 1 is proof that its change is in the store, once.
///   `sequence` counts from 1; `time` is the arrival time; `method` is the one on the wire, `method_override` the
///   header; `path` and `query` as sent; `resource`, `record_id`, `child`, `child_id` are taken from the path (or the
///   id of what a POST created; a key that is a text is in `record_key`); `application_context` and `suppress` (names of the suppress headers) the headers;
///   `if_match` the header; `body` the request's body as text; `status` and `error_code` the answer;
///   `fault` the effect of `--fault` on the request (`reset=after-commit`; several joined by `; `), null if none. The
///   answer is the one that was made, even if it was not sent, as with `reset=after-commit`. `status` is 0 if none was
///   made.
///   Authorization is never logged.
///   A batch is one row for the request, whose `part` is null, and one for each part after it: `part` is the part's
///   id, `method` its operation in HTTP; `path`, `record_id`, `body` (the payload) and so on are its own. So requests
///   are counted with `part IS NULL`, and changes of a record with `record_id = … AND committed = 1`.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: incidents") { database in try database.execute(sql: incidents) }
    migrator.registerMigration("2: Fusion CX") { database in try database.execute(sql: fusion) }
    migrator.registerMigration("3: faults") { database in
      try database.execute(sql: "ALTER TABLE request_log ADD COLUMN fault TEXT")
    }
    migrator.registerMigration("4: records of any kind") { database in
      try database.execute(sql: records)
      try database.execute(sql: carryingOver)
    }
    migrator.registerMigration("5: records that are named by texts") { database in
      try database.execute(
        sql: """
          ALTER TABLE request_log ADD COLUMN record_key TEXT;
          CREATE INDEX request_log_by_key ON request_log (resource, record_key) WHERE record_key IS NOT NULL;
          """)
    }
    // Its entries are in no order, so that each request would write a page of it.
    migrator.registerMigration("6: a log that only grows") { database in
      try database.execute(sql: "DROP INDEX request_log_by_record")
    }
    // AUTOINCREMENT reads and writes a second table for each row. No row is ever removed, so that the numbers are the
    // same without it.
    migrator.registerMigration("7: a log that numbers its own rows") { database in
      try database.execute(sql: selfNumbering)
    }
    return migrator
  }

  private static let incidents = """
    CREATE TABLE site (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
    CREATE TABLE named_value (
      set_name TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, parent INTEGER, status_type INTEGER,
      position INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE incident (
      id INTEGER PRIMARY KEY AUTOINCREMENT, reference_number TEXT NOT NULL UNIQUE,
      created_time TEXT NOT NULL, updated_time TEXT NOT NULL, document TEXT NOT NULL) STRICT;
    CREATE TABLE thread (
      id INTEGER PRIMARY KEY AUTOINCREMENT, incident INTEGER NOT NULL, entry_type INTEGER NOT NULL,
      text TEXT NOT NULL, created_time TEXT NOT NULL, display_order INTEGER NOT NULL,
      document TEXT NOT NULL) STRICT;
    CREATE INDEX thread_by_incident ON thread (incident);
    CREATE TABLE file_attachment (
      id INTEGER PRIMARY KEY AUTOINCREMENT, incident INTEGER NOT NULL, document TEXT NOT NULL,
      data BLOB NOT NULL) STRICT;
    CREATE INDEX file_attachment_by_incident ON file_attachment (incident);
    CREATE TABLE billed_minute (
      id INTEGER PRIMARY KEY AUTOINCREMENT, incident INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
    CREATE INDEX billed_minute_by_incident ON billed_minute (incident);
    CREATE TABLE other_contact (
      incident INTEGER NOT NULL, contact INTEGER NOT NULL, PRIMARY KEY (incident, contact)
      ) STRICT, WITHOUT ROWID;
    CREATE TABLE request_log (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, method TEXT NOT NULL,
      method_override TEXT, path TEXT NOT NULL, query TEXT, resource TEXT, record_id INTEGER, child TEXT,
      child_id INTEGER, application_context TEXT, suppress TEXT, body TEXT, status INTEGER NOT NULL,
      error_code TEXT, committed INTEGER NOT NULL) STRICT;
    CREATE INDEX request_log_by_record ON request_log (resource, record_id);
    """

  private static let fusion = """
    ALTER TABLE named_value ADD COLUMN code TEXT;
    CREATE TABLE fusion_row (
      entity TEXT NOT NULL, id INTEGER NOT NULL, parent INTEGER, number TEXT, version INTEGER NOT NULL,
      document TEXT NOT NULL, PRIMARY KEY (entity, id)) STRICT, WITHOUT ROWID;
    CREATE INDEX fusion_row_by_parent ON fusion_row (entity, parent, id) WHERE parent IS NOT NULL;
    CREATE UNIQUE INDEX fusion_row_by_number ON fusion_row (entity, number) WHERE number IS NOT NULL;
    CREATE TABLE fusion_enclosure (
      entity TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL,
      PRIMARY KEY (entity, id, name)) STRICT, WITHOUT ROWID;
    ALTER TABLE request_log ADD COLUMN part TEXT;
    ALTER TABLE request_log ADD COLUMN if_match TEXT;
    """

  private static let selfNumbering = """
    ALTER TABLE request_log RENAME TO older_log;
    DROP INDEX request_log_by_key;
    CREATE TABLE request_log (
      sequence INTEGER PRIMARY KEY, time TEXT NOT NULL, method TEXT NOT NULL,
      method_override TEXT, path TEXT NOT NULL, query TEXT, resource TEXT, record_id INTEGER, child TEXT,
      child_id INTEGER, application_context TEXT, suppress TEXT, body TEXT, status INTEGER NOT NULL,
      error_code TEXT, committed INTEGER NOT NULL, part TEXT, if_match TEXT, fault TEXT, record_key TEXT) STRICT;
    CREATE INDEX request_log_by_key ON request_log (resource, record_key) WHERE record_key IS NOT NULL;
    INSERT INTO request_log SELECT * FROM older_log ORDER BY sequence;
    DROP TABLE older_log;
    """

  private static let records = """
    CREATE TABLE b2c_row (
      key INTEGER PRIMARY KEY, entity TEXT NOT NULL, id INTEGER NOT NULL, parent INTEGER, name TEXT,
      document TEXT NOT NULL, UNIQUE (entity, id)) STRICT;
    CREATE INDEX b2c_row_by_parent ON b2c_row (entity, parent, id) WHERE parent IS NOT NULL;
    CREATE INDEX b2c_row_by_name ON b2c_row (entity, name, id) WHERE name IS NOT NULL;
    CREATE TABLE b2c_data (
      entity TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL,
      PRIMARY KEY (entity, id, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE b2c_highest (entity TEXT PRIMARY KEY, id INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    """

  /// Moves the tables of older versions, which had one for incidents and one for each of their lists.
  private static let carryingOver = """
    INSERT INTO b2c_row (entity, id, name, document)
      SELECT 'incidents', id, reference_number, json_set(document, '$.referenceNumber', reference_number,
        '$.createdTime', created_time, '$.updatedTime', updated_time) FROM incident ORDER BY id;
    UPDATE b2c_row SET document = json_set(document, '$.otherContacts', (SELECT json_group_array(contact)
        FROM (SELECT contact FROM other_contact WHERE incident = b2c_row.id ORDER BY contact)))
      WHERE id IN (SELECT incident FROM other_contact);
    INSERT INTO b2c_row (entity, id, parent, document)
      SELECT 'incidents.threads', id, incident, json_set(document, '$.entryType', entry_type, '$.text', text,
        '$.createdTime', created_time, '$.displayOrder', display_order) FROM thread ORDER BY id;
    INSERT INTO b2c_row (entity, id, parent, document)
      SELECT 'incidents.fileAttachments', id, incident, document FROM file_attachment ORDER BY id;
    INSERT INTO b2c_data (entity, id, name, data)
      SELECT 'incidents.fileAttachments', id, 'data', data FROM file_attachment;
    INSERT INTO b2c_row (entity, id, parent, document)
      SELECT 'incidents.billedMinutes', id, incident, document FROM billed_minute ORDER BY id;
    INSERT INTO b2c_highest (entity, id)
      SELECT CASE name WHEN 'incident' THEN 'incidents' WHEN 'thread' THEN 'incidents.threads'
        WHEN 'file_attachment' THEN 'incidents.fileAttachments' ELSE 'incidents.billedMinutes' END, seq
      FROM sqlite_sequence WHERE name IN ('incident', 'thread', 'file_attachment', 'billed_minute');
    DROP TABLE incident;
    DROP TABLE thread;
    DROP TABLE file_attachment;
    DROP TABLE billed_minute;
    DROP TABLE other_contact;
    UPDATE named_value SET set_name = 'incidents.' || set_name WHERE set_name IN ('assignedTo.staffGroup',
      'banner.importanceFlag', 'billedMinutes.billableTask', 'channel', 'chatQueue', 'customFields.c.region',
      'language', 'mailing', 'milestoneInstances.milestone', 'queue', 'responseEmailAddressType',
      'sLAInstance.nameOfSLA', 'sLAInstance.stateOfSLA', 'severity', 'source', 'statusWithType.status',
      'statusWithType.statusType', 'threads.contentType', 'threads.entryType');
    """
}
