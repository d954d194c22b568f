import { toErrorShape } from '../../engine/flow/error.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import type { KeptDraft } from '../../engine/studio/contract-versions.ts';
import { KINDS } from '../../nodes/index.ts';
import type { CaseDraft } from '../cases/draft.ts';
import { readCase, writeCase, type KeptCase } from '../cases/kept.ts';
import { edit } from '../state/edit.ts';
import { loadWorkspace, openFlow, service, showFlow } from '../state/files.ts';
import type { DocumentState, StudioState } from '../state/records.ts';
import { showCase } from '../state/making.ts';
import { transit, useStudio } from '../state/store.ts';
import { caseBack, openDocuments } from '../state/tabs.ts';
import { isDraft } from '../state/transitions.ts';
import { unkeptCase } from '../state/unsaved.ts';
import { tell as notice } from '../ui/notice.ts';
import { backToDraft } from './acts.ts';
import { isLooking, tell, useVersions, without } from './store.ts';
import { words } from '../words/index.ts';

/**
 * What is drawn and not saved, and a case that is being made and not kept, is given to the service within a second, and let
 * go when it is saved or discarded. What is still there when a window begins was lost with one, and is offered back.
 */

/** Milliseconds from a change until it is kept, as soon as the window has nothing better to do, and at the latest. */
const KEEP_AFTER_MS = 500;
const KEEP_LATEST_MS = 300;

/** What was kept last, by path; the very flow and case, so that “is it kept” is a comparison of identity. */
const kept = new Map<string, { flow: Flow; making: CaseDraft | null }>();
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

/** What is to be kept of a document: the case is null where none is only here. */
interface Keeping {
  document: DocumentState;
  making: CaseDraft | null;
}

const toKeep = (state: StudioState): Keeping[] =>
  documentsOf(state).flatMap((document) => {
    const making = unkeptCase(state, document.path);
    return isDraft(document) || making !== null ? [{ document, making }] : [];
  });

function isKept({ document: { path, history }, making }: Keeping): boolean {
  const last = kept.get(path);
  return last?.flow === history.present && last.making === making;
}

/** Whether every draft is kept just as it is now, so that nothing goes with the window. */
export const isAllKept = (): boolean => toKeep(useStudio.getState()).every(isKept);

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
    const state = useStudio.getState();
    for (const one of toKeep(state)) {
      const { document, making } = one;
      const { path, base } = document;
      const flow = document.history.present;
      if (document.readOnly !== null || isKept(one)) continue;
      const written = making === null ? {} : { making: writeCase({ making, drawn: isDraft(document) }) };
      // oxlint-disable-next-line no-await-in-loop -- in order
      await service().call('keepDraft', { path, text: writeFlow(flow), base, ...written });
      kept.set(path, { flow, making });
    }
    const drafts = new Set(toKeep(state).map(({ document }) => document.path));
    // A case of a flow that is to be read again stays kept as it was.
    for (const path of kept.keys())
      // oxlint-disable-next-line no-await-in-loop -- in order
      if (!drafts.has(path) && unkeptCase(state, path) === null) await drop(path);
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
      const same = caseOf(draft) === null && (await textOf(draft.path)) === draft.text;
      // oxlint-disable-next-line no-await-in-loop -- few, and in order
      if (same) await service().call('dropDraft', { path: draft.path });
      else lost.push(draft);
    }
    tell({ lost });
  } catch (error) {
    if (toErrorShape(error).code !== 'STOPPED') tell({ error: toErrorShape(error) });
  }
}

/** The case that was being made of a flow that was lost; null where there was none, or it cannot be read. */
export const caseOf = ({ making }: KeptDraft): KeptCase | null => (making === undefined ? null : readCase(making));

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

/**
 * Puts a lost draft onto the canvas as one step over the file as it is; a flow that is gone comes back as a new file. The
 * case that was being made of it is being made again, unless a person is at another one: then nothing is taken up, and they
 * are told.
 */
export async function takeUp(draft: KeptDraft, { gone }: Ground): Promise<void> {
  const { flow } = readFlow(draft.text, KINDS);
  if (flow === null) return;
  const lostCase = caseOf(draft);
  try {
    if (gone) {
      const made = await service().call('saveCopy', { title: flow.about.title, text: writeFlow(flow) });
      await loadWorkspace();
      await openFlow(made.path);
      // What lies in a file is of the flow that is gone.
      if (lostCase !== null) bringBack({ ...lostCase.making, place: null }, made.path, flow);
      await discard(draft);
      return;
    }
    showFlow(draft.path);
    if (useStudio.getState().document?.path !== draft.path) await openFlow(draft.path);
    // What is looked at in its place takes up nothing.
    if (isLooking(draft.path)) backToDraft();
    const { document } = useStudio.getState();
    if (document === null || document.path !== draft.path) return;
    if (document.readOnly !== null) {
      notice(document.readOnly);
      return;
    }
    if (lostCase !== null && unkeptCase(useStudio.getState(), draft.path) !== null) {
      notice(words().versions.lost.otherCase);
      return;
    }
    const drawn = lostCase?.drawn !== false;
    if (drawn) edit(words().versions.did.takeUp, () => flow);
    if (lostCase !== null) bringBack(lostCase.making, draft.path, flow);
    // It lies there still, and is let go, or what is here now is kept in its place.
    kept.set(draft.path, { flow: { ...flow }, making: null });
    forget(draft);
    notice(drawn ? words().versions.lost.taken : words().versions.lost.caseTaken);
  } catch (error) {
    tell({ error: toErrorShape(error) });
  }
}

function bringBack(making: CaseDraft, path: string, of: Flow): void {
  transit((state) => caseBack(state, path, making, of));
  showCase();
}

/** Lets a lost draft go for good. */
export async function discard(draft: KeptDraft): Promise<void> {
  try {
    await service().call('dropDraft', { path: draft.path });
    forget(draft);
    // What is drawn now was kept in its place, and is kept anew.
    if (kept.delete(draft.path)) scheduleKeeping();
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
