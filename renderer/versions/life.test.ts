import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Flow } from '../../engine/flow/document.ts';
import { CountersignError } from '../../engine/flow/error.ts';
import { writeFlow } from '../../engine/flow/read.ts';
import type { StudioService } from '../../engine/studio/service.ts';
import { FLOW, makeWorkspace, refundFlow, serve } from '../../engine/studio/testing/tiny-workspace.ts';
import { edit, undoEdit } from '../state/edit.ts';
import { askToClose, bindClient, filesChanged, loadWorkspace, openFlow, saveFlow } from '../state/files.ts';
import { changeCase, closeCase, keepCase, newCase } from '../state/making.ts';
import type { Presence } from '../state/records.ts';
import { transit, useStudio } from '../state/store.ts';
import { initialState, isDraft, present } from '../state/transitions.ts';
import {
  backToDraft,
  endComparison,
  loadVersions,
  look,
  restore,
  saveVersion,
  startComparison,
  stepChange,
} from './acts.ts';
import { draftsMayConflict, keepMine, saveMineAsCopy, takeTheirs } from './disk.ts';
import { caseOf, discard, groundOf, keepNow, offerLost, takeUp } from './keep.ts';
import { linkLost, linkOpened, startVersions } from './start.ts';
import { EMPTY, groupAt, stateOf, useVersions, versionsFor } from './store.ts';
import { words } from '../words/index.ts';

/** A window of the studio on a real service and a real folder; only the two doors between them are left out. */

let root: string;
let remove: () => void;
let service: StudioService;
let stopFollowing: () => void;
/** The engine is away while this is not set. */
let link = true;

async function startEngine(): Promise<void> {
  service = serve(root, { watch: { debounceMs: 5, pollMs: 50 } });
  service.onEvent((event) => {
    if (event.event === 'workspace changed') void filesChanged(event.paths).then(() => draftsMayConflict(event.paths));
  });
  link = true;
}

async function openWindow(): Promise<void> {
  useStudio.setState(initialState(), true);
  useVersions.setState(EMPTY, true);
  await loadWorkspace();
  await openFlow(FLOW);
}

beforeEach(async () => {
  ({ root, remove } = makeWorkspace());
  bindClient({
    call: (method, request) =>
      link
        ? service.call(method, request)
        : Promise.reject(new CountersignError({ code: 'STOPPED', message: 'away', hint: 'wait' })),
    close: () => undefined,
  });
  await startEngine();
  stopFollowing = startVersions();
  await openWindow();
});
afterEach(async () => {
  stopFollowing();
  await keepNow();
  await service.close();
  remove();
});

const purpose =
  (text: string) =>
  (flow: Flow): Flow => ({ ...flow, about: { ...flow.about, purpose: text } });
const type = (text: string): void => edit('type', purpose(text), 'typing');
const onDisk = (): string => readFileSync(join(root, FLOW), 'utf8');
const behind = (text: string): void => writeFileSync(join(root, FLOW), writeFlow(purpose(text)(refundFlow())));
const drawn = () => useStudio.getState().document;
const UNTOUCHED = refundFlow().about.purpose;
const here = (): string | undefined => drawn()?.history.present.about.purpose;
const conflict = () => useVersions.getState().conflicts[FLOW];
const drafts = async () => (await service.call('drafts', {})).drafts;

