import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../connections/contract.ts';
import type { Flow } from './document.ts';
import { graphOf } from './graph.ts';
import { sha256Hex } from './json.ts';
import { marksOf } from './marks.ts';
import { arbitraryFlow, arbitraryForwardFlow, START } from './testing/arbitrary.ts';
import { flowOf, idOf } from './testing/build.ts';
import { FAKE_KINDS, fakeKind, NOTHING_AROUND } from './testing/kinds.ts';

const marked = (flow: Flow) => marksOf(flow, FAKE_KINDS, NOTHING_AROUND);

/** What every node last left in a run, or null when the run does not end soon. Any change of a value changes what follows. */
function run(flow: Flow, oracle: (node: string, visit: number) => string): Map<string, string> | null {
  const graph = graphOf(flow, FAKE_KINDS);
  const idByName = new Map(Object.entries(flow.nodes).map(([id, node]) => [node.name, id]));
  const values = new Map<string, string>();
  /** What the one system that the flow asks holds: everything that it was sent so far. */
  let system = '';
  const visits = new Map<string, number>();
  let at = START;
  for (let steps = 0; steps < 60; steps++) {
    const visit = (visits.get(at) ?? 0) + 1;
    visits.set(at, visit);
    const node = flow.nodes[at];
    const reads: unknown = node?.config['reads'] ?? [];
    const read = Array.isArray(reads) ? reads.map((name) => values.get(idByName.get(String(name)) ?? '') ?? null) : [];
    // Outside systems, too, answer differently from one visit to the next.
    const calls = node?.config['action'] !== undefined;
    const told = [node?.kind === 'ai' ? oracle(at, visit) : '', calls ? system : ''];
    const value = sha256Hex(JSON.stringify([at, visit, read, ...told]));
    if (calls) system = value;
    values.set(at, value);
    const wires = graph.out.get(at) ?? [];
    if (wires.length === 0) return values;
    at = wires[Number.parseInt(value.slice(0, 8), 16) % wires.length]?.to ?? '';
  }
  return null;
}

const desk: Connection = {
  format: 'countersign.connection',
  version: 1,
  name: 'desk',
  title: 'Desk',
  owner: 'Ida',
  actions: {
    'look up': {
      title: 'Look up',
      class: 'read',
      idempotency: { by: 'natural' },
      request: {},
      response: { phone: { type: 'string', personal: true } },
      http: { method: 'GET', path: '/people' },
    },
  },
};

/** The flow with some of its steps, picked by the bits of a number, asking the system `desk`. */
function withCalls(flow: Flow, picked: number): Flow {
  const nodes = Object.entries(flow.nodes).map(([id, node], i) => {
    const calls = node.kind === 'step' && (picked & (1 << (i % 30))) !== 0;
    return [id, calls ? { ...node, config: { ...node.config, action: 'look up' } } : node] as const;
  });
  return { ...flow, nodes: Object.fromEntries(nodes) };
}

const branch = () =>
  flowOf()
    .node('Start', 'start')
    .node('Ask', 'ai')
    .node('Care', 'step')
    .node('Tell', 'step', { reads: ['Ask'] })
    .node('Meet', 'step', { reads: ['Care'] })
    .node('Plain', 'step', { reads: ['input.amount'] })
    .node('Done', 'stop')
    .edge('Start', 'next', 'Ask')
    .edge('Ask', 'answered', 'Tell')
    .edge('Ask', 'uncertain', 'Care')
    .edge('Tell', 'next', 'Meet')
    .chain('Care', 'Meet', 'Plain', 'Done');

