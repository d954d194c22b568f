import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../engine/flow/document.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { freshConfig, payingFlow, surroundings } from '../test-kit/flows.ts';
import {
  addNode,
  connect,
  DEFAULT_BACK_VISITS,
  placeNodes,
  removeThings,
  setAbout,
  setBack,
  setConfig,
  setInput,
  sizeNode,
} from './commands.ts';
import { clipOf, pasteClip } from './clip.ts';
import { portsOf } from './describe.ts';
import { change, redo, startHistory, undo, type History } from './history.ts';
import { placesOf, tidyPlaces } from './tidy.ts';

type Command = (flow: Flow) => Flow;

const pick = (list: readonly string[], at: number): string => list[at % Math.max(1, list.length)] ?? 'n_none';

/** Any command, on whatever the flow then holds: numbers choose among what is there. */
const anyCommand: fc.Arbitrary<Command> = fc
  .record({
    what: fc.nat(10),
    a: fc.nat(50),
    b: fc.nat(50),
    c: fc.nat(9),
    serial: fc.integer({ min: 1000, max: 999_999 }),
  })
  .map(({ what, a, b, c, serial }) => (flow: Flow): Flow => {
    const nodes = Object.keys(flow.nodes);
    const edges = Object.keys(flow.edges);
    const id = pick(nodes, a);
    const node = flow.nodes[id];
    switch (what) {
      case 0: {
        const kind = Object.values(KINDS)[a % Object.keys(KINDS).length];
        const config = freshConfig(kind?.kind ?? '');
        return addNode(flow, {
          id: `n_${serial}`,
          node: { kind: kind?.kind ?? '', name: `step ${serial}`, config },
          place: { x: a, y: b },
        });
      }
      case 1:
        return removeThings(flow, { nodes: [id], edges: [] });
      case 2:
        return removeThings(flow, { nodes: [], edges: [pick(edges, b)] });
      case 3: {
        const port = node === undefined ? undefined : portsOf(node)[c % Math.max(1, portsOf(node).length)];
        return port === undefined
          ? flow
          : connect(flow, { id: `e_${serial}`, from: { node: id, port: port.id }, to: pick(nodes, b) }, KINDS);
      }
      case 4:
        return setBack(flow, pick(edges, b), c === 0 ? null : c);
      case 5:
        return placeNodes(flow, { [id]: { x: a * 4, y: b * 4 } });
      case 6:
        return sizeNode(flow, id, { x: a, y: b, width: 100 + a, height: 60 + b });
      case 7:
        return pasted(flow, nodes.slice(a % 6, (a % 6) + c), serial);
      case 8:
        return setAbout(flow, { ...flow.about, purpose: `purpose ${serial}` });
      case 9:
        return setInput(flow, { ...flow.input, [`field ${serial}`]: { type: 'number' } });
      default:
        return placeNodes(
          flow,
          tidyPlaces(flow, () => ({ width: 232, height: 100 })),
        );
    }
  });

function pasted(flow: Flow, ids: readonly string[], serial: number): Flow {
  let next = 0;
  const freshId = (prefix: string) => `${prefix}_${serial}_${next++}`;
  const pasting = pasteClip(flow, clipOf(flow, ids, KINDS), {
    kinds: KINDS,
    surroundings,
    freshId,
    by: { x: 8, y: 8 },
  });
  return pasting.ok ? pasting.flow : flow;
}

const run = (history: History, command: Command, i: number): History =>
  change(history, command(history.present), { label: `step ${i}` });

const times = <T>(count: number, value: T, step: (value: T) => T): T => {
  let now = value;
  for (let i = 0; i < count; i++) now = step(now);
  return now;
};

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) freeze(item);
  }
  return value;
}

