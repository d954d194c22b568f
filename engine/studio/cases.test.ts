import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { toErrorShape } from '../flow/error.ts';
import { prettyJson } from '../flow/json.ts';
import { writeFlow } from '../flow/read.ts';
import { flowOf } from '../flow/testing/build.ts';
import { STUDIO_METHODS, type StudioAnswer, type StudioMethod, type StudioRequest } from './contract.ts';
import type { StudioService } from './service.ts';
import { hostSystems } from './systems.ts';
import { FLOW, makeWorkspace, refundFlow, serve } from './testing/tiny-workspace.ts';

let root: string;
let remove: () => void;
let studio: StudioService;

beforeEach(() => {
  ({ root, remove } = makeWorkspace());
  studio = serve(root, { startSystems: hostSystems });
});
afterEach(async () => {
  await studio.close();
  remove();
});

/** Asks, and holds the answer against the contract. */
async function ask<M extends StudioMethod>(method: M, request: StudioRequest<M>): Promise<StudioAnswer<M>> {
  const answer = await studio.call(method, request);
  expect(STUDIO_METHODS[method].answer.safeParse(answer).error?.message).toBeUndefined();
  return answer;
}

const codeOf = <M extends StudioMethod>(method: M, request: StudioRequest<M>): Promise<string> =>
  studio.call(method, request).then(
    () => 'none',
    (error: unknown) => toErrorShape(error).code,
  );

const RELEASE = { path: FLOW, release: 1, notAfter: null, note: '' };

async function waitingTask(amount = 12): Promise<{ run: string; task: StudioAnswer<'task'> }> {
  const { run } = await ask('startCase', { flow: FLOW, input: { order: 'special', amount } });
  const { tasks } = await ask('tasks', {});
  const found = tasks.find((one) => one.run === run);
  if (found === undefined) throw new Error('the case made no task');
  return { run, task: await ask('task', { id: found.id }) };
}

const settled = (run: string) =>
  vi.waitFor(async () => {
    const now = await ask('run', { id: run });
    expect(now.ended).not.toBeNull();
    return now;
  });

describe('cases of several flows', () => {
  const OTHER = 'flows/letters.flow.json';
  const letters = () =>
    flowOf('Letters')
      .input({ reader: { type: 'string' } })
      .node('Begin', 'trigger', { columns: {} })
      .node('Sent', 'end', { result: 'sent', value: {} })
      .edge('Begin', 'next', 'Sent')
      .build();

  beforeEach(async () => {
    writeFileSync(join(root, OTHER), writeFlow(letters()));
    mkdirSync(join(root, 'tests/letters'));
    writeFileSync(
      join(root, 'tests/letters/sent.scenario.json'),
      prettyJson({
        format: 'countersign.scenario',
        version: 1,
        name: 'sent',
        input: { reader: 'lea' },
        expect: { result: 'sent' },
      }),
    );
    await ask('exportFlow', RELEASE);
    await ask('exportFlow', { ...RELEASE, path: OTHER });
  });

  test('a case is of the flow that is asked for, with the input of its release, whichever was exported last', async () => {
    const { flows } = await ask('startable', {});
    expect(flows.map(({ flow, title, release, problem }) => [flow, title, release, problem])).toEqual([
      [OTHER, 'Letters', 1, null],
      [FLOW, 'Refunds', 1, null],
    ]);
    expect(flows.map(({ input }) => Object.keys(input))).toEqual([['reader'], ['amount', 'order']]);
    await ask('startCase', { flow: FLOW, input: { order: 'special', amount: 1 } });
    const { run } = await ask('startCase', { flow: OTHER, input: { reader: 'lea' } });
    expect(await settled(run)).toMatchObject({ result: 'sent', flow: OTHER, flowTitle: 'Letters', release: '1' });
    expect(await codeOf('startCase', { flow: OTHER, input: { order: 'special', amount: 1 } })).toBe('INPUT_INVALID');
    expect(await codeOf('startCase', { flow: 'flows/none.flow.json', input: {} })).toBe('NOT_FOUND');
  });

  test('the flow of a case is told as its release has it, whatever became of the draft', async () => {
    const { run, task } = await waitingTask();
    const draft = refundFlow();
    const agree = draft.nodes['n_agree'];
    if (agree === undefined) throw new Error('there is an approval');
    draft.nodes['n_agree'] = { ...agree, name: 'Look at it' };
    writeFileSync(join(root, FLOW), writeFlow(draft));
    const { program } = await ask('run', { id: run });
    expect(task.program).toBe(program);
    expect((await ask('ran', { program })).flow?.nodes['n_agree']?.name).toBe('Agree');
    expect(await ask('ran', { program: 'sha256-none' })).toEqual({ flow: null });
  });

  test('cases are found by flow, status, result and number, and the list goes on where it ended', async () => {
    const refunds: string[] = [];
    for (const amount of [1, 2]) refunds.unshift((await waitingTask(amount)).run);
    const { run } = await ask('startCase', { flow: OTHER, input: { reader: 'lea' } });
    await settled(run);
    const ids = async (more: object) => (await ask('runs', { limit: 10, ...more })).runs.map(({ id }) => id);
    expect(await ids({})).toEqual([run, ...refunds]);
    expect(await ids({ flow: FLOW })).toEqual(refunds);
    expect(await ids({ status: 'completed' })).toEqual([run]);
    expect(await ids({ result: 'sent' })).toEqual([run]);
    expect(await ids({ result: 'sent', flow: FLOW })).toEqual([]);
    expect(await ids({ search: run.slice(-6).toUpperCase() })).toEqual([run]);
    expect(await ids({ status: 'no such' })).toEqual([]);
    const first = await ask('runs', { limit: 2 });
    expect([first.runs.length, first.more, first.counts]).toEqual([2, true, { completed: 1, waiting: 2 }]);
    expect([first.results, first.flows.map(({ title }) => title)]).toEqual([['sent'], ['Letters', 'Refunds']]);
    const second = await ask('runs', { limit: 2, after: first.runs[1]?.id ?? '' });
    expect([second.runs.map(({ id }) => id), second.more]).toEqual([refunds.slice(1), false]);
  });

  test('tasks of one title are told apart by what they show', async () => {
    await waitingTask(3);
    await waitingTask(4);
    const { tasks } = await ask('tasks', {});
    expect(tasks.map(({ title, flowTitle, facts }) => [title, flowTitle, facts])).toEqual([
      ['Refund to a customer', 'Refunds', [{ label: 'Amount', value: 3 }]],
      ['Refund to a customer', 'Refunds', [{ label: 'Amount', value: 4 }]],
    ]);
  });
});
