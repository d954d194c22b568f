import { fork, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCheckpoints, writeCheckpoint } from '../audit/checkpoint-sink.ts';
import { testSigner } from '../audit/testing.ts';
import { verifyJournal } from '../audit/verify.ts';
import { backUp, readBackup } from './backup.ts';
import { erasuresPathOf } from './erasure-list.ts';
import { openJournalReader, openReaderAsItLies } from './reader.ts';
import { restore, type RestoreOptions } from './restore.ts';
import { restoringPathOf } from './restoring.ts';
import type { SqliteJournal } from './sqlite-journal.ts';
import { AT, countedBytes, openIn, tempFolder, wholeRun } from './testing.ts';
import { verifyKeys } from './verify-keys.ts';

let base = '';
let remove = (): void => undefined;
/** The runner folder. */
let folder = '';
let backup = '';
beforeEach(() => {
  ({ folder: base, remove } = tempFolder());
  folder = join(base, 'runner');
  backup = join(base, 'backup');
  mkdirSync(folder);
});
afterEach(() => remove());

const actor = { issuer: 'people', subject: 'otto', role: 'operator', method: 'shell' };
const path = (): string => join(folder, 'journal.sqlite');
const code = (expected: string): unknown => expect.objectContaining({ code: expected });
const options = (more: Partial<RestoreOptions> = {}): RestoreOptions => ({
  actor,
  now: () => AT,
  random: countedBytes(7),
  ...more,
});
const giveOut = (journal: SqliteJournal): void => {
  writeCheckpoint(join(folder, 'checkpoints'), { origin: journal.origin, ...journal.head() }, testSigner());
};
const texts = (journal: SqliteJournal, run: string): unknown => journal.events(`run:${run}`)[0]?.sealed;

describe('a backup', () => {
  test('holds journal, keys, checkpoints and releases, verifies by itself, and is as secret as what it copies', () => {
    const journal = openIn(folder);
    journal.append(wholeRun('a'));
    giveOut(journal);
    journal.append(wholeRun('b'));
    mkdirSync(join(folder, 'releases', 'blobs'), { recursive: true });
    writeFileSync(join(folder, 'releases', 'blobs', 'sha256-1'), 'pinned');
    writeFileSync(join(folder, 'trust.json'), '{}');
    const made = backUp(folder, backup, AT);
    expect(made).toMatchObject({ madeAt: AT, origin: journal.origin, size: journal.head().size });
    expect(readBackup(backup)).toEqual(made);
    expect(Object.keys(made.files)).toEqual(
      expect.arrayContaining(['journal.sqlite', 'keys.sqlite', 'checkpoints/latest', 'releases/blobs/sha256-1']),
    );
    // What restrains the runner does not go back with its record.
    expect(existsSync(join(backup, 'trust.json'))).toBe(false);
    const mode = (name: string): number => statSync(join(backup, name)).mode & 0o077;
    expect([mode(''), mode('keys.sqlite'), mode('journal.sqlite')]).toEqual([0, 0, 0]);
    expect(verifyKeys(join(backup, 'journal.sqlite'))).toMatchObject({ ok: true, keys: 2, sealed: 2 });
    journal.close();
    expect(() => backUp(folder, backup, AT)).toThrow(code('FILE_EXISTS'));
  });

  test('of a folder whose journal is damaged is refused and leaves nothing behind', () => {
    const journal = openIn(folder);
    journal.append(wholeRun('a'));
    journal.close();
    rmSync(join(folder, 'keys.sqlite'));
    expect(() => backUp(folder, backup, AT)).toThrow(code('FILE_UNREADABLE'));
    expect(readdirSync(base)).toEqual(['runner']);
  });

  test('in which any byte was changed is refused, before anything is touched', () => {
    const journal = openIn(folder);
    journal.append(wholeRun('a'));
    journal.close();
    backUp(folder, backup, AT);
    const before = readFileSync(path());
    for (const name of ['journal.sqlite', 'keys.sqlite', 'backup.json']) {
      const whole = readFileSync(join(backup, name));
      const flipped = Buffer.from(whole);
      const at = Math.floor(whole.length / 2);
      flipped[at] = (flipped[at] ?? 0) ^ 4;
      writeFileSync(join(backup, name), flipped);
      expect(() => restore(backup, folder, options())).toThrow(code('BACKUP_INVALID'));
      writeFileSync(join(backup, name), whole);
    }
    rmSync(join(backup, 'keys.sqlite'));
    expect(() => restore(backup, folder, options())).toThrow(code('BACKUP_INVALID'));
    expect(readFileSync(path()).equals(before)).toBe(true);
    expect(readdirSync(folder).some((name) => name.startsWith('replaced'))).toBe(false);
  });
});

