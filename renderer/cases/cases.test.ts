import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileProgram } from '../../engine/program/compile.ts';
import { runScenario } from '../../engine/sandbox/run-scenario.ts';
import { scenarioSchema, type Scenario } from '../../engine/sandbox/scenario.ts';
import type { ScenarioResult } from '../../engine/studio/contract.ts';
import { flowOf } from '../../engine/flow/testing/build.ts';
import { scenarioView } from '../../engine/studio/views.ts';
import { openWorkspace, scenariosOf, type Workspace } from '../../engine/studio/workspace.ts';
import { KINDS } from '../../nodes/index.ts';
import { RUNS } from '../../nodes/runs.ts';
import { askedIn, type Asked } from './asked.ts';
import { draftOf, isAsRun, lackingOf, newDraft, scenarioOf, shownIn, undeclaredIn } from './draft.ts';
import { expecting, isExpected, isSo, notExpecting, offersOf, thingsIn, usualOf, type Thing } from './expecting.ts';
import { without } from '../document/without.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');
const FOLDERS = ['support-desk', 'templates/loan-decision', 'templates/refund-approval', 'templates/reorder'];

const workspaces = FOLDERS.map((folder) => openWorkspace(join(EXAMPLES, folder)));
const cases = workspaces.flatMap((workspace) =>
  workspace.flows.flatMap((path) => {
    const flow = workspace.surroundings.flows?.[path];
    if (flow === undefined) throw new Error(`${path} cannot be read`);
    const asked = askedIn(flow, workspace.surroundings);
    return scenariosOf(workspace.root, path).map(({ scenario }) => ({ workspace, flow, asked, scenario }));
  }),
);
type Case = (typeof cases)[number];
function aCase(): Case {
  const [one] = cases;
  if (one === undefined) throw new Error('the examples have scenarios');
  return one;
}

async function play(
  { workspace, flow }: Pick<Case, 'workspace' | 'flow'>,
  scenario: Scenario,
): Promise<ScenarioResult> {
  const { program } = compileProgram(flow, KINDS, RUNS, workspace.surroundings, workspace.policy);
  if (program === null) throw new Error('the example does not compile');
  return scenarioView(await runScenario({ ...partsOf(workspace), flow: program.flow, program }, scenario));
}
const partsOf = ({ surroundings: { connections }, systems, models }: Workspace) => ({ connections, systems, models });

describe('a case in a form', () => {
  it('C1 a scenario that is read and not touched is written as it was, whatever is in it', () => {
    expect(cases.length).toBeGreaterThan(20);
    for (const { flow, asked, scenario } of cases)
      expect(scenarioOf(draftOf(scenario, null), flow, asked)).toEqual(scenario);
  });

  it('C1 control: what is touched is another', () => {
    const { flow, asked, scenario } = aCase();
    const [name = ''] = Object.keys(flow.input);
    const draft = { ...draftOf(scenario, null), given: { [name]: 'typed' } };
    const written = scenarioOf(draft, flow, asked);
    expect(written).toEqual({ ...scenario, input: { ...scenario.input, [name]: 'typed' } });
    expect(isAsRun({ ...draft, ran: null }, written)).toBe(false);
  });

  it('C1 a value of a field that is not declared, or not any more, stays whatever is typed, until it is taken out', () => {
    const { flow, asked, scenario } = aCase();
    const gone = { ...scenario, input: { ...scenario.input, discount: [1, { of: 'each' }] } };
    const [name = ''] = Object.keys(flow.input);
    const draft = { ...draftOf(gone, null), given: { [name]: 'typed' } };
    expect(scenarioOf(draft, flow, asked).input).toEqual({ ...gone.input, [name]: 'typed' });
    expect(undeclaredIn(flow.input, gone.input)).toEqual([['discount', [1, { of: 'each' }]]]);
    const taken = { ...draft, scenario: { ...gone, input: without(gone.input, 'discount') } };
    expect(scenarioOf(taken, flow, asked).input).toEqual({ ...scenario.input, [name]: 'typed' });
  });

  it('C1 so do the values that a person fills in, or a message brings', () => {
    const fields = { note: { type: 'string' } } as const;
    const forms: Asked[] = [
      { asks: 'fill in', at: 'Form', role: 'clerk', title: '', fields },
      { asks: 'message', at: 'Wait', name: 'paid', key: 'input.id', outer: true, fields },
    ];
    const flow = flowOf('Forms').input({}).build();
    const values = { note: 'a', old: 1 };
    const read: Scenario = {
      format: 'countersign.scenario',
      version: 1,
      name: 'x',
      input: {},
      people: [{ at: 'Form', decide: 'answered', answer: values }],
      messages: [{ name: 'paid', about: '7', brings: values }],
      expect: {},
    };
    const draft = draftOf(read, null);
    const given = { note: 'typed' };
    const typed = {
      ...draft,
      people: draft.people.map((act) => ({ ...act, given })),
      messages: draft.messages.map((letter) => ({ ...letter, given })),
    };
    expect(scenarioOf(typed, flow, forms)).toMatchObject({
      people: [{ answer: { note: 'typed', old: 1 } }],
      messages: [{ brings: { note: 'typed', old: 1 } }],
    });
  });

  it('C2 a list is typed with commas, and stands there as it was read', () => {
    const flow = flowOf('Tags')
      .input({ tags: { type: 'list', of: 'string' }, gold: { type: 'boolean' } })
      .build();
    const read: Scenario = {
      format: 'countersign.scenario',
      version: 1,
      name: 'x',
      input: { tags: ['a', 'b'], gold: true },
      expect: {},
    };
    const draft = draftOf(read, null);
    expect(shownIn(draft.given, read.input, 'tags')).toBe('a, b');
    expect(scenarioOf({ ...draft, given: { tags: 'a, c,' } }, flow, []).input).toEqual({
      tags: ['a', 'c'],
      gold: true,
    });
    expect(shownIn({}, { tags: ['a, b'] }, 'tags')).toBe('["a, b"]');
    expect(scenarioOf({ ...draft, given: { tags: '' } }, flow, []).input).toEqual({ gold: true });
    expect([...lackingOf({ ...draft, given: { tags: '' } }, flow, [])]).toEqual(['input.tags']);
  });
});

