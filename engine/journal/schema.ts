/**
 * One step from a schema version to the next; version n is reached by the step at index n - 1. A step that was released
 * never changes: what comes is a new step, and a database of the old version goes into `fixtures`.
 */
export type Migration = string;

/** What kind of database a file is. `applicationId` stands in the file's header, so that no other program's is taken. */
export interface Schema {
  /** Said in messages. */
  name: string;
  applicationId: number;
  migrations: readonly Migration[];
}

const PROJECTIONS = `
CREATE TABLE run (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,
  program TEXT NOT NULL,
  release TEXT,
  key TEXT,
  started INTEGER NOT NULL,
  ended INTEGER,
  result TEXT,
  node TEXT,
  error TEXT,
  person INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX run_key ON run (key) WHERE key IS NOT NULL;
CREATE INDEX run_live ON run (status) WHERE ended IS NULL;

CREATE TABLE task (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  run TEXT NOT NULL,
  node TEXT NOT NULL,
  path TEXT NOT NULL,
  visit INTEGER NOT NULL,
  type TEXT NOT NULL,
  role TEXT NOT NULL,
  title TEXT NOT NULL,
  due INTEGER,
  created INTEGER NOT NULL,
  status TEXT NOT NULL,
  decision TEXT,
  shown TEXT NOT NULL
) STRICT;
CREATE INDEX task_run ON task (run);
CREATE INDEX task_open ON task (seq) WHERE status = 'open';

CREATE TABLE timer (
  run TEXT NOT NULL,
  node TEXT NOT NULL,
  path TEXT NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (run, node, path, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX timer_at ON timer (at);

CREATE TABLE effect (
  run TEXT NOT NULL,
  key TEXT NOT NULL,
  node TEXT NOT NULL,
  path TEXT NOT NULL,
  visit INTEGER NOT NULL,
  connection TEXT NOT NULL,
  action TEXT NOT NULL,
  class TEXT NOT NULL,
  status TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX effect_unsettled ON effect (status) WHERE status IN ('intended', 'in doubt');
`;

/** Keeps events from being deleted; pruning alone lifts it, within a transaction. */
export const EVENT_STAYS = `CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN
  SELECT raise(ABORT, 'the journal is append-only: events are never deleted');
END`;

/**
 * `event` is the journal and the audit log in one; `log` holds the running Merkle tree over it, `writer` who may
 * append. The other tables are projections. An event row changes in one way only: pruning puts the inner hash in the
 * place of what it was made from. The triggers hold honest programs to that; verification notices when they are gone.
 */
const JOURNAL_1 = `
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,
  header BLOB NOT NULL,
  open BLOB,
  sealed BLOB,
  salt BLOB,
  leaf BLOB NOT NULL,
  inner BLOB,
  CHECK ((inner IS NULL) = (open IS NOT NULL AND salt IS NOT NULL))
) STRICT;
CREATE INDEX event_subject ON event (subject);
CREATE INDEX event_pruned ON event (subject) WHERE inner IS NOT NULL;
${EVENT_STAYS};
CREATE TRIGGER event_keeps BEFORE UPDATE ON event
WHEN NOT (
  new.seq IS old.seq AND new.subject IS old.subject AND new.header IS old.header AND new.leaf IS old.leaf
  AND old.inner IS NULL AND new.inner IS NOT NULL
  AND new.open IS NULL AND new.sealed IS NULL AND new.salt IS NULL
)
BEGIN
  SELECT raise(ABORT, 'the journal is append-only: events are never changed');
END;

CREATE TABLE log (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  range BLOB NOT NULL
) STRICT;

CREATE TABLE writer (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch INTEGER NOT NULL,
  pid INTEGER,
  since INTEGER
) STRICT;
INSERT INTO writer (one, epoch) VALUES (1, 0);
${PROJECTIONS}`;