describe('the file changes behind the studio', () => {
  test('an open flow without changes follows; one that is being typed into is told, and typing goes on', async () => {
    behind('theirs');
    await expect.poll(here).toBe('theirs');
    type('mi');
    behind('theirs again');
    await expect.poll(conflict).toBeDefined();
    type('mine');
    expect(here()).toBe('mine');
    expect(onDisk()).toContain('theirs again');
  });

  test('what is being written over the flow is not taken away: it follows, or is told, once that is done', async () => {
    const [node = ''] = Object.keys(refundFlow().nodes);
    const table = { dialog: 'table', node } as const;
    const over = { dialog: 'palette', only: null, over: table } as const;
    const heard = () => useStudio.getState().service.workspace?.documents[FLOW]?.about.purpose;
    const writing: Partial<Presence>[] = [
      { dialog: table },
      { dialog: over },
      { dialog: { dialog: 'comments', node } },
      { renaming: node },
    ];
    const nothing = { dialog: null, renaming: null };
    for (const [i, asked] of writing.entries()) {
      transit((state) => present(state, { ...nothing, ...asked }));
      const [before, text] = [here(), `theirs ${i}`];
      behind(text);
      await expect.poll(heard).toBe(text);
      await filesChanged([FLOW]);
      expect([here(), useStudio.getState().presence]).toMatchObject([before, asked]);
      transit((state) => present(state, nothing));
      await expect.poll(here).toBe(text);
    }
    transit((state) => present(state, { dialog: table }));
    behind('theirs');
    await expect.poll(heard).toBe('theirs');
    await filesChanged([FLOW]);
    type('mine');
    transit((state) => present(state, nothing));
    await expect.poll(conflict).toBeDefined();
    expect(here()).toBe('mine');
  });

  test('saving asks with both sides in sight; mine goes over what was looked at, and over nothing that came after', async () => {
    type('mine');
    behind('theirs');
    expect(await saveFlow()).toBe(false);
    await expect.poll(() => useVersions.getState().dialog).toBe('conflict');
    expect(conflict()?.flow?.about.purpose).toBe('theirs');
    behind('theirs, later');
    await keepMine(FLOW);
    expect(onDisk()).toContain('theirs, later');
    await expect.poll(() => conflict()?.flow?.about.purpose).toBe('theirs, later');
    await keepMine(FLOW);
    expect(onDisk()).toContain('"mine"');
    expect(isDraft(drawn())).toBe(false);
  });

  test('theirs is taken as one step: undone, mine is there again and can be saved', async () => {
    type('mine');
    behind('theirs');
    await expect.poll(conflict).toBeDefined();
    await takeTheirs(FLOW);
    expect(here()).toBe('theirs');
    expect(isDraft(drawn())).toBe(false);
    expect(conflict()).toBeUndefined();
    undoEdit();
    expect(here()).toBe('mine');
    expect(await saveFlow()).toBe(true);
    expect(onDisk()).toContain('"mine"');
  });

  test('a flow that is gone from disk, and was not changed, is told as gone and can be written again or closed', async () => {
    const { saved } = drawn() ?? {};
    rmSync(join(root, FLOW));
    await expect.poll(conflict).toMatchObject({ gone: true });
    expect(useStudio.getState().service.error).toBeNull();
    expect(drawn()?.history.present).toBe(saved);
    expect(words().versions.conflict.gone(FLOW, isDraft(drawn()))).not.toContain('you changed it');
    await keepMine(FLOW);
    expect(onDisk()).toBe(writeFlow(refundFlow()));
    expect(conflict()).toBeUndefined();
  });

  test('a flow that is gone can be closed without a question when nothing of it is unsaved', async () => {
    rmSync(join(root, FLOW));
    await expect.poll(conflict).toMatchObject({ gone: true });
    await askToClose(FLOW);
    expect(drawn()).toBeNull();
    expect(conflict()).toBeUndefined();
  });

  test('a flow that is gone and comes back is as it is on disk again', async () => {
    const text = onDisk();
    rmSync(join(root, FLOW));
    await expect.poll(conflict).toMatchObject({ gone: true });
    writeFileSync(join(root, FLOW), text);
    await expect.poll(conflict).toBeUndefined();
  });

  test('opening a flow that is gone names it as people do, with what that means and what to do', async () => {
    rmSync(join(root, FLOW));
    useStudio.setState(initialState(), true);
    await openFlow(FLOW);
    const { error } = useStudio.getState().service;
    expect(error).toMatchObject({ code: 'FILE_UNREADABLE', message: `${FLOW} is not on disk.` });
    expect(JSON.stringify(error)).not.toContain(root);
    expect(error?.meaning).not.toBe('');
  });

  test('a newer Countersign wrote the file: it is not taken into the draft, which would leave out what is newer', async () => {
    type('mine');
    const newer = writeFlow(purpose('theirs')(refundFlow())).replace('"version": 1', '"version": 99');
    writeFileSync(join(root, FLOW), newer);
    await expect.poll(conflict).toBeDefined();
    await takeTheirs(FLOW);
    expect(here()).toBe('mine');
    await saveFlow();
    await expect.poll(conflict).toBeDefined();
    await saveMineAsCopy(FLOW);
    await openFlow(FLOW);
    expect([here(), drawn()?.readOnly]).toEqual(['theirs', expect.stringContaining('newer Countersign')]);
    expect(onDisk()).toBe(newer);
  });

  test('mine becomes a file of its own, and theirs stays', async () => {
    type('mine');
    behind('theirs');
    await expect.poll(conflict).toBeDefined();
    await saveMineAsCopy(FLOW);
    expect(here()).toBe('mine');
    expect(drawn()?.path).not.toBe(FLOW);
    expect(onDisk()).toContain('theirs');
    expect(readdirSync(join(root, 'flows'))).toHaveLength(2);
  });
});

