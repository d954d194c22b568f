import { hash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { readCheckpoints } from '../audit/checkpoint-sink.ts';
import { verifyJournal } from '../audit/verify.ts';
import { CountersignError } from '../flow/error.ts';
import { asJson, prettyJson } from '../flow/json.ts';
import { z } from '../flow/zod.ts';
import { fileError, writeFileAtomic } from '../manifest/atomic.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { readDocument } from '../manifest/read-document.ts';
import { LIST } from './erasure-list.ts';
import { openForReading } from './open.ts';
import { JOURNAL_SCHEMA, KEYS_SCHEMA, type Schema } from './schema.ts';
import { verifyKeys } from './verify-keys.ts';

const FORMAT = 'countersign.backup';

const backupSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(1),
  /** Milliseconds since 1970. */
  madeAt: z.int(),
  /** Name of the log. */
  origin: z.string(),
  /** Events in it, and the RFC 9162 root over them in hexadecimal. */
  size: z.int(),
  root: z.string(),
  /** SHA-256 of every other file, in hexadecimal, by its path in the backup. */
  files: z.record(z.string(), z.string()),
});

/** What a backup says of itself in `backup.json`. */
export type Backup = z.infer<typeof backupSchema>;

/** What a backup of a runner folder holds besides the journal and its keys. Restraints are not among it: they are not to go back with the record. */
const BESIDE = ['releases', 'log.key.json', 'log.pub.json', 'log-keys'] as const;
const CHECKPOINTS = 'checkpoints';
const TRIES = 3;

/**
 * Copies the record of a runner folder, also while an engine writes it: journal and keys as one consistent pair, the
 * checkpoints they reach, the releases that cases run on, and the key of the log. The copy is checked before it gets its
 * name. It is as secret as the folder: its `keys.sqlite` opens everything that is sealed.
 * Errors: FILE_EXISTS, FILE_UNREADABLE, BACKUP_INVALID (the journal itself is damaged), DISK_FULL, ENVIRONMENT.
 *
 * @param folder the runner folder
 * @param to a folder that is not there yet
 */
export function backUp(folder: string, to: string, madeAt: number): Backup {
  if (existsSync(to) && (!statSync(to).isDirectory() || readdirSync(to).length > 0))
    throw fileError(to, EXISTS, 'written');
  const partial = `${to}.partial`;
  try {
    let problem = '';
    for (let i = 0; i < TRIES; i++) {
      rmSync(partial, { recursive: true, force: true });
      copyAll(folder, partial);
      const checked = check(partial);
      if (checked.problem === null) return finish(partial, to, { ...checked.head, madeAt });
      // Content that was pruned between copying the journal and copying the keys is missing its keys; the next try has neither.
      problem = checked.problem;
    }
    throw invalid(folder, `The copy does not hold: ${problem}`, 'Run “countersign audit verify” on the runner folder.');
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error instanceof CountersignError ? error : fileError(partial, error, 'written');
  }
}

const EXISTS = Object.assign(new Error('it is there already'), { code: 'EEXIST' });

/**
 * In an order that keeps the copies consistent: checkpoints, which cover only what is in the journal; the journal; the
 * keys, which are there before what they seal; the list of erasures, so that one that came in between is repeated.
 */
function copyAll(folder: string, to: string): void {
  makeFolder(to, 0o700);
  copyTree(join(folder, CHECKPOINTS), join(to, CHECKPOINTS), (name) => name !== LIST);
  copyDatabase(join(folder, 'journal.sqlite'), join(to, 'journal.sqlite'), JOURNAL_SCHEMA);
  copyDatabase(join(folder, 'keys.sqlite'), join(to, 'keys.sqlite'), KEYS_SCHEMA);
  copyTree(join(folder, CHECKPOINTS), join(to, CHECKPOINTS), (name) => name === LIST);
  for (const name of BESIDE) copyTree(join(folder, name), join(to, name));
}