/** Where the branches of a run stand. */
const JOURNAL_2 = `
CREATE TABLE wait (
  run TEXT NOT NULL,
  node TEXT NOT NULL,
  path TEXT NOT NULL,
  visit INTEGER NOT NULL,
  match TEXT NOT NULL,
  id TEXT,
  seq INTEGER NOT NULL,
  PRIMARY KEY (run, node, path, visit)
) STRICT, WITHOUT ROWID;
CREATE INDEX wait_match ON wait (match, seq);
CREATE TABLE branch (
  run TEXT NOT NULL,
  path TEXT NOT NULL,
  node TEXT NOT NULL,
  status TEXT NOT NULL,
  joins TEXT,
  total INTEGER NOT NULL,
  next INTEGER NOT NULL,
  settling INTEGER NOT NULL,
  PRIMARY KEY (run, path)
) STRICT, WITHOUT ROWID;
`;

/**
 * Effects across runs, and cases that run one at a time. What no contract limits, and what has no order, has null here, so
 * that rows of before read as a rebuild gives them.
 */
const JOURNAL_3 = `
ALTER TABLE effect ADD COLUMN at INTEGER;
ALTER TABLE effect ADD COLUMN business TEXT;
ALTER TABLE effect ADD COLUMN counts TEXT;
CREATE INDEX effect_business ON effect (business, at) WHERE business IS NOT NULL;
CREATE INDEX effect_counted ON effect (connection, action, at) WHERE counts IS NOT NULL;
ALTER TABLE run ADD COLUMN line TEXT;
CREATE INDEX run_line ON run (line, n) WHERE line IS NOT NULL AND ended IS NULL;
`;

/** `of` names whose content a key seals; `id` tells a key from a later one of the same name. */
const KEYS_1 = `
CREATE TABLE log (one INTEGER PRIMARY KEY CHECK (one = 1), origin TEXT NOT NULL) STRICT;
CREATE TABLE key (of TEXT PRIMARY KEY, id BLOB NOT NULL, key BLOB NOT NULL) STRICT, WITHOUT ROWID;
`;

/**
 * `erased` holds what became of keys that are gone, so that a lost one is not taken for an erased one. `link` leads from a person to what their keys are of: `person` is a keyed
 * hash of what identifies them, under the one key in `secret`, and `proof` is a keyed hash of the whole row.
 */
const KEYS_2 = `
ALTER TABLE log ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
CREATE TABLE erased (of TEXT NOT NULL, id BLOB NOT NULL, PRIMARY KEY (of, id)) STRICT, WITHOUT ROWID;
CREATE TABLE secret (one INTEGER PRIMARY KEY CHECK (one = 1), person BLOB NOT NULL) STRICT;
CREATE TABLE link (
  person BLOB NOT NULL,
  field TEXT NOT NULL,
  of TEXT NOT NULL,
  proof BLOB NOT NULL,
  PRIMARY KEY (person, field, of)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_of ON link (of);
`;

/** Nothing stands for a whole key file that was lost: one without its log's name is refused. */
const KEYS_3 = `
ALTER TABLE log DROP COLUMN lost;
`;

/** The journal: `journal.sqlite`. */
export const JOURNAL_SCHEMA: Schema = {
  name: 'journal',
  applicationId: 0x43736a31,
  migrations: [JOURNAL_1, JOURNAL_2, JOURNAL_3],
};

/** Keys of sealed parts: `keys.sqlite` beside the journal. */
export const KEYS_SCHEMA: Schema = {
  name: 'key file',
  applicationId: 0x43736b31,
  migrations: [KEYS_1, KEYS_2, KEYS_3],
};

/** Names of the projection tables with their order of rows, for rebuilding and comparing. */
export const PROJECTION_TABLES = [
  { table: 'run', order: 'n', subject: 'id' },
  { table: 'task', order: 'seq', subject: 'run' },
  { table: 'timer', order: 'run, node, path, kind', subject: 'run' },
  { table: 'effect', order: 'run, key', subject: 'run' },
  { table: 'branch', order: 'run, path', subject: 'run' },
  { table: 'wait', order: 'run, node, path, visit', subject: 'run' },
] as const;
