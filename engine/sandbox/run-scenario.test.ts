import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { shop } from '../connections/shop.fixture.ts';
import { approvedFlow, ask, call, callFlow, end, programOf, shopFlow } from '../core/testing/flows.ts';
import type { Flow } from '../flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { VirtualClock } from './clock.ts';
import { coverageOf } from './coverage.ts';
import { runScenario } from './run-scenario.ts';
import { scenarioSchema, type Scenario } from './scenario.ts';
import { shopSystem } from './shop.fixture.ts';
import { runSuite } from './suite.ts';
import { seededBytes } from './world.ts';

const partsOf = (flow: Flow) => ({
  flow,
  program: programOf(flow),
  connections: { shop },
  systems: { shop: shopSystem },
  models: new Map<string, never>(),
});
const scenario = (more: Partial<Scenario> = {}): Scenario =>
  scenarioSchema.parse({
    format: 'countersign.scenario',
    version: 1,
    name: 'a case',
    input: { order: 'special', amount: 12 },
    expect: {},
    ...more,
  });
const approved = partsOf(approvedFlow('refund', { approval: { due: 'PT4H' } }));
const agreeing: Partial<Scenario> = { people: [{ at: 'Agree', decide: 'approved', after: 'PT1H' }] };

describe('expectations', () => {
  const holds: Scenario['expect'] = {
    status: 'completed',
    result: 'done',
    passes: ['Agree', 'Call'],
    avoids: ['Rejected', 'Late'],
    effects: [{ action: 'shop.refund', times: 1, with: { order: 'special', amount: 12 } }],
    holds: ['Call.refund = "R-1"', 'input.amount = 12'],
  };

  it('hold, each of them, when the case comes out so', async () => {
    const result = await runScenario(approved, scenario({ ...agreeing, expect: holds }));
    expect(result.expectations.filter((one) => !one.holds)).toEqual([]);
    expect(result.expectations).toHaveLength(9);
    expect(result).toMatchObject({ holds: true, status: 'completed', result: 'done' });
  });

  const broken: [string, Scenario['expect']][] = [
    ['status', { status: 'failed' }],
    ['result', { result: 'late' }],
    ['a node that it does not pass', { passes: ['Late'] }],
    ['a node that it does pass', { avoids: ['Call'] }],
    ['one effect too few', { effects: [{ action: 'shop.refund', times: 0 }] }],
    ['one effect too many', { effects: [{ action: 'shop.refund', times: 2 }] }],
    ['an effect with another value', { effects: [{ action: 'shop.refund', times: 1, with: { amount: 13 } }] }],
    [
      'an effect with another type of value',
      { effects: [{ action: 'shop.refund', times: 1, with: { amount: '12' } }] },
    ],
    ['an effect with a field that it has not', { effects: [{ action: 'shop.refund', times: 1, with: { more: 1 } }] }],
    ['a condition that is false', { holds: ['input.amount > 12'] }],
    ['a condition that is null', { holds: ['input.nothing'] }],
    ['a condition that is no expression', { holds: ['input.amount >'] }],
    ['a node that the flow does not have', { passes: ['Nowhere'] }],
  ];
  it.each(broken)('control: does not hold with %s', async (_, otherwise) => {
    const result = await runScenario(approved, scenario({ ...agreeing, expect: { ...holds, ...otherwise } }));
    expect(result.holds).toBe(false);
    expect(result.expectations.filter((one) => !one.holds).length).toBe(1);
  });

  it('only an effect that is done counts', async () => {
    const faults = { shop: [{ fault: 'down' as const }] };
    const expected = { effects: [{ action: 'shop.refund', times: 0 }] };
    const result = await runScenario(partsOf(callFlow('refund')), scenario({ faults, expect: expected }));
    expect(result).toMatchObject({ holds: true, result: 'failed', effects: [{ status: 'failed' }] });
  });
});