describe('a draft', () => {
  /** The one that a window that begins is offered. */
  const offered = async () => {
    await openWindow();
    await offerLost();
    const [lost] = useVersions.getState().lost;
    if (lost === undefined) throw new Error('the draft is offered');
    return lost;
  };

  test('is kept within a second of a change, and let go when it is saved or undone', async () => {
    type('mine');
    await expect.poll(drafts, { timeout: 1000 }).toHaveLength(1);
    await saveFlow();
    await expect.poll(drafts).toEqual([]);
    edit('more', purpose('more'));
    await expect.poll(drafts).toHaveLength(1);
    undoEdit();
    await expect.poll(drafts).toEqual([]);
  });

  test('outlives its window and the engine, is offered, and taken up as one step', async () => {
    type('mine');
    await keepNow();
    await service.close();
    await startEngine();
    const lost = await offered();
    expect(here()).toBe(UNTOUCHED);
    await takeUp(lost, await groundOf(lost));
    expect(here()).toBe('mine');
    expect(useVersions.getState().lost).toEqual([]);
    undoEdit();
    expect(here()).toBe(UNTOUCHED);
  });

  test('is not offered when it is what is on disk, and is gone once it was discarded', async () => {
    type('mine');
    await keepNow();
    const lost = await offered();
    await discard(lost);
    expect(await drafts()).toEqual([]);
    type('mine');
    await keepNow();
    writeFileSync(join(root, FLOW), writeFlow(drawn()?.history.present ?? refundFlow()));
    await openWindow();
    await offerLost();
    expect(useVersions.getState().lost).toEqual([]);
    expect(await drafts()).toEqual([]);
  });

  test('is not let go where it cannot be taken up, and comes back over a version that is looked at', async () => {
    await saveVersion('One', '');
    type('mine');
    await keepNow();
    const lost = await offered();
    const text = onDisk();
    writeFileSync(join(root, FLOW), text.replace('"version": 1', '"version": 99'));
    await openWindow();
    await takeUp(lost, await groundOf(lost));
    await keepNow();
    expect([here(), (await drafts()).length]).toEqual([UNTOUCHED, 1]);
    writeFileSync(join(root, FLOW), text);
    await openWindow();
    await offerLost();
    await look({ side: 'version', number: 1 });
    await takeUp(lost, await groundOf(lost));
    await keepNow();
    expect([here(), isDraft(drawn()), (await drafts()).length]).toEqual(['mine', true, 1]);
    expect(useVersions.getState().lost).toEqual([]);
  });

  test('is kept still when an older one of its flow, that was lost, is discarded', async () => {
    type('older');
    await keepNow();
    const lost = await offered();
    type('mine');
    await keepNow();
    await discard(lost);
    await keepNow();
    expect((await drafts()).map(({ text }) => text.includes('"mine"'))).toEqual([true]);
  });

  test('of a flow that is gone comes back as a new file', async () => {
    type('mine');
    await keepNow();
    const [lost] = await drafts();
    if (lost === undefined) throw new Error('the draft is kept');
    await takeUp({ ...lost, path: 'flows/gone.flow.json' }, { flow: null, changed: true, gone: true });
    expect(here()).toBe('mine');
    expect(drawn()?.path).not.toBe(FLOW);
  });
});

