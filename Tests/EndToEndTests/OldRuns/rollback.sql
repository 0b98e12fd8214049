PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES('1: run, row, attempt');
INSERT INTO grdb_migrations VALUES('2: snapshot');
INSERT INTO grdb_migrations VALUES('3: plan, rollback, verification');
INSERT INTO grdb_migrations VALUES('4: in doubt since');
INSERT INTO grdb_migrations VALUES('5: rows that hold others back');
INSERT INTO grdb_migrations VALUES('6: delimiter of the sheet, advice of the site');
INSERT INTO grdb_migrations VALUES('7: sending, moves of the site');
INSERT INTO grdb_migrations VALUES('8: held by');
INSERT INTO grdb_migrations VALUES('9: reason, job, calls, tempo');
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
, kind TEXT NOT NULL DEFAULT 'update', source_run TEXT, dry_run INTEGER NOT NULL DEFAULT 0, planned TEXT, approved TEXT, canary_end INTEGER, reviewed TEXT, sheet_delimiter TEXT, commits INTEGER NOT NULL DEFAULT 0, sending TEXT, site_moved TEXT, held_by TEXT, reason TEXT, approved_by TEXT, job_path TEXT, job_text TEXT) STRICT;
INSERT INTO run VALUES('20261129T085000825Z-nightly-rollback','nightly-rollback','incidents','{HOST}','{SITE}','{FOLDER}/jobs/sheet.csv','csv','["id","subject"]',NULL,NULL,'84191ebfdab04813069c5b008eaa89e024f0a39ae66f606361ee46dcd8c1ff15','["rollback","20261129T084907901Z-nightly","--state-dir","state","--dry-run","--only","1-2","--retract-text","gone {run}","--lanes","1","-q"]','{FOLDER}','0.1.0','2026-11-29T08:50:00.826Z','2026-11-29T08:50:00.944Z','2026-11-29T08:50:01.032Z',0,NULL,2,'rollback','20261129T084907901Z-nightly',1,'2026-11-29T08:50:00.992Z',NULL,NULL,NULL,',',11,NULL,NULL,'672392C4-754C-464B-B3A0-A368650EA3F2',NULL,NULL,'{FOLDER}/jobs/nightly.yaml',replace('resource: incidents\nsheet: sheet.csv\nsite: {SITE}\nattachments: {folder: files}\n','\n',char(10)));
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
, source_row INTEGER, expected TEXT, kept TEXT, in_doubt_since TEXT, hint TEXT) STRICT;
INSERT INTO "row" VALUES(1,3,'staged',2,1,1,0,NULL,NULL,NULL,NULL,NULL,NULL,'2',1,NULL,NULL,NULL,'{"subject":"Battery empty after two hours","severity":{"id":6}}','2,moved 2',2,'{"values":{"subject":"moved 2","severity":{"lookupName":"1 - Critical"}},"named":{"severity":{"id":6,"lookupName":"3 - Minor"}}}',NULL,NULL,NULL);
INSERT INTO "row" VALUES(2,2,'staged',1,1,1,0,NULL,NULL,NULL,NULL,NULL,NULL,'1',1,NULL,NULL,NULL,'{"subject":"Screen flickers after update"}','1,moved 1',1,'{"values":{"subject":"moved 1"}}',NULL,NULL,NULL);
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
CREATE TABLE snapshot (
  row INTEGER PRIMARY KEY,
  record_id INTEGER NOT NULL,
  taken_at TEXT NOT NULL,
  token TEXT,
  before TEXT NOT NULL,
  lists TEXT NOT NULL
) STRICT;
CREATE TABLE plan (
  row INTEGER PRIMARY KEY,
  record_id INTEGER NOT NULL,
  seen_at TEXT NOT NULL,
  action TEXT NOT NULL,
  changes TEXT NOT NULL,
  error_code TEXT,
  error TEXT
) STRICT;
INSERT INTO "plan" VALUES(1,2,'2026-11-29T08:50:00.987Z','change','[{"attribute":"subject","now":"moved 2","then":"Battery empty after two hours"},{"attribute":"severity","now":{"id":4,"lookupName":"1 - Critical"},"then":{"id":6,"lookupName":"3 - Minor"}}]',NULL,NULL);
INSERT INTO "plan" VALUES(2,1,'2026-11-29T08:50:00.987Z','change','[{"attribute":"subject","now":"moved 1","then":"Screen flickers after update"}]',NULL,NULL);
CREATE TABLE verification (
  row INTEGER PRIMARY KEY,
  checked_at TEXT NOT NULL,
  verdict TEXT NOT NULL,
  differences TEXT NOT NULL
) STRICT;
CREATE TABLE call (
  at TEXT NOT NULL,
  command TEXT NOT NULL,
  user TEXT NOT NULL,
  host TEXT NOT NULL,
  site_login TEXT,
  reason TEXT,
  tool_version TEXT NOT NULL
) STRICT;
INSERT INTO call VALUES('2026-11-29T08:50:00.919Z','rollback','admin','desk','admin',NULL,'0.1.0');
CREATE TABLE tempo (
  at TEXT NOT NULL,
  seconds INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  unanswered INTEGER NOT NULL,
  median_ms REAL NOT NULL,
  p95_ms REAL NOT NULL
) STRICT;
INSERT INTO tempo VALUES('2026-11-29T08:50:00.919Z',1,2,0,2.3784142300054420537,26.908685288118864066);
CREATE INDEX row_state ON row (state);
CREATE INDEX row_todo ON row (number) WHERE state IN ('staged', 'sending');
CREATE INDEX row_record ON row (record_id, number) WHERE record_id IS NOT NULL;
CREATE INDEX row_holding ON row (record_id, number)
  WHERE state IN ('failed', 'conflict', 'unknown', 'rejected', 'blocked');
CREATE INDEX row_unresolved ON row (state, key_attribute, record_key)
  WHERE record_id IS NULL AND key_attribute IS NOT NULL;
COMMIT;
