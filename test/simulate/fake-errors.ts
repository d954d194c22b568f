import { CountersignError } from '../../engine/flow/error.ts';
import { journalError } from '../../engine/journal/sqlite-error.ts';
import { DiskError } from './fake-disk.ts';

const PATH = 'journal in memory';

/** What went wrong at the disk, as the journal over SQLite tells it. */
export function told(error: unknown): unknown {
  if (error instanceof DiskError) return error.fault === 'full' ? full(error) : unwritten(error);
  // A process that ends in the middle is nobody's error.
  return error instanceof Error && error.name === 'ProcessGone' ? error : journalError(error, PATH);
}

const full = (cause: Error): CountersignError =>
  new CountersignError({
    code: 'DISK_FULL',
    message: `There is no room left to write the ${PATH}.`,
    hint: 'Make room on that disk. The engine goes on by itself when it can write again.',
    retryable: true,
    fault: 'operator',
    cause,
  });

const unwritten = (cause: Error): CountersignError =>
  new CountersignError({
    code: 'JOURNAL_WRITE',
    message: `The ${PATH} could not be written: ${cause.message}.`,
    hint: 'Check the disk.',
    retryable: true,
    fault: 'operator',
    cause,
  });

export const closedError = (): CountersignError =>
  new CountersignError({
    code: 'JOURNAL_WRITE',
    message: `The ${PATH} was closed, by a failed write or on purpose.`,
    hint: 'Open the journal again and read from it where things stand.',
    retryable: true,
    fault: 'operator',
  });

export const locked = (): CountersignError =>
  new CountersignError({
    code: 'JOURNAL_LOCKED',
    message: `The ${PATH} is being written by another process.`,
    hint: 'Stop it and try again.',
    retryable: true,
    fault: 'operator',
  });

export const fenced = (now: number, ours: number): CountersignError =>
  new CountersignError({
    code: 'JOURNAL_FENCED',
    message: `Another process took over the ${PATH}: its epoch is ${now}, and ours was ${ours}.`,
    hint: 'Leave the work to the process that took over, and end this one.',
    fault: 'operator',
  });

export const keyReused = (): CountersignError =>
  new CountersignError({
    code: 'RUN_KEY_REUSED',
    message: 'A second run was to be started with the idempotency key of another one.',
    hint: 'Look the key up before starting a run, also among those of the same batch.',
    fault: 'us',
  });
