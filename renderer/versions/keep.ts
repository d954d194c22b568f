import { toErrorShape } from '../../engine/flow/error.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import type { KeptDraft } from '../../engine/studio/contract-versions.ts';
import { KINDS } from '../../nodes/index.ts';
import { edit } from '../state/edit.ts';
import { loadWorkspace, openFlow, service, showFlow } from '../state/files.ts';
import type { DocumentState, StudioState } from '../state/records.ts';
import { flowOf, useStudio } from '../state/store.ts';
import { openDocuments } from '../state/tabs.ts';
import { isDraft } from '../state/transitions.ts';
import { tell as notice } from '../ui/notice.ts';
import { tell, useVersions, without } from './store.ts';
import { words } from '../words/index.ts';

/**
 * What is drawn and not saved is given to the service within a second, and let go when it is saved or discarded. What is
 * still there when a window begins was lost with one, and is offered back.
 */

/** Milliseconds from a change until it is kept, as soon as the window has nothing better to do, and at the latest. */
const KEEP_AFTER_MS = 500;
const KEEP_LATEST_MS = 300;

/** What was kept last, by path; the very flow, so that “is it kept” is a comparison of identity. */
const kept = new Map<string, Flow>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Every document that is open, drafts in place of what is looked at instead of them. */
function documentsOf(state: StudioState): DocumentState[] {
  const { looks } = useVersions.getState();
  return openDocuments(state).map((document) => looks[document.path]?.held ?? document);
}

/** Something changed: what is to be kept is, a moment later. */
export function scheduleKeeping(): void {
  timer ??= setTimeout(() => {
    timer = undefined;
    whenIdle(() => void keepNow());
  }, KEEP_AFTER_MS);
}

/** Writing a large document takes a moment, which is not taken from a hand that draws. */
const whenIdle = (work: () => void): void => {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: KEEP_LATEST_MS });
  else work();
};

/** Whether every draft is kept just as it is now, so that nothing goes with the window. */
export const isAllKept = (): boolean =>
  documentsOf(useStudio.getState()).every(
    (document) => !isDraft(document) || kept.get(document.path) === document.history.present,
  );

let last: Promise<void> = Promise.resolve();

/**
 * Keeps every draft as it is now, and lets go what is none any more; one after the other, so that an older text never comes
 * after a newer one. What fails is tried again with the next change, or link.
 */
export function keepNow(): Promise<void> {
  last = last.then(keepAll);
  return last;
}

async function keepAll(): Promise<void> {
  try {
    const open = documentsOf(useStudio.getState());
    for (const document of open) {
      const { path, base } = document;
      const flow = document.history.present;
      if (!isDraft(document) || document.readOnly !== null || kept.get(path) === flow) continue;
      // oxlint-disable-next-line no-await-in-loop -- in order
      await service().call('keepDraft', { path, text: writeFlow(flow), base });
      kept.set(path, flow);
    }
    const drafts = new Set(open.filter(isDraft).map(({ path }) => path));
    // oxlint-disable-next-line no-await-in-loop -- in order
    for (const path of kept.keys()) if (!drafts.has(path)) await drop(path);
  } catch (error) {
    // The engine is away: the window holds what is drawn, and keeps it when the link is back.
    if (toErrorShape(error).code !== 'STOPPED') tell({ error: toErrorShape(error) });
  }
}

async function drop(path: string): Promise<void> {
  kept.delete(path);
  await service().call('dropDraft', { path });
}

/** After the link came back, or came for the first time: what is here is kept, and what was lost is offered. */
export async function offerLost(): Promise<void> {
  try {
    kept.clear();
    await keepNow();
    const { drafts } = await service().call('drafts', {});
    const lost: KeptDraft[] = [];
    for (const draft of drafts) {
      if (kept.has(draft.path)) continue;
      // oxlint-disable-next-line no-await-in-loop -- few, and in order
      if ((await textOf(draft.path)) === draft.text) await service().call('dropDraft', { path: draft.path });
      else lost.push(draft);
    }
    tell({ lost });
  } catch (error) {
    if (toErrorShape(error).code !== 'STOPPED') tell({ error: toErrorShape(error) });
  }
}

/** The flow on disk as text; null where there is none. */
async function textOf(path: string): Promise<string | null> {
  try {
    return (await service().call('openFlow', { path })).text;
  } catch (error) {
    if (toErrorShape(error).code === 'STOPPED') throw error;
    return null;
  }
}

/** What is on disk in the place of a lost draft: to tell what the draft changes. */
export interface Ground {
  flow: Flow | null;
  /** The file is not the one that the draft began from. */
  changed: boolean;
  gone: boolean;
}

export async function groundOf({ path, base }: KeptDraft): Promise<Ground> {
  try {
    const { text, digest } = await service().call('openFlow', { path });
    return { flow: readFlow(text, KINDS).flow, changed: digest !== base, gone: false };
  } catch {
    return { flow: null, changed: true, gone: true };
  }
}

/** Puts a lost draft onto the canvas as one step over the file as it is; a flow that is gone comes back as a new file. */
export async function takeUp(draft: KeptDraft, { gone }: Ground): Promise<void> {
  const { flow } = readFlow(draft.text, KINDS);
  if (flow === null) return;
  try {
    if (gone) {
      const made = await service().call('saveCopy', { title: flow.about.title, text: writeFlow(flow) });
      await loadWorkspace();
      await openFlow(made.path);
      await discard(draft);
      return;
    }
    showFlow(draft.path);
    if (useStudio.getState().document?.path !== draft.path) await openFlow(draft.path);
    if (useStudio.getState().document?.path !== draft.path || flowOf(useStudio.getState()) === null) return;
    edit(words().versions.did.takeUp, () => flow);
    forget(draft);
    notice(words().versions.lost.taken);
  } catch (error) {
    tell({ error: toErrorShape(error) });
  }
}

/** Lets a lost draft go for good. */
export async function discard(draft: KeptDraft): Promise<void> {
  try {
    await service().call('dropDraft', { path: draft.path });
    forget(draft);
  } catch (error) {
    tell({ error: toErrorShape(error) });
  }
}

function forget({ path }: KeptDraft): void {
  const lost = useVersions.getState().lost.filter((one) => one.path !== path);
  tell({ lost, ...(lost.length === 0 ? { dialog: null } : {}) });
}

/**
 * Tabs that were closed are looked at no more. A draft that was put aside for what was looked at was not asked about when
 * its tab was closed, so it stays kept, and is offered.
 */
export function leaveClosed(state: StudioState): void {
  const { looks } = useVersions.getState();
  const open = new Set(state.tabs.map(({ path }) => path));
  for (const [path, { held }] of Object.entries(looks)) {
    if (open.has(path)) continue;
    tell({ looks: without(useVersions.getState().looks, path) });
    if (isDraft(held)) {
      kept.delete(path);
      const text = writeFlow(held.history.present);
      const draft = { path, text, base: held.base, at: Date.now(), by: state.service.hello?.person ?? '' };
      tell({ lost: [...useVersions.getState().lost.filter((one) => one.path !== path), draft] });
    }
  }
}
