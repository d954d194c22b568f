import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CountersignError } from '../flow/error.ts';
import { writeFileAtomic } from '../manifest/atomic.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { parseNote, signCheckpoint, type Checkpoint, type LogSigner, type Note } from './checkpoint.ts';
import { sameBytes } from './merkle.ts';

/** File that always holds the newest checkpoint. */
export const LATEST = 'latest';

const nameOf = (size: number): string => `${String(size).padStart(16, '0')}.note`;

/**
 * Signs a checkpoint and puts it into a folder: as `<size>.note`, which is never overwritten, and as `latest`. A reader
 * sees a whole file or none, whenever the power goes. A checkpoint that is there already is given back as it is.
 *
 * Errors: AUDIT_MISMATCH when the folder holds a later one, or another one of the same size: this log is not the one
 * that was checkpointed before. DISK_FULL or ENVIRONMENT when it cannot be written.
 */
export function writeCheckpoint(folder: string, checkpoint: Checkpoint, signer: LogSigner): Note {
  const latest = latestCheckpoint(folder);
  if (latest !== null) continues(latest.checkpoint, checkpoint, folder);
  if (latest?.checkpoint.size === checkpoint.size) return latest;
  const note = signCheckpoint(checkpoint, signer);
  try {
    makeFolder(folder);
    writeFileAtomic(join(folder, nameOf(checkpoint.size)), note.text);
    writeFileAtomic(join(folder, LATEST), note.text);
  } catch (error) {
    throw unwritable(folder, error);
  }
  return note;
}

/**
 * Refuses with AUDIT_MISMATCH a checkpoint that cannot come after `before`: of another log, of fewer events, or of as many
 * with another root.
 */
export function continues(before: Checkpoint, now: Checkpoint, folder: string): void {
  const same = before.size !== now.size || sameBytes(before.root, now.root);
  if (before.origin === now.origin && before.size <= now.size && same) return;
  throw new CountersignError({
    code: 'AUDIT_MISMATCH',
    message: `The log has ${now.size} events, and a checkpoint of ${before.size} events in ${folder} is not of this log.`,
    meaning: 'The journal was cut off, exchanged or altered after that checkpoint was signed.',
    where: { file: folder },
    hint: 'Run “countersign audit verify” against the checkpoints, and restore the journal that belongs to them.',
    fault: 'operator',
  });
}

function unwritable(folder: string, error: unknown): CountersignError {
  const full = error instanceof CountersignError && error.code === 'DISK_FULL';
  return new CountersignError({
    code: full ? 'DISK_FULL' : 'ENVIRONMENT',
    message: `A checkpoint could not be written to ${folder}: ${error instanceof Error ? error.message : String(error)}`,
    meaning: 'Runs go on; until checkpoints are written again, later events are not covered by one.',
    where: { file: folder },
    hint: full ? 'Make room on that disk.' : 'Check that the folder can be written to.',
    retryable: true,
    fault: 'operator',
    cause: error,
  });
}

function unreadable(file: string, error: unknown): CountersignError {
  return new CountersignError({
    code: 'FILE_UNREADABLE',
    message: `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    where: { file },
    hint: 'Check the path and that you may read it.',
    retryable: true,
    fault: 'operator',
    cause: error,
  });
}

/** The newest checkpoint of a folder, or null. CHECKPOINT_INVALID when it cannot be read. */
export function latestCheckpoint(folder: string): Note | null {
  const last = noteNames(folder).at(-1);
  return last === undefined ? null : readNote(join(folder, last));
}

/** All checkpoints of a folder, by size. Signatures are not checked here. CHECKPOINT_INVALID names the file. */
export function readCheckpoints(folder: string): Note[] {
  return noteNames(folder).map((name) => readNote(join(folder, name)));
}

function noteNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder)
      .filter((name) => /^\d{16}\.note$/.test(name))
      .sort();
  } catch (error) {
    throw unreadable(folder, error);
  }
}

/** A checkpoint of a folder, with the consistency proof from the one before that lies beside it. */
export interface PublishedNote {
  note: Note;
  proof: { from: number; hashes: readonly Uint8Array[] } | null;
}

/**
 * Puts a note that is signed already into a folder, and beside it, as `<size>.proof`, the size that it continues and the
 * proof: a line each. The proof comes first, so that a note that is there has its proof. DISK_FULL, ENVIRONMENT.
 */
export function publishNote(
  folder: string,
  note: Note,
  proof: { from: number; proof: readonly string[] } | null,
): void {
  const name = nameOf(note.checkpoint.size);
  try {
    makeFolder(folder);
    const lines = proof === null ? [] : [String(proof.from), ...proof.proof];
    if (proof !== null)
      writeFileAtomic(join(folder, name.replace(/note$/, 'proof')), lines.map((line) => `${line}\n`).join(''));
    writeFileAtomic(join(folder, name), note.text);
    writeFileAtomic(join(folder, LATEST), note.text);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** All checkpoints of a folder with their proofs, by size. Neither is checked here. CHECKPOINT_INVALID names the file. */
export function readPublished(folder: string): PublishedNote[] {
  return noteNames(folder).map((name) => {
    const beside = join(folder, name.replace(/note$/, 'proof'));
    const [from, ...hashes] = existsSync(beside) ? readFileSync(beside, 'utf8').trimEnd().split('\n') : [];
    const proof =
      from === undefined ? null : { from: Number(from), hashes: hashes.map((hash) => Buffer.from(hash, 'base64')) };
    return { note: readNote(join(folder, name)), proof };
  });
}

/** A checkpoint note from a file. */
export function readNote(file: string): Note {
  try {
    return parseNote(readFileSync(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof CountersignError)) throw unreadable(file, error);
    throw new CountersignError({ ...error.toShape(), where: { file }, cause: error });
  }
}
