import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STRICT_POLICY, type Policy } from '../../engine/connections/contract.ts';
import type { Flow, FlowNode } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { idOf } from '../../engine/flow/testing/build.ts';
import { resultsOf } from '../../nodes/subflow/config.ts';
import { AROUND, draw } from '../../engine/program/testing/proof-kit.ts';
import { ACTED, topicFirst, UP_TO_50 } from '../../engine/program/testing/prove.ts';
import { drawn, drawnFork, seeds } from '../../engine/program/testing/random-drawing.ts';
import { payingFlow, surroundings, unsafeFlow } from '../test-kit/flows.ts';
import { sampleWorkspace } from '../test-kit/views.tsx';
import { checkAfter, type CheckMemory } from './check.ts';

const { connections, models, documents } = sampleWorkspace();
const around: Surroundings = { connections, models, flows: documents };

/** Flows with what is around them: AI, rules, branches, loops back, sub-flows, an unsafe path. */
const BASES: readonly (readonly [string, Flow, Surroundings])[] = [
  ['paying', payingFlow(), surroundings],
  ['unsafe', unsafeFlow(), surroundings],
  withPart(),
  ...Object.entries(documents).map(([path, flow]) => [path, flow, around] as const),
];

/** A flow that stands in another, which is wired by its results. */
function withPart(): readonly [string, Flow, Surroundings] {
  const path = 'flows/paying.flow.json';
  const inner = payingFlow();
  const { n_start: start } = inner.nodes;
  if (start === undefined) throw new Error('no start');
  const results = resultsOf(inner);
  const handed = Object.fromEntries(Object.keys(inner.input).map((name) => [name, `input.${name}`]));
  const outer: Flow = {
    ...inner,
    nodes: {
      n_start: start,
      n_part: { kind: 'subflow', name: 'Part', config: { flow: path, results, arguments: handed } },
      ...Object.fromEntries(
        results.map((result, i) => [`n_e${i}`, { kind: 'end', name: `End ${i}`, config: { result, value: {} } }]),
      ),
    },
    edges: {
      e_1: { from: { node: 'n_start', port: 'next' }, to: { node: 'n_part' } },
      ...Object.fromEntries(
        results.map((port, i) => [`e_x${i}`, { from: { node: 'n_part', port }, to: { node: `n_e${i}` } }]),
      ),
    },
    layout: {},
  };
  return ['a flow in another', outer, { ...surroundings, flows: { [path]: inner } }];
}

const PERSONAL = { personal: true } as const;
const PROTECTED = { protected: true } as const;

/** A change by numbers, so that one that was found is small: what is done, to the how-manieth, with which other. */
interface Change {
  what: (typeof WHATS)[number];
  at: number;
  other: number;
}
const WHATS = [
  'config',
  'name',
  'swap names',
  'disable',
  'unwire',
  'rewire',
  'back',
  'drop',
  'copy',
  'input',
  'mark',
  'title',
  'undo',
] as const;

const changes = fc.array(fc.record({ what: fc.constantFrom(...WHATS), at: fc.nat(60), other: fc.nat(60) }), {
  minLength: 1,
  maxLength: 6,
});

const nth = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

