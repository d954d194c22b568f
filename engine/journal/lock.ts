import { CountersignError } from '../flow/error.ts';
import { openForLocking, openForReading } from './open.ts';
import { JOURNAL_SCHEMA } from './schema.ts';
import { sqliteCode } from './sqlite-error.ts';

/** The right to write a journal, held until released or until the process ends in whatever way. */
export interface Lock {
  release(): void;
}

/**
 * Takes the one lock of a journal: a lock of the operating system on a file beside it, which goes with its process, so
 * that a lock left by a killed one never has to be guessed away. SQLite takes it for us, the same on every system.
 * Errors: JOURNAL_LOCKED with the number of the process that holds it.
 */
export function acquireLock(journalPath: string): Lock {
  const db = openForLocking(`${journalPath}-lock`);
  try {
    // Not `transaction()`: this one is meant to stay open for as long as the lock is held, and writes nothing.
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY') !== true) throw error;
    throw lockedBy(journalPath, writerOf(journalPath), error);
  }
  return {
    release: () => {
      db.close();
    },
  };
}

function lockedBy(path: string, pid: number | null, cause: unknown): CountersignError {
  return new CountersignError({
    code: 'JOURNAL_LOCKED',
    message: `${path} is being written by ${pid === null ? 'another process' : `process ${pid}`}.`,
    meaning: 'A journal has one writer at a time.',
    where: { file: path },
    hint: 'Stop that process and try again; what its API offers can be asked of the engine that is running. If it hangs and cannot be stopped, “serve --take-over” puts another in its place. Reading is always possible.',
    retryable: true,
    fault: 'operator',
    cause,
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
