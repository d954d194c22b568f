import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CountersignError } from '../flow/error.ts';
import { openForWriting } from './open.ts';
import { openJournalReader } from './reader.ts';
import { JOURNAL_SCHEMA, KEYS_SCHEMA as KEYS } from './schema.ts';
import { countedBytes, draft, openIn, started, tempFolder, wholeRun } from './testing.ts';

let folder = '';
let remove = (): void => undefined;
beforeEach(() => ({ folder, remove } = tempFolder()));
afterEach(() => remove());

const code = (expected: string): unknown => expect.objectContaining({ code: expected });
const path = (): string => join(folder, 'journal.sqlite');

test('what was appended reads back, after reopening and by a reader beside the writer', () => {
  const journal = openIn(folder);
  const actor = { issuer: 'people', subject: 'ada|b', role: 'lead', method: 'ed25519' };
  const first = journal.append([{ ...started('a'), actor, path: '0.1', sealed: { keyOf: 'run:a', value: ['é', 1] } }]);
  expect(first).toBe(2);
  const expected = [
    {
      seq: 2,
      subject: 'run:a',
      epoch: 1,
      type: 'run.started',
      v: 1,
      at: started('a').at,
      actor,
      node: null,
      path: '0.1',
      open: { program: 'sha256-p', release: null, key: null },
      sealed: ['é', 1],
      erased: false,
    },
  ];
  expect(journal.events('run:a')).toEqual(expected);
  const reader = openJournalReader(path());
  expect(reader.events('run:a')).toEqual(expected);
  expect(reader.head()).toEqual(journal.head());
  journal.append(wholeRun('b'));
  expect(reader.runs({}).map(({ id }) => id)).toEqual(['b', 'a']);
  expect(reader.head()).toEqual(journal.head());
  reader.close();
  journal.close();
  const again = openIn(folder);
  expect([again.epoch, again.events('run:a')]).toEqual([2, expected]);
  expect(again.events('runner').map(({ type, epoch }) => [type, epoch])).toEqual([
    ['runner.opened', 1],
    ['runner.opened', 2],
  ]);
  again.close();
});

test('P24 every event is a leaf, and the head moves in the transaction of the events', () => {
  const journal = openIn(folder);
  journal.append(wholeRun('a'));
  expect(() => journal.append([...wholeRun('b'), draft('b', 'x', { bad: '\ud800' })])).toThrow(code('JSON_INVALID'));
  const again = openIn(folder);
  expect(again.run('b')).toBeNull();
  expect(again.head().size).toBe(1 + 4 + 1);
  expect(again.leaves(99).length / 32).toBe(again.head().size);
  again.close();
});

test('P5 after a failed append the journal is closed and refuses everything; reopened it goes on', () => {
  const journal = openIn(folder);
  expect(() => journal.append([draft('a', 'x', null, { at: 0.5 })])).toThrow(code('INTERNAL'));
  expect(() => journal.append(wholeRun('a'))).toThrow(code('JOURNAL_WRITE'));
  expect(() => journal.run('a')).toThrow(/not open/);
  const again = openIn(folder);
  again.append(wholeRun('a'));
  again.close();
});

test('events cannot be changed or deleted by a program that keeps the triggers, but can be pruned', () => {
  openIn(folder).close();
  const db = openForWriting(path(), JOURNAL_SCHEMA);
  expect(() => db.exec('DELETE FROM event')).toThrow(/append-only/);
  expect(() => db.exec("UPDATE event SET open = x'7b7d'")).toThrow(/append-only/);
  expect(() =>
    db.exec("UPDATE event SET inner = x'00', open = NULL, salt = NULL, sealed = NULL, leaf = x'00'"),
  ).toThrow(/append-only/);
  db.exec("UPDATE event SET inner = x'00', open = NULL, salt = NULL, sealed = NULL");
  expect(() => db.exec("UPDATE event SET inner = x'01'")).toThrow(/append-only/);
  db.close();
});

test('a second run with the same idempotency key is refused with its batch', () => {
  const journal = openIn(folder);
  journal.append([started('a', 'k')]);
  expect(() => journal.append([started('b', 'k')])).toThrow(code('RUN_KEY_REUSED'));
});

