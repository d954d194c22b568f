import { toErrorShape } from '../../engine/flow/error.ts';
import { readFlow, writeFlow } from '../../engine/flow/read.ts';
import { STRICT_POLICY } from '../../engine/connections/contract.ts';
import type { Whole } from '../../engine/flow/pinned.ts';
import { wholeOf } from '../../engine/program/pinned.ts';
import { KINDS } from '../../nodes/index.ts';
import { edit } from '../state/edit.ts';
import { filesChanged, service } from '../state/files.ts';
import type { StudioState } from '../state/records.ts';
import { savingOf } from '../state/renames.ts';
import { surroundingsOf, transit, useStudio } from '../state/store.ts';
import { arranged, opened, present, saved } from '../state/transitions.ts';
import { tell as notice } from '../ui/notice.ts';
import { compare, stepped } from './compare.ts';
import { lookAtGroup } from './sight.ts';
import { tell, useVersions, versionsFor, type LoadedSide, type SideRef } from './store.ts';
import { words } from '../words/index.ts';
import { without } from '../document/without.ts';

/** Versions: listed, set down, looked at, restored, compared. */

const fail = (error: unknown): void => tell({ error: toErrorShape(error) });

/** How a side is called. */
export function labelOf(ref: SideRef): string {
  switch (ref.side) {
    case 'draft':
      return words().versions.draft;
    case 'version':
      return words().versions.version(ref.number);
    case 'release':
      return words().versions.release(ref.release);
    case 'disk':
      return words().versions.disk;
  }
}

export async function loadVersions(path: string): Promise<void> {
  try {
    const list = await service().call('versions', { path });
    tell({ lists: { ...useVersions.getState().lists, [path]: list } });
  } catch (error) {
    // Without the engine nothing new is known; what was known stays.
    if (toErrorShape(error).code !== 'STOPPED') fail(error);
  }
}

/** Saves the draft and sets it down as the next version; gives whether that was done. */
export async function saveVersion(name: string, note: string): Promise<boolean> {
  const { document } = useStudio.getState();
  if (document === null || document.readOnly !== null) return false;
  const flow = document.history.present;
  const { path, base } = document;
  try {
    const saving = await savingOf(document);
    if (saving === null) return false;
    const asked = { path, text: writeFlow(flow), base, name, note, ...saving.asked };
    const { version, ...answer } = await service().call('saveVersion', asked);
    transit((state) => saved(state, flow, answer, path));
    saving.done(answer.carried);
    await loadVersions(path);
    notice(words().versions.list.save.done(version.number));
    return true;
  } catch (error) {
    if (toErrorShape(error).code === 'FILE_CHANGED')
      transit((state) => present(state, { dialog: { dialog: 'file changed', path } }));
    else fail(error);
    return false;
  }
}

/** The draft as it is now, with what it leans on now: also while something else is looked at in its place. */
export function draftOf(state: StudioState): Whole | null {
  const { document, service: known } = state;
  if (document === null) return null;
  const { history } = useVersions.getState().looks[document.path]?.held ?? document;
  return wholeOf(history.present, KINDS, surroundingsOf(state), known.workspace?.policy ?? STRICT_POLICY);
}

export async function load(path: string, ref: SideRef): Promise<LoadedSide> {
  const state = useStudio.getState();
  switch (ref.side) {
    case 'draft': {
      const whole = draftOf(state);
      if (whole === null) throw new Error('no flow is open');
      return { ref, whole };
    }
    case 'version':
      return { ref, whole: await service().call('pastFlow', { path, of: { version: ref.number } }) };
    case 'release':
      return { ref, whole: await service().call('pastFlow', { path, of: { release: ref.path } }) };
    case 'disk': {
      const { text } = await service().call('openFlow', { path });
      const { flow } = readFlow(text, KINDS);
      if (flow === null) throw new Error(words().versions.lost.unreadable);
      const policy = state.service.workspace?.policy ?? STRICT_POLICY;
      return { ref, whole: wholeOf(flow, KINDS, surroundingsOf(state), policy) };
    }
  }
}

/** What is to be on the canvas was asked for so often: what comes of an older wish is not shown in its place. */
let wished = 0;

/** A version or release comes onto the canvas in the place of the draft, which is put aside with all that can be undone. */
export async function look(ref: SideRef): Promise<void> {
  const path = useStudio.getState().document?.path;
  if (path === undefined) return;
  if (ref.side === 'draft') return backToDraft();
  const wish = ++wished;
  try {
    const side = await load(path, ref);
    if (wish !== wished) return;
    tell({ comparison: null });
    place(path, side);
  } catch (error) {
    fail(error);
  }
}

