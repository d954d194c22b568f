import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { programDigest } from '../../engine/program/digest.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { aligned, boundsOf, distributed } from './arrange.ts';
import { setDisabled, removeThings, spliceNode } from './commands.ts';
import { addComment, answerComment, closeComment, openThreads, threadsOf } from './comments.ts';
import { cardOf, dissolveGroup, foldGroup, groupOf, groupWith, makeGroup, membersOf, nameGroup } from './groups.ts';
import { spliced, spliceExit } from './splice.ts';
import { tidyPlaces } from './tidy.ts';
import type { Box } from './travel.ts';

const flow = payingFlow();
const digest = (one: Flow): string => programDigest(one, KINDS, surroundings);
const grouped = makeGroup(flow, 'g_1', 'Pay', ['n_ask', 'n_pay']);

describe('groups', () => {
  it('G1 whatever is done with groups, a step stands in one at most, none is empty, and the program is the same', () => {
    const ids = Object.keys(flow.nodes);
    const act = fc.record({ what: fc.nat(4), group: fc.nat(3), nodes: fc.subarray(ids) });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
        let now = flow;
        for (const { what, group, nodes } of acts) {
          const id = `g_${group}0`;
          if (what === 0) now = makeGroup(now, id, `group ${group}`, nodes);
          if (what === 1) now = dissolveGroup(now, id);
          if (what === 2) now = foldGroup(now, id, group % 2 === 0);
          if (what === 3) now = nameGroup(now, id, `name ${group}`);
        }
        expect(digest(now)).toBe(digest(flow));
        const all = Object.keys(now.groups ?? {}).flatMap((id) => membersOf(now, id));
        expect(new Set(all).size).toBe(all.length);
        for (const id of Object.keys(now.groups ?? {})) expect(membersOf(now, id)).not.toEqual([]);
        expect(now.groups === undefined || Object.keys(now.groups).length > 0).toBe(true);
        const removed = removeThings(now, { nodes: ids, edges: [] });
        expect(removed.groups).toBeUndefined();
      }),
    );
  });

  it('G2 a step of a folded group is drawn as its card, and is found by it', () => {
    const folded = foldGroup(grouped, 'g_1', true);
    expect(cardOf(folded, 'n_pay')).toBe('group:g_1');
    expect(cardOf(grouped, 'n_pay')).toBe('n_pay');
    expect(groupWith(grouped, ['n_pay', 'n_ask'])).toBe('g_1');
    expect(groupWith(grouped, ['n_pay'])).toBeNull();
    expect(foldGroup(folded, 'g_1', true)).toBe(folded);
    expect(foldGroup(folded, 'g_1', false).groups).toEqual(grouped.groups);
  });

  it('G3 a document that has a step in two groups, or speaks of one that is not there, is borne with', () => {
    const odd: Flow = {
      ...flow,
      groups: { g_a: { name: 'a', nodes: ['n_pay', 'n_gone'] }, g_b: { name: 'b', nodes: ['n_pay'], folded: true } },
    };
    expect(groupOf(odd).get('n_pay')).toBe('g_a');
    expect(membersOf(odd, 'g_b')).toEqual([]);
    expect(cardOf(odd, 'n_pay')).toBe('n_pay');
  });

  it('G4 tidying keeps a folded group as it lies within, and every step has a place', () => {
    const size = () => ({ width: 232, height: 120 });
    const places = tidyPlaces(foldGroup(grouped, 'g_1', true), size);
    expect(Object.keys(places).sort()).toEqual(Object.keys(tidyPlaces(flow, size)).sort());
    expect((places['n_pay']?.x ?? 0) - (places['n_ask']?.x ?? 0)).toBe(300);
    expect(Object.keys(tidyPlaces(grouped, size)).sort()).toEqual(Object.keys(places).sort());
  });
});

describe('comments', () => {
  const remark = (text: string) => ({ by: 'Ada', at: '2026-03-02T09:00:00.000Z', text });
  const said = addComment(flow, 'c_1', 'n_pay', remark('Why?'));

  it('M1 are answered, closed and opened again, and an answer opens what was closed', () => {
    const closed = closeComment(said, 'c_1', { by: 'Bo', at: '2026-03-02T10:00:00.000Z' });
    expect([openThreads(said, 'n_pay'), openThreads(closed, 'n_pay'), openThreads(said, 'n_ask')]).toEqual([1, 0, 0]);
    expect(closeComment(closed, 'c_1', null).comments).toEqual(said.comments);
    const answered = answerComment(closed, 'c_1', remark('Because.'));
    expect(openThreads(answered, 'n_pay')).toBe(1);
    expect(threadsOf(answered, 'n_pay')[0]?.remarks.map(({ text }) => text)).toEqual(['Why?', 'Because.']);
    expect(digest(answered)).toBe(digest(flow));
  });

  it('M2 go with their step', () => {
    expect(removeThings(said, { nodes: ['n_pay'], edges: [] }).comments).toBeUndefined();
    expect(removeThings(said, { nodes: ['n_ask'], edges: [] }).comments).toBe(said.comments);
    expect(addComment(flow, 'c_1', 'n_gone', remark('x'))).toBe(flow);
  });
});

