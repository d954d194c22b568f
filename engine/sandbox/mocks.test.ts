import { describe, expect, it } from 'vitest';
import { shop } from '../connections/shop.fixture.ts';
import { approvedFlow, callFlow, programOf, SURROUNDINGS, wholeFlow } from '../core/testing/flows.ts';
import type { Flow } from '../flow/document.ts';
import { flowOf } from '../flow/testing/build.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import type { Mock } from './mock-document.ts';
import { mockProgram, mocksOf } from './mocks.ts';
import { runScenario } from './run-scenario.ts';
import { scenarioSchema, type Scenario } from './scenario.ts';
import { shopSystem } from './shop.fixture.ts';
import { countsForRelease, runSuite } from './suite.ts';

/** A flow with mocks, ready to run. */
const mocked = (flow: Flow, mocks: Record<string, Mock>, surroundings: Surroundings = SURROUNDINGS) => {
  const real = programOf(flow, surroundings);
  const chosen = Object.entries(mocks).map(([node, mock]) => ({ node, mock }));
  return {
    flow: real.flow,
    real,
    program: mockProgram(real, flow, surroundings, chosen),
    connections: { shop },
    systems: { shop: shopSystem },
    models: new Map<string, never>(),
  };
};
const scenario = (more: Partial<Scenario> = {}): Scenario =>
  scenarioSchema.parse({
    format: 'countersign.scenario',
    version: 1,
    name: 'a case',
    input: { order: 'special', amount: 12 },
    expect: { result: 'done' },
    ...more,
  });
const paid: Mock = { name: 'paid', port: 'done', value: { refund: 'R-9', total: 12 } };
const agreed: Mock = {
  name: 'lead says yes',
  port: 'approved',
  value: { decision: 'approved', by: 'Ada', comment: '' },
};

