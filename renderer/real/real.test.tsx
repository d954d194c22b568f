import { describe, expect, it } from 'vitest';
import type { Outcomes } from '../../engine/studio/contract-traffic.ts';
import { Load } from '../canvas/load.tsx';
import { shownTrace, shownTraffic } from '../canvas/marks.ts';
import { wireEdges, type WireMarks } from '../canvas/wires.ts';
import { describe as described } from '../document/describe.ts';
import type { RealCase, ShownTraffic } from '../state/records.ts';
import { changed, initialState, opened, present } from '../state/transitions.ts';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { drawn, textsOf } from '../test-kit/views.tsx';
import { partsOf } from './parts.ts';
import { RealStrip } from './strip.tsx';

const flow = payingFlow();
const state = opened(initialState(), { path: 'flows/p.flow.json', flow, digest: '', readOnly: null });

const step = (node: string, edge: string | null, port: string | null = 'next'): RealCase['steps'][number] => ({
  node,
  path: '',
  visit: 1,
  state: edge === null ? 'under way' : 'done',
  settledAt: edge === null ? null : 1,
  port,
  edge,
  value: null,
  record: null,
  fromMs: 0,
  atMs: 0,
  tookMs: 0,
  sentence: '',
  read: [],
  moments: [],
});
const real: RealCase = {
  run: '01case',
  release: '6',
  program: 'sha256-1',
  status: 'waiting',
  result: null,
  started: 0,
  ended: null,
  steps: [step('n_start', 'e_1'), step('n_topic', 'e_2', 'answered'), step('n_ask', null, null)],
  of: flow,
  differs: null,
};
const counts = { came: 8, went: 6, waiting: 2, left: 0, turns: 6, failed: 3, medianMs: 2400 };
const traffic: ShownTraffic = {
  release: 6,
  days: 7,
  traffic: { cases: 8, nodes: { n_start: counts }, edges: { e_1: 8, e_2: 2 } },
  outcomes: [{ status: 'completed', result: 'paid', cases: 8 }],
  cut: false,
  of: flow,
  differs: null,
};
const textOf = (some: Parameters<typeof present>[1]): string =>
  textsOf(drawn(present(state, some), <RealStrip />)).join(' | ');

describe('a real case on the canvas', () => {
  it('is drawn in the place of one of the sandbox, as something else, and over its own program alone', () => {
    const shown = present(state, { real });
    expect(shownTrace(shown)).toMatchObject({ of: 'real', edges: new Set(['e_1', 'e_2']) });
    const edited = changed(shown, { ...flow, nodes: { ...flow.nodes } }, { label: 'x' });
    expect(shownTrace(edited)).toBeNull();
    const tones = (of: 'real' | 'sandbox') => {
      const trace = { of, turns: new Map(), edges: new Set(['e_1']), here: new Set<string>() };
      return wires({ trace }).map(({ data }) => data?.tone);
    };
    expect(tones('real')[0]).toBe('real');
    expect(tones('sandbox')[0]).toBe('traced');
  });

  it('says that it is real, on which release it ran, and how the draft differs', () => {
    expect(textOf({ real })).toMatch(/real .*01case .*waits .*ran on release 6/);
    const differs = { steps: 3, wires: 1, input: false };
    expect(textOf({ real: { ...real, differs } })).toContain(
      'This case ran on release 6; 3 steps differ in the draft.',
    );
    expect(textOf({ real: { ...real, of: payingFlow() } })).toContain('has been changed since');
    expect(textOf({})).toBe('');
  });
});

const NOTHING = { nodes: new Set<string>(), edges: new Set<string>() };
const wires = (marks: Partial<WireMarks>) =>
  wireEdges(flow, [], { trace: null, unsafe: NOTHING, coverage: null, ...marks }, () => '');

describe('traffic on the canvas', () => {
  it('wires carry counts, the more the thicker, and say them; those that nobody took are told from them', () => {
    const [most, few, none] = wires({ traffic });
    expect([most?.data?.cases, few?.data?.cases, none?.data?.cases]).toEqual([8, 2, 0]);
    expect([most?.data?.tone, few?.data?.tone, none?.data?.tone]).toEqual(['load', 'load', 'plain']);
    const width = (edge: typeof most) => edge?.data?.width ?? 0;
    expect(width(most)).toBe(2 * width(few));
    expect(width(few)).toBeGreaterThan(width(none));
    expect(most?.ariaLabel).toMatch(/, 8 cases$/);
    expect(wires({ traffic: { ...traffic, release: null } })[0]?.data?.tone).toBe('load rehearsed');
    expect(wires({})[0]).toMatchObject({ data: { cases: null, width: null } });
  });

  it('a step says who stands there, how long it takes, and the share that failed; all of it also to be read out', () => {
    const texts = textsOf(drawn(state, <Load load={counts} />));
    for (const text of ['2 here', '2.4 s', '50% failed']) expect(texts).toContain(text);
    expect(texts.some((text) => text.startsWith('8 times a case came here; 2 cases stand here now;'))).toBe(true);
    expect(textsOf(drawn(state, <Load load={{ ...counts, turns: 900, failed: 1 }} />))).toContain('under 1 % failed');
    expect(textsOf(drawn(state, <Load load={undefined} />))).toEqual([]);
  });

  it('the strip says of what, how many, and how they came out; after a change to the draft it is not drawn over that', () => {
    const shown = present(state, { traffic });
    expect(shownTraffic(shown)).toBe(traffic);
    expect(shownTraffic(changed(shown, { ...flow, nodes: { ...flow.nodes } }, { label: 'x' }))).toBeNull();
    expect(textOf({ traffic })).toMatch(/real .*Traffic .*8 cases .*Traffic: paid 8 \(100%\)/);
    expect(textOf({ traffic: { ...traffic, release: null } })).toMatch(/^sandbox /);
    const none = { cases: 0, nodes: {}, edges: {} };
    expect(textOf({ traffic: { ...traffic, traffic: none, outcomes: [] } })).toContain('No cases in that time.');
  });
});

describe('outcomes beside each other', () => {
  const of = (...some: [string, string | null, number][]): Outcomes =>
    some.map(([status, result, cases]) => ({ status, result, cases }));
  const word = (status: string): string => status;

  it('have their results in one order and shade, whichever of them there are', () => {
    const first = of(['completed', 'paid', 3], ['completed', 'refused', 1], ['failed', null, 1]);
    const second = of(['running', null, 2], ['completed', 'refused', 4]);
    const bars = [first, second].map((one) => partsOf(one, word, word, [first, second]));
    expect(bars.map(({ all }) => all)).toEqual([5, 6]);
    expect(bars.map(({ parts }) => parts.map(({ name }) => name))).toEqual([
      ['paid', 'refused', 'failed'],
      ['refused', 'running'],
    ]);
    expect(bars[0]?.parts[1]?.shade).toBe(bars[1]?.parts[0]?.shade);
    expect(bars[0]?.parts[0]?.shade).not.toBe(bars[0]?.parts[1]?.shade);
  });
});

it('a card knows how often its step is tried', () => {
  const attempts = (id: string): number =>
    described(flow.nodes[id] ?? { kind: '', name: '', config: {} }, surroundings).attempts;
  expect([attempts('n_pay'), attempts('n_topic'), attempts('n_ask')]).toEqual([4, 1, 1]);
});
