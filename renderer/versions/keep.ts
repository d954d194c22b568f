import { toErrorShape } from '../../engine/flow/error.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import type { KeptDraft } from '../../engine/studio/contract-versions.ts';
import { KINDS } from '../../nodes/index.ts';
import type { CaseDraft } from '../cases/draft.ts';
import { readCase, writeCase, type KeptCase } from '../cases/kept.ts';
import { edit, freshId } from '../state/edit.ts';
import { loadWorkspace, openFlow, service, showFlow } from '../state/files.ts';
import type { DocumentState, StudioState } from '../state/records.ts';
import { showCase } from '../state/making.ts';
import { transit, useStudio } from '../state/store.ts';
import { caseBack, openDocuments } from '../state/tabs.ts';
import { isDraft } from '../state/transitions.ts';
import { unkeptCase } from '../state/unsaved.ts';
import { answersInTurn } from '../ui/in-turn.ts';
import { tell as notice } from '../ui/notice.ts';
import { backToDraft } from './acts.ts';
import { isLooking, tell, useVersions } from './store.ts';
import { without } from '../document/without.ts';
import { words } from '../words/index.ts';

/**
 * What is drawn and not saved, and a case that is being made and not kept, is given to the service within a second, and let
 * go when it is saved or discarded. What is still there and no open window keeps was lost with one, and is offered back.
 * - K1 A draft has an id of its own: what one window keeps is never written over what another does.
 * - K2 What is offered stays as it is until a person took it up or discarded it: drawing on is kept beside it.
 * - K3 What is taken up is let go only once it is kept as what is drawn here.
 */

/** Milliseconds from a change until it is kept, as soon as the window has nothing better to do, and at the latest. */
const KEEP_AFTER_MS = 500;
const KEEP_LATEST_MS = 300;

/** What was kept last, by path; the very flow and case, so that “is it kept” is a comparison of identity. */
const kept = new Map<string, { flow: Flow; making: CaseDraft | null }>();
/** By which id the draft of a flow is kept, by path. */
const ids = new Map<string, string>();

function idOf(path: string): string {
  const id = ids.get(path) ?? freshId('d');
  ids.set(path, id);
  return id;
}

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

let last: Promise<boolean> = Promise.resolve(true);

/**
 * Keeps every draft as it is now, and lets go what is none any more; one after the other, so that an older text never comes
 * after a newer one. Gives whether that was done; what fails is tried again with the next change, or link.
 */
export function keepNow(): Promise<boolean> {
  last = last.then(keepAll);
  return last;
}

/** Without the engine nothing is said: the window says so itself, and goes on when it is back. */
function fail(error: unknown): void {
  if (toErrorShape(error).code !== 'STOPPED') tell({ error: toErrorShape(error) });
}

async function keepAll(): Promise<boolean> {
  try {
    const state = useStudio.getState();
    for (const one of toKeep(state)) {
      const { document, making } = one;
      const { path, base } = document;
      const flow = document.history.present;
      if (document.readOnly !== null || isKept(one)) continue;
      const written = making === null ? {} : { making: writeCase({ making, drawn: isDraft(document) }) };
      const id = idOf(path);
      // oxlint-disable-next-line no-await-in-loop -- in order
      await service().call('keepDraft', { id, path, text: writeFlow(flow), base, ...written });
      // Its tab may have been closed meanwhile, and it is offered.
      if (ids.get(path) === id) kept.set(path, { flow, making });
    }
    const drafts = new Set(toKeep(state).map(({ document }) => document.path));
    // A case of a flow that is to be read again stays kept as it was.
    for (const path of kept.keys())
      // oxlint-disable-next-line no-await-in-loop -- in order
      if (!drafts.has(path) && unkeptCase(state, path) === null) await drop(path);
    return true;
  } catch (error) {
    // The engine is away: the window holds what is drawn, and keeps it when the link is back.
    fail(error);
    return false;
  }
}

async function drop(path: string): Promise<void> {
  kept.delete(path);
  const id = ids.get(path);
  ids.delete(path);
  if (id !== undefined) await service().call('dropDraft', { id, path });
}

/** After the link came back, or came for the first time: what is here is kept, and what was lost is offered. */
export async function offerLost(): Promise<void> {
  kept.clear();
  await lookForLost();
}

const inTurn = answersInTurn();
const askForLost = () => service().call('drafts', {});

/** Offers what no open window keeps: what was offered before stays where it is in the list. */
export async function lookForLost(): Promise<void> {
  await keepNow();
  const counts = inTurn.asked(askForLost);
  // What is saved while one asks is not offered by an answer of before.
  const mine = idsHere();
  try {
    const { drafts } = await askForLost();
    for (const id of idsHere()) mine.add(id);
    const lost: KeptDraft[] = [];
    for (const draft of drafts) {
      if (draft.id !== null && mine.has(draft.id)) continue;
      // oxlint-disable-next-line no-await-in-loop -- few, and in order
      const same = caseOf(draft) === null && (await textOf(draft.path)) === draft.text;
      // oxlint-disable-next-line no-await-in-loop -- few, and in order
      if (same) await service().call('dropDraft', { id: draft.id, path: draft.path });
      else lost.push(draft);
    }
    if (counts()) offer(lost);
  } catch (error) {
    fail(error);
  }
}

/** By which ids is kept what is drawn in this window. */
const idsHere = (): Set<string> =>
  new Set(toKeep(useStudio.getState()).flatMap(({ document }) => ids.get(document.path) ?? []));

const isSame = (one: KeptDraft, other: KeptDraft): boolean => one.path === other.path && one.id === other.id;

function offer(drafts: readonly KeptDraft[]): void {
  const { lost, dialog } = useVersions.getState();
  const before = lost.flatMap((one) => drafts.filter((draft) => isSame(one, draft)));
  // What comes up is not put under the hand of a person who is about to choose.
  const added = drafts.filter((draft) => !before.includes(draft));
  for (const { path, id } of drafts) if (ids.get(path) === id) ids.delete(path);
  const now = [...before, ...added];
  tell({ lost: now, ...(now.length === 0 && dialog === 'lost' ? { dialog: null } : {}) });
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
      await letGoOnceKept(draft);
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
    await letGoOnceKept(draft);
    notice(drawn ? words().versions.lost.taken : words().versions.lost.caseTaken);
  } catch (error) {
    tell({ error: toErrorShape(error) });
  }
}

async function letGoOnceKept(draft: KeptDraft): Promise<void> {
  forget(draft);
  if (await keepNow()) await discard(draft);
  else offer([...useVersions.getState().lost, draft]);
}

function bringBack(making: CaseDraft, path: string, of: Flow): void {
  transit((state) => caseBack(state, path, making, of));
  showCase();
}

/** Lets a lost draft go for good. */
export async function discard(draft: KeptDraft): Promise<void> {
  try {
    await service().call('dropDraft', { id: draft.id, path: draft.path });
    forget(draft);
  } catch (error) {
    tell({ error: toErrorShape(error) });
  }
}

const forget = (draft: KeptDraft): void => offer(useVersions.getState().lost.filter((one) => !isSame(one, draft)));

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
      const asked = { id: idOf(path), path, text: writeFlow(held.history.present), base: held.base };
      // It may not have been kept yet as it was last.
      service().call('keepDraft', asked).catch(fail);
      offer([...useVersions.getState().lost, { ...asked, at: Date.now(), by: state.service.hello?.person ?? '' }]);
    }
  }
}
