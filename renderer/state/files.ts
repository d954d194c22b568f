import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Client } from '../service/client.ts';
import { words } from '../words.ts';
import { flowOf, transit, useStudio } from './store.ts';
import { isDraft, opened, present, saved, served } from './transitions.ts';

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
  if (flow === null) {
    const [first] = reading.problems;
    return fail({
      code: reading.newer ? 'DOCUMENT_NEWER' : 'DOCUMENT_INVALID',
      message: first?.message ?? words.errors.unreadable(path),
      meaning: words.errors.notOpened(path),
      hint: first?.hint ?? '',
      where: { file: path, ...(first === undefined ? {} : { path: first.path }) },
      retryable: false,
      fault: 'user',
    });
  }
  const readOnly = reading.newer ? (reading.problems[0]?.message ?? '') : null;
  transit((state) => opened(state, { path, flow, digest, readOnly }));
}

export async function openFlow(path: string): Promise<void> {
  try {
    take(await service().call('openFlow', { path }));
  } catch (error) {
    fail(toErrorShape(error));
  }
}

/** Opens another flow; asks first when the open one has changes that are not saved. */
export function askToOpen(path: string): void {
  const { document } = useStudio.getState();
  if (document?.path === path) return;
  if (isDraft(document)) transit((state) => present(state, { dialog: { dialog: 'leave draft', to: path } }));
  else void openFlow(path);
}

export async function createFlow(title: string): Promise<ErrorShape | null> {
  try {
    const made = await service().call('createFlow', { title });
    await loadWorkspace();
    take(made);
    return null;
  } catch (error) {
    return toErrorShape(error);
  }
}

/** Saves the open flow. A file that changed meanwhile is not overwritten without a word: the person is asked. */
export async function saveFlow(overwrite = false): Promise<boolean> {
  const { document } = useStudio.getState();
  if (document === null || document.readOnly !== null) return false;
  const flow = document.history.present;
  try {
    const answer = await service().call('saveFlow', {
      path: document.path,
      text: writeFlow(flow),
      base: document.base,
      ...(overwrite ? { overwrite } : {}),
    });
    transit((state) => (state.document?.path === document.path ? saved(state, flow, answer) : state));
    return true;
  } catch (error) {
    const shape = toErrorShape(error);
    if (shape.code === 'FILE_CHANGED')
      transit((state) => present(state, { dialog: { dialog: 'file changed', path: document.path } }));
    else fail(shape);
    return false;
  }
}

export async function loadWorkspace(): Promise<void> {
  try {
    const [hello, workspace, tasks] = await Promise.all([
      service().call('hello', {}),
      service().call('workspace', {}),
      service().call('tasks', {}),
    ]);
    transit((state) => served(state, { hello, workspace, openTasks: tasks.tasks.length }));
  } catch (error) {
    fail(toErrorShape(error));
  }
}

/** The first flow onto the canvas: the one that was open last, or the first there is. */
export async function openFirst(): Promise<void> {
  const { session, service: known, document } = useStudio.getState();
  const flows = known.workspace?.flows ?? [];
  const path = flows.find((flow) => flow.path === session.lastFlow)?.path ?? flows[0]?.path;
  if (document === null && path !== undefined) await openFlow(path);
}

/** Files changed on disk. An open flow without changes of its own follows; one with changes is asked about when it is saved. */
export async function filesChanged(paths: readonly string[]): Promise<void> {
  await loadWorkspace();
  const { document } = useStudio.getState();
  if (document === null || !paths.includes(document.path) || isDraft(document)) return;
  try {
    const answer = await service().call('openFlow', { path: document.path });
    const now = useStudio.getState().document;
    if (now?.path === document.path && !isDraft(now) && now.base !== answer.digest) take(answer);
  } catch (error) {
    fail(toErrorShape(error));
  }
}

/** The text that the service would be given now; null when no flow is open. */
export function draftText(): { path: string; text: string } | null {
  const state = useStudio.getState();
  const flow = flowOf(state);
  return flow === null || state.document === null ? null : { path: state.document.path, text: writeFlow(flow) };
}
