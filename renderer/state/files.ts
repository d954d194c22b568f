import type { About } from '../../engine/flow/document.ts';
import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import type { StudioAnswer, StudioRequest } from '../../engine/studio/contract.ts';
import type { Client } from '../service/client.ts';
import type { Parked, StudioState } from './records.ts';
import { isLooking } from '../versions/store.ts';
import { words } from '../words/index.ts';
import { savingOf } from './renames.ts';
import { flowOf, transit, useStudio } from './store.ts';
import { brought, casesFollowing, closed, forgotten, neighbourOf, restored } from './tabs.ts';
import { arranged, isDraft, opened, present, saved, served } from './transitions.ts';
import { unsavedIn } from './unsaved.ts';

/** Opening, creating and saving flows, and following what changes on disk. */

let client: Client | null = null;

export const bindClient = (given: Client): void => {
  client = given;
};

/** The client, once the studio has started. */
export function service(): Client {
  if (client === null) throw new Error('the studio has not started');
  return client;
}

const fail = (error: ErrorShape): void => transit((state) => served(state, { error }));

/** Takes an answer's text onto the canvas, or says why it cannot be drawn. */
function take({ path, text, digest }: { path: string; text: string; digest: string }): void {
  const reading = readFlow(text, KINDS);
  const { flow } = reading;
  const [first] = reading.problems;
  if (flow === null) {
    return fail({
      code: reading.newer ? 'DOCUMENT_NEWER' : 'DOCUMENT_INVALID',
      message: first?.message ?? words().errors.unreadable(path),
      meaning: words().errors.notOpened(path),
      hint: first?.hint ?? '',
      where: { file: path, ...(first === undefined ? {} : { path: first.path }) },
      retryable: false,
      fault: 'user',
    });
  }
  const readOnly = reading.newer ? `${first?.message ?? ''} ${first?.hint ?? ''}` : null;
  transit((state) => opened(state, { path, flow, digest, readOnly }));
}

/** Which flow a person asked for last: what comes of an older wish is not shown in its place. */
let wished = 0;

/** Reads a flow anew onto the canvas, unless another is asked for meanwhile. */
export async function openFlow(path: string): Promise<void> {
  const wish = ++wished;
  try {
    const answer = await service().call('openFlow', { path });
    if (wish === wished) take(answer);
  } catch (error) {
    if (wish === wished) fail(toErrorShape(error));
  }
}

/** Brings a flow onto the canvas, from its tab or from its file, beside those that are open. */
export const showFlow = (path: string): void => void flowShown(path);

/** The same, and is done when the flow is on the canvas, or it was said why it cannot be, or another is asked for. */
export async function flowShown(path: string): Promise<void> {
  wished += 1;
  const { document, tabs } = useStudio.getState();
  if (document?.path === path) return;
  if (tabs.some((tab) => tab.path === path && tab.parked !== null)) transit((state) => brought(state, path));
  else await openFlow(path);
}

/** Closes a flow; asks first when something of it is only here, a draft or a case, with the flow in sight. */
export async function askToClose(path: string): Promise<void> {
  const { draft, unkept } = unsavedIn(useStudio.getState(), path);
  if (!draft && !unkept) return closeFlow(path);
  await flowShown(path);
  transit((state) => present(state, { dialog: { dialog: 'close draft', path } }));
}

/** Closes a flow with whatever is not saved of it; its neighbour comes onto the canvas. */
export function closeFlow(path: string): void {
  const state = useStudio.getState();
  const next = state.document?.path === path ? neighbourOf(state, path) : null;
  transit((now) => closed(now, path));
  if (next !== null) showFlow(next);
}

/** Opens what was closed last, unless it is gone. */
export function reopenFlow(): void {
  const { closedTabs, service: known } = useStudio.getState();
  const path = closedTabs.find((one) => known.workspace?.flows.some((flow) => flow.path === one) === true);
  if (path !== undefined) showFlow(path);
}

/** Makes a flow with nothing on its canvas. */
export async function createFlow(title: string, about: Omit<About, 'title'>): Promise<ErrorShape | null> {
  try {
    const made = await service().call('createFlow', { title, about });
    await loadWorkspace();
    wished += 1;
    take(made);
    return null;
  } catch (error) {
    return toErrorShape(error);
  }
}

/** Saves the open flow. A file that changed meanwhile is not overwritten without a word: the person is asked. */
export async function saveFlow(): Promise<boolean> {
  const { document } = useStudio.getState();
  if (document === null || document.readOnly !== null) return false;
  const flow = document.history.present;
  try {
    const saving = await savingOf(document);
    if (saving === null) return false;
    const { path, base } = document;
    const answer = await saveInTurn({ path, text: writeFlow(flow), base, ...saving.asked });
    transit((state) => saved(state, flow, answer, document.path));
    saving.done(answer.carried);
    return true;
  } catch (error) {
    const shape = toErrorShape(error);
    if (shape.code === 'FILE_CHANGED')
      transit((state) => present(state, { dialog: { dialog: 'file changed', path: document.path } }));
    else fail(shape);
    return false;
  }
}

