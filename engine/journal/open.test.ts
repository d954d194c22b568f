import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkSettings, checkSqlite, openForReading, openForWriting, openScratch, settingsOf } from './open.ts';
import { Query } from './query.ts';
import { JOURNAL_SCHEMA, KEYS_SCHEMA, type Schema } from './schema.ts';
import { tempFolder } from './testing.ts';

let folder = '';
let remove = (): void => undefined;
beforeEach(() => ({ folder, remove } = tempFolder()));
afterEach(() => remove());

const code = (expected: string): unknown => expect.objectContaining({ code: expected });
const at = (name: string): string => join(folder, name);

test('P1 a SQLite older than 3.51.3 is refused', () => {
  for (const old of ['3.51.2', '3.50.9', '2.99.99', '3.9', 'unknown'])
    expect(() => checkSqlite(old)).toThrow(code('JOURNAL_SETTINGS'));
  for (const good of ['3.51.3', '3.51.10', '3.52.0', '4.0.0']) expect(() => checkSqlite(good)).not.toThrow();
});

test('P1 the SQLite that is there is asked at every opening, before anything is made of the file', () => {
  openForWriting(at('j'), JOURNAL_SCHEMA).close();
  const scratch = openScratch(JOURNAL_SCHEMA);
  const older = scratch.prepare("SELECT '3.51.2'");
  const before = readFileSync(at('j'));
  const spy = vi.spyOn(Database.prototype, 'prepare');
  try {
    for (const open of [openForWriting, openForReading]) {
      // What a connection asks first is its version.
      spy.mockReturnValueOnce(older);
      expect(() => open(at('j'), JOURNAL_SCHEMA)).toThrow(code('JOURNAL_SETTINGS'));
    }
    expect(readFileSync(at('j'))).toEqual(before);
  } finally {
    spy.mockRestore();
    scratch.close();
  }
  // Control: with the SQLite of this installation both open.
  for (const open of [openForWriting, openForReading]) open(at('j'), JOURNAL_SCHEMA).close();
});

test('P1 every connection that writes is in WAL mode with synchronous FULL; others are refused', () => {
  const db = openForWriting(at('j'), JOURNAL_SCHEMA);
  expect(settingsOf(db)).toEqual({ journalMode: 'wal', synchronous: 2 });
  db.exec('PRAGMA synchronous = NORMAL');
  expect(() => checkSettings(settingsOf(db), 'j')).toThrow(code('JOURNAL_SETTINGS'));
  db.close();
  // A database that cannot have a write-ahead log.
  expect(() => openForWriting(':memory:', JOURNAL_SCHEMA)).toThrow(code('JOURNAL_SETTINGS'));
});

test('room that pruning frees can be given back, from the first schema on', () => {
  const db = openForWriting(at('j'), JOURNAL_SCHEMA);
  expect(db.pragma('auto_vacuum', { simple: true })).toBe(2);
  expect(db.pragma('secure_delete', { simple: true })).toBe(1);
  db.close();
});

test('P14 a newer schema and foreign files are refused in plain words, and not changed', () => {
  openForWriting(at('j'), {
    ...JOURNAL_SCHEMA,
    migrations: [...JOURNAL_SCHEMA.migrations, 'CREATE TABLE more (a)'],
  }).close();
  for (const open of [openForReading, openForWriting]) {
    expect(() => open(at('j'), JOURNAL_SCHEMA)).toThrow(code('JOURNAL_SCHEMA'));
    expect(() => open(at('j'), JOURNAL_SCHEMA)).toThrow(/newer Countersign/);
    expect(() => open(at('j'), KEYS_SCHEMA)).toThrow(/another program/);
  }
  writeFileSync(
    at('text'),
    'no database at all, but long enough to be taken for a header of one, is it not?'.repeat(9),
  );
  expect(() => openForWriting(at('text'), JOURNAL_SCHEMA)).toThrow(code('JOURNAL_DAMAGED'));
  expect(() => openForReading(at('none'), JOURNAL_SCHEMA)).toThrow(code('FILE_UNREADABLE'));
  expect(() => openForWriting(join(folder, 'no', 'j'), JOURNAL_SCHEMA)).toThrow(code('JOURNAL_WRITE'));
});

test('P14 a database of an older schema is brought up to date in one step, or not at all', () => {
  const first: Schema = {
    name: 'journal',
    applicationId: 7,
    migrations: ['CREATE TABLE t (a); INSERT INTO t VALUES (1)'],
  };
  const second: Schema = { ...first, migrations: [...first.migrations, 'ALTER TABLE t ADD COLUMN b DEFAULT 2'] };
  const broken: Schema = { ...second, migrations: [...second.migrations, 'CREATE TABLE u (a); CREATE TABLE t (a)'] };
  openForWriting(at('j'), first).close();
  expect(() => openForReading(at('j'), second)).toThrow(code('JOURNAL_SCHEMA'));
  expect(() => openForWriting(at('j'), broken)).toThrow(code('JOURNAL_WRITE'));
  openForReading(at('j'), first).close();
  const db = openForWriting(at('j'), second);
  expect(new Query(db, 'SELECT a, b FROM t').all()).toEqual([{ a: 1, b: 2 }]);
  db.close();
});

test('P14 every schema so far migrates to the newest', () => {
  for (const schema of [JOURNAL_SCHEMA, KEYS_SCHEMA]) {
    for (let version = 1; version <= schema.migrations.length; version++) {
      const path = at(`${schema.applicationId}-${version}`);
      openForWriting(path, { ...schema, migrations: schema.migrations.slice(0, version) }).close();
      const db = openForWriting(path, schema);
      const fresh = openScratch(schema);
      const shape = 'SELECT name, sql FROM sqlite_schema ORDER BY name';
      expect(new Query(db, shape).all()).toEqual(new Query(fresh, shape).all());
      fresh.close();
      db.close();
    }
  }
});

test('the permission bits of a new file are those asked for', () => {
  openForWriting(at('k'), KEYS_SCHEMA, { mode: 0o600 }).close();
  expect(statSync(at('k')).mode & 0o777).toBe(0o600);
});
