import { describe, expect, it } from 'vitest';
import { STRICT_POLICY } from '../../engine/connections/contract.ts';
import { KINDS } from '../../nodes/index.ts';
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
});
