import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CountersignError } from '../flow/error.ts';
import { lockFile, type Lock } from '../journal/lock.ts';
import { fileError } from './atomic.ts';

/** How long whoever comes second waits: many times what it takes to read, check and write a file. */
const WAIT_MS = 10_000;

/**
 * Does something with a file that no other process or thread does at the same time, as far as they ask here too: read
 * it, add to it, write it anew. The lock is the operating system's, on a file beside it that is there only meanwhile, and
 * goes with its process: what a killed one leaves is in nobody's way. Errors: ENVIRONMENT, to be tried again where
 * another took longer than `waitMs`; and what `work` throws.
 */
export function oneAtATime<T>(path: string, work: () => T, waitMs: number = WAIT_MS): T {
  const lock = join(dirname(path), `.${basename(path).slice(0, 40)}.lock`);
  const held = take(lock, path, waitMs);
  try {
    return work();
  } finally {
    release(held, lock);
  }
}

function take(file: string, path: string, waitMs: number): Lock {
  for (;;) {
    const before = madeOrThere(file, path);
    const held = lockedOrWhy(file, path, waitMs);
    // Whoever held it took the file away: what was waited for is a file that nobody finds any more, whatever came of it.
    // One that lies there before and after has lain there all along, as nothing that was taken away comes back.
    const same = before !== null && before === identityOf(file);
    if (held instanceof CountersignError) {
      if (same) throw held;
    } else if (same) return held;
    else held.release();
  }
}

function lockedOrWhy(file: string, path: string, waitMs: number): Lock | CountersignError {
  try {
    return lockFile(file, waitMs) ?? taken(path);
  } catch (cause) {
    return fileError(path, cause, 'written');
  }
}

function madeOrThere(lock: string, path: string): string | null {
  const there = identityOf(lock);
  if (there !== null) return there;
  try {
    // For each who may write in the folder, as far as the process's mask lets them.
    closeSync(openSync(lock, 'a', 0o666));
  } catch (cause) {
    throw fileError(path, cause, 'written');
  }
  return identityOf(lock);
}

/** A file's own number may be given to another once it is gone; the time when it was made tells them apart. */
function identityOf(lock: string): string | null {
  const found = statSync(lock, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}:${found.birthtimeNs}`;
}

/** Windows takes away only what nobody has open; elsewhere another may hold the lock already that was let go first. */
function release(held: Lock, lock: string): void {
  if (process.platform !== 'win32') removed(lock);
  held.release();
  if (process.platform === 'win32') removed(lock);
}

function removed(lock: string): void {
  try {
    rmSync(lock, { force: true });
  } catch {
    // It stays, and is taken by whoever comes next.
  }
}

const taken = (path: string): CountersignError =>
  new CountersignError({
    code: 'ENVIRONMENT',
    message: `Another program is writing “${path}”, and has not come to its end.`,
    meaning: 'Nothing was written.',
    where: { file: path },
    hint: 'Wait until it is done, or stop it, and give the command again.',
    retryable: true,
    fault: 'operator',
  });
