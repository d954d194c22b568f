import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Flow } from '../../engine/flow/document.ts';
import { CountersignError } from '../../engine/flow/error.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import { FLOW, refundFlow } from '../../engine/studio/testing/tiny-workspace.ts';
import { KINDS } from '../../nodes/index.ts';
import { edit, undoEdit } from '../state/edit.ts';
import { bindClient, closeFlow, loadWorkspace, openFlow } from '../state/files.ts';
import { changeCase, newCase } from '../state/making.ts';
import { useStudio } from '../state/store.ts';
import { initialState } from '../state/transitions.ts';
import { deskOfEachTest } from '../test-kit/desk.ts';
import { look, saveVersion } from './acts.ts';
import { groundOf, keepNow, lookForLost, offerLost, takeUp } from './keep.ts';
import { startVersions } from './start.ts';
import { EMPTY, tell, useVersions } from './store.ts';

/** Drafts of one flow that several windows keep, one after the other or at once: each under the number of its rule. */

const desk = deskOfEachTest();
let stopFollowing: () => void;
beforeEach(async () => {
  stopFollowing = startVersions();
  await openWindow();
});
afterEach(() => stopFollowing());

const purpose =
  (text: string) =>
  (flow: Flow): Flow => ({ ...flow, about: { ...flow.about, purpose: text } });
const type = (text: string): void => edit('type', purpose(text), 'typing');
const here = () => useStudio.getState().document?.history.present.about.purpose;
const lostNow = () => useVersions.getState().lost;
const drafts = async () => (await desk.service.call('drafts', {})).drafts;
const purposeOf = ({ text }: { text: string }): string => readFlow(text, KINDS).flow?.about.purpose ?? '';
/** The purposes of the drafts that are kept. */
const purposes = async () => (await drafts()).map(purposeOf).sort();

async function openWindow(): Promise<void> {
  useStudio.setState(initialState(), true);
  useVersions.setState(EMPTY, true);
  await loadWorkspace();
  await openFlow(FLOW);
  await offerLost();
}

/** What was drawn is lost with its window, and offered in the next. */
async function lose(text: string) {
  type(text);
  await keepNow();
  await openWindow();
  const [lost] = lostNow();
  if (lost === undefined) throw new Error('the draft is offered');
  return lost;
}

describe('a draft', () => {
  it('K1 of another window is offered once that is gone, and neither is written over the other', async () => {
    const other = desk.service.window();
    const text = writeFlow(purpose('theirs')(refundFlow()));
    await other.call('keepDraft', { id: 'd_1', path: FLOW, text, base: 'sha256-0' });
    await offerLost();
    expect(lostNow()).toEqual([]);
    const stop = desk.service.onEvent(({ event }) => void (event === 'drafts changed' && lookForLost()));
    type('mine');
    await keepNow();
    other.leave();
    await expect.poll(() => lostNow()).toMatchObject([{ id: 'd_1', text }]);
    expect(await purposes()).toEqual(['mine', 'theirs']);
    // It is back, and nothing to choose.
    tell({ dialog: 'lost' });
    await desk.service.window().call('keepDraft', { id: 'd_1', path: FLOW, text, base: 'sha256-0' });
    await expect.poll(() => useVersions.getState()).toMatchObject({ lost: [], dialog: null });
    stop();
  });

  it('K2 put aside for a version that is looked at, and closed with its tab, stays beside what is drawn then', async () => {
    await saveVersion('One', '');
    type('older');
    await look({ side: 'version', number: 1 });
    closeFlow(FLOW);
    await openFlow(FLOW);
    type('mine');
    await keepNow();
    expect(await purposes()).toEqual(['mine', 'older']);
    expect(lostNow()).toHaveLength(1);
  });

  it('K3 is let go only once it is kept as what is drawn here', async () => {
    const lost = await lose('older');
    const away = new CountersignError({ code: 'STOPPED', message: 'away', hint: 'wait' });
    bindClient({ call: () => Promise.reject(away), close: () => undefined });
    await takeUp(lost, { flow: null, changed: false, gone: false });
    bindClient({ call: (method, request) => desk.service.call(method, request), close: () => undefined });
    expect([here(), await drafts()]).toEqual(['older', [lost]]);
    expect(lostNow()).toEqual([lost]);
    await offerLost();
    expect(await drafts()).toHaveLength(2);
  });

  it('K3 with a case, of a flow that is gone, is let go only once the case is kept with the new file', async () => {
    newCase();
    changeCase({ name: 'mine' });
    await keepNow();
    await openWindow();
    const [lost] = lostNow();
    if (lost === undefined) throw new Error('the case is offered');
    await takeUp({ ...lost, path: 'flows/gone.flow.json' }, { flow: null, changed: true, gone: true });
    const path = useStudio.getState().document?.path;
    expect(path).not.toBe(FLOW);
    expect((await drafts()).find((draft) => draft.path === path)?.making).toContain('"mine"');
  });

  it('K2 that is offered stays as it is while one draws on, until it is taken up or discarded', async () => {
    const lost = await lose('older');
    type('mine');
    await keepNow();
    expect(await purposes()).toEqual(['mine', 'older']);
    // Who has not chosen yet is asked again by the next window, about both.
    await openWindow();
    expect(lostNow()).toHaveLength(2);
    type('third');
    await takeUp(lost, await groundOf(lost));
    expect(here()).toBe('older');
    expect(lostNow().map(({ text }) => text.includes('"mine"'))).toEqual([true]);
    expect(await purposes()).toEqual(['mine', 'older']);
    undoEdit();
    expect(here()).toBe('third');
    await keepNow();
    expect(await purposes()).toEqual(['mine', 'third']);
  });
});