function changed(flow: Flow, { what, at, other }: Change): Flow {
  const id = nth(Object.keys(flow.nodes), at) ?? '';
  const node = flow.nodes[id];
  const wire = nth(Object.keys(flow.edges), at) ?? '';
  const edge = flow.edges[wire];
  const third = nth(Object.keys(flow.nodes), other) ?? '';
  const field = nth(Object.keys(flow.input), at) ?? '';
  const { [field]: declared, ...input } = flow.input;
  const withNode = (next: FlowNode): Flow => ({ ...flow, nodes: { ...flow.nodes, [id]: next } });
  if (node === undefined) return flow;
  switch (what) {
    case 'config':
      return withNode({ ...node, config: mangledRecord(node.config, other) });
    case 'name':
      return withNode({ ...node, name: `${node.name} ${other}` });
    case 'swap names': {
      const one = flow.nodes[third];
      if (one === undefined) return flow;
      const nodes = { ...flow.nodes, [id]: { ...node, name: one.name } };
      return { ...flow, nodes: { ...nodes, [third]: { ...one, name: node.name } } };
    }
    case 'disable': {
      const { disabled, ...rest } = node;
      return withNode(disabled === true ? rest : { ...node, disabled: true });
    }
    case 'unwire': {
      const { [wire]: _gone, ...edges } = flow.edges;
      return { ...flow, edges };
    }
    case 'rewire':
      return edge === undefined
        ? flow
        : { ...flow, edges: { ...flow.edges, [wire]: { ...edge, to: { node: third } } } };
    case 'back':
      return edge === undefined
        ? flow
        : { ...flow, edges: { ...flow.edges, [wire]: { ...edge, to: { node: third }, back: { maxVisits: 2 } } } };
    case 'drop': {
      const { [id]: _gone, ...nodes } = flow.nodes;
      return { ...flow, nodes };
    }
    case 'copy':
      return { ...flow, nodes: { ...flow.nodes, [`n_copy${other}`]: { ...node, name: `${node.name} ${other}` } } };
    case 'input':
      return declared === undefined ? flow : { ...flow, input: { ...input, [`other${other}`]: declared } };
    case 'mark':
      return declared === undefined
        ? flow
        : {
            ...flow,
            input: {
              ...flow.input,
              [field]: { ...declared, ...(other % 2 === 0 ? PERSONAL : PROTECTED) },
            },
          };
    default:
      return { ...flow, about: { ...flow.about, title: `Title ${other}` } };
  }
}

/** A config in which one of its texts, numbers or conditions is another. */
function mangledRecord(config: FlowNode['config'], at: number): FlowNode['config'] {
  let left = at % Math.max(1, countOf(config));
  const walk = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(walk);
    if (one !== null && typeof one === 'object') return walkAll(one);
    if (left-- !== 0) return one;
    if (typeof one === 'number') return one + 1;
    if (typeof one === 'boolean') return !one;
    return nth(['', 'input', '1 + 1', '"text"', `${String(one)} `, '> 3', 'input.amount', 'next'], at);
  };
  const walkAll = (one: object): Record<string, unknown> =>
    Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, walk(inner)]));
  return walkAll(config);
}
const countOf = (value: unknown): number =>
  value !== null && typeof value === 'object'
    ? Object.values(value).reduce<number>((all, inner) => all + countOf(inner), 0)
    : 1;

const said = (flow: Flow, surround: Surroundings, policy: Policy, memory: CheckMemory | null) =>
  checkAfter(memory, { id: 1, flow, surroundings: surround, policy }, KINDS);

/** What is said of a flow after each of some changes, with the memory of the check before, and without. */
function saidOf(base: Flow, surround: Surroundings, all: readonly Change[]) {
  const history = [base];
  let { memory } = said(base, surround, STRICT_POLICY, null);
  return all.map((one) => {
    const now = history.at(-1) ?? base;
    if (one.what === 'undo' && history.length > 1) history.pop();
    else history.push(changed(now, one));
    const flow = history.at(-1) ?? base;
    const after = said(flow, surround, STRICT_POLICY, memory);
    memory = after.memory;
    return { after: after.reply, anew: said(flow, surround, STRICT_POLICY, null).reply };
  });
}

function changedConfig(flow: Flow, id: string, change: (config: FlowNode['config']) => FlowNode['config']): Flow {
  const node = flow.nodes[id];
  if (node === undefined) throw new Error(`there is no step ${id}`);
  return { ...flow, nodes: { ...flow.nodes, [id]: { ...node, config: { ...node.config, ...change(node.config) } } } };
}