describe('a case that is being made', () => {
  const making = () => useStudio.getState().sandbox.making;
  const offered = async () => {
    await openWindow();
    await offerLost();
    return useVersions.getState().lost;
  };

  test('outlives its window, is offered, and is being made again as it was', async () => {
    newCase();
    // Nothing was done to it yet, so that nothing is lost.
    await keepNow();
    expect(await drafts()).toEqual([]);
    changeCase({ name: 'mine', given: { order: 'special', amount: 12 } });
    const before = making();
    await expect.poll(drafts, { timeout: 1000 }).toHaveLength(1);
    const [lost] = await offered();
    if (lost === undefined) throw new Error('the case is offered');
    expect([making(), caseOf(lost)?.drawn]).toEqual([null, false]);
    await takeUp(lost, await groundOf(lost));
    expect(making()).toEqual(before);
    expect(isDraft(drawn())).toBe(false);
    expect(useVersions.getState().lost).toEqual([]);
    expect(await keepCase('it')).toBeNull();
    await expect.poll(drafts).toEqual([]);
    expect(await offered()).toEqual([]);
  });

  test('comes back with the draft of its flow, under the names that the file has by then, or in a flow of its own', async () => {
    type('mine');
    newCase();
    changeCase({ name: 'mine', given: { order: 'special', amount: 12 } });
    await keepNow();
    const [lost] = await offered();
    if (lost === undefined) throw new Error('both are offered');
    await takeUp(lost, await groundOf(lost));
    expect([here(), making()?.name]).toEqual(['mine', 'mine']);
    await takeUp({ ...lost, path: 'flows/gone.flow.json' }, { flow: null, changed: true, gone: true });
    expect([drawn()?.path === FLOW, making()?.name, making()?.place]).toEqual([false, 'mine', null]);
  });

  test('is not put in the place of another that a person is at, nor over what the file has become', async () => {
    newCase();
    changeCase({ name: 'mine', given: { order: 'special', amount: 12 } });
    await keepNow();
    behind('theirs');
    const [lost] = await offered();
    if (lost === undefined) throw new Error('the case is offered');
    newCase();
    changeCase({ name: 'another' });
    await takeUp(lost, await groundOf(lost));
    expect([making()?.name, useVersions.getState().lost]).toEqual(['another', [lost]]);
    closeCase();
    await takeUp(lost, await groundOf(lost));
    expect([making()?.name, here(), isDraft(drawn())]).toEqual(['mine', 'theirs', false]);
  });

  test('that cannot be read is no reason to keep what is on disk', async () => {
    await service.call('keepDraft', {
      id: 'd_1',
      path: FLOW,
      text: writeFlow(refundFlow()),
      base: 'x',
      making: '{"drawn":false}',
    });
    expect(await offered()).toEqual([]);
    expect(await drafts()).toEqual([]);
  });
});

test('the engine ends: the window goes on drawing, and loses nothing when it is back', async () => {
  type('before');
  await keepNow();
  link = false;
  linkLost();
  await service.close();
  type('meanwhile');
  expect(await saveFlow()).toBe(false);
  await keepNow();
  expect(here()).toBe('meanwhile');
  await startEngine();
  await linkOpened();
  expect(here()).toBe('meanwhile');
  expect(useVersions.getState().lost).toEqual([]);
  expect((await drafts())[0]?.text).toContain('meanwhile');
  expect(await saveFlow()).toBe(true);
  expect(onDisk()).toContain('meanwhile');
});

