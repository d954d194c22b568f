import { closeSync, existsSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { CountersignError } from '../flow/error.ts';
import type { Schema } from './schema.ts';
import { journalError } from './sqlite-error.ts';

/** An open SQLite connection. Every one of the product comes from this file. */
export type Connection = Database.Database;

/** The first SQLite without the defect in resetting a write-ahead log that two connections share. */
export const SQLITE_AT_LEAST = '3.51.3';

/** Pages in the write-ahead log at which it is written back. */
export const CHECKPOINT_PAGES = 4000;

// The page cache is small, in kilobytes: what is asked for again is new, and the operating system keeps the file as well.
// auto_vacuum has to stand before the first table and before the switch to WAL; on an existing file it changes nothing.
const SETTINGS = `
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
PRAGMA journal_size_limit = 67108864;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -4000;
`;

export interface OpenOptions {
  /** Permission bits of a file that is made now. */
  mode?: number;
  /** Refuses to grow beyond so many pages of 4096 bytes; a full disk in small. */
  maxPages?: number;
}

/**
 * Opens a database for writing, makes it if need be, brings it to the newest schema, and checks that what it promises
 * about durability is so. Call it only while holding the journal's lock.
 *
 * Errors: JOURNAL_SETTINGS (SQLite too old, or the file system cannot do write-ahead logging), JOURNAL_SCHEMA (another
 * program's or a newer file), DISK_FULL, JOURNAL_WRITE, JOURNAL_DAMAGED.
 */
export function openForWriting(path: string, schema: Schema, options: OpenOptions = {}): Connection {
  if (path !== ':memory:' && !existsSync(path)) makeFile(path, options.mode ?? 0o644);
  return opened(path, false, (db) => {
    checkSqlite(sqliteVersion(db));
    checkSchema(db, schema, path);
    if (options.maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${options.maxPages}`);
    db.exec(SETTINGS);
    migrate(db, schema);
    checkSettings(settingsOf(db), path);
  });
}

/**
 * Opens an existing database for reading, also beside a living writer; sees whole transactions only.
 * Errors: FILE_UNREADABLE (there is none), JOURNAL_SCHEMA, JOURNAL_DAMAGED.
 */
export function openForReading(path: string, schema: Schema): Connection {
  if (!existsSync(path)) {
    throw new CountersignError({
      code: 'FILE_UNREADABLE',
      message: `There is no ${schema.name} at ${path}.`,
      where: { file: path },
      hint: 'Give the runner folder, or the path of its journal.sqlite.',
    });
  }
  return opened(path, true, (db) => {
    checkSqlite(sqliteVersion(db));
    const version = checkSchema(db, schema, path);
    if (version < schema.migrations.length) {
      throw new CountersignError({
        code: 'JOURNAL_SCHEMA',
        message: `${path} has ${schema.name} schema ${version}, and this version reads schema ${schema.migrations.length}.`,
        where: { file: path },
        hint: 'Start the engine on it once: it brings the file up to date. Or read it with the version that wrote it.',
        fault: 'operator',
      });
    }
  });
}

/** A database of the same schema that lives in memory and in a file without a name, gone when closed. */
export function openScratch(schema: Schema): Connection {
  const db = new Database('');
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
  migrate(db, schema);
  return db;
}

/**
 * Opens a database that only its lock matters of. Nothing is ever written to it, so none of the durable settings apply.
 */
export function openForLocking(path: string): Connection {
  if (!existsSync(path)) makeFile(path, 0o644);
  return opened(path, false, () => undefined, 0);
}

/** How long a connection waits for another one's lock. */
const BUSY_MS = 5000;

/**
 * Moves all of the write-ahead log into the database and empties it, so that nothing older is left in it and the
 * database gets as short as it can. Returns whether no reader held it up for longer than `waitMs`.
 */
export function truncateLog(db: Connection, waitMs: number): boolean {
  db.exec(`PRAGMA busy_timeout = ${waitMs}`);
  const busy = db.prepare<[], number>('PRAGMA wal_checkpoint(TRUNCATE)').pluck().get();
  db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  return busy === 0;
}

function opened(path: string, readonly: boolean, prepare: (db: Connection) => void, timeout = BUSY_MS): Connection {
  let db: Connection | null = null;
  try {
    db = new Database(path, { readonly, timeout });
    prepare(db);
    return db;
  } catch (error) {
    db?.close();
    throw journalError(error, path);
  }
}

function makeFile(path: string, mode: number): void {
  try {
    closeSync(openSync(path, 'a', mode));
  } catch (error) {
    const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
    throw new CountersignError({
      code: full ? 'DISK_FULL' : 'JOURNAL_WRITE',
      message: `${path} cannot be made: ${error instanceof Error ? error.message : String(error)}`,
      where: { file: path },
      hint: full
        ? 'Make room on that disk and try again.'
        : 'Check that the folder exists and that you may write to it.',
      retryable: full,
      fault: 'operator',
      cause: error,
    });
  }
}

const sqliteVersion = (db: Connection): string =>
  db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? 'unknown';

const numbers = (text: string): number[] => text.split('.').map(Number);

/** Refuses a SQLite older than {@link SQLITE_AT_LEAST} with JOURNAL_SETTINGS. */
export function checkSqlite(version: string): void {
  const need = numbers(SQLITE_AT_LEAST);
  const have = numbers(version);
  const differs = need.findIndex((part, i) => have[i] !== part);
  if (differs === -1 || (have[differs] ?? Number.NaN) > (need[differs] ?? 0)) return;
  throw new CountersignError({
    code: 'JOURNAL_SETTINGS',
    message: `SQLite ${version} is too old: the journal needs ${SQLITE_AT_LEAST} or newer.`,
    meaning: 'Older versions can damage a write-ahead log that is shared by two connections.',
    hint: 'Reinstall Countersign (“npm ci”), which brings its own SQLite.',
    fault: 'operator',
  });
}

/** What SQLite says about a connection after its first write. */
export interface Settings {
  journalMode: unknown;
  synchronous: unknown;
}

/** Reads {@link Settings} back. */
export function settingsOf(db: Connection): Settings {
  return {
    journalMode: db.pragma('journal_mode', { simple: true }),
    synchronous: db.pragma('synchronous', { simple: true }),
  };
}

/** Refuses with JOURNAL_SETTINGS anything but write-ahead logging with a sync at every commit. */
export function checkSettings(settings: Settings, path: string): void {
  if (settings.journalMode === 'wal' && settings.synchronous === 2) return;
  throw new CountersignError({
    code: 'JOURNAL_SETTINGS',
    message: `${path} is not durable: journal_mode is ${String(settings.journalMode)} and synchronous is ${String(settings.synchronous)}, not wal and 2 (FULL).`,
    meaning: 'What is acknowledged could be lost in a power cut.',
    where: { file: path },
    hint: 'Put the runner folder on a local disk: network file systems cannot keep a write-ahead log.',
    fault: 'operator',
  });
}

/** The schema version of a file that is ours and not newer than we are; 0 for an empty file. */
function checkSchema(db: Connection, schema: Schema, path: string): number {
  const applicationId = db.pragma('application_id', { simple: true });
  const version = db.pragma('user_version', { simple: true });
  const empty = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (applicationId === 0 && version === 0 && empty) return 0;
  if (applicationId !== schema.applicationId || typeof version !== 'number') {
    throw new CountersignError({
      code: 'JOURNAL_SCHEMA',
      message: `${path} is not a Countersign ${schema.name}; another program wrote it.`,
      where: { file: path },
      hint: 'Name another file, or move this one away. It was not changed.',
      fault: 'operator',
    });
  }
  if (version > schema.migrations.length) {
    throw new CountersignError({
      code: 'JOURNAL_SCHEMA',
      message: `${path} was written by a newer Countersign: it has ${schema.name} schema ${version}, and this version knows ${schema.migrations.length}.`,
      where: { file: path },
      hint: 'Install the newer version again. The file was not changed.',
      fault: 'operator',
    });
  }
  return version;
}

/**
 * Brings a database to the newest schema, all steps in one transaction. The version is written in any case: this is the
 * first write, after which the settings are read back.
 */
export function migrate(db: Connection, schema: Schema): void {
  db.transaction(() => {
    const version = Number(db.pragma('user_version', { simple: true }));
    for (const step of schema.migrations.slice(version)) db.exec(step);
    db.exec(`PRAGMA application_id = ${schema.applicationId}; PRAGMA user_version = ${schema.migrations.length}`);
  }).immediate();
}
