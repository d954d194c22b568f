import type { CaseDraft } from '../cases/draft.ts';
import type { StudioState } from './records.ts';
import { openDocuments } from './tabs.ts';
import { isDraft } from './transitions.ts';

/** What would be lost with the tab of a flow, or with the window. */
export interface Unsaved {
  /** Changes to the flow that are in no file. */
  draft: boolean;
  /** A case that a person was at, and that is not kept as it stands. */
  unkept: boolean;
}

export function unsavedIn(state: StudioState, path: string): Unsaved {
  const document = openDocuments(state).find((one) => one.path === path) ?? null;
  return { draft: isDraft(document), unkept: unkeptCase(state, path) !== null };
}

/** The case of a flow that a person was at and that is not kept as it stands; null where there is none. */
export function unkeptCase(state: StudioState, path: string): CaseDraft | null {
  const making = makingIn(state, path);
  return making?.touched === true ? making : null;
}

/** The case that is being made of a flow, on the canvas, parked, or to be read again. */
function makingIn(state: StudioState, path: string): CaseDraft | null {
  if (state.document?.path === path) return state.sandbox.making;
  const tab = state.tabs.find((one) => one.path === path);
  return (tab?.parked?.sandbox ?? tab?.left)?.making ?? null;
}
