import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeThings, setAbout } from '../document/commands.ts';
import { payingFlow } from '../test-kit/flows.ts';
import { words } from '../words/index.ts';
import { cutOut } from './edit.ts';
import { clampExtent, firstSession, LIMITS, readSession, writeSession, type Extent } from './session.ts';
import { useStudio } from './store.ts';
import {
  changed,
  checked,
  EMPTY_CHECKS,
  gestureEnded,
  initialState,
  isDraft,
  ledTo,
  opened,
  redone,
  saved,
  selected,
  toggled,
  undone,
} from './transitions.ts';

const open = (readOnly: string | null = null) =>
  opened(initialState(), { path: 'flows/a.flow.json', flow: payingFlow(), digest: 'd1', readOnly });
const present = (state: ReturnType<typeof open>) => state.document?.history.present ?? payingFlow();
const retitle = (state: ReturnType<typeof open>, title: string, gesture?: string) =>
  changed(state, setAbout(present(state), { ...present(state).about, title }), {
    label: 'title',
    ...(gesture === undefined ? {} : { gesture }),
  });

describe('the studio’s state', () => {
  it('S1 a draft is what differs from what was saved; undoing back to it is no draft', () => {
    const drawn = retitle(open(), 'B');
    expect(isDraft(open().document)).toBe(false);
    expect(isDraft(drawn.document)).toBe(true);
    expect(isDraft(undone(drawn).document)).toBe(false);
    expect(isDraft(redone(undone(drawn)).document)).toBe(true);
    const kept = saved(drawn, present(drawn), { digest: 'd2', savedAt: 5 });
    expect(isDraft(kept.document)).toBe(false);
    expect(kept.document?.base).toBe('d2');
    expect(isDraft(undone(kept).document)).toBe(true);
  });

  it('S2 what was changed while it was saved stays a draft', () => {
    const first = retitle(open(), 'B');
    const sent = present(first);
    const second = retitle(first, 'C');
    expect(isDraft(saved(second, sent, { digest: 'd2', savedAt: 5 }).document)).toBe(true);
  });

  it('S3 a document that may only be looked at is not changed', () => {
    const state = open('newer');
    expect(retitle(state, 'B')).toBe(state);
  });

  it('S4 only the document is undone: selection stays, unless what is selected is gone', () => {
    const state = selected(retitle(open(), 'B'), { nodes: ['n_pay'], edges: [] });
    expect(undone(state).presence.selection.nodes).toEqual(['n_pay']);
    const removed = changed(state, removeThings(present(state), { nodes: ['n_pay'], edges: [] }), { label: 'remove' });
    expect(removed.presence.selection.nodes).toEqual([]);
  });

  it('S5 typing in one field is one step until the field is left', () => {
    const typed = retitle(retitle(open(), 'B', 'title'), 'Bo', 'title');
    expect(typed.document?.history.past).toHaveLength(1);
    expect(retitle(gestureEnded(typed), 'Bor', 'title').document?.history.past).toHaveLength(2);
  });

  it('S6 findings about an older document are dropped', () => {
    const state = open();
    const of = present(state);
    expect(checked(state, { ...EMPTY_CHECKS, of }).checks.of).toBe(of);
    expect(checked(retitle(state, 'B'), { ...EMPTY_CHECKS, of }).checks.of).toBeNull();
  });

  it('S7 a problem leads to its step and field', () => {
    const path = ['nodes', 'n_pay', 'config', 'action'];
    const state = ledTo(open(), {
      code: 'ACTION_UNKNOWN',
      severity: 'error',
      path,
      message: '',
      hint: '',
      node: 'n_pay',
    });
    expect(state.presence.selection.nodes).toEqual(['n_pay']);
    expect(state.presence.pointedAt).toEqual(path);
    expect(state.session.view).toBe('flows');
  });
});

describe('the session', () => {
  it('S8 is remembered as it was', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Extent>('leftWidth', 'rightWidth', 'foldHeight'),
        fc.double({ noNaN: true }),
        fc.boolean(),
        (extent, pixels, foldOpen) => {
          const session = { ...firstSession(1440), [extent]: clampExtent(extent, pixels), foldOpen };
          expect(readSession(writeSession(session), 1440)).toEqual(session);
        },
      ),
    );
  });

  it('S9 what cannot be read is as on a first visit, and widths keep their bounds', () => {
    expect(readSession('{', 1440)).toEqual(firstSession(1440));
    expect(readSession('{"view":"nowhere"}', 1440)).toEqual(firstSession(1440));
    expect(readSession('{"rightWidth":99999}', 1440).rightWidth).toBe(LIMITS.rightWidth.max);
    expect(readSession(null, 720).leftOpen).toBe(false);
  });

  it('S10 steps go into the selection beside others, and out of it; a group goes as a whole', () => {
    const one = { nodes: ['n_ask'], edges: ['e_1'] };
    expect(toggled(one, ['n_pay'])).toEqual({ nodes: ['n_ask', 'n_pay'], edges: ['e_1'] });
    expect(toggled(one, ['n_ask', 'n_pay'])).toEqual({ nodes: ['n_ask', 'n_pay'], edges: ['e_1'] });
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), (steps) => {
        const some = { nodes: ['x'], edges: [] };
        expect(toggled(toggled(some, steps), steps)).toEqual(some);
      }),
    );
  });

  it('S11 what was cut is undone by that name', () => {
    useStudio.setState(selected(open(), { nodes: ['n_pay'], edges: [] }), true);
    cutOut();
    expect(useStudio.getState().document?.history.past.at(-1)?.label).toBe(words().canvas.clip.cutOut);
    expect(useStudio.getState().document?.history.present.nodes['n_pay']).toBeUndefined();
  });
});