describe('people', () => {
  it('act in order and after their time; nobody acts twice; the clock jumps', async () => {
    const flow = partsOf(approvedFlow('refund', { approval: { count: 2, due: 'P300D' } }));
    const people: Scenario['people'] = [
      { at: 'Agree', decide: 'approved', person: 'Ada', after: 'P1D' },
      { at: 'Agree', decide: 'approved', person: 'Ben', after: 'P100D' },
    ];
    const result = await runScenario(flow, scenario({ people }));
    expect(result.result).toBe('done');
    expect(result.clock - Date.parse('2026-03-02T09:00:00Z')).toBe(101 * 86_400_000);
    expect((await runScenario(flow, scenario({ people: people.slice(0, 1) }))).result).toBe('late');
  });

  it('P31 who started a case does not approve it where four eyes are asked for: the scenario says so', async () => {
    const flow = partsOf(approvedFlow('refund', { approval: { fourEyes: true } }));
    const people: Scenario['people'] = [{ at: 'Agree', decide: 'approved', person: 'Ada' }];
    await expect(runScenario(flow, scenario({ initiator: 'Ada', people }))).rejects.toMatchObject({
      code: 'APPROVAL_FOUR_EYES',
    });
    expect((await runScenario(flow, scenario({ initiator: 'Ina', people }))).result).toBe('done');
  });

  it('say of a doubt only what can be said of one: who approves has not said that nothing happened', async () => {
    const flow = partsOf(callFlow('post letter'));
    const faults = { shop: [{ fault: 'lost answer' as const, nth: [1] }] };
    const saying = async (...said: readonly ('approved' | 'rejected' | 'answered' | 'happened')[]) => {
      const people = said.map((decide) => ({ at: 'Call', decide }));
      return (await runScenario(flow, scenario({ faults, people }))).status;
    };
    for (const said of ['approved', 'rejected', 'answered'] as const) expect(await saying(said)).toBe('in doubt');
    expect(await saying('approved', 'happened')).toBe('completed');
  });

  it('settle a doubt either way', async () => {
    const flow = partsOf(callFlow('post letter'));
    const faults = { shop: [{ fault: 'lost answer' as const, nth: [1] }] };
    const settled = async (decide: 'happened' | 'did not happen') =>
      runScenario(flow, scenario({ faults, people: [{ at: 'Call', decide }] }));
    expect(await settled('happened')).toMatchObject({ result: 'done', effects: [{ status: 'done' }] });
    expect(await settled('did not happen')).toMatchObject({ result: 'done', effects: [{ status: 'done' }] });
    expect(await runScenario(flow, scenario({ faults }))).toMatchObject({
      status: 'in doubt',
      effects: [{ status: 'in doubt' }],
    });
  });
});

describe('determinism', () => {
  const whole = partsOf(
    shopFlow()
      .node('Topic', 'ai-decision', ask())
      .node('Call', 'connector', call('send parcel'))
      .node('Done', 'end', end('done', { at: 'now()' }))
      .edge('Start', 'next', 'Topic')
      .edge('Topic', 'answered', 'Call')
      .edge('Topic', 'uncertain', 'Call')
      .edge('Call', 'done', 'Done')
      .edge('Call', 'refused', 'Done')
      .build(),
  );
  const chancy = (seed: number) =>
    scenario({
      seed,
      answers: { Topic: { choice: 'refund', confidence: 0.9 } },
      faults: { shop: [{ fault: 'down', probability: 0.5 }] },
    });

  it('P13 the same scenario twice gives the same trace, to the byte', async () => {
    for (const seed of [1, 2, 3]) {
      const [first, second] = [await runScenario(whole, chancy(seed)), await runScenario(whole, chancy(seed))];
      expect(JSON.stringify(first)).toBe(JSON.stringify(second));
    }
  });

  it('P13 control: another seed gives another trace', async () => {
    const traces = new Set<string>();
    for (const seed of [1, 2, 3, 4]) traces.add(JSON.stringify((await runScenario(whole, chancy(seed))).trace));
    expect(traces.size).toBeGreaterThan(1);
  });

  it('seeded bytes depend on seed, purpose and place alone', () => {
    const draw = (seed: number, purpose: string) => {
      const bytes = seededBytes(seed, purpose);
      return [Buffer.from(bytes(40)).toString('hex'), Buffer.from(bytes(8)).toString('hex')];
    };
    expect(draw(1, 'a')).toEqual(draw(1, 'a'));
    expect(new Set([...draw(1, 'a'), ...draw(2, 'a'), ...draw(1, 'b')]).size).toBe(6);
  });
});

describe('a world that does not fit', () => {
  it.each([
    ['an answer of an AI decision that is not there', { answers: { Nobody: { choice: 'x', confidence: 1 } } }],
    ['records of a system that is not there', { records: { other: {} } }],
    ['records of a collection that is not there', { records: { shop: { ghosts: {} } } }],
  ] as [string, Partial<Scenario>][])('is refused: %s', async (_, more) => {
    await expect(runScenario(approved, scenario(more))).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
  });

  it('an input that does not fit the flow starts nothing', async () => {
    await expect(runScenario(approved, scenario({ input: { order: 1 } }))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });

  it('a connection without a simulated system reaches nothing: there is nothing else to reach', async () => {
    const parts = { ...partsOf(callFlow('refund')), systems: {} };
    const result = await runScenario(parts, scenario());
    expect(JSON.stringify(result.trace)).toContain('BINDING_MISSING');
    expect(result.effects).toMatchObject([{ status: 'failed' }]);
  });
});

describe('what is left afterwards', () => {
  const temp = mkdtempSync(join(tmpdir(), 'countersign-here-'));
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(temp, { recursive: true, force: true });
  });

  it('is nothing', async () => {
    vi.stubEnv('TMPDIR', temp);
    await runScenario(approved, scenario(agreeing));
    await runScenario(approved, scenario({ input: {} })).catch(() => undefined);
    await runScenario(approved, scenario({ records: { other: {} } })).catch(() => undefined);
    expect(existsSync(temp) ? readdirSync(temp) : []).toEqual([]);
  });
});

