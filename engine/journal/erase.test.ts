import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { proveRun, verifyProof } from '../audit/evidence.ts';
import { verifyJournal } from '../audit/verify.ts';
import type { Draft } from './journal.ts';
import { erasuresPathOf, readErasures } from './erasure-list.ts';
import { openForWriting } from './open.ts';
import { normalised, type PersonLink } from './person-links.ts';
import { openJournalReader } from './reader.ts';
import { KEYS_SCHEMA } from './schema.ts';
import type { SqliteJournal } from './sqlite-journal.ts';
import { AT, countedBytes, draft, openIn, started, tempFolder, wholeRun } from './testing.ts';
import { verifyKeys } from './verify-keys.ts';

let folder = '';
let remove = (): void => undefined;
beforeEach(() => ({ folder, remove } = tempFolder()));
afterEach(() => remove());

const path = (): string => join(folder, 'journal.sqlite');
const operator = { issuer: 'people', subject: 'otto', role: 'operator', method: 'shell' };
const asked = (runs: readonly string[]) => ({ runs, basis: 'asked for by letter 12', actor: operator, at: AT });

/** A run about somebody, who is linked to it by a number and a name. */
const about = (run: string, who: string): Draft => ({
  ...started(run),
  sealed: { keyOf: `run:${run}`, value: { input: { customer: who, text: `canary of ${who}` } } },
});
const personsIn = (drafts: readonly Draft[]): PersonLink[] =>
  drafts.flatMap(({ type, subject, sealed }) => {
    const customer = /"customer":"([^"]*)"/.exec(JSON.stringify(sealed?.value ?? ''))?.[1];
    return type === 'run.started' && customer !== undefined
      ? [{ of: subject, field: 'customer', value: customer }]
      : [];
  });
const openLinked = (): SqliteJournal => openIn(folder, { personsIn });

