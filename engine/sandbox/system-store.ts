import { openForWriting } from '../journal/open.ts';
import type { Schema } from '../journal/schema.ts';
import { journalError } from '../journal/sqlite-error.ts';
import { z } from '../flow/zod.ts';
import { recordSchema } from './system-document.ts';
import type { Write } from './system-state.ts';

/** The file in which simulated systems remember: what they hold and how often each key took effect. */
const STORE_SCHEMA: Schema = {
  name: 'simulated systems',
  applicationId: 0x43_73_79_73,
  migrations: [
    `CREATE TABLE record (n INTEGER PRIMARY KEY, connection TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL,
       body TEXT NOT NULL, UNIQUE (connection, collection, id)) STRICT;
     CREATE TABLE answer (connection TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
       PRIMARY KEY (connection, key)) STRICT, WITHOUT ROWID;
     CREATE TABLE effect (connection TEXT NOT NULL, key TEXT NOT NULL, action TEXT NOT NULL,
       attempts INTEGER NOT NULL, effects INTEGER NOT NULL, PRIMARY KEY (connection, key)) STRICT, WITHOUT ROWID;
     CREATE TABLE made (connection TEXT NOT NULL, collection TEXT NOT NULL, made INTEGER NOT NULL,
       PRIMARY KEY (connection, collection)) STRICT, WITHOUT ROWID;`,
  ],
};

export interface StoredWrite {
  connection: string;
  change: Write;
}

export interface SystemStore {
  /** Everything that was ever committed, as writes to apply to fresh states. */
  load(): StoredWrite[];
  /** All of them or none, synced to disk before it returns. Throws a CountersignError (DISK_FULL, JOURNAL_WRITE …). */
  commit(writes: readonly StoredWrite[]): void;
  close(): void;
}

const answerSchema = z.strictObject({ digest: z.string(), status: z.number(), body: recordSchema });

type Db = ReturnType<typeof openForWriting>;

function statements(db: Db) {
  const upsert = {
    record: db.prepare<[string, string, string, string]>(
      'INSERT INTO record (connection, collection, id, body) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
    ),
    answer: db.prepare<[string, string, string]>('INSERT OR REPLACE INTO answer VALUES (?, ?, ?)'),
    count: db.prepare<[string, string, string, number, number]>('INSERT OR REPLACE INTO effect VALUES (?, ?, ?, ?, ?)'),
    made: db.prepare<[string, string, number]>('INSERT OR REPLACE INTO made VALUES (?, ?, ?)'),
  };
  return ({ connection, change }: StoredWrite): void => {
    switch (change.write) {
      case 'record':
        upsert.record.run(connection, change.collection, change.id, JSON.stringify(change.record));
        return;
      case 'answer':
        upsert.answer.run(connection, change.key, JSON.stringify(change.answer));
        return;
      case 'count':
        upsert.count.run(
          connection,
          change.count.key,
          change.count.action,
          change.count.attempts,
          change.count.effects,
        );
        return;
      case 'made':
        upsert.made.run(connection, change.collection, change.made);
    }
  };
}

/** Opens the file, or makes it. Errors are those of `openForWriting`. */
export function openSystemStore(path: string): SystemStore {
  const db = openForWriting(path, STORE_SCHEMA, { mode: 0o600 });
  const store = statements(db);
  const all = db.transaction((writes: readonly StoredWrite[]) => {
    for (const one of writes) store(one);
  });
  return {
    load: () => load(db),
    commit: (writes) => {
      try {
        all.immediate(writes);
      } catch (error) {
        throw journalError(error, path);
      }
    },
    close: () => db.close(),
  };
}

const rowsSchema = {
  record: z.array(z.tuple([z.string(), z.string(), z.string(), z.string()])),
  answer: z.array(z.tuple([z.string(), z.string(), z.string()])),
  effect: z.array(z.tuple([z.string(), z.string(), z.string(), z.number(), z.number()])),
  made: z.array(z.tuple([z.string(), z.string(), z.number()])),
};

/** Records come in the order in which they were first made. */
function load(db: Db): StoredWrite[] {
  // Rows as lists: row objects are built by generated code, which the product forbids itself.
  const rows = (sql: string): unknown => db.prepare(sql).raw().all();
  const found: StoredWrite[] = [];
  for (const [connection, collection, id, body] of rowsSchema.record.parse(
    rows('SELECT connection, collection, id, body FROM record ORDER BY n'),
  ))
    found.push({
      connection,
      change: { write: 'record', collection, id, record: recordSchema.parse(JSON.parse(body)) },
    });
  for (const [connection, key, body] of rowsSchema.answer.parse(rows('SELECT connection, key, body FROM answer')))
    found.push({ connection, change: { write: 'answer', key, answer: answerSchema.parse(JSON.parse(body)) } });
  for (const [connection, key, action, attempts, effects] of rowsSchema.effect.parse(
    rows('SELECT connection, key, action, attempts, effects FROM effect'),
  ))
    found.push({ connection, change: { write: 'count', count: { key, action, attempts, effects } } });
  for (const [connection, collection, made] of rowsSchema.made.parse(
    rows('SELECT connection, collection, made FROM made'),
  ))
    found.push({ connection, change: { write: 'made', collection, made } });
  return found;
}
