import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toErrorShape } from '../flow/error.ts';
import { renameNode } from '../flow/edit.ts';
import type { Flow, FlowNode } from '../flow/document.ts';
import { asJson, prettyJson } from '../flow/json.ts';
import { readFlow, writeFlow } from '../flow/read.ts';
import { renameInput } from '../flow/rename-input.ts';
import { shop } from '../connections/shop.fixture.ts';
import { scenarioSchema } from '../sandbox/scenario.ts';
import { KINDS } from '../../nodes/index.ts';
import type { StudioAnswer } from './contract.ts';
import type { StudioService } from './service.ts';
import { deskFlow, FLOW, makeWorkspace, refundFlow, serve } from './testing/tiny-workspace.ts';

let root: string;
let remove: () => void;
let service: StudioService;
beforeEach(() => {
  ({ root, remove } = makeWorkspace());
  put(SCENARIO, scenario);
  service = serve(root);
});
afterEach(async () => {
  await service.close();
  remove();
});

const SCENARIO = 'tests/refunds/approved.scenario.json';
const scenario = {
  format: 'countersign.scenario',
  version: 1,
  name: 'approved',
  input: { order: 'special', amount: 12 },
  people: [{ at: 'Agree', decide: 'approved' }],
  expect: {
    status: 'completed',
    result: 'refunded',
    passes: ['Agree', 'Refund'],
    avoids: ['Not refunded'],
    holds: ['Agree.decision = "approved"', 'input.amount = 12'],
  },
};

const put = (path: string, document: unknown): void => writeFileSync(join(root, path), prettyJson(asJson(document)));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const scenarioAt = (path: string) => scenarioSchema.parse(JSON.parse(read(path)));
const around = { connections: { shop }, models: {} };
const flowNow = (): Flow => {
  const { flow } = readFlow(read(FLOW), KINDS);
  if (flow === null) throw new Error('the flow can be read');
  return flow;
};

function renamedStep(flow: Flow, from: string, to: string): Flow {
  const id = Object.keys(flow.nodes).find((one) => flow.nodes[one]?.name === from) ?? '';
  const renaming = renameNode(flow, id, to, KINDS, around);
  if (!renaming.ok) throw new Error(renaming.problem.message);
  return renaming.flow;
}

function renamedField(flow: Flow, from: string, to: string): Flow {
  const renaming = renameInput(flow, from, to, KINDS, around);
  if (!renaming.ok) throw new Error(renaming.problem.message);
  return renaming.flow;
}

type Save = { renamedFields?: Record<string, string>; callers?: string[] };

async function save(flow: Flow, more: Save = {}): Promise<StudioAnswer<'saveFlow'>> {
  const { digest } = await service.call('openFlow', { path: FLOW });
  return service.call('saveFlow', { path: FLOW, text: writeFlow(flow), base: digest, ...more });
}

const holds = async (flow: Flow, more: Save = {}): Promise<boolean[]> => {
  const { renamedFields } = more;
  const asked = { path: FLOW, text: writeFlow(flow), ...(renamedFields === undefined ? {} : { renamedFields }) };
  return (await service.call('runSuite', asked)).results.map((result) => result.holds);
};