describe('commands of a document', () => {
  it('L1 undoing everything gives the very same document; redoing everything the last one', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
        const start = freeze(payingFlow());
        const done = commands.reduce(
          (history, command, i) => run({ ...history, present: freeze(history.present) }, command, i),
          startHistory(start),
        );
        const steps = done.past.length;
        const back = times(steps, done, undo);
        expect(back.present).toBe(start);
        expect(times(steps, back, redo).present).toBe(done.present);
        expect(undo(back)).toBe(back);
      }),
      { numRuns: 150 },
    );
  });

  it('L2 what any commands lead to is a document: writing and reading it gives it back', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
        const flow = commands.reduce((now, command) => command(now), payingFlow());
        const text = writeFlow(flow);
        const read = readFlow(text, KINDS);
        expect(read.flow).toEqual(flow);
        expect(read.flow === null ? '' : writeFlow(read.flow)).toBe(text);
      }),
      { numRuns: 150 },
    );
  });

  it('L3 no wire is ever left hanging, and no exit ever has two', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
        const flow = commands.reduce((now, command) => command(now), payingFlow());
        const exits = Object.values(flow.edges).map((edge) => JSON.stringify(edge.from));
        expect(new Set(exits).size).toBe(exits.length);
        for (const { from, to } of Object.values(flow.edges)) {
          expect(flow.nodes).toHaveProperty(from.node);
          expect(flow.nodes).toHaveProperty(to.node);
        }
        expect(Object.keys(flow.layout).filter((id) => flow.nodes[id] === undefined)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('L4 a command that changes nothing gives the same object, and so leaves no step', () => {
    const flow = payingFlow();
    const place = flow.layout['n_pay'] ?? { x: 0, y: 0 };
    const nothing: Command[] = [
      (now) => placeNodes(now, { n_pay: place }),
      (now) => removeThings(now, { nodes: ['n_none'], edges: [] }),
      (now) => setBack(now, 'e_1', null),
      (now) => connect(now, { id: 'e_x', from: { node: 'n_start', port: 'next' }, to: 'n_topic' }, KINDS),
    ];
    for (const command of nothing) expect(command(flow)).toBe(flow);
    expect(change(startHistory(flow), flow, { label: 'nothing' }).past).toEqual([]);
  });

  it('L5 changes of one gesture are one step, and another gesture is another', () => {
    const flow = payingFlow();
    const move = (history: History, x: number, gesture: string) =>
      change(history, placeNodes(history.present, { n_pay: { x, y: 0 } }), { label: 'move', gesture });
    const once = move(move(move(startHistory(flow), 1, 'drag'), 2, 'drag'), 3, 'drag');
    expect(once.past).toHaveLength(1);
    expect(undo(once).present).toBe(flow);
    expect(move(once, 4, 'other').past).toHaveLength(2);
    expect(move(undo(once), 5, 'drag').past).toHaveLength(1);
  });

  it('L5 what is drawn larger at its upper left edge lies there afterwards, also in a document without layout', () => {
    const bare = { ...payingFlow(), layout: {} };
    const size = { x: -24.4, y: 8, width: 200, height: 99.6 };
    const sized = sizeNode(bare, 'n_note', size);
    expect(sized.layout).toEqual({ n_note: { x: -24, y: 8, width: 200, height: 100 } });
    expect(sizeNode(sized, 'n_note', size)).toBe(sized);
    expect(sizeNode(sized, 'n_gone', size)).toBe(sized);
  });

  it('L6 a wire that would close a circle is drawn as one that goes back', () => {
    const flow = connect(payingFlow(), { id: 'e_9', from: { node: 'n_ask', port: 'rejected' }, to: 'n_topic' }, KINDS);
    expect(flow.edges['e_9']?.back).toEqual({ maxVisits: DEFAULT_BACK_VISITS });
    expect(flow.edges['e_5']).toBeUndefined();
    const forward = connect(payingFlow(), { id: 'e_9', from: { node: 'n_topic', port: 'failed' }, to: 'n_end' }, KINDS);
    expect(forward.edges['e_9']?.back).toBeUndefined();
  });

  it('L7 a wire follows its exit when the exit is called otherwise, and goes when the exit goes', () => {
    const ports = (...ids: string[]) => ids.map((id) => ({ id, label: id }));
    const flow = payingFlow();
    const config = { ...flow.nodes['n_ask']?.config };
    const renamed = setConfig(flow, 'n_ask', config, {
      before: ports('approved', 'rejected'),
      after: ports('approved', 'declined'),
    });
    expect(renamed.edges['e_5']?.from.port).toBe('declined');
    const gone = setConfig(flow, 'n_ask', config, { before: ports('approved', 'rejected'), after: ports('approved') });
    expect(gone.edges['e_5']).toBeUndefined();
    expect(gone.edges['e_4']).toBe(flow.edges['e_4']);
  });

  it('L7 a wire never moves to an exit that was there before and has its own', () => {
    const ports = (...ids: string[]) => ids.map((id) => ({ id, label: id }));
    const flow = payingFlow();
    const shifted = setConfig(
      flow,
      'n_ask',
      { ...flow.nodes['n_ask']?.config },
      { before: ports('approved', 'rejected'), after: ports('rejected', 'later') },
    );
    expect(Object.values(shifted.edges).filter(({ from }) => from.node === 'n_ask')).toEqual([flow.edges['e_5']]);
  });

  it('L8 every step has a place, also in a document without layout', () => {
    const bare = { ...payingFlow(), layout: {} };
    const places = placesOf(bare);
    expect(Object.keys(places).sort()).toEqual(Object.keys(bare.nodes).sort());
    const spots = new Set(Object.values(places).map(({ x, y }) => `${x} ${y}`));
    expect(spots.size).toBe(Object.keys(bare.nodes).length);
  });
});