describe('restoring', () => {
  test('to a new machine gives the same journal back, on record', () => {
    const journal = openIn(folder);
    journal.append(wholeRun('a'));
    giveOut(journal);
    const { origin, epoch } = journal;
    journal.close();
    backUp(folder, backup, AT);
    const elsewhere = join(base, 'elsewhere');
    mkdirSync(elsewhere);
    const { lost, replaced } = restore(backup, elsewhere, options());
    expect([lost, replaced]).toEqual([0, null]);
    const restored = openIn(elsewhere);
    expect(restored.origin).toBe(origin);
    expect(restored.epoch).toBeGreaterThan(epoch);
    expect(texts(restored, 'a')).toEqual({ input: { text: 'canary of a' } });
    expect(restored.events('runner').at(-2)).toMatchObject({
      type: 'journal.restored',
      actor,
      open: { lost: 0, basis: null, madeAt: AT },
    });
    restored.close();
    const checkpoints = readCheckpoints(join(elsewhere, 'checkpoints'));
    expect(checkpoints.length).toBe(1);
    expect(verifyJournal(join(elsewhere, 'journal.sqlite'), { checkpoints }).findings).toEqual([]);
  });

  test('what is older than the last checkpoint given out is refused; with a basis the log goes on under a new name', () => {
    let journal = openIn(folder);
    journal.append(wholeRun('a'));
    giveOut(journal);
    backUp(folder, backup, AT);
    journal.append(wholeRun('b'));
    giveOut(journal);
    const { origin, epoch } = journal;
    const { size } = journal.head();
    journal.close();
    // Also where nothing but the checkpoint is left to say so.
    for (const name of ['journal.sqlite', 'keys.sqlite']) rmSync(join(folder, name));
    expect(() => restore(backup, folder, options())).toThrow(code('BACKUP_OLDER'));
    expect(() => restore(backup, folder, options({ basis: ' ' }))).toThrow(/4 more are known/);
    const outcome = restore(backup, folder, options({ basis: 'the disk was lost' }));
    expect(outcome).toMatchObject({ lost: 4, origin: `${origin}/restored-${AT}` });
    journal = openIn(folder);
    expect(journal.origin).toBe(outcome.origin);
    expect([journal.run('a')?.status, journal.run('b')]).toEqual(['completed', null]);
    expect(journal.epoch).toBeGreaterThan(epoch);
    const [record] = journal.events('runner').filter(({ type }) => type === 'journal.restored');
    expect(record).toMatchObject({ actor, open: { lost: 4, basis: 'the disk was lost' } });
    // The checkpoint that it can no longer keep to is on record, so that an auditor who holds it finds out why.
    expect(JSON.stringify(record?.open)).toContain(`\\n${size}\\n`);
    giveOut(journal);
    journal.close();
    const checkpoints = readCheckpoints(join(folder, 'checkpoints'));
    expect(verifyJournal(path(), { checkpoints }).findings).toEqual([]);
  });

  test('control: without a new name the next checkpoint contradicts the one that is out', () => {
    const journal = openIn(folder);
    journal.append(wholeRun('a'));
    const copy = join(base, 'copy');
    journal.close();
    cpSync(folder, copy, { recursive: true });
    const on = openIn(folder);
    on.append(wholeRun('b'));
    giveOut(on);
    on.close();
    const back = openIn(copy, { random: countedBytes(3) });
    back.append([...wholeRun('c'), ...wholeRun('d')]);
    back.close();
    const checkpoints = readCheckpoints(join(folder, 'checkpoints'));
    const found = verifyJournal(join(copy, 'journal.sqlite'), { checkpoints }).findings;
    expect(found.map((finding) => finding.code)).toContain('CHECKPOINT_ROOT');
  });

  test('what is older than the journal that is there is refused, though no checkpoint was given out', () => {
    const journal = openIn(folder);
    journal.append(wholeRun('a'));
    backUp(folder, backup, AT);
    journal.append(wholeRun('b'));
    journal.close();
    expect(() => restore(backup, folder, options())).toThrow(code('BACKUP_OLDER'));
  });

  test('a checkpoint held elsewhere counts as well', () => {
    const journal = openIn(folder);
    journal.append(wholeRun('a'));
    backUp(folder, backup, AT);
    journal.append(wholeRun('b'));
    giveOut(journal);
    journal.close();
    const checkpoints = readCheckpoints(join(folder, 'checkpoints'));
    const elsewhere = join(base, 'elsewhere');
    mkdirSync(elsewhere);
    expect(() => restore(backup, elsewhere, options({ checkpoints }))).toThrow(code('BACKUP_OLDER'));
    expect(restore(backup, elsewhere, options()).lost).toBe(0);
  });

  test('another runner’s backup is refused', () => {
    const journal = openIn(folder);
    journal.append(wholeRun('a'));
    journal.close();
    backUp(folder, backup, AT);
    const other = join(base, 'other');
    mkdirSync(other);
    const its = openIn(other, { random: countedBytes(99) });
    writeCheckpoint(join(other, 'checkpoints'), { origin: its.origin, ...its.head() }, testSigner());
    its.close();
    expect(() => restore(backup, other, options({ basis: 'any' }))).toThrow(code('BACKUP_INVALID'));
  });

  test('P29 repeats what was erased after the backup, and says so on record', () => {
    const journal = openIn(folder);
    journal.append([...wholeRun('a'), ...wholeRun('b')]);
    backUp(folder, backup, AT);
    journal.erase({ runs: ['a'], basis: 'asked', actor, at: AT });
    journal.close();
    const { erasedAgain } = restore(backup, folder, options({ basis: 'try' }));
    expect(erasedAgain).toBe(1);
    const restored = openIn(folder);
    expect(texts(restored, 'a')).toBeNull();
    expect(texts(restored, 'b')).toEqual({ input: { text: 'canary of b' } });
    const records = restored.events('runner').filter(({ type }) => type === 'keys.erased');
    expect(records).toMatchObject([{ open: { replayed: true, basis: 'asked' } }]);
    restored.close();
    expect(verifyKeys(path()).problems).toEqual([]);
    // On another machine the list has to come from where it is kept.
    const elsewhere = join(base, 'elsewhere');
    mkdirSync(elsewhere);
    restore(backup, elsewhere, options({ erasures: [erasuresPathOf(path())] }));
    const there = openIn(elsewhere);
    expect(texts(there, 'a')).toBeNull();
    there.close();
  });

  test('beside an engine that runs is refused', () => {
    const journal = openIn(folder);
    journal.append(wholeRun('a'));
    backUp(folder, backup, AT);
    expect(() => restore(backup, folder, options())).toThrow(code('JOURNAL_LOCKED'));
    journal.close();
  });

  test('that is cut off leaves a journal that nothing opens, and is finished by doing it again', () => {
    let journal = openIn(folder);
    journal.append(wholeRun('a'));
    giveOut(journal);
    backUp(folder, backup, AT);
    journal.append(wholeRun('b'));
    giveOut(journal);
    journal.close();
    const plan = { lost: 4, origin: 'countersign.invalid/x', epoch: 8, newest: null };
    writeFileSync(restoringPathOf(path()), JSON.stringify(plan));
    rmSync(path());
    expect(() => openIn(folder)).toThrow(code('JOURNAL_DAMAGED'));
    // What was decided the first time holds, though the files that it was decided by are gone.
    expect(restore(backup, folder, options())).toMatchObject({ lost: 4, origin: 'countersign.invalid/x' });
    journal = openIn(folder);
    expect(journal.origin).toBe('countersign.invalid/x');
    expect(journal.epoch).toBeGreaterThan(8);
    journal.close();
  });
});

