import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Flow } from '../../engine/flow/document.ts';
import { payingFlow } from '../test-kit/flows.ts';
import { patchBetween, patched, samePart } from './patch.ts';

const base = payingFlow();
const ids = Object.keys(base.nodes);
const wires = Object.keys(base.edges);

/** Any flow of some of the nodes and wires, in any order, some of them changed. */
const flows = fc
  .record({
    nodes: fc.shuffledSubarray(ids),
    edges: fc.shuffledSubarray(wires),
    renamed: fc.subarray(ids),
    title: fc.string(),
  })
  .map(({ nodes, edges, renamed, title }): Flow => ({
    ...base,
    about: { ...base.about, title },
    nodes: Object.fromEntries(
      nodes.flatMap((id) => {
        const node = base.nodes[id];
        return node === undefined ? [] : [[id, renamed.includes(id) ? { ...node, name: `${node.name} too` } : node]];
      }),
    ),
    edges: Object.fromEntries(edges.flatMap((id) => (base.edges[id] === undefined ? [] : [[id, base.edges[id]]]))),
  }));

const checkedPart = ({ nodes, edges, ...rest }: Flow) =>
  JSON.stringify([rest.about, rest.input, Object.entries(nodes), Object.entries(edges)]);

test('a patch leads from any document to any other, in the same order, also between threads', () => {
  fc.assert(
    fc.property(fc.array(flows, { minLength: 1, maxLength: 5 }), (history) => {
      let sent: Flow | null = null;
      let there: Flow | null = null;
      for (const flow of history) {
        there = patched(there, structuredClone(patchBetween(sent, flow)));
        sent = flow;
        expect(checkedPart(there)).toBe(checkedPart(flow));
      }
    }),
  );
});

test('only what changed is sent', () => {
  const end = base.nodes['n_end'];
  if (end === undefined) throw new Error('no end');
  const after = { ...base, nodes: { ...base.nodes, n_end: { ...end, name: 'over' } } };
  expect(patchBetween(base, after)).toMatchObject({ nodes: { set: { n_end: { name: 'over' } }, order: null } });
  expect(Object.keys(patchBetween(base, after).nodes.set)).toEqual(['n_end']);
  expect(patchBetween(base, after).edges).toEqual({ set: {}, order: null });
});

test('moving a step changes nothing that is checked; a wire does', () => {
  expect(samePart(base, { ...base, layout: {} })).toBe(true);
  expect(samePart(base, { ...base, edges: { ...base.edges } })).toBe(false);
});
