import type { About } from '../../engine/flow/document.ts';
import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import { loadWorkspace, service, showFlow } from '../state/files.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged, present } from '../state/transitions.ts';

/** Puts a flow onto the canvas, wherever one is. */
export function goToFlow(path: string): void {
  transit((state) => arranged(state, { view: 'flows' }));
  showFlow(path);
}

export const askForFlow = (): void => transit((state) => present(state, { dialog: { dialog: 'create flow' } }));
export const askForTemplate = (name: string): void =>
  transit((state) => present(state, { dialog: { dialog: 'template', name } }));

/** Copies a template into the workspace and puts it onto the canvas. Gives why it could not, or null. */
export async function openTemplate(name: string, about: About): Promise<ErrorShape | null> {
  try {
    const { path } = await service().call('openTemplate', { name, about });
    await loadWorkspace();
    goToFlow(path);
    return null;
  } catch (error) {
    return toErrorShape(error);
  }
}

const REMEMBERED = 20;

/** Remembers which flows were on the canvas, the last one first. Returns how to stop. */
export const followVisits = (): (() => void) =>
  useStudio.subscribe((state, before) => {
    const path = state.document?.path;
    if (path === undefined || path === before.document?.path || state.session.visited[0] === path) return;
    const visited = [path, ...state.session.visited.filter((one) => one !== path)].slice(0, REMEMBERED);
    transit((now) => arranged(now, { visited }));
  });

/** The flows of the workspace: those that were on the canvas, the last one first, then the others by title. */
export function recentFirst<T extends { path: string; title: string }>(
  flows: readonly T[],
  visited: readonly string[],
): T[] {
  const rank = (path: string): number => (visited.includes(path) ? visited.indexOf(path) : visited.length);
  return flows.toSorted((a, b) => rank(a.path) - rank(b.path) || a.title.localeCompare(b.title));
}
