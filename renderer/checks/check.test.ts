import { describe, expect, it } from 'vitest';
import { STRICT_POLICY } from '../../engine/connections/contract.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { resultsOf } from '../../nodes/subflow/config.ts';
import { stepAt } from '../document/describe.ts';
import { payingFlow, surroundings, unsafeFlow } from '../test-kit/flows.ts';
import { check } from './check.ts';

const ask = (flow = payingFlow()) => check({ id: 7, flow, surroundings, policy: STRICT_POLICY }, KINDS);

describe('checks while a flow is drawn', () => {
  it('K1 a sound flow has no problems and no unsafe path', () => {
    const reply = ask();
    expect(reply.problems.filter((problem) => problem.severity === 'error')).toEqual([]);
    expect(reply.unsafe).toEqual([]);
    expect(reply.id).toBe(7);
  });

  it('K2 an unsafe path is found with the wires to draw in red', () => {
    const [path] = ask(unsafeFlow()).unsafe;
    expect(path).toMatchObject({ ai: 'n_topic', effect: { node: 'n_pay', connection: 'billing', action: 'pay' } });
    expect(path?.edges).toEqual(['e_2', 'e_5']);
    expect(path?.reason).not.toBe('');
  });

  it('K3 a faulty formula is found at its field, and names in scope are told', () => {
    const flow = payingFlow();
    const end = flow.nodes['n_end'];
    if (end === undefined) throw new Error('no end');
    const reply = ask({
      ...flow,
      nodes: { ...flow.nodes, n_end: { ...end, config: { ...end.config, value: { a: 'topic.gues' } } } },
    });
    expect(reply.problems[0]).toMatchObject({
      node: 'n_end',
      path: ['nodes', 'n_end', 'config', 'value', 'a'],
      severity: 'error',
    });
    expect(reply.problems[0]?.at).toBeDefined();
    expect(Object.keys(reply.scopes['n_end'] ?? {})).toEqual(expect.arrayContaining(['input', 'topic']));
  });

  it('K4 the reply can be sent between threads', () => {
    expect(structuredClone(ask(unsafeFlow()))).toEqual(ask(unsafeFlow()));
  });

  it('K5 what is unsafe or personal within a sub-flow is drawn at the step that stands for it', () => {
    const path = 'flows/paying.flow.json';
    const inner = unsafeFlow();
    const part = { flow: path, results: resultsOf(inner), arguments: freshArguments(inner) };
    const start = payingFlow().nodes['n_start'];
    if (start === undefined) throw new Error('no start');
    const ends = part.results.map((result, i) => [`n_e${i}`, endOf(`End ${i}`, result)] as const);
    const flow = {
      ...payingFlow(),
      input: inner.input,
      nodes: { n_start: start, n_part: { kind: 'subflow', name: 'Part', config: part }, ...Object.fromEntries(ends) },
      edges: {
        e_1: { from: { node: 'n_start', port: 'next' }, to: { node: 'n_part' } },
        ...Object.fromEntries(
          part.results.map((port, i) => [`e_x${i}`, { from: { node: 'n_part', port }, to: { node: `n_e${i}` } }]),
        ),
      },
      layout: {},
    };
    const around = { ...surroundings, flows: { [path]: inner } };
    const reply = check({ id: 1, flow, surroundings: around, policy: STRICT_POLICY }, KINDS);
    expect(reply.problems.filter((problem) => problem.severity === 'error')).toEqual([]);
    expect(reply.unsafe).toMatchObject([{ ai: 'n_part', effect: { node: 'n_part' }, nodes: ['n_part'], edges: [] }]);
    expect(Object.keys(reply.scopes['n_e0'] ?? {})).toEqual(['input', 'Part']);
    expect(stepAt(flow, around, 'n_part.n_pay')).toMatchObject({ node: { kind: 'connector' }, name: 'Part › pay' });
    expect(stepAt(flow, around, 'n_part.f').name).toBe('Part');
    expect(stepAt(flow, surroundings, 'n_part.n_pay')).toEqual({ node: undefined, name: 'n_part.n_pay' });
  });
});

const endOf = (name: string, result: string) => ({ kind: 'end', name, config: { result, value: {} } });
const freshArguments = (flow: Flow) =>
  Object.fromEntries(Object.keys(flow.input).map((name) => [name, `input.${name}`]));
