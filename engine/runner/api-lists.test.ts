import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approvedFlow } from '../core/testing/flows.ts';
import { contextOf } from '../core/testing/play.ts';
import { z } from '../flow/zod.ts';
import type { Runner } from './runner.ts';
import { serveRunner, type Serving } from './serve.ts';
import { Office } from './testing/office.ts';

/* Lists over REST: where one ends before all was told, it says so, and whoever asks goes on from there. */

let office: Office;
let runner: Runner;
let serving: Serving;
beforeEach(async () => {
  office = new Office();
  runner = office.start();
  runner.accept(office.manifest(approvedFlow('refund')));
  serving = await serveRunner(runner, 0);
});
afterEach(async () => {
  await serving.close();
  await office.close();
});

const INA = { issuer: 'rest', subject: 'ina', role: 'system', method: 'token' };
const rowsSchema = z.array(z.object({ id: z.string() }));
const pageSchema = z.object({
  cases: rowsSchema.optional(),
  tasks: rowsSchema.optional(),
  next: z.string().nullable(),
});
const errorSchema = z.object({ error: z.object({ code: z.string(), hint: z.string() }) });

const asked = async (path: string): Promise<Response> =>
  fetch(`${serving.url}${path}`, { headers: { authorization: `Bearer ${serving.token}` } });

async function startMany(count: number): Promise<string[]> {
  const { program } = runner.current();
  const request = { program, release: '1', key: null, initiator: INA };
  const started = await Promise.all(
    Array.from({ length: count }, async (_, i) =>
      runner.engine.start({ ...request, input: contextOf({ order: String(i), amount: 1 }) }),
    ),
  );
  return started.map(({ run }) => run);
}

/** The ids of each page, from the first to the one that says that it is the last. */
async function pagesOf(path: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let next: string | null = ''; next !== null;) {
    // Each page is asked for from where the one before it ended.
    // oxlint-disable-next-line no-await-in-loop
    const answer = await asked(`${path}${next === '' ? '' : `&after=${encodeURIComponent(next)}`}`);
    // oxlint-disable-next-line no-await-in-loop
    const page = pageSchema.parse(await answer.json());
    pages.push((page.cases ?? page.tasks ?? []).map(({ id }) => id));
    ({ next } = page);
  }
  return pages;
}
const ids = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

describe('a list that does not tell all', () => {
  it('says from where to go on, and its pages together are all, each once: cases and tasks', async () => {
    await startMany(5);
    const reader = runner.engine.reader();
    const cases = await pagesOf('/cases?limit=2');
    expect(cases.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(cases.flat()).toEqual(ids(reader.runs({})));
    const waiting = await pagesOf('/cases?status=waiting&limit=2');
    expect(waiting.flat()).toEqual(ids(reader.runs({ status: 'waiting' })));
    const tasks = await pagesOf('/tasks?limit=2');
    expect(tasks.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(tasks.flat()).toEqual(ids(reader.tasks({ status: 'open' })));
  });

  it('control: one that tells all says that nothing is left, also where it is just full', async () => {
    await startMany(2);
    for (const path of ['/cases?limit=2', '/tasks?limit=2', '/cases?limit=3', '/tasks?limit=3'])
      expect((await pagesOf(path)).map(({ length }) => length)).toEqual([2]);
  });

  it('goes on beyond the thousand that one answer holds at most', async () => {
    await startMany(1001);
    for (const path of ['/cases?limit=5000', '/tasks?limit=5000']) {
      const pages = await pagesOf(path);
      expect(pages.map(({ length }) => length)).toEqual([1000, 1]);
      expect(new Set(pages.flat()).size).toBe(1001);
    }
  });

  it('P26 goes on among suspended cases, also from one that was resumed in between', async () => {
    const runs = await startMany(4);
    const by = { ...INA, role: 'operator' };
    for (const run of runs) await runner.engine.suspend(run, by, 'looked at');
    const all = (await pagesOf('/cases?status=suspended&limit=3')).flat();
    expect(all.toSorted()).toEqual(runs.toSorted());
    const [first = '', ...rest] = all;
    await runner.engine.resume(first, by, 'all well');
    const answer = await asked(`/cases?status=suspended&after=${first}`);
    expect(ids(pageSchema.parse(await answer.json()).cases ?? [])).toEqual(rest);
  });

  it('goes on from a task that was decided in between', async () => {
    const [run = ''] = await startMany(3);
    const [first, ...rest] = runner.engine.reader().tasks({ status: 'open' });
    if (first === undefined) throw new Error('there is a task');
    expect(first.run).toBe(run);
    await runner.engine.decide(first.run, first.id, office.decide(first, 'rejected'));
    const answer = await asked(`/tasks?after=${first.id}`);
    expect(ids(pageSchema.parse(await answer.json()).tasks ?? [])).toEqual(ids(rest));
  });

  it.each([
    ['/cases?after=nobody', 'RUN_UNKNOWN'],
    ['/cases?status=suspended&after=nobody', 'RUN_UNKNOWN'],
    ['/cases?after=', 'RUN_UNKNOWN'],
    ['/tasks?after=nobody', 'TASK_UNKNOWN'],
  ])('%s is refused: an empty page would be taken for the end', async (path, code) => {
    await startMany(1);
    const answer = await asked(path);
    expect([answer.status, errorSchema.parse(await answer.json()).error.code]).toEqual([404, code]);
  });
});