/** Changes that are seen in one way only. */
const TELLING: readonly (readonly [string, Flow, string, FlowNode['config']])[] = [
  [
    'what is sent to a system, which nothing reads and the policy bounds',
    topicFirst()
      .wire('Topic', 'answered', 'Pay')
      .all('Topic', ['uncertain', 'failed'], 'Stop')
      .act('Pay', 'credit', { amount: '10' })
      .all('Pay', ACTED, 'Stop')
      .build(),
    'Pay',
    { arguments: { amount: '1000' } },
  ],
  [
    'a type that reaches who reads it by a wire that goes back',
    draw()
      .wire('Start', 'next', 'Read')
      .transform('Read', { seen: 'Write.told' })
      .wire('Read', 'next', 'Write')
      .transform('Write', { told: '1' })
      .wire('Write', 'next', 'Ask')
      .approval('Ask')
      .back('Ask', 'sent back', 'Read')
      .all('Ask', ['approved', 'rejected', 'timed out'], 'Stop')
      .build(),
    'Write',
    { fields: { told: '"text"' } },
  ],
  [
    'another name for the items of a list',
    draw()
      .wire('Start', 'next', 'Every')
      .forEach('Every', '[1, 2]')
      .wire('Every', 'each', 'Same')
      .transform('Same', { a: 'one' })
      .wire('Same', 'next', 'All')
      .join('All', 'all', 'Same.a')
      .wire('All', 'next', 'Stop')
      .build(),
    'Every',
    { item: 'another' },
  ],
  [
    'that one branch is enough',
    draw()
      .wire('Start', 'next', 'Fan')
      .parallel('Fan', 'a', 'b')
      .wire('Fan', 'a', 'One')
      .transform('One', { a: '1' })
      .wire('One', 'next', 'All')
      .wire('Fan', 'b', 'Two')
      .transform('Two', { b: '2' })
      .wire('Two', 'next', 'All')
      .join('All')
      .wire('All', 'next', 'Stop')
      .build(),
    'All',
    { wait: 'any' },
  ],
];

describe('checks after a change', () => {
  test.each(BASES)('say of %s what they would say of it without what they remember', (_name, base, surround) => {
    fc.assert(
      fc.property(changes, (all) => {
        for (const { after, anew } of saidOf(base, surround, all)) expect(after).toEqual(anew);
      }),
      { numRuns: 25 },
    );
  });

  test('say of any drawing with branches and loops what they would say without what they remember', () => {
    const drawing = fc
      .tuple(seeds, fc.boolean(), fc.boolean(), fc.boolean())
      .map(([numbers, fork, wild, loops]) => (fork ? drawnFork : drawn)(numbers, { wild, loops }));
    fc.assert(
      fc.property(drawing, changes, (base, all) => {
        for (const { after, anew } of saidOf(base, AROUND, all)) expect(after).toEqual(anew);
      }),
      { numRuns: 60 },
    );
  });

  test.each(TELLING)('see %s', (_what, base, name, change) => {
    const next = changedConfig(base, idOf(name), () => change);
    const first = said(base, AROUND, UP_TO_50, null);
    const anew = said(next, AROUND, UP_TO_50, null).reply;
    expect(anew).not.toEqual(first.reply);
    expect(said(next, AROUND, UP_TO_50, first.memory).reply).toEqual(anew);
  });

  test('a change of the policy or of what is around is seen, though the flow is the same', () => {
    const flow = payingFlow();
    const { memory } = said(flow, surroundings, STRICT_POLICY, null);
    const none: Surroundings = { ...surroundings, connections: {} };
    expect(said(flow, none, STRICT_POLICY, memory).reply).toEqual(said(flow, none, STRICT_POLICY, null).reply);
    const small = changedConfig(unsafeFlow(), 'n_pay', ({ arguments: handed }) => ({
      arguments: { ...Object(handed), amount: '10' },
    }));
    const strict = said(small, surroundings, STRICT_POLICY, null);
    const lax: Policy = { ...STRICT_POLICY, withoutPerson: { 'billing.pay': { field: 'amount', max: 50 } } };
    expect(strict.reply.unsafe).toHaveLength(1);
    expect(said(small, surroundings, lax, strict.memory).reply.unsafe).toEqual([]);
  });

  test('what a letter in a title does not touch is taken over: every scope, all marks, the proof', () => {
    const flow = payingFlow();
    const first = said(flow, surroundings, STRICT_POLICY, null);
    const ask = 'n_ask';
    const next = changedConfig(flow, ask, () => ({ title: 'Another' }));
    const then = said(next, surroundings, STRICT_POLICY, first.memory);
    expect(then.memory.proved?.proof).toBe(first.memory.proved?.proof);
    expect(then.memory.proved?.proof).toBeDefined();
    for (const [id, scope] of Object.entries(first.reply.scopes)) expect(then.reply.scopes[id]).toBe(scope);
    const { checked } = then.memory;
    const others = [...(first.memory.checked.analysis?.analyses ?? [])].filter(([id]) => id !== ask);
    for (const [id, one] of others) expect(checked.analysis?.analyses.get(id)).toBe(one);
  });
});