const asking = flowOf('Asking')
  .input({ order: { type: 'string' }, tier: { type: 'string', values: ['gold', 'silver'] }, sum: { type: 'number' } })
  .node('start', 'trigger', { columns: {} })
  .node('two', 'approval', {
    title: 'Two agree',
    role: 'officer',
    count: 2,
    fourEyes: false,
    due: 'P1D',
    sendBack: true,
    show: [],
  })
  .node('paid', 'wait', {
    until: 'message',
    duration: 'P1D',
    time: '',
    name: 'payment received',
    key: '"order " + input.order',
    fields: { amount: { type: 'number' } },
    giveUp: null,
  })
  .node('done', 'end', { result: 'done', value: {} })
  .edge('start', 'next', 'two')
  .edge('two', 'approved', 'paid')
  .edge('paid', 'arrived', 'done')
  .build();

describe('a new case', () => {
  const asked = askedIn(asking, { connections: {}, models: {} });
  const fresh = newDraft(asking, asked);

  it('N1 begins with those who agree, as many as are asked, and says what it lacks', () => {
    expect(asked.map(({ asks, at }) => [asks, at])).toEqual([
      ['approve', 'two'],
      ['message', 'paid'],
    ]);
    expect(fresh.people).toEqual([
      { at: 'two', decide: 'approved', person: 'officer 1' },
      { at: 'two', decide: 'approved', person: 'officer 2' },
    ]);
    expect(fresh.given).toEqual({ tier: 'gold' });
    expect([...lackingOf(fresh, asking, asked)].toSorted()).toEqual([
      'input.order',
      'input.sum',
      'messages.0.about',
      'messages.0.amount',
    ]);
  });

  it('N2 a message is about what its step waits for, as the input tells it, and the whole is a scenario', () => {
    const [letter] = fresh.messages;
    if (letter === undefined) throw new Error('no message');
    const filled = {
      ...fresh,
      name: '  A paid order ',
      given: { ...fresh.given, order: 'A-1', sum: 3 },
      messages: [{ ...letter, given: { amount: 3 } }],
    };
    const written = scenarioSchema.parse(scenarioOf(filled, asking, asked));
    expect(lackingOf(filled, asking, asked).size).toBe(0);
    expect(written).toMatchObject({
      name: 'A paid order',
      input: { order: 'A-1', tier: 'gold', sum: 3 },
      messages: [{ name: 'payment received', about: 'order A-1', brings: { amount: 3 } }],
    });
  });
});

describe('what is expected', () => {
  it('E1 things put together one by one are what they were taken from, and each can be taken out', () => {
    for (const { scenario } of cases) {
      const things = thingsIn(scenario.expect);
      expect(things.reduce(expecting, {})).toEqual(scenario.expect);
      for (const thing of things) {
        const left = notExpecting(scenario.expect, thing);
        expect(isExpected(left, thing)).toBe(false);
        expect(thingsIn(left)).toHaveLength(things.length - 1);
      }
      expect(things.reduce(notExpecting, scenario.expect)).toEqual({});
    }
  });

  it('E2 a case ends but one way: another end takes the place of the one before', () => {
    const one: Thing = { part: 'result', value: 'paid' };
    const other: Thing = { part: 'result', value: 'refused' };
    expect([one, other, other].reduce(expecting, {})).toEqual({ result: 'refused' });
  });

  it('E3 everything that is offered of a case that ran holds when the case is run again with it', async () => {
    let offered = 0;
    for (const one of cases.filter((_, i) => i % 9 === 0)) {
      // oxlint-disable-next-line no-await-in-loop -- one sandbox after the other
      const ran = await play(one, { ...one.scenario, expect: {} });
      const offers = offersOf(ran, one.flow, one.workspace.surroundings);
      const usual = usualOf(offers);
      expect(usual.status).toBe(ran.status);
      expect(offers.every(({ thing }) => isSo(thing, ran, offers))).toBe(true);
      const all = offers.map(({ thing }) => thing).reduce(expecting, {});
      // oxlint-disable-next-line no-await-in-loop -- one sandbox after the other
      const again = await play(one, { ...one.scenario, expect: all });
      expect(again.expectations.filter(({ holds }) => !holds)).toEqual([]);
      expect(again.expectations).toHaveLength(offers.length);
      expect(offers.every(({ thing }) => isSo(thing, again, []))).toBe(true);
      offered += offers.length;
    }
    expect(offered).toBeGreaterThan(30);
  });

  it('E3 control: what did not come out does not hold, and is told so', async () => {
    const one = aCase();
    const things: Thing[] = [
      { part: 'status', value: 'cancelled' },
      { part: 'result', value: 'nothing of the kind' },
      { part: 'holds', value: '1 = 2' },
    ];
    const ran = await play(one, { ...one.scenario, expect: things.reduce(expecting, {}) });
    expect(things.map((thing) => isSo(thing, ran, []))).toEqual([false, false, false]);
    expect(isSo({ part: 'holds', value: '2 = 2' }, ran, [])).toBeNull();
  });
});