describe('lining up', () => {
  const box = fc.record({
    id: fc.uuid(),
    x: fc.integer({ min: -900, max: 900 }),
    y: fc.integer({ min: -900, max: 900 }),
    width: fc.integer({ min: 40, max: 300 }),
    height: fc.integer({ min: 20, max: 300 }),
  });
  const boxes = fc.uniqueArray(box, { minLength: 3, maxLength: 8, selector: ({ id }) => id });
  const at = (all: readonly Box[], places: Record<string, { x: number; y: number }>): Box[] =>
    all.map((one) => ({ ...one, ...places[one.id] }));

  it('A1 moves along one axis only, within what the boxes took up, and once is enough', () => {
    fc.assert(
      fc.property(boxes, fc.constantFrom('left', 'centre', 'right', 'top', 'middle', 'bottom'), (all, how) => {
        const places = aligned(all, how);
        const across = how === 'left' || how === 'centre' || how === 'right';
        for (const one of all) expect(across ? places[one.id]?.y : places[one.id]?.x).toBe(across ? one.y : one.x);
        const [before, after] = [boundsOf(all), boundsOf(at(all, places))];
        expect(after?.x).toBeGreaterThanOrEqual(before?.x ?? 0);
        expect(after?.y).toBeGreaterThanOrEqual(before?.y ?? 0);
        const again = aligned(at(all, places), how);
        for (const one of all) expect(again[one.id]?.x).toBeCloseTo(places[one.id]?.x ?? 0, 6);
      }),
    );
  });

  it('A2 gaps are equal, and the outermost stay', () => {
    fc.assert(
      fc.property(boxes, (all) => {
        // Where they do not fit side by side, they overlap, and their order is nobody’s.
        fc.pre(all.reduce((sum, { width }) => sum + width, 0) <= (boundsOf(all)?.width ?? 0));
        const row = at(all, distributed(all, 'across')).toSorted((a, b) => a.x - b.x);
        const gaps = row.slice(1).map((one, i) => one.x - (row[i]?.x ?? 0) - (row[i]?.width ?? 0));
        const before = boundsOf(all);
        for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0] ?? 0, 6);
        expect(boundsOf(row)?.x).toBeCloseTo(before?.x ?? 0, 6);
        expect(distributed(all.slice(0, 2), 'across')).toEqual({});
      }),
    );
  });
});

describe('a step that is put into a wire', () => {
  const node = { kind: 'transform', name: 'sum', config: { fields: { all: '1' } } };
  const ready: Flow = { ...flow, nodes: { ...flow.nodes, n_sum: node } };

  it('stands between what the wire joined, and only a step without wires goes in', () => {
    const after = spliced(ready, 'e_4', 'n_sum', 'e_new');
    expect(after.edges['e_4']).toEqual({ from: { node: 'n_ask', port: 'approved' }, to: { node: 'n_sum' } });
    expect(after.edges['e_new']).toEqual({ from: { node: 'n_sum', port: 'next' }, to: { node: 'n_pay' } });
    expect(spliceExit(after, 'n_sum', KINDS)).toBeNull();
    expect(spliced(after, 'e_1', 'n_sum', 'e_other')).toBe(after);
    for (const id of ['n_start', 'n_note', 'n_end', 'n_gone']) expect(spliceExit(ready, id, KINDS)).toBeNull();
  });

  it('what goes back goes back from the new step', () => {
    const back: Flow = {
      ...ready,
      edges: {
        ...ready.edges,
        e_5: { from: { node: 'n_ask', port: 'rejected' }, to: { node: 'n_topic' }, back: { maxVisits: 2 } },
      },
    };
    const after = spliceNode(back, 'e_5', { node: 'n_sum', port: 'next', onward: 'e_new' });
    expect(after.edges['e_5']?.back).toBeUndefined();
    expect(after.edges['e_new']?.back).toEqual({ maxVisits: 2 });
  });
});

describe('disabling', () => {
  it('E1 and enabling again gives the document as it was', () => {
    const off = setDisabled(flow, ['n_pay', 'n_gone'], true);
    expect(off.nodes['n_pay']?.disabled).toBe(true);
    expect(setDisabled(off, ['n_pay'], true)).toBe(off);
    expect(setDisabled(off, ['n_pay'], false).nodes).toEqual(flow.nodes);
  });
});