test('P9 a writer that was replaced writes nothing, neither events nor erasures', () => {
  const paused = openIn(folder);
  paused.append(wholeRun('a'));
  const taken = openIn(folder, { takeOver: true });
  taken.append(wholeRun('b'));
  const before = taken.head();
  expect(() => paused.eraseKey('run:a')).toThrow(code('JOURNAL_FENCED'));
  expect(() => paused.append(wholeRun('c'))).toThrow(code('JOURNAL_FENCED'));
  expect(taken.run('c')).toBeNull();
  expect(taken.head()).toEqual(before);
  // Control: the one in charge goes on.
  taken.append(wholeRun('d'));
  expect(taken.run('d')?.status).toBe('completed');
  taken.close();
});

test('one process writes: another is refused with the number of the first, and follows when that is killed', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder(path())], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const refused = (): unknown => {
    try {
      openIn(folder).close();
      return null;
    } catch (error) {
      return error;
    }
  };
  const error = refused();
  expect(error).toMatchObject({ code: 'JOURNAL_LOCKED', retryable: true });
  expect(error).toBeInstanceOf(CountersignError);
  expect(String(error)).toContain(`process ${child.pid}`);
  const reader = openJournalReader(path());
  expect(reader.run('held')?.status).toBe('completed');
  reader.close();
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  expect(refused()).toBeNull();
  const journal = openIn(folder);
  expect([journal.epoch, journal.run('held')?.status]).toEqual([3, 'completed']);
  journal.close();
}, 20_000);

const holder = (file: string): string => `
  import { openJournal } from ${JSON.stringify(new URL('sqlite-journal.ts', import.meta.url).href)};
  import { wholeRun } from ${JSON.stringify(new URL('testing.ts', import.meta.url).href)};
  const journal = openJournal({ path: ${JSON.stringify(file)}, now: () => 1, random: (n) => crypto.getRandomValues(new Uint8Array(n)) });
  journal.append(wholeRun('held'));
  console.log('held');
  setInterval(() => journal, 1000);
`;

test('the lock holds within one process as well, and goes when the journal closes', () => {
  const journal = openIn(folder);
  expect(() => openIn(folder)).toThrow(code('JOURNAL_LOCKED'));
  journal.close();
  openIn(folder).close();
});

test('P6 a full disk is DISK_FULL, keeps what was there, and goes on when there is room', () => {
  const small = openIn(folder, { maxPages: 60 });
  let written = 0;
  const fill = (): void => {
    for (; written < 10_000; written++) small.append(wholeRun(`r${written}`));
  };
  expect(fill).toThrow(expect.objectContaining({ code: 'DISK_FULL', retryable: true, fault: 'operator' }));
  expect(written).toBeGreaterThan(10);
  const again = openIn(folder);
  expect(again.runs({}).length).toBe(written);
  again.append(wholeRun('more'));
  expect(again.head().size).toBe(1 + 4 * written + 1 + 4);
  again.close();
});

const mounted = join('/tmp', `countersign-small-disk-${process.pid}`);
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

function tryMount(): boolean {
  try {
    mkdirSync(mounted, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mounted], { stdio: 'ignore' });
    execFileSync('umount', [mounted], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(mounted, { recursive: true, force: true });
  }
}

test.runIf(canMount)('P6 a disk that is really full: DISK_FULL at appending and at opening, nothing lost', () => {
  mkdirSync(mounted, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mounted]);
  try {
    let journal = openIn(mounted);
    let written = 0;
    expect(() => {
      for (; written < 10_000; written++) journal.append(wholeRun(`r${written}`));
    }).toThrow(code('DISK_FULL'));
    expect(() => {
      for (let i = 0; i < 20; i++) openIn(mounted).close();
    }).toThrow(code('DISK_FULL'));
    execFileSync('mount', ['-o', 'remount,size=8m', mounted]);
    journal = openIn(mounted);
    expect(journal.runs({}).length).toBe(written);
    journal.append(wholeRun('more'));
    journal.close();
  } finally {
    execFileSync('umount', ['-l', mounted]);
    rmSync(mounted, { recursive: true, force: true });
  }
});

