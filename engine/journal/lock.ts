import { CountersignError } from '../flow/error.ts';
import { openForLocking, openForReading } from './open.ts';
import { JOURNAL_SCHEMA } from './schema.ts';
import { sqliteCode } from './sqlite-error.ts';

/** What one process or thread has at a time, held until released or until the process ends in whatever way. */
export interface Lock {
  release(): void;
}

/**
 * Takes the one lock of a journal. Errors: JOURNAL_LOCKED with the number of the process that holds it.
 */
export function acquireLock(journalPath: string): Lock {
  const lock = lockFile(`${journalPath}-lock`);
  if (lock === null) throw lockedBy(journalPath, writerOf(journalPath));
  return lock;
}

/**
 * Locks a file, which is made where there is none and never written to: a lock of the operating system, which goes with
 * its process, so that one left by a killed one never has to be guessed away. SQLite takes it for us, the same on every
 * system. Null where another has it for longer than `waitMs`; throws what SQLite says where it cannot be locked at all.
 */
export function lockFile(path: string, waitMs = 0): Lock | null {
  const db = openForLocking(path);
  try {
    // Nothing is written: a journal of it would be one more file, that several may make and take away.
    db.exec(`PRAGMA busy_timeout = ${waitMs}; PRAGMA journal_mode = MEMORY`);
    // Not `transaction()`: this one is meant to stay open for as long as the lock is held.
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY') === true) return null;
    throw error;
  }
  return { release: () => void db.close() };
}

function lockedBy(path: string, pid: number | null): CountersignError {
  return new CountersignError({
    code: 'JOURNAL_LOCKED',
    message: `${path} is being written by ${pid === null ? 'another process' : `process ${pid}`}.`,
    meaning: 'A journal has one writer at a time.',
    where: { file: path },
    hint: 'Stop that process and try again; what its API offers can be asked of the engine that is running. If it hangs and cannot be stopped, “serve --take-over” puts another in its place. Reading is always possible.',
    retryable: true,
    fault: 'operator',
  });
}

/** The process that wrote last, or null when it cannot be told (a journal that is being made right now). */
function writerOf(path: string): number | null {
  try {
    const db = openForReading(path, JOURNAL_SCHEMA);
    try {
      return db.prepare<[], number | null>('SELECT pid FROM writer').pluck().get() ?? null;
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}
