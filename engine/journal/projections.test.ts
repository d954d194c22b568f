import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RUN_EVENT_TYPES } from '../core/event.ts';
import { openForWriting, type Connection } from './open.ts';
import { Query } from './query.ts';
import { rebuildProjections } from './rebuild.ts';
import { JOURNAL_SCHEMA, PROJECTION_TABLES } from './schema.ts';
import type { SqliteJournal } from './sqlite-journal.ts';
import { anyRunEvent, completed, draft, ended, openIn, started, tempFolder, wholeRun } from './testing.ts';

let folder = '';
let remove = (): void => undefined;
let journal: SqliteJournal;
beforeEach(() => {
  ({ folder, remove } = tempFolder());
  journal = openIn(folder);
});
afterEach(() => {
  journal.close();
  remove();
});

function dump(db: Connection): unknown[] {
  return PROJECTION_TABLES.map(({ table, order }) => new Query(db, `SELECT * FROM ${table} ORDER BY ${order}`).all());
}

test('projections rebuilt from the events equal the live ones, however events fall into batches', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyRunEvent, { maxLength: 8 }), { maxLength: 12 }), (batches) => {
      const own = tempFolder();
      try {
        const live = openIn(own.folder);
        for (const batch of batches) live.append(batch);
        live.close();
        const db = openForWriting(`${own.folder}/journal.sqlite`, JOURNAL_SCHEMA);
        const before = dump(db);
        db.exec("DELETE FROM task; DELETE FROM timer; UPDATE run SET status = 'lost'");
        rebuildProjections(db);
        expect(dump(db)).toEqual(before);
        db.close();
      } finally {
        own.remove();
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('the events of the property are of every type that a run has', () => {
  const types = new Set(fc.sample(anyRunEvent, { numRuns: 2000, seed: 1 }).map(({ type }) => type));
  for (const type of RUN_EVENT_TYPES) expect(types).toContain(type);
});

const intended = (run: string): ReturnType<typeof draft> =>
  draft(
    run,
    'call.intended',
    { visit: 1, key: 'k', connection: 'billing', action: 'refund', class: 'irreversible', digest: 'd' },
    { node: 'pay' },
  );
const error = { code: 'ACTION_UNREACHABLE', message: 'down', hint: 'wait', retryable: true, fault: 'other system' };
const doubted = draft(
  'a',
  'call.doubted',
  { visit: 1, key: 'k', task: 'd', error, connection: 'billing', action: 'refund' },
  { node: 'pay' },
);
const settled = (happened: boolean): ReturnType<typeof draft> =>
  draft('a', 'doubt.settled', { visit: 1, task: 'd', settlement: { happened, person: 'ada' } }, { node: 'pay' });
const task = draft(
  'a',
  'task.created',
  { visit: 1, task: 't', role: 'lead', due: 50, title: 'Refund?', digest: 'sha256-shown' },
  { node: 'sign' },
);
const status = (): string | undefined => journal.run('a')?.status;
const effect = (): string | undefined => journal.effects({ run: 'a' })[0]?.status;

describe('the status of a run follows its events', () => {
  test('a call: intended, failed, repeated, done', () => {
    journal.append([started('a', 'row:1')]);
    expect([status(), journal.unfinished(), journal.runByKey('row:1')?.id]).toEqual(['running', ['a'], 'a']);
    journal.append([intended('a')]);
    expect([status(), effect()]).toEqual(['calling', 'intended']);
    journal.append([draft('a', 'call.failed', { visit: 1, attempt: 1, error, retryAt: 70 }, { node: 'pay' })]);
    expect([status(), journal.run('a')?.error, journal.unfinished()]).toEqual(['retrying', 'ACTION_UNREACHABLE', []]);
    expect([journal.nextTimer(), journal.dueTimers(69, 9), journal.dueTimers(70, 9)]).toEqual([
      70,
      [],
      [{ run: 'a', at: 70, kind: 'retry' }],
    ]);
    journal.append([draft('a', 'call.repeated', { visit: 1, attempt: 2 }, { node: 'pay' })]);
    expect([status(), journal.nextTimer()]).toEqual(['calling', null]);
    journal.append([completed('a', 'pay', 'done', { by: 'system' })]);
    expect([status(), effect(), journal.run('a')?.error]).toEqual(['running', 'done', null]);
    journal.append([ended('a', 'refunded')]);
    expect(journal.run('a')).toMatchObject({ status: 'completed', result: 'refunded', node: 'end', person: false });
    expect(journal.unfinished()).toEqual([]);
  });

  test('a task: created with a due date, decided by a person', () => {
    journal.append([started('a'), task]);
    expect([status(), journal.nextTimer(), journal.tasks({ status: 'open', role: 'lead' }).length]).toEqual([
      'waiting',
      50,
      1,
    ]);
    expect(journal.tasks({ status: 'open', role: 'clerk' })).toEqual([]);
    journal.append([completed('a', 'sign', 'approved', { by: 'person' })]);
    expect(journal.task('t')).toMatchObject({
      status: 'decided',
      decision: 'approved',
      shown: 'sha256-shown',
      type: 'approve',
    });
    expect([journal.nextTimer(), journal.run('a')?.person, journal.tasks({ status: 'open' })]).toEqual([
      null,
      true,
      [],
    ]);
  });

  test('a task that nobody decided in time', () => {
    journal.append([started('a'), task, completed('a', 'sign', 'timed out', { by: 'timer' })]);
    expect(journal.task('t')).toMatchObject({ status: 'timed out', decision: 'timed out' });
    expect(journal.run('a')?.person).toBe(false);
  });

  test('a doubt: only a person settles it', () => {
    journal.append([started('a'), intended('a'), doubted]);
    expect([status(), effect(), journal.tasks({ status: 'open' })[0]?.type]).toEqual([
      'in doubt',
      'in doubt',
      'settle',
    ]);
    expect(journal.effects({ status: 'in doubt' })).toHaveLength(1);
    journal.append([settled(true)]);
    expect([status(), effect(), journal.task('d')?.decision, journal.run('a')?.person]).toEqual([
      'running',
      'done',
      'happened',
      true,
    ]);
  });

  test('a doubt that is looked at again is no task until it is in doubt anew', () => {
    const word = { happened: null, person: 'ada' };
    journal.append([started('a'), intended('a'), doubted]);
    journal.append([draft('a', 'doubt.reopened', { visit: 1, task: 'd', settlement: word }, { node: 'pay' })]);
    expect([status(), effect(), journal.task('d')?.decision]).toEqual(['calling', 'intended', 'look again']);
    expect([journal.tasks({ status: 'open' }), journal.unfinished()]).toEqual([[], ['a']]);
  });

  test('what did not happen and is held is due at once, by the clock, once it may go on', () => {
    const word = { happened: false, person: 'ada' };
    journal.append([started('a'), intended('a'), doubted]);
    const body = { visit: 1, task: 'd', settlement: word, held: true };
    journal.append([draft('a', 'doubt.settled', body, { node: 'pay' })]);
    expect([status(), effect(), journal.unfinished(), journal.nextTimer()]).toEqual([
      'retrying',
      'intended',
      [],
      1764000000000,
    ]);
  });

  test.each([
    ['in doubt', [doubted], []],
    ['calling', [], []],
    ['running', [doubted], ['']],
  ])('a case that is cancelled is still %s as long as that is not settled', (still, before, dropped) => {
    journal.append([started('a'), intended('a'), ...before]);
    journal.append([draft('a', 'run.stopping', { undo: true, dropped })]);
    expect(status()).toBe(still);
  });

  test('a doubt about what did not happen: the same intent goes out again', () => {
    journal.append([started('a'), intended('a'), doubted, settled(false)]);
    expect([status(), effect(), journal.unfinished()]).toEqual(['calling', 'intended', ['a']]);
    journal.append([completed('a', 'pay', 'refused', { by: 'system' })]);
    expect(effect()).toBe('refused');
  });

  test('nothing that comes after the end changes how it ended', () => {
    journal.append([...wholeRun('a')]);
    const before = journal.run('a');
    journal.append([completed('a', 'ask', 'failed'), started('a'), draft('a', 'label.added', { label: 'x' })]);
    expect(journal.run('a')).toEqual(before);
  });
});

test('runs are listed newest first, page by page and by status and result', () => {
  for (const id of ['a', 'b', 'c']) journal.append(wholeRun(id));
  journal.append([started('d')]);
  expect(journal.runs({}).map(({ id }) => id)).toEqual(['d', 'c', 'b', 'a']);
  expect(journal.runs({ limit: 2, after: 'd' }).map(({ id }) => id)).toEqual(['c', 'b']);
  expect(journal.runs({ status: 'running' }).map(({ id }) => id)).toEqual(['d']);
  expect(journal.runs({ status: 'completed', result: 'done' })).toHaveLength(3);
});

test('an event that lacks what its type calls for is refused, and nothing of its batch is written', () => {
  const bad = draft('b', 'run.started', { release: null });
  expect(() => journal.append([started('a'), bad])).toThrow(expect.objectContaining({ code: 'JOURNAL_DAMAGED' }));
  journal = openIn(folder);
  expect(journal.run('a')).toBeNull();
});
