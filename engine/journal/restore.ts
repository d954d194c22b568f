import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseNote, type Note } from '../audit/checkpoint.ts';
import { readCheckpoints } from '../audit/checkpoint-sink.ts';
import { verifyJournal } from '../audit/verify.ts';
import type { Actor } from '../core/event.ts';
import { CountersignError } from '../flow/error.ts';
import { fileError } from '../manifest/atomic.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { copyTree, invalid, readBackup, sync, type Backup } from './backup.ts';
import { addErasures, erasuresPathOf, readErasures } from './erasure-list.ts';
import { acquireLock, type Lock } from './lock.ts';
import { firstName, restoredName } from './log-name.ts';
import { openForWriting } from './open.ts';
import { keysPathOf, openReaderAsItLies, type JournalReader } from './reader.ts';
import { readPlan, restoringPathOf, writePlan, type RestorePlan, type Standing } from './restoring.ts';
import { JOURNAL_SCHEMA, KEYS_SCHEMA } from './schema.ts';
import { openJournal } from './sqlite-journal.ts';

export interface RestoreOptions {
  /** Checkpoints held elsewhere, beside those in the runner folder. */
  checkpoints?: readonly Note[];
  /** Lists of erasures held elsewhere, beside that in the runner folder and in the backup. */
  erasures?: readonly string[];
  /** Why a backup is restored that is older than what is known of the journal; it stays on record. */
  basis?: string;
  actor: Actor;
  now(): number;
  random(bytes: number): Uint8Array;
  /** What must hold on after it; nothing where it is left out. */
  standing?: StandingRules;
}

/** What somebody has held, and a backup may not know of. */
export interface StandingRules {
  /**
   * @param replaced the journal that is replaced; null where there is none, or it cannot be read
   * @param lost events that are known to be lost
   */
  of(replaced: JournalReader | null, lost: number): Standing[];
  /** Those of them that the restored journal does not say itself, and that concern something in it. */
  lacking(restored: JournalReader, standing: readonly Standing[]): Standing[];
}

export interface Restored {
  backup: Backup;
  /** Events that were known to be there and are not in the backup. */
  lost: number;
  /** Name of the log from here on: a new one when events were lost. */
  origin: string;
  /** Keys in the backup that had been erased since, and were erased again. */
  erasedAgain: number;
  /** Where what was there before lies; null when nothing was. */
  replaced: string | null;
  /** What was put on record so that it holds on. */
  standing: readonly Standing[];
}

/** What is known of the journal that a backup is to take the place of. */
interface Known {
  size: number;
  epoch: number;
  newest: Note | null;
}

/**
 * Puts a backup in the place of a runner folder's journal. The backup is checked first; what was there is kept in a
 * folder beside it; erasures that came after the backup are repeated before anything can be read; that it was restored is
 * on record.
 *
 * A backup that is older than a checkpoint that was given out, or than the journal it replaces, is refused with
 * BACKUP_OLDER unless a basis is given. With one the log gets a new name: its checkpoints would otherwise contradict
 * those that are out already.
 *
 * Errors: BACKUP_INVALID, BACKUP_OLDER, JOURNAL_LOCKED (an engine is running), DISK_FULL, ENVIRONMENT. A restore that is
 * cut off leaves a journal that no engine opens; doing it again finishes it, also with another backup.
 */
export function restore(from: string, folder: string, options: RestoreOptions): Restored {
  const backup = readBackup(from);
  const path = join(folder, 'journal.sqlite');
  if (!existsSync(folder))
    throw fileError(folder, Object.assign(new Error('there is none'), { code: 'ENOENT' }), 'read');
  const lock = acquireLock(path);
  try {
    const begun = readPlan(path);
    const isSame = begun !== null && (begun.root === null || begun.root === backup.root);
    const plan = isSame ? begun : planOf(from, folder, backup, { ...options, begun });
    repeatLater(from, path, options.erasures ?? []);
    writePlan(path, plan);
    const replaced = moveAside(folder, options.now(), plan.lost > 0);
    putInPlace(from, folder, plan.lost > 0);
    nameLog(path, plan);
    const { lost, origin } = plan;
    return { backup, lost, origin, replaced, ...record({ path, from, lock }, backup, plan, options) };
  } finally {
    lock.release();
  }
}