type Saved = StudioAnswer<'saveFlow'> & Pick<StudioRequest<'saveFlow'>, 'path' | 'base'>;

/** The save that is under way, or waits for one that is. */
let saving: Promise<Saved | null> = Promise.resolve(null);
let waiting = 0;

/** One save after the other: what one wrote is no other program's change to the one that was asked for meanwhile. */
async function saveInTurn(asked: StudioRequest<'saveFlow'>): Promise<StudioAnswer<'saveFlow'>> {
  const before = waiting === 0 ? Promise.resolve(null) : saving;
  waiting += 1;
  const mine = before.then(async (last): Promise<Saved> => {
    const base = last !== null && last.path === asked.path && last.base === asked.base ? last.digest : asked.base;
    const answer = await service().call('saveFlow', { ...asked, base });
    return { ...answer, path: asked.path, base: asked.base };
  });
  saving = mine.catch(() => null);
  try {
    return await mine;
  } finally {
    waiting -= 1;
  }
}

export async function loadWorkspace(): Promise<void> {
  try {
    const [hello, workspace, tasks] = await Promise.all([
      service().call('hello', {}),
      service().call('workspace', {}),
      service().call('tasks', {}),
    ]);
    transit((state) => casesFollowing(state, served(state, { hello, workspace, openTasks: tasks.tasks.length })));
  } catch (error) {
    fail(toErrorShape(error));
  }
}

/** The tabs as they were, and the first flow onto the canvas: the one that was open last, or the first there is. */
export async function openFirst(): Promise<void> {
  transit(restored);
  const { session, service: known, document } = useStudio.getState();
  const flows = known.workspace?.flows ?? [];
  const path = flows.find((flow) => flow.path === session.lastFlow)?.path ?? flows[0]?.path;
  if (document !== null) return;
  if (path !== undefined) await openFlow(path);
  // Where there is nothing to draw on yet, one begins at the start.
  else if (session.view === 'flows') transit((state) => arranged(state, { view: 'start' }));
}

/** Something is being written over the flow that is in no document yet: a cell of a table, a remark, a name. */
function isWrittenOver({ presence: { dialog, renaming } }: StudioState): boolean {
  const over = dialog?.dialog === 'palette' ? dialog.over : dialog;
  return renaming !== null || over?.dialog === 'table' || over?.dialog === 'comments';
}

/** The flow on the canvas whose file changed while something was written over it: it follows after that. */
let heldBack: string | null = null;

/** The flow that was held back and need not be any more; null where none is. */
export function noLongerHeld(state: StudioState): string | null {
  if (heldBack === null || (state.document?.path === heldBack && isWrittenOver(state))) return null;
  const path = heldBack;
  heldBack = null;
  return path;
}

/** Files changed on disk. An open flow without changes of its own follows; one with changes is asked about when it is saved. */
export async function filesChanged(paths: readonly string[]): Promise<void> {
  await loadWorkspace();
  await followParked(paths);
  const { document } = useStudio.getState();
  if (document === null || !paths.includes(document.path) || isDraft(document) || isLooking(document.path)) return;
  try {
    const answer = await service().call('openFlow', { path: document.path });
    const state = useStudio.getState();
    const now = state.document;
    if (now?.path !== document.path || isDraft(now) || now.base === answer.digest) return;
    if (isWrittenOver(state)) heldBack = now.path;
    else take(answer);
  } catch (error) {
    // One that is gone stays as it is drawn; of that the person is told beside it.
    const shape = toErrorShape(error);
    if (shape.code !== 'FILE_UNREADABLE') fail(shape);
  }
}

const isParkedAs = ({ tabs }: StudioState, path: string, parked: Parked): boolean =>
  tabs.find((tab) => tab.path === path)?.parked?.document === parked.document;

/** Parked flows whose files are others now are read again when they are shown, unless they have changes of their own. */
async function followParked(paths: readonly string[]): Promise<void> {
  for (const { path, parked } of useStudio.getState().tabs) {
    if (parked === null || !paths.includes(path) || isDraft(parked.document) || isLooking(path)) continue;
    const { base } = parked.document;
    // A file that is gone leaves what is drawn as all there is of it; what else cannot be read says so when it is shown.
    const digest = await service()
      .call('openFlow', { path })
      .then((answer) => answer.digest)
      .catch((error: unknown) => (toErrorShape(error).code === 'FILE_UNREADABLE' ? base : null));
    // It may have been drawn on meanwhile.
    if (digest !== base) transit((state) => (isParkedAs(state, path, parked) ? forgotten(state, path) : state));
  }
}

/** The text that the service would be given now; null when no flow is open. */
export function draftText(): { path: string; text: string } | null {
  const state = useStudio.getState();
  const flow = flowOf(state);
  return flow === null || state.document === null ? null : { path: state.document.path, text: writeFlow(flow) };
}