test('erasing a key erases what it sealed and nothing else, and leaves no trace of the key', () => {
  const journal = openIn(folder);
  journal.append([...wholeRun('a'), ...wholeRun('b')]);
  const before = journal.head();
  const keyBytes = keyOf('run:a');
  const found = (): boolean =>
    ['keys.sqlite', 'keys.sqlite-wal'].some((f) => readFileSync(join(folder, f)).includes(keyBytes));
  expect(found()).toBe(true);
  expect([journal.eraseKey('run:a'), journal.eraseKey('run:a')]).toEqual([true, false]);
  expect(found()).toBe(false);
  expect(journal.events('run:a')[0]).toMatchObject({ sealed: null, erased: true, open: { program: 'sha256-p' } });
  expect(journal.events('run:b')[0]).toMatchObject({ sealed: { input: { text: 'canary of b' } }, erased: false });
  expect(journal.head()).toEqual(before);
  // A later key of the same name opens what it sealed, and not what the erased one did.
  journal.append([draft('a', 'label.added', {}, { sealed: { keyOf: 'run:a', value: 'new' } })]);
  expect(journal.events('run:a').map(({ sealed, erased }) => [sealed, erased])).toEqual([
    [null, true],
    ...[1, 2, 3].map(() => [null, false]),
    ['new', false],
  ]);
  journal.close();
});

function keyOf(of: string): Buffer {
  const keys = openForWriting(join(folder, 'keys.sqlite'), KEYS);
  const key = keys.prepare<[string], Buffer>('SELECT key FROM key WHERE of = ?').pluck().get(of);
  keys.close();
  if (key === undefined) throw new Error('no key');
  return key;
}

test('sealed content is nowhere in the journal; the open part is', () => {
  const journal = openIn(folder);
  journal.append(wholeRun('a'));
  journal.close();
  const bytes = readFileSync(path());
  expect(bytes.includes('canary')).toBe(false);
  expect(bytes.includes('sha256-p')).toBe(true);
});

test('a sealed part moved to another event is JOURNAL_DAMAGED', () => {
  const journal = openIn(folder);
  journal.append([1, 2].map((n) => draft('a', 'x', {}, { sealed: { keyOf: 'run:a', value: n } })));
  journal.close();
  const db = openForWriting(path(), JOURNAL_SCHEMA);
  db.exec('DROP TRIGGER event_keeps; UPDATE event SET sealed = (SELECT sealed FROM event WHERE seq = 2) WHERE seq = 3');
  db.close();
  expect(() => openJournalReader(path()).events('run:a')).toThrow(code('JOURNAL_DAMAGED'));
});

test('a lost or foreign key file is refused at opening; without keys a reader shows what is open', () => {
  openIn(folder).close();
  const other = tempFolder();
  openIn(other.folder, { random: countedBytes(2) }).close();
  renameSync(join(folder, 'keys.sqlite'), join(folder, 'kept'));
  expect(() => openIn(folder)).toThrow(code('JOURNAL_DAMAGED'));
  openJournalReader(path()).close();
  renameSync(join(other.folder, 'keys.sqlite'), join(folder, 'keys.sqlite'));
  expect(() => openIn(folder)).toThrow(code('JOURNAL_SCHEMA'));
  renameSync(join(folder, 'kept'), join(folder, 'keys.sqlite'));
  openIn(folder).close();
  other.remove();
});

test('a run of four events takes less than 2 KB on disk, sealed and indexed', () => {
  const journal = openIn(folder);
  for (let batch = 0; batch < 8; batch++) {
    journal.append(Array.from({ length: 100 }, (_, i) => wholeRun(`${batch}r${i}`.padStart(12, '0'))).flat());
  }
  journal.close();
  const bytes = statSync(path()).size + statSync(join(folder, 'keys.sqlite')).size;
  expect(bytes / 800).toBeLessThan(2048);
});

test('P7 an event that was changed on disk is refused when it is read; untouched ones are not', () => {
  const journal = openIn(folder);
  journal.append(wholeRun('a'));
  journal.append(wholeRun('b'));
  journal.close();
  const db = openForWriting(path(), JOURNAL_SCHEMA);
  db.exec('DROP TRIGGER event_keeps');
  const open = db.prepare<[string], Uint8Array>('SELECT open FROM event WHERE subject = ? ORDER BY seq').pluck();
  const before = Buffer.from(open.get('run:a') ?? []).toString('utf8');
  const first = db.prepare<[string], number>('SELECT min(seq) FROM event WHERE subject = ?').pluck().get('run:a') ?? 0;
  db.prepare<[Buffer, number]>('UPDATE event SET open = ? WHERE seq = ?').run(
    Buffer.from(before.replace('sha256-p', 'sha256-q')),
    first,
  );
  db.close();
  const reader = openJournalReader(path());
  expect(() => reader.events('run:a')).toThrow(code('JOURNAL_DAMAGED'));
  expect(reader.events('run:b').length).toBeGreaterThan(0);
  reader.close();
});
