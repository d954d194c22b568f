import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../nodes/index.ts';
import { scenarioSchema, type Scenario } from '../sandbox/scenario.ts';
import type { Flow } from './document.ts';
import { followRenames, stepNaming } from './rename-scenario.ts';
import { renamesBetween, type FieldRenames } from './renames.ts';
import { flowOf } from './testing/build.ts';

const PATH = 'flows/claims.flow.json';
const claims = flowOf('Claims')
  .input({ amount: { type: 'number' }, 'claim id': { type: 'string' } })
  .node('Start', 'trigger', { columns: {} })
  .node('Team lead', 'approval', {})
  .node('Worth', 'transform', {})
  .node('Check credit', 'subflow', { flow: 'flows/credit.flow.json', results: [], arguments: {} })
  .build();
const credit = flowOf('Credit')
  .input({ customer: { type: 'string' } })
  .node('Read account', 'transform', {})
  .build();
const flows = { [PATH]: claims, 'flows/credit.flow.json': credit };

const scenario: Scenario = scenarioSchema.parse({
  format: 'countersign.scenario',
  version: 1,
  name: 'one',
  input: { amount: 12, 'claim id': 'Worth' },
  answers: { Worth: { choice: 'Worth', confidence: 0.9 } },
  people: [{ at: 'Team lead', decide: 'approved', comment: 'Worth it, says the Team lead' }],
  expect: {
    passes: ['Check credit › Read account', 'Worth'],
    avoids: ['Team lead'],
    holds: [
      'Team lead.decision = "approved" and Worth > input.amount and input.claim id = "Worth"',
      'for Worth in [1] return Worth',
      '{ amount: input.amount }.amount = 12',
    ],
  },
});

/** The flow with other names by the old ones. */
const named = (flow: Flow, names: Readonly<Record<string, string>>, fields: FieldRenames = {}): Flow => ({
  ...flow,
  input: Object.fromEntries(Object.entries(flow.input).map(([name, field]) => [fields[name] ?? name, field])),
  nodes: Object.fromEntries(
    Object.entries(flow.nodes).map(([id, node]) => [id, { ...node, name: names[node.name] ?? node.name }]),
  ),
});

function follow(one: Scenario, before: Flow, after: Flow, fields: FieldRenames = {}): Scenario {
  const renames = renamesBetween(before, after, fields);
  const naming = stepNaming({ path: PATH, flow: before }, { path: PATH, steps: renames.steps }, flows, KINDS);
  const followed = followRenames(one, before, renames, naming);
  if (!followed.ok) throw new Error(followed.why);
  return followed.scenario;
}

const free = ['Alpha', 'Beta 2', 'Team', 'lead', 'Gamma delta'];
const shuffledNames = fc
  .shuffledSubarray([...free, ...Object.values(claims.nodes).map(({ name }) => name)], { minLength: 4, maxLength: 4 })
  .map((to) => Object.fromEntries(Object.values(claims.nodes).map(({ name }, i) => [name, to[i] ?? name])));
const shuffledFields = fc
  .shuffledSubarray(['amount', 'claim id', 'sum', 'total sum'], { minLength: 2, maxLength: 2 })
  .map((to) => Object.fromEntries(Object.keys(claims.input).map((name, i) => [name, to[i] ?? name])));

describe('a scenario follows its flow', () => {
  it('N1 renaming and renaming back gives it as it was, also where names change places', () => {
    let changed = 0;
    fc.assert(
      fc.property(shuffledNames, shuffledFields, (names, fields) => {
        const after = named(claims, names, fields);
        const there = follow(scenario, claims, after, fields);
        if (JSON.stringify(there) !== JSON.stringify(scenario)) changed += 1;
        const back = Object.fromEntries(Object.entries(fields).map(([from, to]) => [to, from]));
        expect(follow(there, after, claims, back)).toEqual(scenario);
      }),
    );
    // The control: it is not that nothing ever changes.
    expect(changed).toBeGreaterThan(50);
  });

  it('speaks of steps and fields under their new names, and leaves what only reads the same', () => {
    const after = named(claims, { 'Team lead': 'Lead', Worth: 'Value', 'Check credit': 'Credit' }, { amount: 'sum' });
    const { input, answers, people, expect: wanted } = follow(scenario, claims, after, { amount: 'sum' });
    expect(input).toEqual({ sum: 12, 'claim id': 'Worth' });
    expect(answers).toEqual({ Value: { choice: 'Worth', confidence: 0.9 } });
    expect(people).toEqual([{ at: 'Lead', decide: 'approved', comment: 'Worth it, says the Team lead' }]);
    expect(wanted).toEqual({
      passes: ['Credit › Read account', 'Value'],
      avoids: ['Lead'],
      holds: [
        'Lead.decision = "approved" and Value > input.sum and input.claim id = "Worth"',
        'for Worth in [1] return Worth',
        '{ amount: input.sum }.amount = 12',
      ],
    });
  });

  it('follows a step of a flow that stands in its own, and no other of that name', () => {
    const steps = new Map([['Read account', 'Look up']]);
    const naming = stepNaming({ path: PATH, flow: claims }, { path: 'flows/credit.flow.json', steps }, flows, KINDS);
    expect(naming('Check credit › Read account')).toBe('Check credit › Look up');
    expect(naming('Read account')).toBe('Read account');
    expect(naming('Elsewhere › Read account')).toBe('Elsewhere › Read account');
  });

  it('N3 is left as it is where a condition would mean something else', () => {
    const own = { ...scenario, expect: { holds: ['for Value in [1] return Value + Worth'] } };
    const after = named(claims, { Worth: 'Value' });
    const renames = renamesBetween(claims, after);
    const followed = followRenames(own, claims, renames, (name) => name);
    expect(followed).toEqual({ ok: false, why: 'a condition of it would mean something else' });
  });
});
