import { beforeEach, describe, expect, it } from 'vitest';
import type { TraceStep } from '../../engine/studio/contract.ts';
import { drawnCase, shownTrace } from '../canvas/marks.ts';
import type { RealCase } from '../state/records.ts';
import { transit, useStudio } from '../state/store.ts';
import { changed, initialState, opened, present } from '../state/transitions.ts';
import { payingFlow } from '../test-kit/flows.ts';
import { drawn, textsOf } from '../test-kit/views.tsx';
import { words } from '../words/index.ts';
import { REPLAY_COMMANDS } from './commands.ts';
import { showMoment, showNext } from './moments.ts';
import { ReplayBar } from './replay-bar.tsx';
import { happeningsOf } from './up-to.ts';

const flow = payingFlow();
const state = opened(initialState(), { path: 'flows/p.flow.json', flow, digest: '', readOnly: null });
const step = (place: number, node: string, edge: string | null): TraceStep => ({
  node,
  path: '',
  visit: 1,
  state: edge === null ? 'under way' : 'done',
  settledAt: edge === null ? null : place,
  port: edge === null ? null : 'next',
  edge,
  value: null,
  record: null,
  fromMs: 0,
  atMs: place * 250,
  tookMs: 0,
  sentence: `did ${node}`,
  read: [],
  moments: [{ type: 'node.completed', place, atMs: place * 250, sentence: `did ${node}`, facts: [] }],
});
const steps = [step(1, 'n_start', 'e_1'), step(2, 'n_topic', 'e_2'), step(3, 'n_ask', null)];
const course = { release: '6', program: 'p', status: 'waiting', result: null, started: 0, ended: null };
const real: RealCase = { ...course, run: '01case', steps, of: flow, differs: null };
const shown = present(state, { real });

const at = (place: number) => present(shown, { replay: { of: '01case', place } });
const [command] = REPLAY_COMMANDS;

describe('the moments of a case that is drawn', () => {
  beforeEach(() => transit(() => shown));

  it('the slider stands at the end of the whole case, and says its time to the millisecond and what happened', () => {
    const html = drawn(shown, <ReplayBar />);
    expect(html).toMatch(/aria-valuemin="1"/);
    expect(html).toMatch(/aria-valuenow="3"/);
    const texts = textsOf(html).join(' | ');
    expect(texts).toContain('3 of 3');
    expect(texts).toContain('.750');
    expect(texts).toContain('did n_ask');
    expect(textsOf(drawn(at(2), <ReplayBar />)).join(' | ')).toMatch(/2 of 3 .*\.500/);
  });

  it('at a moment only what had been reached by then is drawn, with where the case stood', () => {
    const second = at(2);
    const trace = shownTrace(second);
    // Every card asks.
    expect(shownTrace(second)).toBe(trace);
    expect([...(trace?.turns.keys() ?? [])]).toEqual(['n_start', 'n_topic']);
    expect([...(trace?.edges ?? [])]).toEqual(['e_1', 'e_2']);
    expect([...(trace?.here ?? [])]).toEqual(['n_topic']);
    expect([...(shownTrace(at(1))?.edges ?? [])]).toEqual(['e_1']);
  });

  it('going on from the end begins anew, and ends with the whole case', () => {
    const place = () => useStudio.getState().presence.replay?.place ?? null;
    expect([showNext(), place()]).toEqual([true, 1]);
    expect([showNext(), place()]).toEqual([true, 2]);
    expect([showNext(), place()]).toEqual([false, null]);
    const drawnNow = drawnCase(useStudio.getState());
    if (drawnNow === null) throw new Error('a case is drawn');
    showMoment(drawnNow, happeningsOf(steps), -5);
    expect(place()).toBe(1);
  });

  it('what is replayed is that case alone: another is drawn whole, and after a change to the flow there is none', () => {
    const other = present(at(1), { real: { ...real, run: '02case' } });
    expect(shownTrace(other)?.turns.size).toBe(3);
    const edited = changed(at(1), { ...flow, nodes: { ...flow.nodes } }, { label: 'x' });
    expect(textsOf(drawn(edited, <ReplayBar />))).toEqual([]);
    expect([command?.enabled?.(shown), command?.enabled?.(edited), command?.enabled?.(state)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('a case that goes on while an earlier moment is shown stays at that moment', () => {
    const on = present(at(2), { real: { ...real, steps: [...steps, step(4, 'n_pay', 'e_3')] } });
    expect(shownTrace(on)?.turns.size).toBe(2);
    expect(textsOf(drawn(on, <ReplayBar />)).join(' ')).toContain('2 of 4');
  });

  it('a case of one event has no moments to choose from', () => {
    expect(textsOf(drawn(present(state, { real: { ...real, steps: steps.slice(0, 1) } }), <ReplayBar />))).toEqual([]);
    expect(textsOf(drawn(shown, <ReplayBar />))).toContain(words().replay.play);
  });
});
