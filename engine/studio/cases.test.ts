import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { holds } from '../../test/support/command-line.ts';
import { prettyJson } from '../flow/json.ts';
import { writeFlow } from '../flow/read.ts';
import { flowOf } from '../flow/testing/build.ts';
import { localFolder } from './local-documents.ts';
import type { StudioService } from './service.ts';
import { hostSystems } from './systems.ts';
import { asking, RELEASE } from './testing/asking.ts';
import { FLOW, makeWorkspace, refundFlow, serve } from './testing/tiny-workspace.ts';

let root: string;
let remove: () => void;
let studio: StudioService;
const { ask, codeOf, waitingTask, settled } = asking(() => studio);

beforeEach(() => {
  ({ root, remove } = makeWorkspace());
  studio = serve(root, { startSystems: hostSystems });
});
afterEach(async () => {
  await studio.close();
  remove();
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

  test('P32 cases that are suspended are found, whatever their status, and counted beside it', async () => {
    const [before, one, other] = [(await waitingTask(3)).run, (await waitingTask(1)).run, (await waitingTask(2)).run];
    await studio.close();
    const by = ['--as', 'olga', '--reason', 'to look'];
    await holds('runs', 'suspend', one, '--runner', localFolder(root), ...by);
    studio = serve(root, { startSystems: hostSystems });
    const found = async (more: object) => (await ask('runs', { limit: 10, ...more })).runs.map(({ id }) => id);
    expect(await found({ status: 'suspended' })).toEqual([one]);
    expect(await found({ status: 'suspended', flow: OTHER })).toEqual([]);
    expect(await found({ status: 'suspended', after: one })).toEqual([]);
    // The list goes on where it ended, also after a case that was let go on meanwhile.
    expect(await found({ status: 'suspended', after: other })).toEqual([one]);
    expect(await found({ status: 'suspended', after: before })).toEqual([]);
    expect(await found({ status: 'waiting' })).toEqual([other, one, before]);
    expect(await ask('runs', { limit: 1 })).toMatchObject({ suspended: 1, counts: { waiting: 3 } });
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
