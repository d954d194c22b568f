import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFlow } from '../../engine/flow/check.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { clipOf, pasteClip, readClip, writeClip, type Clip } from './clip.ts';

const counter = () => {
  let next = 0;
  return (prefix: string) => `${prefix}_new${next++}`;
};

function paste(into: Flow, clip: Clip): { flow: Flow; nodes: readonly string[] } {
  const pasting = pasteClip(into, clip, { kinds: KINDS, surroundings, freshId: counter(), by: { x: 32, y: 32 } });
  if (!pasting.ok) throw new Error(pasting.why);
  return pasting;
}

/** A way of two steps, the second of which reads the first and the start. */
function reading(formula = 'base.amount * 2 + input.factor'): Flow {
  const flow = payingFlow();
  return {
    ...flow,
    nodes: {
      ...flow.nodes,
      n_base: { kind: 'transform', name: 'base', config: { fields: { amount: '1' } } },
      n_twice: { kind: 'transform', name: 'twice it', config: { fields: { amount: formula } } },
      n_more: { kind: 'transform', name: 'more', config: { fields: { all: 'twice it.amount + base.amount' } } },
    },
    edges: {
      ...flow.edges,
      e_b: { from: { node: 'n_base', port: 'next' }, to: { node: 'n_twice' } },
      e_c: { from: { node: 'n_twice', port: 'next' }, to: { node: 'n_more' } },
    },
    layout: { ...flow.layout, n_base: { x: 0, y: 500 }, n_twice: { x: 300, y: 500 }, n_more: { x: 600, y: 500 } },
  };
}

const fieldsOf = (flow: Flow, name: string): unknown =>
  Object.values(flow.nodes).find((node) => node.name === name)?.config['fields'];

