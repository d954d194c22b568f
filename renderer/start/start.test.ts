import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ABOUT_PARTS, missingIn, partOf, withPart } from '../../engine/flow/about.ts';
import { flowSchema, type Flow } from '../../engine/flow/document.ts';
import type { ScenarioResult } from '../../engine/studio/contract.ts';
import type { StudioState } from '../state/records.ts';
import { readSession, writeSession } from '../state/session.ts';
import { arranged, changed, initialState, opened, present, served, tested } from '../state/transitions.ts';
import { english } from '../words/english.ts';
import { recentFirst } from './acts.ts';
import { FIRST, stepOf, TOUR } from './tour-steps.ts';
import { onTour } from './tour.ts';

const TEMPLATE = join(import.meta.dirname, '../../examples/templates/refund-approval/flows/refund-approval.flow.json');
const flow: Flow = flowSchema.parse(JSON.parse(readFileSync(TEMPLATE, 'utf8')));

const at = (state: StudioState): string | undefined => state.session.tour?.step;
const begun = (): StudioState => arranged(initialState(), { view: 'start', tour: { step: FIRST, open: true } });
const withBar = (bar: number): Flow => {
  const node = flow.nodes['n_reason'];
  if (node === undefined) throw new Error('the template has lost its AI decision');
  return { ...flow, nodes: { ...flow.nodes, n_reason: { ...node, config: { ...node.config, bar } } } };
};
const result = (holds: boolean): ScenarioResult => ({
  scenario: 'A case',
  holds,
  status: 'completed',
  result: 'refunded',
  expectations: [],
  trace: [],
  effects: [],
  error: null,
  started: 0,
  clock: 0,
  input: {},
  mocks: [],
  until: null,
});
const all = { covered: [], missed: [] };
const suite = (holds: boolean, stopped = false) => ({
  results: [result(holds)],
  coverage: { nodes: all, edges: all, fallbacks: all },
  traffic: { cases: 0, nodes: {}, edges: {} },
  stopped,
});
const released = { manifest: 'releases/a.manifest.json', release: 1, program: 'sha256-0', keys: [], tests: 8 };

/** What a person does, in order, each with the step of the tour that it ends. */
const DEEDS: readonly (readonly [ends: string, deed: (state: StudioState) => StudioState])[] = [
  [
    'open',
    (state) =>
      arranged(opened(state, { path: 'flows/a.flow.json', flow, digest: 'd', readOnly: null }), { view: 'flows' }),
  ],
  ['look', (state) => present(state, { selection: { nodes: ['n_reason'], edges: [] } })],
  ['bar', (state) => changed(state, withBar(0.8), { label: 'x' })],
  ['run', (state) => tested(state, { result: result(true) })],
  ['suite', (state) => tested(state, { suite: suite(true) })],
  ['sign', (state) => served(state, { released })],
  ['start', (state) => served(state, { openTasks: 1 })],
  ['answer', (state) => served(state, { openTasks: 0 })],
];

describe('the tour', () => {
  it('goes on when a step was really done, one step for a deed, and ends at the manifest', () => {
    let state = begun();
    for (const [step, deed] of DEEDS) {
      expect(at(state)).toBe(step);
      expect(onTour(state)).toBe(state);
      state = onTour(deed(state));
    }
    expect(at(state)).toBe('done');
    expect(onTour(state)).toBe(state);
  });

  it('what is not enough does not count', () => {
    const upTo = (step: string): StudioState => {
      let state = begun();
      for (const [ends, deed] of DEEDS.slice(
        0,
        DEEDS.findIndex(([one]) => one === step),
      )) {
        state = onTour(deed(state));
        expect(at(state)).not.toBe(ends);
      }
      return state;
    };
    const stays = (step: string, deed: (state: StudioState) => StudioState): void =>
      expect(at(onTour(deed(upTo(step))))).toBe(step);
    stays('open', (state) => opened(state, { path: 'flows/a.flow.json', flow, digest: 'd', readOnly: null }));
    stays('look', (state) => present(state, { selection: { nodes: ['n_order'], edges: [] } }));
    stays('bar', (state) => changed(state, withBar(0.79), { label: 'x' }));
    stays('suite', (state) => tested(state, { suite: suite(false) }));
    stays('suite', (state) => tested(state, { suite: suite(true, true) }));
  });

  it('does not go on while it is left, and goes on where it was when it is resumed', () => {
    const left = arranged(begun(), { tour: { step: 'look', open: false } });
    const done = present(opened(left, { path: 'flows/a.flow.json', flow, digest: 'd', readOnly: null }), {
      selection: { nodes: ['n_reason'], edges: [] },
    });
    expect(onTour(done)).toBe(done);
    expect(at(onTour(arranged(done, { tour: { step: 'look', open: true } })))).toBe('bar');
  });

  it('is remembered on this machine, and a step that this version does not know ends it', () => {
    const { session } = begun();
    expect(readSession(writeSession(session), 1440).tour).toEqual({ step: FIRST, open: true });
    expect(onTour(arranged(begun(), { tour: { step: 'of another version', open: true } })).session.tour).toBeNull();
  });

  it('has words for each step, and points at what there is in the window', () => {
    expect(TOUR.map(({ id }) => id)).toEqual(Object.keys(english.tour.steps));
    const sources = globSync('renderer/**/*.tsx').map((file) => readFileSync(file, 'utf8'));
    const named = TOUR.flatMap(({ targets }) => targets).flatMap(
      (target) => /^\[data-tour="([^"]+)"\]$/.exec(target)?.[1] ?? [],
    );
    expect(named.length).toBeGreaterThan(5);
    const missing = named.filter((name) => {
      const [first = ''] = name.split(' ');
      return !sources.some((one) => one.includes(`data-tour="${name}"`) || one.includes(`data-tour={\`${first} $`));
    });
    expect(missing).toEqual([]);
    expect(stepOf('no such step')).toBeNull();
  });
});

describe('what a flow says of itself', () => {
  const texts = fc.constantFrom('', ' ', 'said');
  it('what is missing is what nobody said anything for; each part can be said by itself', () => {
    fc.assert(
      fc.property(fc.tuple(texts, texts, texts, texts, texts, texts), (said) => {
        const about = ABOUT_PARTS.reduce((one, part, i) => withPart(one, part, said[i] ?? ''), flow.about);
        expect(ABOUT_PARTS.map((part) => partOf(about, part))).toEqual(said);
        expect(missingIn(about)).toEqual(ABOUT_PARTS.filter((_, i) => said[i]?.trim() === ''));
        expect(about.title).toBe(flow.about.title);
      }),
    );
  });
});

describe('flows of the start page', () => {
  it('those that were open come first, the last one before the others; the rest by title', () => {
    const flows = ['b', 'a', 'd', 'c'].map((title) => ({ path: `flows/${title}.flow.json`, title }));
    const order = recentFirst(flows, ['flows/c.flow.json', 'flows/gone.flow.json', 'flows/d.flow.json']);
    expect(order.map(({ title }) => title)).toEqual(['c', 'd', 'a', 'b']);
  });
});
