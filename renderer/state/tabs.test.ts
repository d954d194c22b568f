import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setAbout } from '../document/commands.ts';
import { payingFlow } from '../test-kit/flows.ts';
import type { StudioState } from './records.ts';
import { brought, closed, forgotten, neighbourOf, openDocuments, parked, restored, tabBeside } from './tabs.ts';
import {
  changed,
  initialState,
  isDraft,
  opened,
  present,
  saved,
  selected,
  served,
  testedAt,
  undone,
} from './transitions.ts';

const open = (state: StudioState, path: string) =>
  opened(state, { path, flow: payingFlow(), digest: `d ${path}`, readOnly: null });
const retitle = (state: StudioState, title: string) => {
  const flow = state.document?.history.present ?? payingFlow();
  return changed(state, setAbout(flow, { ...flow.about, title }), { label: 'title' });
};
const titleOf = (state: StudioState) => state.document?.history.present.about.title;
const paths = (state: StudioState) => state.tabs.map(({ path }) => path);
const two = () => open(open(initialState(), 'a'), 'b');

describe('open flows', () => {
  it('T1 what is opened stands beside what was open, and is there once', () => {
    const three = open(brought(two(), 'a'), 'c');
    expect(paths(three)).toEqual(['a', 'c', 'b']);
    expect(paths(open(three, 'a'))).toEqual(['a', 'c', 'b']);
    expect(three.session.tabs).toEqual(['a', 'c', 'b']);
  });

  it('T2 each has a history, a selection, a viewport and a draft mark of its own', () => {
    const viewport = { x: 1, y: 2, zoom: 0.5 };
    const drawn = present(selected(retitle(open(initialState(), 'a'), 'A'), { nodes: ['n_pay'], edges: [] }), {
      viewport,
    });
    const other = retitle(open(drawn, 'b'), 'B');
    expect(other.presence.selection.nodes).toEqual([]);
    const back = brought(undone(other), 'a');
    expect(titleOf(back)).toBe('A');
    expect(back.presence.selection.nodes).toEqual(['n_pay']);
    expect(back.presence.viewport).toEqual(viewport);
    expect(isDraft(back.document)).toBe(true);
    expect(isDraft(undone(back).document)).toBe(false);
    expect(isDraft(brought(back, 'b').document)).toBe(false);
    expect(titleOf(brought(back, 'b'))).toBe(payingFlow().about.title);
  });

  it('T3 going away and coming back changes nothing, whatever was done in between', () => {
    const act = fc.constantFrom('draw a', 'draw b', 'undo', 'a', 'b');
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), (acts) => {
        const end = acts.reduce((state, one) => {
          if (one === 'undo') return undone(state);
          if (one.startsWith('draw')) return retitle(state, one);
          return brought(state, one);
        }, two());
        const away = brought(end, end.document?.path === 'a' ? 'b' : 'a');
        const back = brought(away, end.document?.path ?? '');
        expect(back).toEqual(end);
        expect(back.document).toBe(end.document);
        expect(openDocuments(back).map(({ path }) => path)).toEqual(['a', 'b']);
      }),
      { numRuns: 30 },
    );
  });

  it('T4 what is asked of a person belongs to the window and does not come back with a flow', () => {
    const asked = present(two(), { connectFrom: 'n_pay', dialog: { dialog: 'export' } });
    const back = brought(brought(asked, 'a'), 'b');
    expect(back.presence.connectFrom).toBeNull();
  });

  it('T5 what was saved or run meanwhile is of the flow that it was asked for', () => {
    const sent = retitle(two(), 'B');
    const flow = sent.document?.history.present ?? payingFlow();
    const away = brought(sent, 'a');
    const after = testedAt(saved(away, flow, { digest: 'd2', savedAt: 5 }, 'b'), 'b', { chosen: 'one' });
    expect(after.document).toBe(away.document);
    expect(after.sandbox.chosen).toBeNull();
    const back = brought(after, 'b');
    expect(isDraft(back.document)).toBe(false);
    expect(back.document?.base).toBe('d2');
    expect(back.sandbox.chosen).toBe('one');
    expect(saved(away, flow, { digest: 'd2', savedAt: 5 }, 'gone')).toEqual(away);
  });

  it('T6 closing takes the tab and what is in it; its neighbour is known; the last closed is remembered first', () => {
    const three = open(two(), 'c');
    expect(neighbourOf(three, 'c')).toBe('b');
    expect(neighbourOf(three, 'a')).toBe('b');
    const without = closed(closed(three, 'c'), 'a');
    expect(without.document).toBeNull();
    expect(paths(without)).toEqual(['b']);
    expect(without.closedTabs).toEqual(['a', 'c']);
    expect(closed(without, 'nowhere')).toBe(without);
    expect(open(without, 'a').closedTabs).toEqual(['c']);
    expect(neighbourOf(open(initialState(), 'a'), 'a')).toBeNull();
  });

  it('T7 tabs are walked round and round', () => {
    const three = open(two(), 'c');
    expect([tabBeside(three, 1), tabBeside(three, -1), tabBeside(initialState(), 1)]).toEqual(['a', 'b', null]);
  });

  it('T8 a window that starts again has the tabs that it had, without those whose flows are gone', () => {
    const kept = { ...initialState().session, tabs: ['a', 'gone', 'b'] };
    const flows = ['a', 'b', 'c'].map((path) => ({ path, title: path, scenarios: [], signed: null, mocks: {} }));
    const workspace = { flows, connections: {}, models: {}, documents: {}, policy: POLICY, errors: [] };
    const state = restored(served(initialState(kept), { workspace }));
    expect(paths(state)).toEqual(['a', 'b']);
    expect(restored(state)).toEqual(state);
    expect(brought(state, 'a')).toBe(state);
    expect(paths(open(state, 'b'))).toEqual(['a', 'b']);
  });

  it('T9 a parked flow whose file is another is read again', () => {
    const state = forgotten(two(), 'a');
    expect(brought(state, 'a')).toBe(state);
    expect(openDocuments(state).map(({ path }) => path)).toEqual(['b']);
    expect(parked(parked(state))).toEqual(parked(state));
  });
});

const POLICY = { format: 'countersign.policy', version: 1, withoutPerson: {} } as const;