describe('a rename carries through to the scenarios', () => {
  it('a scenario that held before holds after: on the draft, before anything is saved, and when it was', async () => {
    const draft = renamedStep(renamedStep(flowNow(), 'Agree', 'Team lead says'), 'Not refunded', 'Agree');
    expect(await holds(draft)).toEqual([true, true]);
    expect(JSON.parse(read(SCENARIO))).toEqual(scenario);
    const { carried } = await save(draft);
    expect(carried).toEqual({
      scenarios: [SCENARIO, 'tests/refunds/rejected.scenario.json'],
      flows: [],
      left: [],
    });
    expect(scenarioAt(SCENARIO).expect).toMatchObject({
      passes: ['Team lead says', 'Refund'],
      avoids: ['Agree'],
    });
    expect(await holds(draft)).toEqual([true, true]);
    // The control: without its file following, it does not hold.
    put(SCENARIO, scenario);
    expect(await holds(draft)).toEqual([false, true]);
  });

  it('holds for any names, and what is renamed back leaves every file as it was', async () => {
    const names = ['Agree', 'Refund', 'Refunded', 'Lead', 'Team lead', 'A b c'];
    const begin = flowNow();
    const files = [FLOW, SCENARIO, 'tests/refunds/rejected.scenario.json'].map(read);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(names, { minLength: 3, maxLength: 3 }), async (to) => {
        const nodes = Object.entries(begin.nodes).map(([id, node]): [string, FlowNode] => {
          const at = names.indexOf(node.name);
          return [id, { ...node, name: at < 0 ? node.name : (to[at] ?? node.name) }];
        });
        const draft: Flow = { ...begin, nodes: Object.fromEntries(nodes) };
        await save(draft);
        expect(await holds(draft)).toEqual([true, true]);
        await save(begin);
        expect([FLOW, SCENARIO, 'tests/refunds/rejected.scenario.json'].map(read)).toEqual(files);
      }),
      { numRuns: 6 },
    );
  });

  it('a field of the input follows where it is said that it was renamed, and only there', async () => {
    const draft = renamedField(flowNow(), 'amount', 'sum');
    const said = { renamedFields: { amount: 'sum', order: 'nowhere' } };
    expect(await holds(draft, said)).toEqual([true, true]);
    expect(await holds(draft)).toEqual([false, false]);
    await save(draft, said);
    expect(JSON.parse(read(SCENARIO))).toMatchObject({
      input: { order: 'special', sum: 12 },
      expect: { holds: ['Agree.decision = "approved"', 'input.sum = 12'] },
    });
    expect(await holds(draft)).toEqual([true, true]);
  });

  it('changes what is renamed in a file and nothing else of how it is written', async () => {
    const mine = JSON.stringify(Object.fromEntries(Object.entries(scenario).toReversed()), null, '\t');
    writeFileSync(join(root, SCENARIO), mine);
    await save(renamedStep(flowNow(), 'Agree', 'Lead'));
    expect(read(SCENARIO)).toBe(mine.replaceAll('Agree', 'Lead'));
  });

  it('what others changed in a scenario meanwhile stays, and what cannot be read is left and told', async () => {
    put(SCENARIO, { ...scenario, story: 'theirs' });
    writeFileSync(join(root, 'tests/refunds/rejected.scenario.json'), 'no scenario');
    const { carried } = await save(renamedStep(flowNow(), 'Agree', 'Lead'));
    expect(JSON.parse(read(SCENARIO))).toMatchObject({ story: 'theirs', people: [{ at: 'Lead' }] });
    expect(carried.left.map(({ path }) => path)).toEqual(['tests/refunds/rejected.scenario.json']);
    expect(read('tests/refunds/rejected.scenario.json')).toBe('no scenario');
  });

  it('a flow that changed on disk is refused, and its scenarios are as they were', async () => {
    const draft = renamedStep(flowNow(), 'Agree', 'Lead');
    const before = read(SCENARIO);
    const asked = { path: FLOW, text: writeFlow(draft), base: 'sha256-another' };
    await expect(service.call('saveFlow', asked)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(read(SCENARIO)).toBe(before);
  });
});

const CALLER = 'flows/desk.flow.json';
const IN_CALLER = 'tests/desk/one.scenario.json';

describe('a flow that calls another', () => {
  beforeEach(() => {
    mkdirSync(join(root, 'tests/desk'));
    writeFileSync(join(root, CALLER), writeFlow(deskFlow()));
    put(IN_CALLER, {
      ...scenario,
      input: { id: 'special', euros: 12 },
      people: [{ at: 'Pay back › Agree', decide: 'approved' }],
      expect: { result: 'done', passes: ['Pay back › Agree', 'Pay back › Refund'] },
    });
  });

  const deskHolds = async (): Promise<boolean> =>
    (await service.call('runSuite', { path: CALLER, text: read(CALLER) })).results.every((result) => result.holds);

  it('its scenarios speak of the steps of the other under their new names', async () => {
    expect(await deskHolds()).toBe(true);
    const { carried } = await save(renamedStep(flowNow(), 'Agree', 'Lead'));
    expect(carried.scenarios).toContain(IN_CALLER);
    expect(scenarioAt(IN_CALLER).people).toEqual([{ at: 'Pay back › Lead', decide: 'approved' }]);
    expect(await deskHolds()).toBe(true);
  });

  it('follows the names of the input where a person let it, and is left as it is otherwise', async () => {
    const draft = renamedField(flowNow(), 'amount', 'sum');
    const before = read(CALLER);
    const { carried } = await save(draft, { renamedFields: { amount: 'sum' } });
    expect(carried.flows).toEqual([]);
    expect(read(CALLER)).toBe(before);
    await expect(deskHolds()).rejects.toMatchObject({ code: 'FLOW_INVALID' });
    await save(refundFlow(), { renamedFields: { sum: 'amount' } });
    const again = await save(draft, { renamedFields: { amount: 'sum' }, callers: [CALLER] });
    expect(again.carried.flows).toEqual([CALLER]);
    expect(JSON.parse(read(CALLER))).toEqual(JSON.parse(before.replace('"amount"', '"sum"')));
    expect(await deskHolds()).toBe(true);
  });
});

