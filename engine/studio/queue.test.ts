import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AT, completed, draft, openIn, started, tempFolder } from '../journal/testing.ts';
import { spansSince } from './queue-handlers.ts';
import { queueOf, type TaskSpan } from './queue.ts';
import type { StudioService } from './service.ts';
import { hostSystems } from './systems.ts';
import { asking, RELEASE } from './testing/asking.ts';
import { FLOW, openStudio } from './testing/tiny-workspace.ts';

const moment = fc.integer({ min: 0, max: 60 });
const spans = fc.array(
  fc.record({ asked: moment, settled: fc.option(moment), due: fc.option(moment) }) satisfies fc.Arbitrary<TaskSpan>,
  { maxLength: 12 },
);
const over = fc.record({
  from: moment,
  length: fc.integer({ min: 1, max: 40 }),
  slotMs: fc.integer({ min: 1, max: 9 }),
});

/** How many were open between one moment and the next, counted one by one. */
const openAfter = (tasks: readonly TaskSpan[], at: number): number =>
  tasks.filter(({ asked, settled }) => asked <= at && (settled ?? Infinity) > Math.max(asked, at)).length;

describe('how many tasks were open over a time', () => {
  it('Q1 Q2 Q3 is what counting them one by one gives, slot by slot', () => {
    fc.assert(
      fc.property(spans, over, (all, { from, length, slotMs }) => {
        const to = from + length;
        const queue = queueOf(
          all.filter(({ asked, settled }) => asked <= to && (settled ?? 0) <= to),
          { from, to, slotMs },
        );
        const tasks = all.filter(({ asked, settled }) => asked <= to && (settled ?? 0) <= to);
        let waiting = openAfter(tasks, from - 1);
        let most = waiting;
        for (const [i, slot] of queue.slots.entries()) {
          expect(slot.at).toBe(from + i * slotMs);
          const end = Math.min(to, slot.at + slotMs);
          const moments = Array.from({ length: end - slot.at + (end === to ? 1 : 0) }, (_, at) => slot.at + at);
          expect(slot.most).toBe(Math.max(waiting, ...moments.map((at) => openAfter(tasks, at))));
          waiting += slot.asked - slot.settled;
          most = Math.max(most, slot.most);
        }
        expect(waiting).toBe(openAfter(tasks, to));
        expect(queue.most?.open ?? 0).toBe(most);
        // When the most were open, so many were: right then, or as the time began.
        const { at, open } = queue.most ?? { at: from - 1, open: 0 };
        expect([openAfter(tasks, at), openAfter(tasks, from - 1), 0]).toContain(open);
        expect(at <= from || openAfter(tasks, at) === open).toBe(true);
        expect(queue.open).toBe(tasks.filter(({ settled }) => settled === null).length);
      }),
      { numRuns: 300 },
    );
  });

  it('Q3 who is asked once more at that moment waits as one', () => {
    const again = queueOf(
      [
        { asked: 1, settled: 5, due: null },
        { asked: 5, settled: null, due: 6 },
      ],
      { from: 0, to: 8, slotMs: 4 },
    );
    expect(again).toMatchObject({ most: { at: 1, open: 1 }, open: 1, overdue: 1 });
    expect(again.slots).toEqual([
      { at: 0, most: 1, asked: 1, settled: 0 },
      { at: 4, most: 1, asked: 1, settled: 1 },
    ]);
  });

  it('of no tasks there is nothing at any time, and of none but settled ones nothing now', () => {
    expect(queueOf([], { from: 0, to: 4, slotMs: 2 })).toMatchObject({ most: null, open: 0, overdue: 0 });
    const early = queueOf([{ asked: 1, settled: 2, due: null }], { from: 5, to: 9, slotMs: 2 });
    expect(early.most).toBeNull();
    expect(early.slots.every(({ most }) => most === 0)).toBe(true);
  });
});

describe('from when to when tasks were open', () => {
  const asked = (run: string) =>
    draft(run, 'task.created', { visit: 1, task: `t ${run}`, role: 'r', due: null, title: '?', digest: 'd' }, ASKED);
  const ASKED = { node: 'n', at: AT + 1 };

  it('is read from the events of the newest cases first, as long as there is time; what is open is never left out', async () => {
    const { folder, remove } = tempFolder();
    const journal = openIn(folder);
    try {
      for (const run of ['a', 'b', 'c']) journal.append([started(run), asked(run)]);
      for (const run of ['a', 'b']) journal.append([{ ...completed(run, 'n', 'approved'), at: AT + 5 }]);
      const open = { asked: AT + 1, settled: null, due: null };
      const settled = { ...open, settled: AT + 5 };
      const all = await spansSince(
        () => journal,
        AT,
        () => 0,
      );
      expect(all).toEqual({ spans: [open, settled, settled], cut: false });
      // Time is up after the first.
      let now = 0;
      const hasty = await spansSince(
        () => journal,
        AT,
        () => (now += 3000),
      );
      expect(hasty).toEqual({ spans: [open, settled], cut: true });
      // Of what was pruned, when its case ended is what is left.
      const pruned = {
        tasks: journal.tasks.bind(journal),
        events: (subject: string) => journal.events(subject).map((event) => ({ ...event, open: null })),
        run: (id: string) => {
          const row = journal.run(id);
          return row === null ? null : { ...row, ended: AT + 9 };
        },
      };
      const rest = await spansSince(
        () => pruned,
        AT,
        () => 0,
      );
      expect(rest.spans).toEqual([open, { ...open, settled: AT + 9 }, { ...open, settled: AT + 9 }]);
    } finally {
      journal.close();
      remove();
    }
  });
});

describe('the tasks of real cases', () => {
  let studio: StudioService;
  let close: () => Promise<void>;
  const { ask, settled } = asking(() => studio);
  beforeEach(() => ({ studio, close } = openStudio({ startSystems: hostSystems })));
  afterEach(() => close());

  const HOUR = 3_600_000;
  const lastHour = () => ask('queue', { from: Date.now() - HOUR, slotMs: HOUR / 4 });

  it('are counted from when they were asked to when they were decided, and those of the sandbox are not', async () => {
    expect(await lastHour()).toMatchObject({ most: null, open: 0, cut: false });
    await ask('exportFlow', RELEASE);
    const { path, text } = await ask('openFlow', { path: FLOW });
    await ask('runSuite', { path, text });
    expect(await lastHour()).toMatchObject({ most: null, open: 0 });
    for (const amount of [1, 2, 3]) await ask('startCase', { flow: FLOW, input: { order: 'special', amount } });
    expect(await lastHour()).toMatchObject({ most: { open: 3 }, open: 3, overdue: 0 });
    const [first] = (await ask('tasks', {})).tasks;
    const detail = await ask('task', { id: first?.id ?? '' });
    await ask('decide', { task: detail.id, decision: 'rejected', comment: '', digest: detail.digest });
    await settled(detail.run);
    const after = await lastHour();
    expect(after).toMatchObject({ most: { open: 3 }, open: 2 });
    expect(after.slots.reduce((sum, slot) => sum + slot.asked, 0)).toBe(3);
    expect(after.slots.reduce((sum, slot) => sum + slot.settled, 0)).toBe(1);
    expect(after.open).toBe((await ask('tasks', {})).tasks.length);
    // Before anything was asked nothing waited; and a time without end has no more than a thousand slots.
    const long = await ask('queue', { from: 0, slotMs: 60_000 });
    expect(long.slots).toHaveLength(1000);
    expect(long.slots[0]?.most).toBe(0);
  });
});
