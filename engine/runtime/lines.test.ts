import { afterEach, describe, expect, it } from 'vitest';
import { approval, call, end, programOf } from '../core/testing/flows.ts';
import { ruleConfig } from '../program/testing/proof-kit.ts';
import { flowOf } from '../flow/testing/build.ts';
import { CountersignError } from '../flow/error.ts';
import type { Journal } from '../journal/journal.ts';
import { eventsOf } from './events-of.ts';
import { keyedAsWritten, Rig, throughAppend, type RigOptions } from './testing/rig.ts';

const rigs: Rig[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.close();
});

const input = { order: { type: 'string' as const }, amount: { type: 'number' as const, optional: true } };

/** Cases of one order, one at a time: each does its effect, and waits for a person. */
function inOrder(orderBy = 'input.order') {
  const flow = flowOf('In order')
    .input(input)
    .node('Start', 'trigger', { columns: {}, orderBy })
    .node('Call', 'connector', call('post letter'))
    .node('Agree', 'approval', approval())
    .node('Done', 'end', end('done'))
    .node('Refused', 'end', end('refused'))
    .edge('Start', 'next', 'Call')
    .edge('Call', 'done', 'Agree')
    .edge('Call', 'refused', 'Refused')
    .edge('Agree', 'approved', 'Done')
    .edge('Agree', 'rejected', 'Refused');
  return programOf(flow.build());
}

/** All in one line; the first waits for a person, and the others end as soon as they begin. */
function firstWaits() {
  const table = { inputs: ['input.order'], outputs: ['way'], rows: [['"first"', '"ask"']], routes: ['ask'] };
  const flow = flowOf('First waits')
    .input(input)
    .node('Start', 'trigger', { columns: {}, orderBy: '"all"' })
    .node('Which', 'rule', ruleConfig({ ...table, rows: [['"first"', '"ask"']] }))
    .node('Agree', 'approval', approval())
    .node('Done', 'end', end('done'))
    .edge('Start', 'next', 'Which')
    .edge('Which', 'ask', 'Agree')
    .edge('Which', 'otherwise', 'Done')
    .edge('Agree', 'approved', 'Done')
    .edge('Agree', 'rejected', 'Done');
  return programOf(flow.build());
}

function rigOf(more: Partial<RigOptions> = {}): Rig {
  const rig = new Rig({ programs: [inOrder()], ...more });
  rigs.push(rig);
  return rig;
}

async function startAll(rig: Rig, orders: readonly string[]): Promise<string[]> {
  const started = await Promise.all(orders.map((order) => rig.start({ order, amount: 1 })));
  await rig.turns();
  return started.map(({ run }) => run);
}

const statuses = (rig: Rig, runs: readonly string[]): string[] => runs.map((run) => rig.status(run));
const typesOf = (rig: Rig, run: string): string[] => eventsOf(rig.engine.reader(), run).map(({ event }) => event.type);

