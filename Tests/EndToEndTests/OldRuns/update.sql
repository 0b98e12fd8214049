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
INSERT INTO run VALUES('20261129T084907901Z-nightly','nightly','incidents','{HOST}','{SITE}','{FOLDER}/jobs/sheet.csv','csv','["id","subject"]',71,'ca21629b6b45dec63538a7c99512de92a972ad4e6012ba248d04e222bd27aa46','930766f95fead874dff2627d460d3346623750619b937875efea7c3aeb4da6f2','["run","jobs/nightly.yaml","--lanes=2","--canary","3","--constant","severity=1 - Critical","--strict","--yes","--state-dir","state","-q"]','{FOLDER}','0.1.0','2026-11-29T08:49:07.901Z','2026-11-29T08:49:08.031Z','2026-11-29T08:49:08.176Z',3,'stopped after the first 3 records, for a review',6,'update',NULL,0,NULL,NULL,4,NULL,',',15,NULL,NULL,'41FE7BE7-C89B-49E5-80DC-8D72034FB212',NULL,NULL,'{FOLDER}/jobs/nightly.yaml',replace('resource: incidents\nsheet: sheet.csv\nsite: {SITE}\nattachments: {folder: files}\n','\n',char(10)));
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
INSERT INTO "row" VALUES(1,2,'applied',1,1,1,1,200,NULL,NULL,'2026-11-29T08:49:08.139Z','2026-11-29T08:49:08.153Z',NULL,'1',1,NULL,NULL,NULL,'{"subject":"moved 1","severity":{"lookupName":"1 - Critical"}}','1,moved 1',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "row" VALUES(2,3,'applied',2,1,1,1,200,NULL,NULL,'2026-11-29T08:49:08.139Z','2026-11-29T08:49:08.155Z',NULL,'2',1,NULL,NULL,NULL,'{"subject":"moved 2","severity":{"lookupName":"1 - Critical"}}','2,moved 2',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "row" VALUES(3,4,'applied',3,1,1,1,200,NULL,NULL,'2026-11-29T08:49:08.139Z','2026-11-29T08:49:08.153Z',NULL,'3',1,NULL,NULL,NULL,'{"subject":"moved 3","severity":{"lookupName":"1 - Critical"}}','3,moved 3',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "row" VALUES(4,5,'staged',4,1,1,0,NULL,NULL,NULL,NULL,NULL,NULL,'4',1,NULL,NULL,NULL,'{"subject":"moved 4","severity":{"lookupName":"1 - Critical"}}','4,moved 4',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "row" VALUES(5,6,'staged',5,1,1,0,NULL,NULL,NULL,NULL,NULL,NULL,'5',1,NULL,NULL,NULL,'{"subject":"moved 5","severity":{"lookupName":"1 - Critical"}}','5,moved 5',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "row" VALUES(6,7,'staged',6,1,1,0,NULL,NULL,NULL,NULL,NULL,NULL,'6',1,NULL,NULL,NULL,'{"subject":"moved 6","severity":{"lookupName":"1 - Critical"}}','6,moved 6',NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO snapshot VALUES(1,1,'2026-11-29T08:49:08.139Z','2018-01-02T09:17:13Z','{"subject":"Screen flickers after update","severity":{"id":4,"lookupName":"1 - Critical"}}','{}');
INSERT INTO snapshot VALUES(2,2,'2026-11-29T08:49:08.139Z','2018-01-02T11:02:51Z','{"subject":"Battery empty after two hours","severity":{"id":6,"lookupName":"3 - Minor"}}','{}');
INSERT INTO snapshot VALUES(3,3,'2026-11-29T08:49:08.139Z','2018-01-02T09:34:56Z','{"subject":"Order 48113: delivery late","severity":{"id":4,"lookupName":"1 - Critical"}}','{}');
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
CREATE TABLE call (
  at TEXT NOT NULL,
  command TEXT NOT NULL,
  user TEXT NOT NULL,
  host TEXT NOT NULL,
  site_login TEXT,
  reason TEXT,
  tool_version TEXT NOT NULL
) STRICT;
INSERT INTO call VALUES('2026-11-29T08:49:08.018Z','run','admin','desk','admin',NULL,'0.1.0');
CREATE TABLE tempo (
  at TEXT NOT NULL,
  seconds INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  unanswered INTEGER NOT NULL,
  median_ms REAL NOT NULL,
  p95_ms REAL NOT NULL
) STRICT;
INSERT INTO tempo VALUES('2026-11-29T08:49:08.016Z',1,5,0,4.7568284600108841075,9.5136569200217682151);
CREATE INDEX row_state ON row (state);
CREATE INDEX row_todo ON row (number) WHERE state IN ('staged', 'sending');
CREATE INDEX row_record ON row (record_id, number) WHERE record_id IS NOT NULL;
CREATE INDEX row_holding ON row (record_id, number)
  WHERE state IN ('failed', 'conflict', 'unknown', 'rejected', 'blocked');
CREATE INDEX row_unresolved ON row (state, key_attribute, record_key)
  WHERE record_id IS NULL AND key_attribute IS NOT NULL;
COMMIT;