/**
 * Compares the backup with all that is known: by what is there, and by the plan of a restore that was `begun` with another
 * backup and cut off, as what it was decided by may be gone. Errors: BACKUP_INVALID, BACKUP_OLDER.
 */
function planOf(
  from: string,
  folder: string,
  backup: Backup,
  { begun, ...options }: RestoreOptions & { begun: RestorePlan | null },
): RestorePlan {
  const known = knownOf(folder, options.checkpoints ?? [], begun);
  const lost = lostSince(backup, known, from, folder);
  if (lost > 0 && basisOf(options) === null) throw older(backup, known, lost, folder);
  const origin = lost > 0 ? restoredName(backup.origin, options.now()) : backup.origin;
  const { size, epoch, newest } = known;
  const standing = options.standing === undefined ? [] : standingIn(folder, size, lost, options.standing);
  const all = begun?.standing ?? standing;
  return { root: backup.root, known: size, lost, origin, epoch, newest: newest?.text ?? null, standing: all };
}

/** What the journal that is replaced says, where it can be read to its end. */
function standingIn(folder: string, size: number, lost: number, rules: StandingRules): Standing[] {
  try {
    const reader = openReaderAsItLies(join(folder, 'journal.sqlite'));
    try {
      return rules.of(reader.head().size < size ? null : reader, lost);
    } finally {
      reader.close();
    }
  } catch {
    return rules.of(null, lost);
  }
}

const basisOf = ({ basis = '' }: RestoreOptions): string | null => (basis.trim() === '' ? null : basis.trim());

function knownOf(folder: string, elsewhere: readonly Note[], begun: RestorePlan | null): Known {
  const before = begun === null || begun.newest === null ? [] : [parseNote(begun.newest)];
  const notes = [...readCheckpoints(join(folder, 'checkpoints')), ...elsewhere, ...before];
  const newest = notes.reduce<Note | null>(
    (most, note) => (note.checkpoint.size > (most?.checkpoint.size ?? -1) ? note : most),
    null,
  );
  try {
    const reader = openReaderAsItLies(join(folder, 'journal.sqlite'));
    try {
      const size = Math.max(reader.head().size, newest?.checkpoint.size ?? 0, begun?.known ?? 0);
      return { size, epoch: Math.max(reader.writerEpoch(), begun?.epoch ?? 0), newest };
    } finally {
      reader.close();
    }
  } catch {
    // It is to be replaced because it is gone or cannot be read; the checkpoints say how far it went.
    return { size: Math.max(newest?.checkpoint.size ?? 0, begun?.known ?? 0), epoch: begun?.epoch ?? 0, newest };
  }
}

/** Events that are known and not in the backup. BACKUP_INVALID when the backup is of another log. */
function lostSince(backup: Backup, known: Known, from: string, folder: string): number {
  const { newest } = known;
  if (newest !== null && firstName(newest.checkpoint.origin) !== firstName(backup.origin))
    throw invalid(
      from,
      `It is of the log ${backup.origin}, and ${folder} is of ${newest.checkpoint.origin}.`,
      'Name the backup that was made of this runner.',
    );
  if (newest !== null && newest.checkpoint.origin === backup.origin && newest.checkpoint.size <= backup.size) {
    const { findings } = verifyJournal(join(from, 'journal.sqlite'), { checkpoints: [newest] });
    if (findings[0] !== undefined) throw invalid(from, findings[0].message);
  }
  // A log that was restored before has gone another way since: nothing beyond that is in an earlier backup.
  const another = newest !== null && newest.checkpoint.origin !== backup.origin ? 1 : 0;
  return Math.max(known.size - backup.size, another);
}

function older(backup: Backup, known: Known, lost: number, folder: string): CountersignError {
  const of = known.newest === null ? '' : ` A checkpoint of ${known.newest.checkpoint.size} events was given out.`;
  return new CountersignError({
    code: 'BACKUP_OLDER',
    message: `The backup has ${backup.size} events, and ${lost} more are known.${of}`,
    meaning:
      'Cases, decisions and erasures after it would be gone from the record. What cases did in that time is done, and may be done once more: effects without an idempotency key twice.',
    where: { file: folder },
    hint: 'Take a newer backup. If there is none, restore with --basis and the reason: it stays on record, and the log goes on under a new name.',
    fault: 'operator',
  });
}