describe('mocks', () => {
  it('K1 a mocked connector reaches no system, its value is the mock’s, and the record says so', async () => {
    const result = await runScenario(mocked(callFlow('refund'), { n_call: paid }), scenario());
    expect(result).toMatchObject({ result: 'done', effects: [], mocks: [{ node: 'n_call', name: 'paid' }] });
    expect(result.trace.find((step) => step.node === 'n_call')).toMatchObject({
      port: 'done',
      value: { refund: 'R-9', total: 12 },
      record: { by: 'mock', name: 'paid' },
      sentence: 'mocked: paid',
    });
    const real = await runScenario(mocked(callFlow('refund'), {}), scenario());
    expect(real).toMatchObject({ mocks: [], effects: [{ action: 'refund', status: 'done' }] });
    expect(JSON.stringify(real.trace)).not.toContain('mock');
  });

  it('K1 a mocked approval asks nobody, and a mocked AI decision no model; later steps read their values', async () => {
    const mocks = {
      n_look: { name: 'found', port: 'done', value: { order: 'special', total: 12, placed: '2026-01-02' } },
      n_topic: {
        name: 'sure',
        port: 'answered',
        value: { choice: 'refund', by: 'model', guess: 'refund', confidence: 0.93, why: null, reasons: [] },
      },
      n_agree: agreed,
    };
    const result = await runScenario(mocked(wholeFlow(), mocks), scenario());
    expect(result.trace.map(({ sentence }) => sentence).filter((said) => said.startsWith('mocked'))).toEqual([
      'mocked: found',
      'mocked: sure',
      'mocked: lead says yes',
    ]);
    expect(result.trace.some(({ sentence }) => sentence.includes('waits for'))).toBe(false);
  });

  it('K1 a mocked step that stands for another flow leaves by its result, and nothing within it runs', async () => {
    const path = 'flows/inner.flow.json';
    const around = { ...SURROUNDINGS, flows: { [path]: approvedFlow('refund') } };
    const outer = flowOf('Outer')
      .input({ order: { type: 'string' }, amount: { type: 'number', optional: true } })
      .node('Start', 'trigger', { columns: {} })
      .node('Part', 'subflow', {
        flow: path,
        results: ['done', 'refused', 'rejected'],
        arguments: { order: 'input.order', amount: 'input.amount' },
      })
      .node('Good', 'end', { result: 'done', value: {} })
      .node('Bad', 'end', { result: 'bad', value: {} })
      .chain('Start', 'Part')
      .edge('Part', 'done', 'Good')
      .edge('Part', 'refused', 'Bad')
      .edge('Part', 'rejected', 'Bad')
      .build();
    const parts = mocked(outer, { n_part: { name: 'no', port: 'rejected', value: {} } }, around);
    const result = await runScenario(parts, scenario({ expect: { result: 'bad' } }));
    expect(result).toMatchObject({ holds: true, effects: [] });
    expect(result.trace.map(({ node }) => node)).toEqual(['n_start', 'n_part.n_start', 'n_bad']);
    // The wire that is drawn from the step is the one that was taken.
    const rejected = Object.entries(outer.edges).find(([, { from }]) => from.port === 'rejected')?.[0];
    expect(result.trace[1]).toMatchObject({ port: 'rejected', edge: rejected });
  });

  it('K2 the copy has a digest of its own, which differs by mock and is no digest of a program; without mocks there is no copy', () => {
    const one = mocked(callFlow('refund'), { n_call: paid });
    const other = mocked(callFlow('refund'), { n_call: { ...paid, value: { refund: 'R-8', total: 12 } } });
    expect(one.program.digest).toMatch(/^mocked-sha256-/);
    expect(one.program.digest).not.toBe(other.program.digest);
    expect(one.real.digest).toMatch(/^sha256-/);
    expect(mocked(callFlow('refund'), {}).program.digest).toBe(one.real.digest);
    expect([mocksOf(one.program), mocksOf(one.real)]).toEqual([[{ node: 'n_call', name: 'paid' }], []]);
  });

  it('K3 a suite that ran with mocks counts for nothing: no case is evidence, and nothing is covered', async () => {
    const holding = [scenario()];
    const made = await runSuite(mocked(callFlow('refund'), { n_call: paid }), holding);
    expect(made.results.map((result) => [result.holds, countsForRelease(result)])).toEqual([[true, false]]);
    expect([made.coverage.nodes.covered, made.coverage.edges.covered]).toEqual([[], []]);
    const real = await runSuite(mocked(callFlow('refund'), {}), holding);
    expect(real.results.map(countsForRelease)).toEqual([true]);
    expect(real.coverage.nodes.covered).toContain('n_call');
  });

  it.each([
    ['an exit that is not there', 'n_call', { ...paid, port: 'gone' }],
    ['a value of another type', 'n_call', { ...paid, value: { refund: 7, total: 12 } }],
    ['a value where there is none', 'n_call', { ...paid, port: 'refused' }],
    ['the start', 'n_start', { ...paid, port: 'next' }],
    ['an end', 'n_done', paid],
    ['a step that is not there', 'n_nowhere', paid],
  ])('K4 does not fit: %s', (_what, node, mock) => {
    expect(() => mocked(callFlow('refund'), { [node]: mock })).toThrowError(
      expect.objectContaining({ code: 'DOCUMENT_INVALID' }),
    );
  });
});

describe('running to a step', () => {
  const waiting = { people: [{ at: 'Agree', decide: 'approved' as const, after: 'PT1H' }] };
  it('the case is told up to where the step is settled, and nothing is expected of it', async () => {
    const parts = mocked(approvedFlow('refund'), {});
    const to = await runScenario(parts, scenario(waiting), { until: 'n_agree' });
    expect(to.trace.map(({ node }) => node)).toEqual(['n_start', 'n_agree']);
    expect(to).toMatchObject({ until: { node: 'n_agree', reached: true }, effects: [], expectations: [] });
    expect(to.input).toEqual({ order: 'special', amount: 12 });
    const past = await runScenario(parts, scenario(waiting), { until: 'n_rejected' });
    expect(past).toMatchObject({ until: { reached: false }, result: 'done', holds: true });
  });
});