describe('marks', () => {
  it('no AI answer changes a value without its mark, nor whether a node runs without its control mark', () => {
    const kinds = ['step', 'step', 'ai'];
    const arbitrary = fc.oneof(
      { weight: 1, arbitrary: arbitraryFlow({ kinds, maxNodes: 7 }) },
      { weight: 3, arbitrary: arbitraryForwardFlow(kinds) },
    );
    let differed = 0;
    fc.assert(
      fc.property(arbitrary, fc.nat(), fc.nat(), fc.nat(), fc.nat(), (drawn, calling, which, first, second) => {
        const flow = withCalls(drawn, calling);
        const asked = Object.keys(flow.nodes).filter((id) => flow.nodes[id]?.kind === 'ai');
        const ai = asked[which % Math.max(1, asked.length)];
        fc.pre(ai !== undefined);
        const answer = (seed: number) => (node: string, visit: number) =>
          node === ai ? `${seed}/${visit}` : `${visit}`;
        const [one, other] = [run(flow, answer(first)), run(flow, answer(second))];
        fc.pre(one !== null && other !== null);
        const marks = marksOf(flow, FAKE_KINDS, { connections: { desk }, models: {} });
        for (const id of Object.keys(flow.nodes)) {
          const [before, after] = [one.get(id), other.get(id)];
          if (before === after) continue;
          differed += 1;
          const own = marks.get(id);
          const ranBoth = before !== undefined && after !== undefined;
          expect(ranBoth ? own?.ai : own?.controlAi).toContain(ai);
        }
      }),
      { numRuns: 1500 },
    );
    // The law is not held by nothing ever happening.
    expect(differed).toBeGreaterThan(100);
  });

  it('tells data from control, and takes a value that may be missing as telling what decided so', () => {
    const marks = marked(branch().build());
    const ask = new Set([idOf('Ask')]);
    const of = (name: string) => marks.get(idOf(name));
    expect(of('Ask')).toMatchObject({ ai: ask, controlAi: new Set() });
    expect(of('Tell')).toMatchObject({ ai: ask, controlAi: ask });
    expect(of('Care')).toMatchObject({ ai: new Set(), controlAi: ask });
    // Care itself holds nothing of the answer; that it ran does.
    expect(of('Meet')).toMatchObject({ ai: ask, controlAi: new Set() });
    expect(of('Plain')).toMatchObject({ ai: new Set(), controlAi: new Set() });
  });

  it('what a system answers depends on what it was sent before, on the same connection only', () => {
    const flow = flowOf()
      .node('Start', 'start')
      .node('Early', 'step', { action: 'look up' })
      .node('Ask', 'ai')
      .node('Tag', 'step', { reads: ['Ask'], action: 'look up' })
      .node('Look', 'step', { action: 'look up' })
      .node('Pay', 'step', { reads: ['Look'] })
      .node('Done', 'stop')
      .chain('Start', 'Early', 'Ask')
      .edge('Ask', 'answered', 'Tag')
      .edge('Ask', 'uncertain', 'Tag')
      .chain('Tag', 'Look', 'Pay', 'Done')
      .build();
    const ai = (of: Flow, kinds = FAKE_KINDS) =>
      Object.entries(of.nodes).flatMap(([id, { name }]) =>
        marksOf(of, kinds, { connections: { desk }, models: {} }).get(id)?.ai.has(idOf('Ask')) === true ? [name] : [],
      );
    expect(ai(flow)).toEqual(['Ask', 'Tag', 'Look', 'Pay']);
    // That it was sent at all tells as much as what was sent.
    const sent = structuredClone(flow);
    delete sent.nodes[idOf('Tag')]?.config['reads'];
    delete sent.edges['e_004'];
    sent.edges['e_004'] = { from: { node: idOf('Ask'), port: 'uncertain' }, to: { node: idOf('Look') } };
    expect(ai(sent)).toEqual(['Ask', 'Look', 'Pay']);
    const other = fakeKind('other');
    const elsewhere = {
      ...FAKE_KINDS,
      other: { ...other, effect: () => ({ connection: 'store', action: 'look up', arguments: {} }) },
    };
    const apart = structuredClone(flow);
    const look = apart.nodes[idOf('Look')];
    if (look !== undefined) look.kind = 'other';
    expect(ai(apart, elsewhere)).toEqual(['Ask', 'Tag']);
  });

  it('says that a person has always been passed only when no way leads past them', () => {
    const through = branch().node('Boss', 'person').edge('Plain', 'x', 'Boss').edge('Boss', 'approved', 'Done').build();
    expect(marked(through).get(idOf('Done'))?.person).toBe(false);
    const only = flowOf()
      .node('Start', 'start')
      .node('Boss', 'person')
      .node('Done', 'stop')
      .edge('Start', 'next', 'Boss')
      .edge('Boss', 'approved', 'Done')
      .build();
    const marks = marked(only);
    expect([START, idOf('Boss'), idOf('Done')].map((id) => marks.get(id)?.person)).toEqual([false, true, true]);
  });

  it('carries personal and protected on through steps, from the input and from what systems answer', () => {
    const flow = flowOf()
      .input({
        mail: { type: 'string', personal: true },
        age: { type: 'number', protected: true },
        amount: { type: 'number' },
      })
      .node('Start', 'start')
      .node('A', 'step', { reads: ['input.mail'] })
      .node('B', 'step', { reads: ['A.value', 'input.amount'] })
      .node('C', 'step', { reads: ['input.age'] })
      .node('D', 'step', { reads: ['input'] })
      .node('E', 'step', { reads: ['input.amount'] })
      .node('Look', 'step', { action: 'look up' })
      .node('F', 'step', { reads: ['Look'] })
      .node('Done', 'stop')
      .chain('Start', 'A', 'B', 'C', 'D', 'E', 'Look', 'F', 'Done')
      .build();
    const marks = marksOf(flow, FAKE_KINDS, { connections: { desk }, models: {} });
    const having = (mark: 'personal' | 'protected') =>
      [...marks].filter(([, own]) => own[mark]).map(([id]) => flow.nodes[id]?.name);
    expect(having('personal')).toEqual(['A', 'B', 'D', 'Look', 'F']);
    expect(having('protected')).toEqual(['C', 'D']);
  });

  it('what derives from a person’s words is personal where anything of the flow is', () => {
    const flow = (personal: boolean) =>
      flowOf()
        .input({ mail: { type: 'string', personal } })
        .node('Start', 'start')
        .node('Boss', 'person')
        .node('A', 'step', { reads: ['Boss'] })
        .node('B', 'step', { reads: ['A'] })
        .node('C', 'step')
        .node('Done', 'stop')
        .edge('Start', 'next', 'Boss')
        .edge('Boss', 'approved', 'A')
        .edge('Boss', 'rejected', 'A')
        .chain('A', 'B', 'C', 'Done')
        .build();
    const having = (of: Flow) => [...marked(of)].filter(([, own]) => own.personal).map(([id]) => of.nodes[id]?.name);
    expect(having(flow(true))).toEqual(['A', 'B']);
    expect(having(flow(false))).toEqual([]);
  });

  it('takes a node that cannot be opened as depending on all that may have run', () => {
    const flow = flowOf()
      .node('Start', 'start')
      .node('Ask', 'ai')
      .node('Odd', 'teleport')
      .edge('Start', 'next', 'Ask')
      .edge('Ask', 'answered', 'Odd')
      .build();
    expect(marked(flow).get(idOf('Odd'))?.ai).toEqual(new Set([idOf('Ask')]));
  });
});