test('the file changes while the engine is away: the draft is told of it when it is back', async () => {
  type('mine');
  link = false;
  linkLost();
  await service.close();
  behind('theirs');
  await startEngine();
  await linkOpened();
  expect(conflict()?.flow?.about.purpose).toBe('theirs');
  expect(here()).toBe('mine');
});

test('a document of a newer version opens to be looked at, and nothing of it is changed, kept or saved', async () => {
  const newer = writeFlow(refundFlow()).replace('"version": 1', '"version": 99');
  writeFileSync(join(root, FLOW), newer);
  await openFlow(FLOW);
  expect(drawn()?.readOnly).toContain('newer Countersign');
  type('mine');
  expect(here()).toBe(UNTOUCHED);
  await keepNow();
  expect(await saveFlow()).toBe(false);
  expect(await saveVersion('No', '')).toBe(false);
  expect(onDisk()).toBe(newer);
  expect(await drafts()).toEqual([]);
});

describe('versions in the window', () => {
  const state = () => {
    const { version, draft } = stateOf(versionsFor(useVersions.getState(), FLOW), drawn(), isDraft(drawn()));
    return `${version === null ? '' : `v${version.number} `}${draft ? 'draft' : ''}`.trim();
  };

  test('the state says which version is drawn: draft, v1, v1 draft, and v1 again when it is restored and saved', async () => {
    expect(state()).toBe('draft');
    expect(await saveVersion('One', '')).toBe(true);
    expect(state()).toBe('v1');
    type('mine');
    expect(state()).toBe('v1 draft');
    await saveFlow();
    expect(state()).toBe('v1 draft');
    await restore({ side: 'version', number: 1 });
    expect(here()).toBe(UNTOUCHED);
    expect(isDraft(drawn())).toBe(true);
    await saveFlow();
    expect(state()).toBe('v1');
    undoEdit();
    expect(here()).toBe('mine');
  });

  test('a version is looked at in the place of the draft, which comes back with all that can be undone', async () => {
    await saveVersion('One', '');
    type('mine');
    await look({ side: 'version', number: 1 });
    expect(here()).toBe(UNTOUCHED);
    expect(drawn()?.readOnly).not.toBeNull();
    type('not written');
    expect(here()).toBe(UNTOUCHED);
    // What was put aside is still kept.
    await keepNow();
    expect((await drafts())[0]?.text).toContain('mine');
    backToDraft();
    expect(here()).toBe('mine');
    undoEdit();
    expect(here()).toBe(UNTOUCHED);
  });

  test('a comparison follows the draft; between two versions the later is looked at, and the draft comes back after it', async () => {
    await saveVersion('One', '');
    type('mine');
    await saveVersion('Two', '');
    await startComparison({ side: 'version', number: 1 }, { side: 'draft' });
    stepChange(1);
    expect(groupAt(useVersions.getState())?.changes[0]?.sentence).toContain('“mine”');
    type('mine, and more');
    await expect.poll(() => groupAt(useVersions.getState())?.changes[0]?.sentence).toContain('and more');
    await startComparison({ side: 'version', number: 1 }, { side: 'version', number: 2 });
    expect(here()).toBe('mine');
    expect(useVersions.getState().comparison?.changes).toHaveLength(1);
    endComparison();
    expect(here()).toBe('mine, and more');
    expect(useVersions.getState().looks).toEqual({});
  });

  test('a file of a version that somebody wrote to is told beside the others', async () => {
    await saveVersion('One', '');
    const file = join(root, 'versions/refunds/1.version.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('One', 'Won'));
    await loadVersions(FLOW);
    expect(useVersions.getState().lists[FLOW]).toMatchObject({ versions: [], errors: [{ code: 'FILE_CHANGED' }] });
  });
});
