import { describe, expect, it } from 'vitest';
import { STRICT_POLICY } from '../../engine/connections/contract.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { check } from '../checks/check.ts';
import { sampleWorkspace } from '../test-kit/views.tsx';
import { causesFirst } from './causes.ts';
import { removeThings } from './commands.ts';
import { withConsequences } from './consequences.ts';

const { documents, connections, models } = sampleWorkspace();
const sample = sampleFlow();
function sampleFlow(): Flow {
  const flow = documents['flows/support-desk.flow.json'];
  if (flow === undefined) throw new Error('the sample has a flow');
  return flow;
}
const surroundings = { connections, models, flows: documents };

/** The causes after steps were taken out of the sample, and all problems. */
function without(...steps: string[]) {
  const nodes = Object.entries(sample.nodes).flatMap(([id, { name }]) => (steps.includes(name) ? [id] : []));
  const flow = removeThings(sample, { nodes, edges: [] });
  const { problems } = check({ id: 1, flow, surroundings, policy: STRICT_POLICY }, KINDS);
  const ordered = causesFirst(problems, flow);
  return { flow, problems: ordered, causes: withConsequences(ordered, flow) };
}

describe('what follows from a problem', () => {
  it('stands below it: of a step that was removed little is left to be put right', () => {
    const { problems, causes, flow } = without('triage');
    expect(problems.length).toBeGreaterThan(30);
    expect(causes.map(({ problem: { code, node } }) => [code, flow.nodes[node ?? '']?.name])).toEqual([
      ['PORT_UNWIRED', 'check'],
      ['PORT_UNWIRED', 'topic'],
      ['NODE_UNREACHABLE', 'set priority'],
      ['EXPRESSION', 'set priority'],
    ]);
  });

  it('a name that is nowhere is one cause, however often it is read', () => {
    const { causes } = without('plan');
    const missing = causes.filter(({ problem }) => problem.message.includes('no “plan”'));
    expect(missing).toHaveLength(1);
    expect(missing[0]?.follows.length).toBeGreaterThan(4);
  });

  it('nothing is lost, and nothing is said twice', () => {
    for (const step of Object.values(sample.nodes).map(({ name }) => name)) {
      const { problems, causes } = without(step);
      const told = causes.flatMap(({ problem, follows }) => [problem, ...follows]);
      expect(new Set(told)).toEqual(new Set(problems));
      expect(told).toHaveLength(problems.length);
    }
  });
});