const everyFile = (of = folder): Buffer[] =>
  readdirSync(of, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
const isSomewhere = (what: Buffer | string): boolean => everyFile().some((bytes) => bytes.includes(what));

function restoreFiles(kept: readonly (readonly [string, Buffer])[]): void {
  for (const [name, bytes] of kept) {
    for (const more of ['-wal', '-shm']) rmSync(join(folder, `${name}${more}`), { force: true });
    writeFileSync(join(folder, name), bytes);
  }
}

function keysByName(): Map<string, Buffer> {
  const keys = openForWriting(join(folder, 'keys.sqlite'), KEYS_SCHEMA);
  const rows = keys.prepare<[], [string, Buffer]>('SELECT of, key FROM key').raw().all();
  keys.close();
  return new Map(rows);
}

describe('P29 erasing a person', () => {
  test('P29 finds their runs by what identifies them, however it is written, and nobody else’s', () => {
    const journal = openLinked();
    journal.append([about('a', 'Ada Lovelace'), about('b', 'ben'), about('c', ' ada  lovelace')]);
    expect(journal.personRuns('ADA LOVELACE')).toEqual([
      { run: 'a', field: 'customer' },
      { run: 'c', field: 'customer' },
    ]);
    expect(journal.personRuns('ada lovelace', 'employee')).toEqual([]);
    expect(journal.personRuns('nobody')).toEqual([]);
    expect(openJournalReader(path()).personRuns('ben')).toEqual([{ run: 'b', field: 'customer' }]);
    // Who they are is in no file, nor a hash of it that could be made without the secret.
    expect(isSomewhere('lovelace')).toBe(false);
    journal.close();
  });

  test('P29 leaves no key, no link and no text; it is on record without naming them; proofs hold', () => {
    const journal = openLinked();
    journal.append([about('a', 'ada'), about('b', 'ben'), about('c', 'ada')]);
    journal.append([...wholeRun('d')]);
    const keys = keysByName();
    const before = journal.head();
    const runs = journal.personRuns('ada').map(({ run }) => run);
    expect(journal.erase(asked(runs))).toEqual({ runs: 2, ended: ['a', 'c'] });
    expect(journal.personRuns('ada')).toEqual([]);
    for (const of of ['run:a', 'run:c']) expect(isSomewhere(keys.get(of) ?? '?')).toBe(false);
    expect(isSomewhere(keys.get('run:b') ?? '?')).toBe(true);
    expect(isSomewhere('canary of ada')).toBe(false);
    expect(journal.events('run:a')[0]).toMatchObject({ sealed: null, erased: true });
    expect(journal.events('run:b')[0]).toMatchObject({ erased: false });
    const [record] = journal.events('runner').filter(({ type }) => type === 'keys.erased');
    expect(record).toMatchObject({ actor: operator, open: { basis: 'asked for by letter 12', runs: 2 } });
    expect(JSON.stringify(record)).not.toContain('ada');
    expect(verifyProof(proveRun(journal, 'a', { payloads: true })).problems).toEqual([]);
    journal.close();
    const { ok, findings } = verifyJournal(path(), {
      checkpoints: [
        { text: '', body: '', signatures: [], checkpoint: { origin: openJournalReader(path()).origin, ...before } },
      ],
    });
    expect([ok, findings]).toEqual([true, []]);
    expect(verifyKeys(path()).problems).toEqual([]);
  });

  test('P29 a run that has not ended ends as failed, says why, asks nobody any more and has no timer', () => {
    const journal = openLinked();
    const task = { visit: 1, task: 't', role: 'lead', due: AT + 5, title: 'Refund?', digest: 'd' };
    journal.append([about('a', 'ada'), draft('a', 'task.created', task, { node: 'agree' })]);
    expect([journal.run('a')?.status, journal.nextTimer()]).toEqual(['waiting', AT + 5]);
    journal.erase(asked(['a']));
    expect(journal.run('a')).toMatchObject({ status: 'failed', error: 'RUN_ERASED', ended: AT });
    expect(journal.tasks({ run: 'a' })).toMatchObject([{ status: 'withdrawn' }]);
    expect(journal.nextTimer()).toBeNull();
    journal.close();
    expect(verifyJournal(path()).findings).toEqual([]);
  });

  test('P29 what is erased twice, or holds nothing sealed, changes nothing', () => {
    const journal = openLinked();
    journal.append([about('a', 'ada'), started('open')]);
    journal.erase(asked(['a']));
    const { size } = journal.head();
    expect(journal.erase(asked(['a', 'open', 'unknown']))).toEqual({ runs: 0, ended: [] });
    expect(journal.head().size).toBe(size);
    expect(readErasures(erasuresPathOf(path())).length).toBe(1);
    journal.close();
  });

  test('P29 an erasure that was cut off before the key was gone is finished at the next opening, and is on record', () => {
    let journal = openLinked();
    journal.append([about('a', 'ada')]);
    journal.close();
    const kept = ['keys.sqlite', 'journal.sqlite'].map((name) => [name, readFileSync(join(folder, name))] as const);
    journal = openLinked();
    journal.erase(asked(['a']));
    journal.close();
    // The list was written first; what follows it did not reach the disk.
    const erased = keysByName();
    expect(erased.size).toBe(0);
    restoreFiles(kept);
    journal = openLinked();
    expect(journal.events('run:a')[0]).toMatchObject({ erased: true });
    expect(journal.run('a')?.error).toBe('RUN_ERASED');
    expect(journal.personRuns('ada')).toEqual([]);
    const records = journal.events('runner').filter(({ type }) => type === 'keys.erased');
    expect(records).toMatchObject([{ open: { replayed: true, erasedAt: AT, basis: 'asked for by letter 12' } }]);
    journal.close();
    // Once is enough.
    journal = openLinked();
    expect(journal.events('runner').filter(({ type }) => type === 'keys.erased').length).toBe(1);
    journal.close();
  });

  test('P29 control: without the list the key comes back with the copy', () => {
    let journal = openLinked();
    journal.append([about('a', 'ada')]);
    journal.close();
    const kept = ['keys.sqlite', 'journal.sqlite'].map((name) => [name, readFileSync(join(folder, name))] as const);
    journal = openLinked();
    journal.erase(asked(['a']));
    journal.close();
    restoreFiles(kept);
    rmSync(erasuresPathOf(path()));
    journal = openLinked();
    expect(journal.events('run:a')[0]).toMatchObject({ erased: false });
    journal.close();
  });

  test('P29 no trace of a key is left however keys fell into pages: none of thousands, in any order', () => {
    fc.assert(
      fc.property(fc.constantFrom('rising', 'mixed', 'long'), fc.integer({ min: 2, max: 9 }), (order, each) => {
        const own = tempFolder();
        const bytes = countedBytes(each);
        const name = (i: number): string =>
          order === 'rising'
            ? String(i).padStart(12, '0')
            : Buffer.from(bytes(order === 'long' ? 60 : 6)).toString('hex') + String(i);
        const journal = openIn(own.folder, { random: countedBytes(each + 100) });
        const runs = Array.from({ length: 900 }, (_, i) => name(i));
        for (let i = 0; i < runs.length; i += 300)
          journal.append(
            runs.slice(i, i + 300).map((run) => draft(run, 'x', {}, { sealed: { keyOf: `run:${run}`, value: i } })),
          );
        folder = own.folder;
        const keys = keysByName();
        const gone = runs.filter((_, i) => i % each === 0);
        journal.erase(asked(gone));
        const files = ['keys.sqlite', 'keys.sqlite-wal'].map((file) => readFileSync(join(own.folder, file)));
        const left = gone.filter((run) => files.some((file) => file.includes(keys.get(`run:${run}`) ?? '?')));
        expect(left).toEqual([]);
        journal.close();
        own.remove();
      }),
      { numRuns: 4 },
    );
  });

  test('P29 control: a file that does not overwrite what it deletes keeps the key', () => {
    const journal = openLinked();
    journal.append([about('a', 'ada'), about('b', 'ben')]);
    journal.close();
    const keys = keysByName();
    const db = openForWriting(join(folder, 'keys.sqlite'), KEYS_SCHEMA);
    db.exec("PRAGMA secure_delete = OFF; DELETE FROM key WHERE of = 'run:a'; PRAGMA wal_checkpoint(TRUNCATE)");
    db.close();
    expect(isSomewhere(keys.get('run:a') ?? '?')).toBe(true);
  });

  test('P29 while a reader holds older pages of the keys it says so, and erasing again finishes it', () => {
    const journal = openLinked();
    journal.append([about('a', 'ada')]);
    const keys = keysByName();
    const db = openForWriting(join(folder, 'keys.sqlite'), KEYS_SCHEMA);
    const rows = db.prepare('SELECT * FROM log').raw().iterate();
    rows.next();
    expect(() => journal.erase(asked(['a']))).toThrow(expect.objectContaining({ code: 'JOURNAL_LOCKED' }));
    rows.return?.();
    db.close();
    expect(journal.erase(asked(['a']))).toEqual({ runs: 0, ended: [] });
    expect(isSomewhere(keys.get('run:a') ?? '?')).toBe(false);
    expect(journal.run('a')?.error).toBe('RUN_ERASED');
    journal.close();
  });
});

describe('P7 the key file', () => {
  test('P7 every flipped bit is reported, or changes nothing that is read', () => {
    const journal = openLinked();
    journal.append([about('a', 'ada'), about('b', 'ben'), about('c', 'cem')]);
    journal.erase(asked(['c']));
    journal.close();
    const file = join(folder, 'keys.sqlite');
    const whole = readFileSync(file);
    const reading = (): unknown => {
      const reader = openJournalReader(path());
      try {
        return [
          ...['a', 'b', 'c'].map((run) => reader.events(`run:${run}`)),
          reader.personRuns('ada'),
          reader.personRuns('ben'),
        ];
      } finally {
        reader.close();
      }
    };
    const before = JSON.stringify(reading());
    let reported = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const flipped = Buffer.from(whole);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        writeFileSync(file, flipped);
        let ok = false;
        try {
          ok = verifyKeys(path()).ok;
        } catch {
          // Not a key file of ours any more: refused as a whole.
        }
        const changed = ok && JSON.stringify(reading()) !== before;
        expect(changed).toBe(false);
        if (!ok) reported += 1;
      }),
      { numRuns: 400 },
    );
    expect(reported).toBeGreaterThan(20);
    writeFileSync(file, whole);
    expect(verifyKeys(path()).ok).toBe(true);
  });

  test('P7 a key that is gone without an erasure is damage, not an erasure', () => {
    const journal = openLinked();
    journal.append([about('a', 'ada')]);
    journal.close();
    const db = openForWriting(join(folder, 'keys.sqlite'), KEYS_SCHEMA);
    db.exec('DELETE FROM key');
    db.close();
    expect(() => openJournalReader(path()).events('run:a')).toThrow(
      expect.objectContaining({ code: 'JOURNAL_DAMAGED' }),
    );
    expect(verifyKeys(path()).problems[0]).toContain('was not erased');
  });

  test('P7 one that was emptied is refused, and not taken for the erasure of all', () => {
    const journal = openLinked();
    journal.append([about('a', 'ada')]);
    journal.close();
    const file = join(folder, 'keys.sqlite');
    const whole = readFileSync(file);
    writeFileSync(file, '');
    expect(() => openIn(folder)).toThrow(expect.objectContaining({ code: 'JOURNAL_DAMAGED' }));
    writeFileSync(file, whole);
    openIn(folder).close();
  });

  test('P7 one that names another log is reported', () => {
    openLinked().close();
    const db = openForWriting(join(folder, 'keys.sqlite'), KEYS_SCHEMA);
    db.exec("UPDATE log SET origin = replace(origin, 'journal', 'jovrnal')");
    db.close();
    expect(verifyKeys(path()).problems[0]).toContain('does not name the log');
  });
});

test('a person’s name in any writing is one person, and another’s is another', () => {
  const writings = ['Zoë  Müller', ' zoë müller ', 'ZOE\u0308 MU\u0308LLER'];
  expect(new Set(writings.map(normalised)).size).toBe(1);
  expect(normalised('Zoe Muller')).not.toBe(normalised('Zoë Müller'));
});

test('P5 an erasure that cannot be listed erases nothing', () => {
  const journal = openLinked();
  journal.append([about('a', 'ada')]);
  writeFileSync(join(folder, 'checkpoints'), Buffer.from('in the way'));
  expect(() => journal.erase(asked(['a']))).toThrow(/checkpoints/);
  expect(journal.events('run:a')[0]).toMatchObject({ erased: false });
  expect(journal.run('a')?.ended).toBeNull();
  journal.close();
  expect(statSync(join(folder, 'checkpoints')).isFile()).toBe(true);
});