describe('a suite', () => {
  it('goes on after a scenario that cannot be run, which does not hold; tells of each; counts what was passed', async () => {
    const told: string[] = [];
    const scenarios = [
      scenario({ name: 'good', ...agreeing, expect: { result: 'done' } }),
      scenario({ name: 'broken', input: {} }),
      scenario({ name: 'wrong', expect: { result: 'done' } }),
    ];
    const { results, coverage } = await runSuite(approved, scenarios, (result) => told.push(result.scenario));
    expect(told).toEqual(['good', 'broken', 'wrong']);
    expect(results.map(({ holds }) => holds)).toEqual([true, false, false]);
    expect(results[1]).toMatchObject({
      error: { code: 'INPUT_INVALID' },
      expectations: [{ what: 'the scenario runs' }],
    });
    expect(coverage.nodes.missed).toEqual(['n_refused', 'n_rejected']);
    expect(coverage.edges.missed).toEqual(['e_003', 'e_005']);
  });

  it('coverage: nothing run covers nothing, all that can be passed is all there is, and notes are not counted', async () => {
    const { flow } = approved;
    const noted = { ...flow, nodes: { ...flow.nodes, n_note: { kind: 'note', name: 'Note', config: { text: '' } } } };
    const none = coverageOf(noted, KINDS, []);
    expect(none.nodes).toEqual({ covered: [], missed: Object.keys(flow.nodes).toSorted() });
    expect(none.edges.missed).toHaveLength(Object.keys(flow.edges).length);
    const { trace } = await runScenario(approved, scenario(agreeing));
    expect(coverageOf(noted, KINDS, [trace]).edges.covered).toEqual(['e_001', 'e_002', 'e_004']);
  });

  it('coverage: the wires by which branches and iterations begin are passed, one that leads straight to the join too', async () => {
    const forked = (list: string) =>
      partsOf(
        shopFlow()
          .node('Fork', 'parallel', { branches: ['a', 'b', 'c'] })
          .node('Look', 'connector', call('read order'))
          .node('Every', 'for-each', { list, item: 'one', atOnce: 1 })
          .node('Same', 'transform', { fields: { x: 'one' } })
          .node('All', 'join', { wait: 'all', collect: 'Same.x' })
          .node('Both', 'join', { wait: 'all', collect: '' })
          .node('Done', 'end', end('done'))
          .chain('Start', 'Fork')
          .edge('Fork', 'a', 'Look')
          .edge('Fork', 'b', 'Every')
          .edge('Fork', 'c', 'Both')
          .edge('Look', 'done', 'Both')
          .edge('Look', 'refused', 'Both')
          .edge('Every', 'each', 'Same')
          .chain('Same', 'All', 'Both', 'Done')
          .build(),
      );
    const missed = async (list: string) => {
      const parts = forked(list);
      const { trace } = await runScenario(parts, scenario());
      return coverageOf(parts.flow, KINDS, [trace]).edges.missed.map((id) => {
        const { from } = parts.flow.edges[id] ?? { from: { node: '', port: '' } };
        return `${from.node} ${from.port}`;
      });
    };
    expect(await missed('[1, 2]')).toEqual(['n_look refused']);
    expect(await missed('[]')).toEqual(['n_look refused', 'n_every each', 'n_same next']);
  });
});

describe('the virtual clock', () => {
  it('wakes in the order of time, then of asking; never goes back; a cancelled wake does not come', () => {
    const clock = new VirtualClock(100);
    const woken: string[] = [];
    const wake = (at: number, name: string) => clock.wakeAt(at, () => woken.push(`${name} ${clock.now()}`));
    wake(300, 'late');
    wake(200, 'first');
    wake(200, 'second');
    wake(50, 'past');
    const cancel = wake(250, 'never');
    cancel();
    cancel();
    expect(clock.next()).toBe(50);
    while (clock.step());
    expect(woken).toEqual(['past 100', 'first 200', 'second 200', 'late 300']);
    expect([clock.next(), clock.step(), clock.now()]).toEqual([null, false, 300]);
  });
});