const unlessMended = (error: unknown): void => {
  if (toErrorShape(error).code !== 'NOT_FOUND') throw error;
};

describe('a scenario that does not fit', () => {
  const misfits = async (flow: Flow) => (await service.call('misfits', { path: FLOW, text: writeFlow(flow) })).misfits;

  it('is none as long as it does, renamed in the draft or not', async () => {
    expect(await misfits(flowNow())).toEqual([]);
    expect(await misfits(renamedStep(flowNow(), 'Agree', 'Lead'))).toEqual([]);
  });

  it('is told of with repairs, and mended it fits and holds: a step that was renamed outside, known by a version', async () => {
    const { digest } = await service.call('openFlow', { path: FLOW });
    const text = read(FLOW);
    await service.call('saveVersion', { path: FLOW, text, base: digest, name: 'one', note: '' });
    const flow = renamedStep(flowNow(), 'Agree', 'Zealous');
    writeFileSync(join(root, FLOW), writeFlow(flow));
    const found = (await misfits(flow)).filter(({ path }) => path === SCENARIO);
    expect(found.map(({ likely }) => likely)).toEqual([true, true]);
    expect(found.map(({ repairs: [first] }) => first)).toEqual([
      { repair: 'rename step', from: 'Agree', to: 'Zealous' },
      { repair: 'rename step', from: 'Agree', to: 'Zealous' },
    ]);
    for (const { path, repairs } of await misfits(flow)) {
      const [first] = repairs;
      if (first === undefined) throw new Error('there is a repair');
      // What mends the steps mends the condition that reads one as well.
      await service
        .call('repairScenario', { path: FLOW, text: writeFlow(flow), scenario: path, repair: first })
        .catch(unlessMended);
    }
    expect(await misfits(flow)).toEqual([]);
    expect(await holds(flow)).toEqual([true, true]);
  });

  it('is mended in a draft that renames as well, and fits its flow with the draft and without', async () => {
    put(SCENARIO, { ...scenario, expect: { ...scenario.expect, passes: ['Agrees', 'Refund'] } });
    const draft = renamedStep(flowNow(), 'Agree', 'Lead');
    expect((await misfits(draft)).length).toBe(1);
    const repair = { repair: 'rename step', from: 'Agrees', to: 'Lead' } as const;
    await service.call('repairScenario', { path: FLOW, text: writeFlow(draft), scenario: SCENARIO, repair });
    expect(scenarioAt(SCENARIO)).toEqual(scenario);
    expect([await misfits(draft), await misfits(flowNow())]).toEqual([[], []]);
  });

  it('a step that is gone is taken out of it, and a field that the case lacks is told', async () => {
    const { n_agree: _gone, ...nodes } = Object.fromEntries(
      Object.entries(flowNow().nodes).map(([id, node]) => [node.name === 'Agree' ? 'n_agree' : id, node]),
    );
    const flow: Flow = { ...flowNow(), nodes, input: { order: { type: 'string' }, reason: { type: 'string' } } };
    const found = (await misfits(flow)).filter(({ path }) => path === SCENARIO);
    expect(found.some(({ likely }) => likely)).toBe(false);
    expect(found.map(({ repairs }) => repairs.at(-1))).toEqual([
      { repair: 'drop step', name: 'Agree' },
      { repair: 'drop field', name: 'amount' },
      { repair: 'drop condition', condition: 'Agree.decision = "approved"' },
      { repair: 'drop condition', condition: 'input.amount = 12' },
    ]);
    for (const { repairs } of found) {
      const last = repairs.at(-1);
      if (last !== undefined)
        await service.call('repairScenario', { path: FLOW, text: writeFlow(flow), scenario: SCENARIO, repair: last });
    }
    expect((await misfits(flow)).filter(({ path }) => path === SCENARIO).map(({ message }) => message)).toEqual([
      'Its case does not bring “reason”.',
    ]);
  });
});