/** One snapshot, as it is at the first page read; a writer goes on beside it. */
function copyDatabase(from: string, to: string, schema: Schema): void {
  closeSync(openSync(to, 'wx', 0o600));
  const db = openForReading(from, schema);
  try {
    db.prepare<[string]>('VACUUM INTO ?').run(to);
  } finally {
    db.close();
  }
  sync(to);
}

/** Copies a file or a folder with all that is in it; nothing where there is none. */
export function copyTree(from: string, to: string, wanted: (name: string) => boolean = () => true): void {
  if (!existsSync(from)) return;
  if (!statSync(from).isDirectory()) {
    copyFileSync(from, to);
    chmodSync(to, statSync(from).mode & 0o777);
    return sync(to);
  }
  makeFolder(to);
  // Half of a file that is being written has a name that begins with a point.
  for (const name of readdirSync(from))
    if (!name.startsWith('.') && wanted(name)) copyTree(join(from, name), join(to, name));
  sync(to);
}

export function sync(path: string): void {
  if (process.platform === 'win32' && statSync(path).isDirectory()) return;
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

type Head = Pick<Backup, 'origin' | 'size' | 'root'>;

/** Whether a copy holds: the journal against the checkpoints beside it, and the keys against the journal. */
function check(folder: string): { head: Head; problem: string | null } {
  const path = join(folder, 'journal.sqlite');
  const { origin, size, root, findings } = verifyJournal(path, {
    checkpoints: readCheckpoints(join(folder, CHECKPOINTS)),
  });
  const problem = findings[0]?.message ?? verifyKeys(path).problems[0] ?? null;
  return { head: { origin, size, root }, problem };
}

function finish(partial: string, to: string, head: Head & { madeAt: number }): Backup {
  const files = Object.fromEntries(filesIn(partial).map((name) => [name, digestOfFile(join(partial, name))]));
  const backup: Backup = { format: FORMAT, version: 1, ...head, files };
  writeFileAtomic(join(partial, 'backup.json'), prettyJson(asJson(backup)));
  if (existsSync(to)) rmSync(to, { recursive: true });
  renameSync(partial, to);
  sync(dirname(to));
  return backup;
}

const digestOfFile = (path: string): string => hash('sha256', readFileSync(path), 'hex');

function filesIn(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .flatMap((entry) => {
      const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      return entry.isDirectory() ? filesIn(folder, name) : [name];
    })
    .sort();
}

/**
 * Reads a backup and makes sure that it is as it was made: every file by its digest, the journal against its checkpoints
 * and its keys. Errors: FILE_UNREADABLE, BACKUP_INVALID.
 */
export function readBackup(folder: string): Backup {
  const file = join(folder, 'backup.json');
  if (!existsSync(file))
    throw invalid(folder, 'There is no backup.json in it.', 'Name a folder that “countersign backup” made.');
  const backup = readDocument(new Uint8Array(readFileSync(file)), backupSchema, {
    code: 'BACKUP_INVALID',
    what: 'backup.json',
    hint: 'Take another backup.',
    file,
  });
  const found = new Set(filesIn(folder));
  for (const [name, digest] of Object.entries(backup.files)) {
    if (!found.has(name)) throw invalid(folder, `${name} is missing.`);
    if (digestOfFile(join(folder, name)) !== digest) throw invalid(folder, `${name} was changed since it was made.`);
  }
  const { head, problem } = check(folder);
  if (problem !== null) throw invalid(folder, problem);
  if (head.size !== backup.size || head.root !== backup.root || head.origin !== backup.origin)
    throw invalid(folder, 'Its journal is not the one that backup.json speaks of.');
  return backup;
}

export function invalid(folder: string, why: string, hint = 'Take another backup.'): CountersignError {
  return new CountersignError({
    code: 'BACKUP_INVALID',
    message: `The backup ${folder} cannot be used. ${why}`,
    meaning: 'Nothing was restored from it.',
    where: { file: folder },
    hint,
    fault: 'operator',
  });
}