describe('R5 cases of one line', () => {
  it('are accepted at once, run one at a time in the order in which they came, and others do not wait', async () => {
    const rig = rigOf();
    const runs = await startAll(rig, ['7', '7', '8', '7']);
    const [first = '', second = '', , third = ''] = runs;
    expect(statuses(rig, runs)).toEqual(['waiting', 'queued', 'waiting', 'queued']);
    expect(rig.sent.length).toBe(2);
    expect(typesOf(rig, second)).toEqual(['run.started']);
    await rig.vote(first);
    await rig.turns();
    expect(statuses(rig, runs)).toEqual(['done', 'waiting', 'waiting', 'queued']);
    await rig.vote(second);
    await rig.turns();
    await rig.vote(third);
    await rig.turns();
    expect(statuses(rig, runs)).toEqual(['done', 'done', 'waiting', 'done']);
    const [later = ''] = await startAll(rig, ['7']);
    expect(rig.status(later)).toBe('waiting');
    expect(typesOf(rig, later)).not.toContain('run.admitted');
  });

  it('are of one line however it was typed, but for capitals', async () => {
    const rig = rigOf();
    const runs = await startAll(rig, ['Árpád Lee', ' A\u0301rpa\u0301d  Lee', 'árpád lee']);
    expect(statuses(rig, runs)).toEqual(['waiting', 'queued', 'waiting']);
  });

  it('that an earlier version put in line by what was written stay in it until all of them have ended', async () => {
    let before = true;
    const rig = rigOf({ wrap: keyedAsWritten(' 7 ', () => before) });
    const [first = ''] = await startAll(rig, [' 7 ']);
    before = false;
    rig.restart();
    const later = await startAll(rig, [' 7 ', '7']);
    expect(statuses(rig, [first, ...later])).toEqual(['waiting', 'queued', 'waiting']);
    for (const run of [first, ...later]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await rig.vote(run);
      // oxlint-disable-next-line no-await-in-loop
      await rig.turns();
    }
    expect(statuses(rig, await startAll(rig, [' 7 ', '7']))).toEqual(['waiting', 'queued']);
  });

  it('goes on in the very transaction in which the one before ends', async () => {
    const batches: string[][] = [];
    const wrap = throughAppend((append, drafts) => {
      batches.push(drafts.map(({ type }) => type));
      return append();
    });
    const rig = rigOf({ wrap });
    const [first = ''] = await startAll(rig, ['7', '7']);
    await rig.vote(first);
    const last = batches.find((types) => types.includes('run.ended'));
    expect(last).toEqual(['node.completed', 'run.ended', 'run.admitted', 'call.intended']);
  });

  it('is in memory only where it runs: what is queued is rows', async () => {
    const rig = rigOf();
    await startAll(
      rig,
      Array.from({ length: 30 }, () => '7'),
    );
    expect(rig.engine.load).toBe(0);
  });

  it('wait across a restart, and go on after a commit that failed', async () => {
    let fails = false;
    const wrap = (journal: Journal): Journal =>
      throughAppend((append) => {
        if (!fails) return append();
        journal.close();
        throw new CountersignError({ code: 'JOURNAL_WRITE', message: 'no', hint: '' });
      })(journal);
    const rig = rigOf({ wrap });
    const runs = await startAll(rig, ['7', '7', '7']);
    rig.restart();
    await rig.turns();
    expect(statuses(rig, runs)).toEqual(['waiting', 'queued', 'queued']);
    fails = true;
    await expect(rig.vote(runs[0] ?? '')).rejects.toThrow('no');
    fails = false;
    rig.clock.step();
    await rig.turns();
    expect(statuses(rig, runs)).toEqual(['waiting', 'queued', 'queued']);
    await rig.vote(runs[0] ?? '');
    await rig.turns();
    expect(statuses(rig, runs)).toEqual(['done', 'waiting', 'queued']);
  });

  it('a queued case can be cancelled and suspended; who is behind it goes on in its turn', async () => {
    const rig = rigOf();
    const by = { issuer: 'test', subject: 'bo', role: 'operator', method: 'none' };
    const runs = await startAll(rig, ['7', '7', '7']);
    const [first = '', second = '', third = ''] = runs;
    await rig.engine.cancel(second, by, 'no more', false);
    await rig.engine.suspend(third, by, 'wait');
    expect(statuses(rig, runs)).toEqual(['waiting', 'cancelled', 'queued']);
    await rig.vote(first);
    await rig.turns();
    expect(typesOf(rig, third)).toEqual(['run.started', 'run.suspended', 'run.admitted']);
    await rig.engine.resume(third, by, 'go on');
    await rig.turns();
    expect(statuses(rig, runs)).toEqual(['done', 'cancelled', 'waiting']);
  });

  it('a long line of cases that end at once is let through, in order and in bounded transactions', async () => {
    const batches: string[][] = [];
    const wrap = throughAppend((append, drafts) => {
      batches.push(drafts.map(({ type }) => type));
      return append();
    });
    const rig = rigOf({ wrap, programs: [firstWaits()] });
    const runs = await startAll(rig, ['first', ...Array.from({ length: 300 }, () => 'next')]);
    expect(rig.engine.reader().runs({ status: 'queued' }).length).toBe(300);
    await rig.vote(runs[0] ?? '');
    await rig.turns(20);
    expect(new Set(statuses(rig, runs))).toEqual(new Set(['done']));
    const admitted = batches.map((types) => types.filter((type) => type === 'run.admitted').length);
    expect(Math.max(...admitted)).toBeLessThanOrEqual(129);
    expect(admitted.filter((count) => count > 0).length).toBe(3);
    const begun = runs.map((run) => rig.engine.reader().events(`run:${run}`).at(-1)?.seq ?? 0);
    expect(begun).toEqual(begun.toSorted((a, b) => a - b));
  });

  it('has no line where its order comes to null', async () => {
    const rig = rigOf({ programs: [inOrder('if input.order = "7" then null else input.order')] });
    expect(statuses(rig, await startAll(rig, ['7', '7', '8', '8']))).toEqual([
      'waiting',
      'waiting',
      'waiting',
      'queued',
    ]);
  });
});
