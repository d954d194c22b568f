import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFlow } from '../../engine/flow/check.ts';
import type { Flow, FlowNode } from '../../engine/flow/document.ts';
import { inlineFlows } from '../../engine/flow/inline.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import { proveSafety } from '../../engine/program/proof.ts';
import { STRICT_POLICY, type Policy } from '../../engine/connections/contract.ts';
import { openWorkspace } from '../../engine/studio/workspace.ts';
import { runSuite } from '../../engine/sandbox/suite.ts';
import { scenariosOf } from '../../engine/studio/workspace.ts';
import { compileProgram } from '../../engine/program/compile.ts';
import { KINDS } from '../../nodes/index.ts';
import { RUNS } from '../../nodes/runs.ts';
import { FLOW, SUPPORT_DESK } from '../../test/support/support-desk.ts';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { extractSteps } from './extract.ts';

const PATH = 'flows/part.flow.json';
const counter = () => {
  let next = 0;
  return (prefix: string) => `${prefix}_new${next++}`;
};
const extract = (flow: Flow, ids: readonly string[], around = surroundings, policy: Policy = STRICT_POLICY) =>
  extractSteps(flow, ids, { title: 'Part', kinds: KINDS, surroundings: around, policy, freshId: counter() });

const desk = openWorkspace(SUPPORT_DESK);
const sample = desk.surroundings.flows?.[FLOW];
if (sample === undefined) throw new Error('the sample flow is there');
const errorsOf = (flow: Flow, around = desk.surroundings) =>
  checkFlow(flow, KINDS, around).filter(({ severity }) => severity === 'error');

async function outcomes(flow: Flow, around = desk.surroundings) {
  const compiled = compileProgram(flow, KINDS, RUNS, around, desk.policy);
  if (compiled.program === null) throw new Error(compiled.problems[0]?.message);
  const { program } = compiled;
  const parts = {
    flow: program.flow,
    program,
    connections: around.connections,
    systems: desk.systems,
    models: desk.models,
  };
  // What passes and avoids say of steps by their names is another thing.
  const scenarios = scenariosOf(SUPPORT_DESK, FLOW)
    .map(({ scenario }) => scenario)
    .filter((_, i) => [0, 1, 4, 5, 8].includes(i));
  const { results } = await runSuite(parts, scenarios);
  return results.map(({ status, result, effects }) => ({
    status,
    result,
    effects: effects.map(({ connection, action, request }) => ({ connection, action, request })),
  }));
}

describe('a part of a flow as a flow of its own', () => {
  it('X1 whatever is taken out: both flows are documents without errors, the proof says the same, and nothing is lost', () => {
    const ids = Object.keys(sample.nodes);
    const before = proveSafety(sample, KINDS, desk.surroundings, desk.policy);
    let accepted = 0;
    fc.assert(
      fc.property(fc.constantFrom(...ids), fc.array(fc.nat(20), { maxLength: 5 }), (start, hops) => {
        // A part that hangs together: from a step along its wires.
        const part = new Set([start]);
        for (const hop of hops) {
          const next = Object.values(sample.edges).flatMap(({ from, to }) => (part.has(from.node) ? [to.node] : []));
          const one = next[hop % Math.max(1, next.length)];
          if (one !== undefined) part.add(one);
        }
        const extraction = extract(sample, [...part], desk.surroundings, desk.policy);
        if (!extraction.ok) return;
        accepted += 1;
        const outer = extraction.outer(PATH);
        const around = { ...desk.surroundings, flows: { ...desk.surroundings.flows, [PATH]: extraction.inner } };
        expect(errorsOf(outer, around)).toEqual([]);
        for (const flow of [outer, extraction.inner]) expect(readFlow(writeFlow(flow), KINDS).flow).toEqual(flow);
        const kept = Object.keys(outer.nodes).filter((id) => id !== extraction.step);
        expect([...kept, ...part].sort()).toEqual(ids.sort());
        const proof = proveSafety(outer, KINDS, around, desk.policy);
        expect(proof.unsafe.length).toBe(before.unsafe.length);
        expect(
          Object.values(inlineFlows(outer, KINDS, around).flow.nodes).filter(({ kind }) => kind === 'connector'),
        ).toHaveLength(Object.values(sample.nodes).filter(({ kind }) => kind === 'connector').length);
      }),
      { numRuns: 20 },
    );
    expect(accepted).toBeGreaterThan(3);
  });

  it('X2 X3 cases come out as before, to the request', async () => {
    const part = Object.entries(sample.nodes).filter(([, { name }]) =>
      ['triage', 'set priority', 'plan', 'answer'].includes(name),
    );
    const extraction = extract(
      sample,
      part.map(([id]) => id),
      desk.surroundings,
    );
    if (!extraction.ok) throw new Error(extraction.why);
    const around = { ...desk.surroundings, flows: { ...desk.surroundings.flows, [PATH]: extraction.inner } };
    expect(await outcomes(extraction.outer(PATH), around)).toEqual(await outcomes(sample));
  });

  it('X1 says why not', () => {
    const why = (ids: readonly string[], flow: Flow = payingFlow()): string => {
      const extraction = extract(flow, ids);
      return extraction.ok ? 'done' : extraction.why;
    };
    expect(why(['n_pay'])).toBe('done');
    expect(why(['n_ask', 'n_pay'])).toBe('done');
    expect(why([])).toContain('No step');
    expect(why(['n_note'])).toContain('No step');
    expect(why(['n_start', 'n_topic'])).toContain('begins');
    expect(why(['n_pay', 'n_end'])).toContain('ends');
    const two: Flow = {
      ...payingFlow(),
      edges: { ...payingFlow().edges, e_3: { from: { node: 'n_topic', port: 'uncertain' }, to: { node: 'n_pay' } } },
    };
    expect(why(['n_ask', 'n_pay'], two)).toContain('several');
    const hanging: Flow = { ...payingFlow(), nodes: { ...payingFlow().nodes, n_away: step('away', { a: '1' }) } };
    expect(why(['n_away'], hanging)).toContain('No wire leads into');
  });

  it('X3 what others read is given back, and they read it there', () => {
    const base = payingFlow();
    const flow: Flow = {
      ...base,
      nodes: {
        ...base.nodes,
        n_sum: step('the sum', { amount: '2 * 170', half: '170' }),
        n_pay: {
          ...(base.nodes['n_pay'] ?? step('', {})),
          config: {
            ...base.nodes['n_pay']?.config,
            arguments: { amount: 'the sum.amount', customer: 'input.message' },
          },
        },
      },
      edges: {
        ...base.edges,
        e_4: { from: { node: 'n_ask', port: 'approved' }, to: { node: 'n_sum' } },
        e_8: { from: { node: 'n_sum', port: 'next' }, to: { node: 'n_pay' } },
      },
    };
    const extraction = extract(flow, ['n_sum']);
    if (!extraction.ok) throw new Error(extraction.why);
    const outer = extraction.outer(PATH);
    expect(outer.nodes['n_pay']?.config['arguments']).toEqual({
      amount: 'Part.amount',
      customer: 'input.message',
    });
    expect(outer.nodes[extraction.step]?.config).toEqual({ flow: PATH, results: ['done'], arguments: {} });
  });
});

function step(name: string, fields: Record<string, string>): FlowNode {
  return { kind: 'transform', name, config: { fields } };
}