describe('steps on the clipboard', () => {
  it('C1 what is copied can be read back from its text, and pasted into an empty flow it is what it was', () => {
    const flow = payingFlow();
    fc.assert(
      fc.property(fc.subarray(Object.keys(flow.nodes), { minLength: 1 }), (ids) => {
        const reading1 = readClip(writeClip(clipOf(flow, ids, KINDS)));
        expect(reading1).toEqual({ ok: true, clip: clipOf(flow, ids, KINDS) });
        if (!reading1.ok) return;
        const empty: Flow = { ...flow, nodes: {}, edges: {}, layout: {} };
        const { flow: pasted, nodes } = paste(empty, reading1.clip);
        expect(nodes).toHaveLength(ids.length);
        const gist = (one: Flow, keep: (id: string) => boolean) =>
          Object.entries(one.nodes)
            .filter(([id]) => keep(id))
            .map(([, node]) => node)
            .sort((a, b) => (a.name < b.name ? -1 : 1));
        expect(gist(pasted, () => true)).toEqual(gist(flow, (id) => ids.includes(id)));
        expect(Object.keys(pasted.edges)).toHaveLength(
          Object.values(flow.edges).filter((e) => ids.includes(e.from.node) && ids.includes(e.to.node)).length,
        );
        expect(readFlow(writeFlow(pasted), KINDS).flow).toEqual(pasted);
      }),
    );
  });

  it('C2 copies have names of their own, and their formulas speak of the copies', () => {
    const flow = reading();
    const { flow: after } = paste(flow, clipOf(flow, ['n_base', 'n_twice', 'n_more'], KINDS));
    expect(fieldsOf(after, 'twice it 2')).toEqual({ amount: 'base 2.amount * 2 + input.factor' });
    expect(fieldsOf(after, 'more 2')).toEqual({ all: 'twice it 2.amount + base 2.amount' });
    expect(fieldsOf(after, 'more')).toEqual(fieldsOf(flow, 'more'));
    const names = Object.values(after.nodes).map((node) => node.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('C3 what lies outside of the copied steps is still called what it was, and is a problem where it is not', () => {
    const flow = reading();
    const clip = clipOf(flow, ['n_twice'], KINDS);
    expect(fieldsOf(paste(flow, clip).flow, 'twice it 2')).toEqual(fieldsOf(flow, 'twice it'));
    const elsewhere: Flow = { ...payingFlow(), input: {} };
    const { flow: after, nodes } = paste(elsewhere, clip);
    expect(fieldsOf(after, 'twice it')).toEqual(fieldsOf(flow, 'twice it'));
    expect(
      checkFlow(after, KINDS, surroundings).some((one) => one.node === nodes[0] && one.code === 'EXPRESSION'),
    ).toBe(true);
  });

  it('C4 names of several words are told from others, wherever they come from', () => {
    const flow = reading('credit check.amount + base.amount');
    const named: Flow = {
      ...flow,
      nodes: { ...flow.nodes, n_far: { kind: 'transform', name: 'credit check', config: { fields: { amount: '1' } } } },
    };
    const clip = clipOf(named, ['n_base', 'n_twice'], KINDS);
    expect(fieldsOf(paste(reading(), clip).flow, 'twice it 2')).toEqual({
      amount: 'credit check.amount + base 2.amount',
    });
  });

  it('C5 a new name is none that a formula uses for something of its own', () => {
    const flow = reading('{ base 2: 1, sum: base 2 + base.amount }.sum');
    const { flow: after } = paste(flow, clipOf(flow, ['n_base', 'n_twice'], KINDS));
    const copy = Object.values(after.nodes).find((node) => node.name.startsWith('twice it '));
    expect(copy?.config['fields']).toEqual({ amount: '{ base 2: 1, sum: base 2 + base 3.amount }.sum' });
  });

  it('C6 a group comes with its steps, when all of them come', () => {
    const flow: Flow = { ...reading(), groups: { g_1: { name: 'Sums', nodes: ['n_base', 'n_twice'] } } };
    const { flow: after } = paste(flow, clipOf(flow, ['n_base', 'n_twice'], KINDS));
    expect(Object.values(after.groups ?? {})).toHaveLength(2);
    expect(Object.keys(paste(flow, clipOf(flow, ['n_base'], KINDS)).flow.groups ?? {})).toEqual(['g_1']);
  });

  it('P39 any text is read or refused in words, and what is hostile is refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((text) => `{"format":"countersign.clip","x":${text}}`),
        ),
        (text) => {
          const reading1 = readClip(text);
          expect(reading1.ok ? '' : reading1.why).not.toContain('undefined');
        },
      ),
    );
    const clip = clipOf(payingFlow(), ['n_topic', 'n_ask'], KINDS);
    const why = (some: Record<string, unknown>): string => {
      const reading1 = readClip(JSON.stringify({ ...clip, ...some }));
      return reading1.ok ? 'read' : reading1.why;
    };
    expect(why({})).toBe('read');
    expect(why({ version: 2 })).toContain('newer');
    expect(why({ format: 'other' })).toContain('no steps on the clipboard');
    expect(why({ extra: 1 })).toContain('cannot be read');
    expect(why({ nodes: {} })).toContain('cannot be read');
    expect(why({ edges: { e_1: { from: { node: 'n_away', port: 'x' }, to: { node: 'n_ask' } } } })).toContain(
      'speaks of',
    );
    expect(why({ nodes: { n_a: { kind: 'note', name: 'input', config: {} } }, edges: {} })).toContain('cannot be read');
    expect(why({ nodes: { n_a: { kind: 'note', name: '<img src=x>', config: {} } }, edges: {} })).toContain(
      'cannot be read',
    );
    const twin = { kind: 'note', name: 'a', config: {} };
    expect(why({ nodes: { n_a: twin, n_b: twin }, edges: {} })).toContain('same name');
    expect(readClip('{"format":"countersign.clip","format":"countersign.clip"}').ok).toBe(false);
    expect(readClip('x'.repeat(8_000_001)).ok).toBe(false);
  });

  it('C7 a flow takes in no more than it may hold', () => {
    const nodes = Object.fromEntries(
      Array.from({ length: 1500 }, (_, i) => [
        `n_${i + 10}`,
        { kind: 'note', name: `remark ${i}`, config: { text: '' } },
      ]),
    );
    const big: Flow = { ...payingFlow(), nodes, edges: {}, layout: {} };
    const pasting = pasteClip(big, clipOf(big, Object.keys(nodes), KINDS), {
      kinds: KINDS,
      surroundings,
      freshId: counter(),
      by: { x: 0, y: 0 },
    });
    expect(pasting.ok ? '' : pasting.why).toContain('2000');
  });
});
