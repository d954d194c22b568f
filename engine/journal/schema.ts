/** One step from a schema version to the next; version n is reached by the step at index n - 1. */
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
CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN
  SELECT raise(ABORT, 'the journal is append-only: events are never deleted');
END;
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

/** `of` names whose content a key seals; `id` tells a key from a later one of the same name. */
const KEYS_1 = `
CREATE TABLE log (one INTEGER PRIMARY KEY CHECK (one = 1), origin TEXT NOT NULL) STRICT;
CREATE TABLE key (of TEXT PRIMARY KEY, id BLOB NOT NULL, key BLOB NOT NULL) STRICT, WITHOUT ROWID;
`;

/** The journal: `journal.sqlite`. */
export const JOURNAL_SCHEMA: Schema = {
  name: 'journal',
  applicationId: 0x43736a31,
  migrations: [JOURNAL_1],
};

/** Keys of sealed parts: `keys.sqlite` beside the journal. */
export const KEYS_SCHEMA: Schema = {
  name: 'key file',
  applicationId: 0x43736b31,
  migrations: [KEYS_1],
};

/** Names of the projection tables with their order of rows, for rebuilding and comparing. */
export const PROJECTION_TABLES = [
  { table: 'run', order: 'n', subject: 'id' },
  { table: 'task', order: 'seq', subject: 'run' },
  { table: 'timer', order: 'run, node, path, kind', subject: 'run' },
  { table: 'effect', order: 'run, key', subject: 'run' },
] as const;
