import { CountersignError } from '../flow/error.ts';

/** The code of an error that SQLite gave (`SQLITE_FULL` …), or null for anything else. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'SqliteError' || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** What the file system does not let this user do with the files beside a database, which SQLite is not asked about. */
function forbidden(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? code : null;
}

/**
 * Any error of a journal or key file as one of ours. The codes separate what the caller does next: DISK_FULL and
 * JOURNAL_LOCKED can be tried again, JOURNAL_DAMAGED needs a person, JOURNAL_WRITE needs the file system looked at.
 */
export function journalError(error: unknown, file: string): CountersignError {
  if (error instanceof CountersignError) return error;
  const code = sqliteCode(error) ?? forbidden(error);
  const where = { file };
  if (code === null) {
    return new CountersignError({
      code: 'INTERNAL',
      message: `Work on ${file} was interrupted: ${error instanceof Error ? error.message : String(error)}`,
      meaning: 'Countersign met a situation it was not written for. Nothing of the last batch was written.',
      where,
      hint: 'Start again; if it happens again, report it with this text.',
      fault: 'us',
      cause: error,
    });
  }
  // The shared-memory file beside a database is what a full disk hits first when the database itself has room left.
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE') {
    return new CountersignError({
      code: 'DISK_FULL',
      message: `There is no room left to write ${file}.`,
      meaning: 'Nothing of the last batch was written, and nothing that was acknowledged is lost.',
      where,
      hint: 'Make room on that disk. The engine goes on by itself when it can write again.',
      retryable: true,
      fault: 'operator',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new CountersignError({
      code: 'JOURNAL_LOCKED',
      message: `Another program is writing ${file}.`,
      where,
      hint: 'Wait until it is done, or stop it, and try again.',
      retryable: true,
      fault: 'operator',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new CountersignError({
      code: 'JOURNAL_DAMAGED',
      message: `${file} is damaged: ${messageOf(error)}.`,
      where,
      hint: 'Keep a copy of the file as it is, run “countersign audit verify” to see what is wrong, and restore a backup.',
      fault: 'operator',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_CONSTRAINT') && messageOf(error).includes('run.key')) {
    return new CountersignError({
      code: 'RUN_KEY_REUSED',
      message: 'A second run was to be started with the idempotency key of another one.',
      meaning: 'Nothing of the batch was written.',
      where,
      hint: 'Look the key up before starting a run, also among those of the same batch.',
      fault: 'us',
      cause: error,
    });
  }
  return new CountersignError({
    code: 'JOURNAL_WRITE',
    message: `${file} could not be read or written: ${messageOf(error)} (${code}).`,
    meaning: 'Nothing of the last batch counts as written; the journal is closed and must be read again.',
    where,
    hint: 'Check the disk and the permissions of the folder, then start again.',
    retryable: code.startsWith('SQLITE_IOERR'),
    fault: 'operator',
    cause: error,
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
