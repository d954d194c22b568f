import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeGroup } from '../document/groups.ts';
import { payingFlow } from '../test-kit/flows.ts';
import { cardNodes } from './elements.ts';
import { fitPadding } from './fit-padding.ts';
import { inReadingOrder, rememberingOrder, wiresInOrder } from './reading-order.ts';

const flow = payingFlow();
const ids = Object.keys(flow.nodes);
const place = fc.record({ x: fc.integer({ min: -9, max: 9 }), y: fc.integer({ min: -9, max: 9 }) });

describe('the order of the keyboard on the canvas', () => {
  it('is that in which the flow is read, whatever its steps are called', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: ids.length, maxLength: ids.length }), (places) => {
        const layout = Object.fromEntries(ids.map((id, i) => [id, places[i] ?? { x: 0, y: 0 }]));
        const cards = cardNodes(
          { flow: { ...flow, layout }, selection: { nodes: [], edges: [] }, held: new Map(), measured: new Map() },
          new Map(),
        );
        const read = cards.map(({ id }) => layout[id] ?? { x: 0, y: 0 });
        expect(read).toEqual(read.toSorted((a, b) => a.x - b.x || a.y - b.y));
      }),
    );
  });

  it('a group comes before its steps, and wires follow their steps', () => {
    const layout = Object.fromEntries(ids.map((id, i) => [id, { x: -100 * i, y: 0 }]));
    const grouped = makeGroup({ ...flow, layout }, 'g_1', 'Group', ids.slice(0, 2));
    const moment = { flow: grouped, selection: { nodes: [], edges: [] }, held: new Map(), measured: new Map() };
    const order = cardNodes(moment, new Map()).map(({ id }) => id);
    expect(order.filter((id) => flow.nodes[id] !== undefined)).toEqual(ids.toReversed());
    const [frame] = order.filter((id) => flow.nodes[id] === undefined);
    expect(order.indexOf(frame ?? '')).toBe(order.indexOf(ids[1] ?? '') - 1);
    const cards = inReadingOrder(
      { ...flow, layout },
      ids.map((id) => ({ id })),
    );
    const wires = [
      { source: ids[0] ?? '', target: ids[1] ?? '' },
      { source: ids[2] ?? '', target: ids[1] ?? '' },
      { source: ids[2] ?? '', target: ids[3] ?? '' },
    ];
    expect(wiresInOrder(wires, cards)).toEqual([wires[2], wires[1], wires[0]]);
    const remember = rememberingOrder<(typeof wires)[number]>();
    expect(remember(wires, cards)).toBe(remember(wires, [...cards]));
    for (const now of [cards.toReversed(), cards.slice(1), cards])
      for (const led of [wires, wires.toReversed(), wires]) expect(remember(led, now)).toEqual(wiresInOrder(led, now));
  });
});

describe('what floats over the canvas', () => {
  it('leaves room for the flow: what floats at the head counts from above, not from below', () => {
    const frame = { top: 100, bottom: 900 };
    const foot = [{ top: 800, bottom: 840 }];
    const bar = [{ top: 110, bottom: 150 }];
    expect(fitPadding(frame, { head: [], foot })).toEqual({ top: '6%', x: '6%', bottom: '112px' });
    expect(fitPadding(frame, { head: bar, foot })).toEqual({ top: '62px', x: '6%', bottom: '112px' });
    expect(fitPadding(frame, { head: [], foot: [] }).bottom).toBe('24px');
  });
});
