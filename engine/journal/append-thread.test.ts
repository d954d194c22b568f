import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyJournal } from '../audit/verify.ts';
import type { SqliteJournal } from './sqlite-journal.ts';
import { draft, openIn, started, tempFolder, wholeRun } from './testing.ts';

let folder = '';
let remove = (): void => undefined;
beforeEach(() => ({ folder, remove } = tempFolder()));
afterEach(() => remove());

const code = (expected: string): unknown => expect.objectContaining({ code: expected });
const runs = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => wholeRun(`run ${from + i}`)).flat();

/** A journal whose thread has come up. */
async function threaded(more: Parameters<typeof openIn>[1] = {}): Promise<SqliteJournal> {
  const journal = openIn(folder, { threadFrom: 48, ...more, thread: 'at once' });
  await expect.poll(() => journal.hasThread, { interval: 5, timeout: 10_000 }).toBe(true);
  return journal;
}

/** Appends in the thread; throws where it was not taken there. */
function meanwhile(journal: SqliteJournal, drafts: ReturnType<typeof runs>): Promise<void> {
  const appended = journal.appendMeanwhile(drafts);
  if (appended === null) throw new Error('the batch was not taken by the thread');
  return appended;
}

test('P24 what the thread writes is what this one would have written, byte for byte', async () => {
  const one = openIn(folder);
  for (const [from, to] of [
    [0, 20],
    [20, 60],
    [60, 61],
    [61, 90],
  ] as const)
    one.append(runs(from, to));
  const expected = { head: one.head(), events: one.events('run:run 17'), rows: one.runs({}) };
  one.close();
  remove();
  ({ folder, remove } = tempFolder());
  const journal = await threaded();
  await meanwhile(journal, runs(0, 20));
  const second = meanwhile(journal, runs(20, 60));
  // This thread's own batch waits for the other's.
  expect(journal.append(runs(60, 61))).toBe(2 + 60 * 4);
  await second;
  await meanwhile(journal, runs(61, 90));
  const sizes = { head: journal.head().size, rows: journal.runs({}).length };
  expect([sizes.head, sizes.rows]).toEqual([expected.head.size, expected.rows.length]);
  expect(journal.events('run:run 17')).toEqual(expected.events);
  expect(journal.runs({})).toEqual(expected.rows);
  journal.close();
  expect(verifyJournal(join(folder, 'journal.sqlite')).findings).toEqual([]);
});

test('whoever settles, erases or closes meanwhile waits for the thread, and nothing is lost', async () => {
  const journal = await threaded();
  const appended = meanwhile(journal, runs(0, 100));
  journal.settle();
  expect(journal.head().size).toBe(1 + 400);
  const more = meanwhile(journal, runs(100, 200));
  journal.close();
  await Promise.all([appended, more]);
  const again = openIn(folder);
  expect(again.runs({}).length).toBe(200);
  again.close();
});

test('a small batch, and one while another is under way, are not taken by the thread', async () => {
  const journal = await threaded();
  expect(journal.appendMeanwhile(runs(0, 2))).toBeNull();
  const appended = meanwhile(journal, runs(0, 100));
  expect(journal.appendMeanwhile(runs(100, 200))).toBeNull();
  await appended;
  await meanwhile(journal, runs(100, 200));
  journal.close();
});

test('P9 once another process has taken over, nothing of a batch in the thread is written', async () => {
  const paused = await threaded();
  await meanwhile(paused, runs(0, 20));
  const taken = openIn(folder, { takeOver: true });
  await expect(meanwhile(paused, runs(20, 60))).rejects.toEqual(code('JOURNAL_FENCED'));
  expect(() => paused.append(runs(60, 61))).toThrow(code('JOURNAL_FENCED'));
  expect(taken.runs({}).length).toBe(20);
  taken.close();
});

test('P9 who waits for a batch that fails hears of why, and not that the journal was closed', async () => {
  const paused = await threaded();
  const taken = openIn(folder, { takeOver: true });
  const failed = meanwhile(paused, runs(0, 60));
  expect(() => paused.append(runs(60, 61))).toThrow(code('JOURNAL_FENCED'));
  await expect(failed).rejects.toEqual(code('JOURNAL_FENCED'));
  taken.close();
});