/** Every erasure that is known anywhere, so that the restored keys lose what was erased since. */
function repeatLater(from: string, path: string, elsewhere: readonly string[]): void {
  const lists = [erasuresPathOf(join(from, 'journal.sqlite')), ...elsewhere];
  addErasures(erasuresPathOf(path), lists.flatMap(readErasures));
}

const RECORD = [
  'journal.sqlite',
  'journal.sqlite-wal',
  'journal.sqlite-shm',
  'keys.sqlite',
  'keys.sqlite-wal',
  'keys.sqlite-shm',
];

const REPLACED = 'replaced-';

/** When what lies in a folder of this name was set aside by a restore; null where it is another folder. */
export const replacedAt = (name: string): number | null =>
  name.startsWith(REPLACED) && /^\d+$/.test(name.slice(REPLACED.length)) ? Number(name.slice(REPLACED.length)) : null;

/** Moves away what is there. A write-ahead log must never meet another database. */
function moveAside(folder: string, now: number, checkpointsToo: boolean): string | null {
  const files = RECORD.filter((name) => existsSync(join(folder, name)));
  const checkpoints = join(folder, 'checkpoints');
  const notes =
    checkpointsToo && existsSync(checkpoints)
      ? readdirSync(checkpoints).filter((name) => /\.note$|^latest$/.test(name))
      : [];
  if (files.length + notes.length === 0) return null;
  const aside = join(folder, `${REPLACED}${now}`);
  makeFolder(join(aside, 'checkpoints'), 0o700);
  for (const name of files) renameSync(join(folder, name), join(aside, name));
  for (const name of notes) renameSync(join(checkpoints, name), join(aside, 'checkpoints', name));
  sync(aside);
  return aside;
}

function putInPlace(from: string, folder: string, forks: boolean): void {
  for (const name of ['keys.sqlite', 'journal.sqlite']) copyTree(join(from, name), join(folder, name));
  const beside = ['releases', 'log.key.json', 'log.pub.json', 'log-keys', ...(forks ? [] : ['checkpoints'])];
  // What is there is the newer one: nothing beside the record goes back.
  for (const name of beside) copyMissing(join(from, name), join(folder, name));
}

function copyMissing(from: string, to: string): void {
  if (!existsSync(to)) return copyTree(from, to);
  if (existsSync(from) && statSync(from).isDirectory())
    for (const name of readdirSync(from)) copyMissing(join(from, name), join(to, name));
}

/** Says the log's name in both files, and leaves no epoch behind that somebody who was paused could still hold. */
function nameLog(path: string, { origin, epoch }: RestorePlan): void {
  const journal = openForWriting(path, JOURNAL_SCHEMA);
  try {
    journal.transaction(() => {
      journal.prepare<[string]>('UPDATE log SET origin = ?').run(origin);
      journal.prepare<[number]>('UPDATE writer SET epoch = max(epoch, ?)').run(epoch);
    })();
  } finally {
    journal.close();
  }
  const keys = openForWriting(keysPathOf(path), KEYS_SCHEMA);
  try {
    keys.prepare<[string]>('UPDATE log SET origin = ?').run(origin);
  } finally {
    keys.close();
  }
}

/**
 * Opens the restored journal, by which erasures are repeated, and puts on record what holds on and the restore itself,
 * before anybody else can open it. With that it is done.
 */
function record(
  { path, from, lock }: { path: string; from: string; lock: Lock },
  backup: Backup,
  plan: RestorePlan,
  options: RestoreOptions,
): Pick<Restored, 'erasedAgain' | 'standing'> {
  const journal = openJournal({ path, lock, now: () => options.now(), random: (bytes) => options.random(bytes) });
  try {
    const { madeAt, size, root } = backup;
    const { lost, origin, newest } = plan;
    const open = { from: resolve(from), madeAt, size, root, lost, origin, basis: basisOf(options), newest };
    const { actor } = options;
    const standing = options.standing?.lacking(journal, plan.standing) ?? [];
    journal.append([
      ...standing,
      { subject: 'runner', type: 'journal.restored', v: 1, at: options.now(), actor, open },
    ]);
    rmSync(restoringPathOf(path));
    sync(dirname(path));
    return { erasedAgain: journal.erasedAtOpening, standing };
  } finally {
    journal.close();
  }
}
