import { flowOf, transit, useStudio } from '../state/store.ts';
import { filesChanged, noLongerHeld } from '../state/files.ts';
import { openDocuments } from '../state/tabs.ts';
import { isDraft, present } from '../state/transitions.ts';
import { tell as notice } from '../ui/notice.ts';
import { loadVersions, refreshComparison } from './acts.ts';
import { askAboutConflict, draftsMayConflict } from './disk.ts';
import { leaveClosed, offerLost, scheduleKeeping } from './keep.ts';
import { tell, useVersions } from './store.ts';
import { without } from '../document/without.ts';
import { words } from '../words/index.ts';

/** A comparison follows the draft when the person pauses, not with every letter. */
const FOLLOW_AFTER_MS = 120;

let wasLost = false;

/** Follows the studio: versions of the flow on the canvas, drafts that are to be kept, the comparison that is drawn. */
export function startVersions(): () => void {
  let follow: ReturnType<typeof setTimeout> | undefined;
  const stop = useStudio.subscribe((state, before) => {
    const path = state.document?.path;
    if (path !== undefined && path !== before.document?.path) void loadVersions(path);
    if (state.tabs !== before.tabs) leaveClosed(state);
    const { dialog } = state.presence;
    // Saving found that the file is another: the question is asked with both sides in sight.
    if (dialog !== before.presence.dialog && dialog?.dialog === 'file changed') {
      transit((now) => present(now, { dialog: null }));
      void askAboutConflict(dialog.path);
    }
    const held = noLongerHeld(state);
    if (held !== null) void filesChanged([held]).then(() => draftsMayConflict([held]));
    if (state.sandbox.making !== before.sandbox.making) scheduleKeeping();
    if (state.document !== before.document || state.tabs !== before.tabs) {
      scheduleKeeping();
      settled();
    }
    if (flowOf(state) !== flowOf(before) || state.service.workspace !== before.service.workspace) {
      clearTimeout(follow);
      follow = setTimeout(() => refreshComparison(useStudio.getState()), FOLLOW_AFTER_MS);
    }
  });
  return () => {
    clearTimeout(follow);
    stop();
  };
}

/** A draft that is none any more, or began anew from the file, conflicts with nothing. */
function settled(): void {
  const { conflicts, looks } = useVersions.getState();
  const open = openDocuments(useStudio.getState()).map((document) => looks[document.path]?.held ?? document);
  for (const [path, conflict] of Object.entries(conflicts)) {
    const document = open.find((one) => one.path === path);
    if (document === undefined || document.base === conflict.digest || !(conflict.gone || isDraft(document)))
      tell({ conflicts: without(useVersions.getState().conflicts, path) });
  }
}

/** The engine cannot be reached. */
export function linkLost(): void {
  wasLost = true;
}

/** The link is there, and the workspace with it: what is here is kept, what was lost is offered, what changed is told. */
export async function linkOpened(): Promise<void> {
  if (wasLost) {
    wasLost = false;
    notice(words().versions.link.back);
    const open = openDocuments(useStudio.getState()).map(({ path }) => path);
    await filesChanged(open);
    await draftsMayConflict(open);
  }
  const path = useStudio.getState().document?.path;
  if (path !== undefined) await loadVersions(path);
  await offerLost();
}