/** Brings a loaded version or release onto the canvas in the place of the draft. */
export function place(path: string, { ref, whole }: LoadedSide): void {
  const { document } = useStudio.getState();
  if (document?.path !== path) return;
  const { looks } = useVersions.getState();
  const held = looks[path]?.held ?? document;
  tell({ looks: { ...looks, [path]: { ref, held } }, dialog: null });
  const readOnly = words().versions.look.readOnly(labelOf(ref));
  transit((state) =>
    arranged(opened(state, { path, flow: whole.flow, digest: held.base, readOnly }), { view: 'flows' }),
  );
}

/** The draft comes back as it was put aside. A comparison of what was looked at goes on with the draft in its place. */
export function backToDraft(): void {
  wished += 1;
  const path = useStudio.getState().document?.path;
  const { looks, comparison } = useVersions.getState();
  const aside = path === undefined ? undefined : looks[path];
  if (path === undefined || aside === undefined) return;
  tell({ looks: without(looks, path) });
  transit((state) => {
    const { held } = aside;
    const shown = opened(state, { path, flow: held.history.present, digest: held.base, readOnly: held.readOnly });
    return { ...shown, document: held };
  });
  if (comparison?.path === path && comparison.after.ref.side !== 'draft') endComparison();
  // The file may have become another meanwhile.
  void filesChanged([path]);
}

/** Makes the flow of a version the draft: one step, which can be undone. Files are as they were until it is saved. */
export async function restore(ref: SideRef): Promise<void> {
  const path = useStudio.getState().document?.path;
  if (path === undefined) return;
  const wish = ++wished;
  try {
    const { whole } = await load(path, ref);
    if (wish !== wished || useStudio.getState().document?.path !== path) return;
    backToDraft();
    edit(words().versions.did.restore(labelOf(ref)), () => whole.flow);
    tell({ dialog: null });
  } catch (error) {
    fail(error);
  }
}

/** Pixels of the lower panel in which a change can be read without scrolling. */
const ROOM = 320;

/** Compares two sides and draws what changed. What is on the right is what the canvas shows. */
export async function startComparison(before: SideRef, after: SideRef): Promise<void> {
  const path = useStudio.getState().document?.path;
  if (path === undefined) return;
  const wish = ++wished;
  try {
    const [one, other] = await Promise.all([load(path, before), load(path, after)]);
    if (wish !== wished || useStudio.getState().document?.path !== path) return;
    if (after.side === 'draft') backToDraft();
    else place(path, other);
    const moves = useVersions.getState().comparison?.moves ?? false;
    const compared = compare(one.whole, other.whole, { moves });
    tell({ comparison: { path, before: one, after: other, moves, at: null, ...compared }, dialog: null, error: null });
    transit((state) =>
      arranged(state, {
        view: 'flows',
        foldOpen: true,
        foldTab: 'diff',
        foldHeight: Math.max(ROOM, state.session.foldHeight),
      }),
    );
  } catch (error) {
    fail(error);
  }
}

/** The draft changed: the comparison follows it. */
export function refreshComparison(state: StudioState): void {
  const { comparison } = useVersions.getState();
  if (comparison === null || comparison.path !== state.document?.path || comparison.after.ref.side !== 'draft') return;
  const whole = draftOf(state);
  if (whole === null) return;
  recompare({ ...comparison.after, whole }, comparison.moves);
}

export function setMoves(moves: boolean): void {
  const { comparison } = useVersions.getState();
  if (comparison !== null) recompare(comparison.after, moves);
}

/** What is looked at stays so, if there is still something to see of it. */
function recompare(after: LoadedSide, moves: boolean): void {
  const { comparison } = useVersions.getState();
  if (comparison === null) return;
  const key = comparison.at === null ? null : comparison.groups[comparison.at]?.key;
  const compared = compare(comparison.before.whole, after.whole, { moves });
  const found = compared.groups.findIndex((group) => group.key === key);
  tell({ comparison: { ...comparison, ...compared, after, moves, at: found < 0 ? null : found } });
}

/** Ends the comparison, and brings the draft back where something else stood in its place. */
export function endComparison(): void {
  const { comparison } = useVersions.getState();
  tell({ comparison: null });
  if (comparison !== null && comparison.after.ref.side !== 'draft') backToDraft();
}

/** Looks at one of the changes: in the panel, and where it is on the canvas. */
export function goToChange(at: number | null): void {
  const { comparison } = useVersions.getState();
  if (comparison === null) return;
  tell({ comparison: { ...comparison, at } });
  const group = at === null ? undefined : comparison.groups[at];
  if (group === undefined) return;
  transit((state) => arranged(state, { foldOpen: true, foldTab: 'diff' }));
  lookAtGroup(group);
}

export function stepChange(by: 1 | -1): void {
  const { comparison } = useVersions.getState();
  if (comparison !== null) goToChange(stepped(comparison.at, by, comparison.groups.length));
}

/** What a draft is compared with when nothing is said: the newest version, else the file on disk. */
export function usualBefore(): SideRef {
  const [newest] = versionsFor(useVersions.getState(), useStudio.getState().document?.path);
  return newest === undefined ? { side: 'disk' } : { side: 'version', number: newest.number };
}
