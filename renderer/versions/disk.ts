import { toErrorShape } from '../../engine/flow/error.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { clearSelection, edit } from '../state/edit.ts';
import { loadWorkspace, openFlow, saveFlow, service } from '../state/files.ts';
import { transit, useStudio } from '../state/store.ts';
import { onOpen, openDocuments } from '../state/tabs.ts';
import { isDraft, opened } from '../state/transitions.ts';
import { tell as notice } from '../ui/notice.ts';
import { backToDraft, loadVersions, startComparison } from './acts.ts';
import { tell, useVersions, type Conflict } from './store.ts';
import { without } from '../document/without.ts';
import { words } from '../words/index.ts';

/** Files that changed behind the studio: told at once, and settled by a person who sees both sides. */

/** Stands for the digest of a file that is not there: saving makes it, and is refused where there is one after all. */
const NO_FILE = 'none';

/**
 * Looks at open documents whose files changed. Those without changes of their own have followed already, unless their file
 * is gone: then what is drawn is all that there is of it.
 */
export async function draftsMayConflict(paths: readonly string[]): Promise<void> {
  const { looks } = useVersions.getState();
  const changed = openDocuments(useStudio.getState())
    .map((document) => looks[document.path]?.held ?? document)
    .filter((document) => paths.includes(document.path));
  for (const document of changed) {
    const { path, base } = document;
    // oxlint-disable-next-line no-await-in-loop -- few, and in order
    const now = await onDisk(path);
    if (now === null) return;
    const { conflicts } = useVersions.getState();
    const settled = now.digest === base || !(now.gone || isDraft(document));
    tell({ conflicts: settled ? without(conflicts, path) : { ...conflicts, [path]: now } });
  }
  const path = useStudio.getState().document?.path;
  if (path !== undefined && paths.some((one) => one.startsWith('versions/'))) await loadVersions(path);
}

/** The file as it is now; null when the engine cannot be asked. */
async function onDisk(path: string): Promise<Conflict | null> {
  try {
    const { text, digest } = await service().call('openFlow', { path });
    const { flow, newer } = readFlow(text, KINDS);
    return { digest, flow: newer ? null : flow, gone: false, newer };
  } catch (error) {
    const { code } = toErrorShape(error);
    if (code === 'STOPPED') return null;
    return { digest: NO_FILE, flow: null, gone: code === 'FILE_UNREADABLE', newer: false };
  }
}

/** Saving was refused because the file changed: what is there now is looked at, and the person is asked. */
export async function askAboutConflict(path: string): Promise<void> {
  const now = await onDisk(path);
  if (now === null) return;
  tell({ conflicts: { ...useVersions.getState().conflicts, [path]: now }, dialog: 'conflict' });
}

/** The draft from now on begins from the file that was looked at, and is written over it: over that one and no other. */
export async function keepMine(path: string): Promise<void> {
  const conflict = settle(path);
  if (conflict === null) return;
  backToDraft();
  transit((state) =>
    onOpen(state, path, (open) => {
      // What has another name is told from the file that is written over.
      const saved = conflict.flow ?? open.document.saved;
      return { ...open, document: { ...open.document, base: conflict.digest, saved } };
    }),
  );
  await saveFlow();
}

/** The file that was looked at becomes the draft, as one step that can be undone: what was drawn here is not gone. */
export async function takeTheirs(path: string): Promise<void> {
  const conflict = settle(path);
  if (conflict === null || conflict.flow === null) return;
  backToDraft();
  adopt(path, conflict.flow, conflict.digest);
}

function adopt(path: string, flow: Flow, digest: string): void {
  if (useStudio.getState().document?.path !== path) return;
  clearSelection();
  edit(words().versions.did.takeTheirs, () => flow);
  transit((state) =>
    onOpen(state, path, (open) => ({
      ...open,
      document: { ...open.document, saved: open.document.history.present, base: digest },
    })),
  );
}

/** What was drawn here goes into a file of its own, which is shown; the flow is as it is on disk. */
export async function saveMineAsCopy(path: string): Promise<void> {
  const { document } = useStudio.getState();
  const { looks, conflicts } = useVersions.getState();
  const flow = (looks[path]?.held ?? document)?.history.present;
  const theirs = conflicts[path];
  if (flow === undefined || theirs === undefined) return;
  try {
    const title = words().versions.conflict.copyTitle(flow.about.title);
    const copy = { ...flow, about: { ...flow.about, title } };
    const made = await service().call('saveCopy', { title, text: writeFlow(copy) });
    settle(path);
    backToDraft();
    const { flow: other, digest } = theirs;
    // Mine is in the copy now, so the original may be read anew; one that cannot be read stays as it was drawn.
    if (other !== null) transit((state) => opened(state, { path, flow: other, digest, readOnly: null }));
    else if (theirs.newer) await openFlow(path);
    await loadWorkspace();
    await openFlow(made.path);
    notice(words().versions.conflict.copied(made.path));
  } catch (error) {
    tell({ error: toErrorShape(error) });
  }
}

/** Draws what is on disk against what is here. */
export async function compareWithDisk(): Promise<void> {
  tell({ dialog: null });
  await startComparison({ side: 'disk' }, { side: 'draft' });
}

function settle(path: string): Conflict | null {
  const { conflicts, dialog } = useVersions.getState();
  const conflict = conflicts[path] ?? null;
  tell({ conflicts: without(conflicts, path), dialog: dialog === 'conflict' ? null : dialog });
  return conflict;
}