describe('a restore that is cut off before erasures were repeated', () => {
  test('P29 is read by nobody: the keys of who was erased are back until it is done', () => {
    const journal = openIn(folder);
    journal.append(wholeRun('a'));
    backUp(folder, backup, AT);
    journal.erase({ runs: ['a'], basis: 'request 12', actor, at: AT });
    journal.close();
    const cut = (): never => expect.fail('the machine goes off here');
    expect(() => restore(backup, folder, options({ basis: 'a drill', random: cut }))).toThrow('goes off');
    expect(() => openJournalReader(path())).toThrow(code('JOURNAL_DAMAGED'));
    // The control: what is refused would have told it.
    const asItLies = openReaderAsItLies(path());
    expect(asItLies.events('run:a')[0]).toMatchObject({ erased: false });
    asItLies.close();
    restore(backup, folder, options({ basis: 'a drill' }));
    const done = openJournalReader(path());
    expect(done.events('run:a')[0]).toMatchObject({ erased: true });
    done.close();
  });
});

describe('a restore that is begun with one backup and finished with another', () => {
  const older = (): string => join(base, 'older');
  const cut = { of: () => [], lacking: () => expect.fail('the machine goes off here') };

  /** Two backups, the second of all there is. Gives the name of the log. */
  const two = (): string => {
    const journal = openIn(folder);
    journal.append(wholeRun('a'));
    backUp(folder, older(), AT);
    journal.append(wholeRun('b'));
    giveOut(journal);
    backUp(folder, backup, AT);
    const { origin } = journal;
    journal.close();
    return origin;
  };

  test('is refused as older where that one is, and with a basis goes on under a new name', () => {
    const origin = two();
    expect(() => restore(backup, folder, options({ standing: cut }))).toThrow('goes off');
    expect(() => restore(older(), folder, options())).toThrow(code('BACKUP_OLDER'));
    const { lost, origin: name } = restore(older(), folder, options({ basis: 'the other cannot be read any more' }));
    expect(lost).toBeGreaterThanOrEqual(4);
    expect(name).toBe(`${origin}/restored-${AT}`);
  });

  test('loses nothing where that one has everything', () => {
    const origin = two();
    expect(() => restore(older(), folder, options({ standing: cut, basis: 'try' }))).toThrow('goes off');
    expect(restore(backup, folder, options())).toMatchObject({ lost: 0, origin });
    const journal = openIn(folder);
    expect(journal.run('b')?.status).toBe('completed');
    journal.close();
  });
});

describe('under load', () => {
  let writer: ChildProcess | null = null;
  afterEach(() => writer?.kill('SIGKILL'));

  test('a backup beside a process that writes all the time is one consistent pair', async () => {
    writer = fork(new URL('testing-writer.ts', import.meta.url), [folder], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const heard: number[] = [];
    writer.on('message', (written) => heard.push(Number(written)));
    while ((heard.at(-1) ?? 0) < 50) await sleep(10);
    const sizes: number[] = [];
    for (let i = 0; i < 5; i++) {
      const made = backUp(folder, join(base, `backup ${i}`), AT);
      sizes.push(made.size);
      expect(verifyKeys(join(base, `backup ${i}`, 'journal.sqlite'))).toMatchObject({ ok: true });
    }
    expect(new Set(sizes).size).toBe(5);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    // It went on meanwhile.
    const before = heard.at(-1) ?? 0;
    while ((heard.at(-1) ?? 0) <= before) await sleep(10);
  });
});
