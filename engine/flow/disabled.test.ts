import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../nodes/index.ts';
import { compileProgram } from '../program/compile.ts';
import { programDigest } from '../program/digest.ts';
import { RUNS } from '../../nodes/runs.ts';
import { checkFlow } from './check.ts';
import { diffFlows } from './diff.ts';
import { passingExit, withoutDisabled } from './disabled.ts';
import type { Flow, FlowNode } from './document.ts';
import { readFlow, writeFlow } from './read.ts';
import { scopeAt } from './scope.ts';

const AROUND = { connections: {}, models: {} };

/** start → s1 → … → sn → end, each working something out. */
function row(count: number, disabled: ReadonlySet<number>): Flow {
  const nodes: Record<string, FlowNode> = {
    n_a: { kind: 'trigger', name: 'start', config: { columns: {} } },
    n_z: { kind: 'end', name: 'end', config: { result: 'done', value: {} } },
  };
  const ids = ['n_a', ...Array.from({ length: count }, (_, i) => `n_s${i}`), 'n_z'];
  for (let i = 0; i < count; i++)
    nodes[`n_s${i}`] = {
      kind: 'transform',
      name: `step ${i}`,
      config: { fields: { out: String(i) } },
      ...(disabled.has(i) ? { disabled: true as const } : {}),
    };
  const edges = Object.fromEntries(
    ids.slice(1).map((to, i) => [`e_${i}`, { from: { node: ids[i] ?? '', port: 'next' }, to: { node: to } }]),
  );
  const objective = { text: 'x', baseline: 'x', target: 'x' };
  const about = { title: 't', purpose: 'p', businessOwner: 'b', flowOwner: 'f', objective };
  return { format: 'countersign.flow', version: 1, about, input: {}, nodes, edges, layout: {} };
}

function fresh(kind: string): FlowNode['config'] {
  const config = KINDS[kind]?.initial();
  return typeof config === 'object' && config !== null ? { ...config } : {};
}

const off = (flow: Flow, id: string): Flow => {
  const node = flow.nodes[id];
  return node === undefined ? flow : { ...flow, nodes: { ...flow.nodes, [id]: { ...node, disabled: true } } };
};

describe('a disabled step', () => {
  it('D1 without one the flow is its own result', () => {
    const flow = row(3, new Set());
    expect(withoutDisabled(flow, KINDS)).toBe(flow);
  });

  it('D2 the program is the one of the flow without it, to the digest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.array(fc.nat(6)), (count, list) => {
        const disabled = new Set(list.filter((i) => i < count));
        const flow = row(count, disabled);
        const kept = Object.keys(row(count, new Set()).nodes).filter((id) => flow.nodes[id]?.disabled !== true);
        const active = withoutDisabled(flow, KINDS);
        expect(Object.keys(active.nodes).sort()).toEqual(kept.sort());
        expect(Object.keys(active.edges)).toHaveLength(kept.length - 1);
        const { program, problems } = compileProgram(flow, KINDS, RUNS, AROUND);
        expect(program).not.toBeNull();
        expect(problems.filter(({ code }) => code === 'NODE_DISABLED')).toHaveLength(disabled.size);
        expect(program?.digest).toBe(programDigest(active, KINDS, AROUND));
        const same = program?.digest === programDigest(row(count, new Set()), KINDS, AROUND);
        expect(same).toBe(disabled.size === 0);
      }),
      { numRuns: 40 },
    );
  });

  it('D2 its value is in nobody’s scope, and who reads it is told', () => {
    const flow = row(2, new Set([0]));
    const reading: Flow = {
      ...flow,
      nodes: {
        ...flow.nodes,
        n_s1: { kind: 'transform', name: 'step 1', config: { fields: { out: 'step 0.out' } } },
      },
    };
    const errors = (one: Flow) => checkFlow(one, KINDS, AROUND).filter(({ severity }) => severity === 'error');
    expect(errors(reading).map(({ node }) => node)).toContain('n_s1');
    expect(
      errors({
        ...reading,
        nodes: { ...reading.nodes, n_s0: { kind: 'transform', name: 'step 0', config: { fields: { out: '0' } } } },
      }),
    ).toEqual([]);
    expect(Object.keys(scopeAt(withoutDisabled(reading, KINDS), 'n_z', KINDS, AROUND))).not.toContain('step 0');
  });

  it('D3 what only its other exits led to is gone as well; D2 a wire that went back still does', () => {
    const flow = row(2, new Set());
    const connector = { kind: 'connector', name: 'pay', config: fresh('connector') };
    const wired: Flow = {
      ...flow,
      nodes: {
        ...flow.nodes,
        n_s0: connector,
        n_sorry: { kind: 'end', name: 'sorry', config: { result: 'sorry', value: {} } },
      },
      edges: {
        e_0: { from: { node: 'n_a', port: 'next' }, to: { node: 'n_s0' } },
        e_1: { from: { node: 'n_s0', port: 'done' }, to: { node: 'n_s1' } },
        e_2: { from: { node: 'n_s0', port: 'refused' }, to: { node: 'n_sorry' } },
        e_3: { from: { node: 'n_s1', port: 'next' }, to: { node: 'n_z' } },
        e_4: { from: { node: 'n_z', port: 'x' }, to: { node: 'n_s0' }, back: { maxVisits: 2 } },
      },
    };
    const active = withoutDisabled(off(wired, 'n_s0'), KINDS);
    expect(Object.keys(active.nodes).sort()).toEqual(['n_a', 'n_s1', 'n_z']);
    expect(active.edges).toEqual({
      e_0: { from: { node: 'n_a', port: 'next' }, to: { node: 'n_s1' } },
      e_3: wired.edges['e_3'],
      e_4: { from: { node: 'n_z', port: 'x' }, to: { node: 'n_s1' }, back: { maxVisits: 2 } },
    });
  });

  it('D2 disabled steps that lead to each other lead nowhere', () => {
    const flow = row(2, new Set([0, 1]));
    const round: Flow = {
      ...flow,
      edges: { ...flow.edges, e_2: { from: { node: 'n_s1', port: 'next' }, to: { node: 'n_s0' } } },
    };
    expect(withoutDisabled(round, KINDS).edges).toEqual({});
  });

  it('D4 one that asks a person, a model or the way stays, and is an error: nothing safe is ever passed by', () => {
    for (const kind of ['approval', 'ai-decision', 'trigger', 'end', 'parallel', 'for-each', 'join', 'nothing']) {
      const node: FlowNode = { kind, name: 'that', config: fresh(kind), disabled: true };
      expect(passingExit(node, KINDS)).toBeNull();
      const flow = row(1, new Set());
      const with1: Flow = { ...flow, nodes: { ...flow.nodes, n_s0: node } };
      expect(withoutDisabled(with1, KINDS)).toBe(with1);
      expect(checkFlow(with1, KINDS, AROUND).find(({ code }) => code === 'NODE_DISABLED')?.severity).toBe('error');
      expect(compileProgram(with1, KINDS, RUNS, AROUND).program).toBeNull();
    }
    const branch = {
      kind: 'rule',
      name: 'way',
      config: { ...fresh('rule'), branchBy: 'result' },
    };
    expect(passingExit(branch, KINDS)).toBeNull();
  });

  it('is in the document and in the difference of two', () => {
    const flow = row(1, new Set([0]));
    const { flow: read } = readFlow(writeFlow(flow), KINDS);
    expect(read).toEqual(flow);
    expect(diffFlows(row(1, new Set()), flow).map(({ sentence }) => sentence)).toEqual(['“step 0” is now disabled.']);
  });
});
