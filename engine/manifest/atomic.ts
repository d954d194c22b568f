import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CountersignError } from '../flow/error.ts';

export interface AtomicOptions {
  /** Permission bits of the new file; 0o644 when not given. */
  mode?: number;
  /** Refuse with FILE_EXISTS instead of replacing a file of that name. */
  exclusive?: boolean;
}

/**
 * Writes a file whole or not at all, and on disk when it returns: a temporary file beside it, fsync, rename (or link,
 * which never replaces), fsync of the folder. Throws FILE_EXISTS, DISK_FULL or ENVIRONMENT, and leaves no rest.
 */
export function writeFileAtomic(path: string, bytes: Uint8Array | string, options: AtomicOptions = {}): void {
  const folder = dirname(path);
  // Shorter than any name that the disk takes; and one that no other process or thread has, dead or alive.
  const temporary = join(folder, `.${basename(path).slice(0, 40)}.${randomUUID()}.tmp`);
  let made = false;
  try {
    writeDurably(temporary, typeof bytes === 'string' ? Buffer.from(bytes) : bytes, options.mode ?? 0o644);
    if (options.exclusive === true) {
      linkSync(temporary, path);
      made = true;
    } else renameSync(temporary, path);
    syncFolder(folder);
  } catch (cause) {
    // A new file of which it is not known that it lasts would be in the way of writing it again.
    if (made) removed(path);
    throw fileError(path, cause, 'written');
  } finally {
    removed(temporary);
  }
}

function removed(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where nothing can be removed nothing was written, and why not is being told.
  }
}

function writeDurably(path: string, bytes: Uint8Array, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(folder: string): void {
  // Windows cannot open a folder; its file system orders the rename itself.
  if (process.platform === 'win32') return;
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The bytes of a file, or FILE_UNREADABLE. */
export function readBytes(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw fileError(path, cause, 'read');
  }
}

/** What the file system said, as an error that tells what to do. */
export function fileError(path: string, cause: unknown, done: 'read' | 'written' | 'made'): CountersignError {
  const said = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const about = { where: { file: path }, cause };
  if (said === 'EEXIST') {
    return new CountersignError({
      code: 'FILE_EXISTS',
      message: `There is a file “${path}” already.`,
      hint: 'Choose another name, or move the file away.',
      ...about,
    });
  }
  if (said === 'ENOSPC' || said === 'EDQUOT') {
    return new CountersignError({
      code: 'DISK_FULL',
      message: `The disk is full; “${path}” was not written.`,
      hint: 'Make room and run the command again.',
      fault: 'operator',
      retryable: true,
      ...about,
    });
  }
  if (done === 'read') {
    const missing = said === 'ENOENT';
    return new CountersignError({
      code: 'FILE_UNREADABLE',
      message: missing ? `There is no file “${path}”.` : `The file “${path}” cannot be read.`,
      hint: missing ? 'Check the path.' : 'Check that it is a file and that you may read it.',
      ...about,
    });
  }
  return new CountersignError({
    code: 'ENVIRONMENT',
    ...(done === 'made'
      ? {
          message: `The folder “${path}” could not be made.`,
          hint: 'Check that folders can be made there, and that you may do so; or choose another.',
        }
      : {
          message: `The file “${path}” could not be written.`,
          hint: 'Check that its folder exists and that you may write there.',
        }),
    fault: 'operator',
    ...about,
  });
}

/** Reads something out of a file; an error that does not say where it sits is given the file's name. */
export function inFile<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CountersignError) || error.where?.file !== undefined) throw error;
    throw new CountersignError({ ...error.toShape(), where: { ...error.where, file: path }, cause: error.cause });
  }
}
