import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { settledTasks } from './task-times.ts';
import { anyRunEvent, AT, completed, draft, ended, openIn, started, tempFolder } from './testing.ts';
import type { SqliteJournal } from './sqlite-journal.ts';

let remove = (): void => undefined;
let journal: SqliteJournal;
beforeEach(() => {
  const made = tempFolder();
  remove = made.remove;
  journal = openIn(made.folder);
});
afterEach(() => {
  journal.close();
  remove();
});

const asked = (run: string, task: string, node: string, at: number) =>
  draft(run, 'task.created', { visit: 1, task, role: 'lead', due: null, title: '?', digest: 'd' }, { node, at });
const timesOf = (run: string) => Object.fromEntries(settledTasks(run, journal.events(`run:${run}`)));

test('a task is settled by who decides, by the end of its case, and not before', () => {
  journal.append([started('a'), asked('a', 't1', 'n1', AT + 1)]);
  expect(timesOf('a')).toEqual({});
  journal.append([{ ...completed('a', 'n1', 'approved', { by: 'person' }), at: AT + 5 }]);
  journal.append([asked('a', 't2', 'n2', AT + 6)]);
  expect(timesOf('a')).toEqual({ t1: AT + 5 });
  journal.append([{ ...ended('a'), at: AT + 9 }]);
  expect(timesOf('a')).toEqual({ t1: AT + 5, t2: AT + 9 });
});

test('those that are settled are those whose rows say so, whatever happened, and since when is asked for leaves out none', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyRunEvent, { maxLength: 8 }), { maxLength: 8 }), (batches) => {
      const own = tempFolder();
      const one = openIn(own.folder);
      try {
        for (const batch of batches) one.append(batch);
        const rows = one.tasks({});
        const settled = new Map(['a', 'b', 'c'].flatMap((run) => [...settledTasks(run, one.events(`run:${run}`))]));
        expect(new Set(settled.keys())).toEqual(
          new Set(rows.filter(({ status }) => status !== 'open').map(({ id }) => id)),
        );
        const since = 50;
        const found = new Set(one.tasks({ since }).map(({ id }) => id));
        for (const { id, run } of rows) {
          const over = one.run(run)?.ended ?? null;
          expect(found.has(id)).toBe(over === null || over >= since);
        }
      } finally {
        one.close();
        own.remove();
      }
    }),
    { numRuns: 20 },
  );
}, 60_000);