test('P5 P6 a disk that is full fails the whole batch; reopened with room the journal goes on', async () => {
  const journal = await threaded({ maxPages: 200 });
  let written = 0;
  const fill = async (): Promise<void> => {
    for (; written < 10_000; written += 50)
      // oxlint-disable-next-line no-await-in-loop -- until there is no room
      await meanwhile(journal, runs(written, written + 50));
  };
  await expect(fill()).rejects.toEqual(code('DISK_FULL'));
  const again = openIn(folder);
  expect(again.runs({ limit: 20_000 }).length).toBe(written);
  again.append(runs(written, written + 50));
  again.close();
});

test('what JSON cannot hold is refused before the thread has it', async () => {
  const journal = await threaded();
  await expect(meanwhile(journal, [...runs(0, 60), draft('b', 'x', { bad: '\ud800' })])).rejects.toEqual(
    code('JSON_INVALID'),
  );
});

test('P5 a thread that is gone takes no batch, and this one writes them', async () => {
  const workers: Worker[] = [];
  const seen = (worker: Worker): void => void workers.push(worker);
  process.on('worker', seen);
  const journal = await threaded();
  process.off('worker', seen);
  await Promise.all(workers.map(async (worker) => worker.terminate()));
  expect([journal.hasThread, journal.appendMeanwhile(runs(0, 60))]).toEqual([false, null]);
  journal.append(runs(0, 60));
  expect(journal.runs({}).length).toBe(60);
  journal.close();
});

test('the head is of what is known to be on disk, and holds up nobody', async () => {
  const journal = await threaded();
  const before = journal.head();
  const appended = meanwhile(journal, runs(0, 100));
  expect(journal.head()).toEqual(before);
  await appended;
  expect(journal.head().size).toBe(1 + 400);
  journal.close();
});

test('P6 a batch that could not be handed over leaves the journal open until that is told', async () => {
  let fails = false;
  const journal = await threaded({
    personsIn: () => {
      if (fails) throw new Error('no room for keys');
      return [];
    },
  });
  fails = true;
  const failed = meanwhile(journal, runs(0, 60));
  // Whoever handed it over still has to tell of the batch before.
  expect(journal.nextTimer()).toBeNull();
  await expect(failed).rejects.toThrow(/./);
  expect(() => journal.append(runs(60, 61))).toThrow(/./);
});

test('P40 the rows of a run with many branches are what a rebuild gives, whichever thread writes of it, and whoever wrote last', async () => {
  const run = 'many';
  const keys = Array.from({ length: 90 }, (_, i) => String(i));
  const at = (key: string) => ({ node: 'pay', path: `each:1:${key}` });
  const call = { connection: 'billing', action: 'refund', class: 'reversible', digest: 'd' };
  const begun = (key: string) => draft(run, 'call.intended', { visit: 1, key: `k${key}`, ...call }, at(key));
  const done = (key: string) => [
    draft(run, 'node.completed', { visit: 1, port: 'done' }, at(key)),
    draft(run, 'node.completed', { visit: 1, port: 'next' }, { ...at(key), node: 'all' }),
  ];
  const opened = { visit: 1, join: 'all', any: false, keys, item: 'one', atOnce: 90 };
  const journal = await threaded({ threadFrom: 1 });
  journal.append([started(run), draft(run, 'branches.opened', opened, { node: 'each' })]);
  for (const key of keys) {
    // Now the one, now the other: what either remembers of the run is old by then.
    if (Number(key) % 3 === 0) journal.append([begun(key)]);
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other
    else await meanwhile(journal, [begun(key)]);
  }
  for (const key of keys.slice(0, 80)) {
    if (Number(key) % 4 === 0) journal.append(done(key));
    // oxlint-disable-next-line no-await-in-loop
    else await meanwhile(journal, done(key));
  }
  expect(journal.effects({ run, status: 'done' })).toHaveLength(80);
  expect([journal.run(run)?.status, journal.effects({ run, status: 'intended' }).length]).toEqual(['calling', 10]);
  journal.close();
  expect(verifyJournal(join(folder, 'journal.sqlite')).findings).toEqual([]);
});
