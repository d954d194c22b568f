import type { Flow } from '../../engine/flow/document.ts';
import { fieldsLikelyRenamed } from '../../engine/flow/renames.ts';
import { afterChange, afterOthers } from '../cases/carry.ts';
import type { CaseDraft } from '../cases/draft.ts';
import { fieldsRenamedSince } from '../document/history.ts';
import type { DocumentState, Parked, StudioState, Tab } from './records.ts';
import { EMPTY_CHECKS, EMPTY_PRESENCE, EMPTY_SANDBOX } from './empty.ts';

/**
 * Several flows are open at once, one of them on the canvas. The others are parked in their tabs with all that belongs to
 * them: history, selection, viewport, findings, results. Pure, each from state to state.
 */

/** Tabs are kept beyond the window by the paths of their flows. */
const withTabs = (state: StudioState, tabs: readonly Tab[]): StudioState => ({
  ...state,
  tabs,
  session: { ...state.session, tabs: tabs.map(({ path }) => path) },
});

/** The flow on the canvas goes into its tab; nothing is on the canvas then. */
export function parked(state: StudioState): StudioState {
  const { document, checks, sandbox, presence } = state;
  if (document === null) return state;
  const kept: Parked = {
    document,
    checks,
    sandbox,
    // What is asked of a person this moment belongs to the window.
    presence: { ...presence, dragging: false, quickAdd: null, connectFrom: null, renaming: null, dialog: null },
  };
  const tabs = state.tabs.map((tab) => (tab.path === document.path ? { ...tab, parked: kept } : tab));
  return withTabs({ ...emptied(state), document: null }, tabs);
}

const emptied = (state: StudioState): StudioState => ({
  ...state,
  checks: EMPTY_CHECKS,
  sandbox: EMPTY_SANDBOX,
  presence: { ...EMPTY_PRESENCE, dialog: state.presence.dialog },
});

/** A tab for a flow that comes onto the canvas: its own, or a new one beside the one before. It is no longer closed. */
export function tabbed(state: StudioState, path: string, beside: string | null): StudioState {
  if (state.tabs.some((tab) => tab.path === path)) return state;
  const at = state.tabs.findIndex((tab) => tab.path === beside);
  const place = at === -1 ? state.tabs.length : at + 1;
  const closedTabs = state.closedTabs.filter((one) => one !== path);
  return withTabs({ ...state, closedTabs }, state.tabs.toSpliced(place, 0, { path, parked: null }));
}

/** A parked flow comes back onto the canvas as it was left; the same state where it is not parked. */
export function brought(state: StudioState, path: string): StudioState {
  const kept = state.tabs.find((tab) => tab.path === path)?.parked ?? null;
  if (kept === null) return state;
  const before = parked(state);
  const tabs = before.tabs.map((tab) => (tab.path === path ? { ...tab, parked: null } : tab));
  const session = { ...before.session, lastFlow: path };
  const presence = { ...kept.presence, dialog: state.presence.dialog };
  return withTabs({ ...before, ...kept, presence, session }, tabs);
}

/** A parked flow whose file is another now is read again when it comes back. */
export const forgotten = (state: StudioState, path: string): StudioState =>
  withTabs(
    state,
    state.tabs.map((tab) => {
      if (tab.path !== path || tab.parked === null) return tab;
      const { document, sandbox } = tab.parked;
      const { making, gone } = sandbox;
      return { path, parked: null, left: { making, gone, of: document.history.present } };
    }),
  );

/** What was left of the flow at `path` when it is read again as `flow`, and the tabs without it. */
export function withLeft(state: StudioState, path: string, flow: Flow): StudioState {
  const left = state.tabs.find((tab) => tab.path === path)?.left;
  if (left === undefined) return { ...state, sandbox: EMPTY_SANDBOX };
  const tabs = state.tabs.map((tab) => (tab.path === path ? { path, parked: tab.parked } : tab));
  const { of, making, gone } = left;
  const now = making === null ? null : asIn(state, path, making, { of, flow });
  return { ...state, tabs, sandbox: { ...EMPTY_SANDBOX, making: now, gone } };
}

/** A case of the flow as it was before it was read again. */
const asIn = (state: StudioState, path: string, making: CaseDraft, { of, flow }: { of: Flow; flow: Flow }): CaseDraft =>
  afterChange(
    making,
    { path, before: of, after: flow, fields: fieldsLikelyRenamed(of.input, flow.input) },
    flowsIn(state),
  );

/** A case that was being made of an open flow, as that was when the window ended, is being made again. */
export const caseBack = (state: StudioState, path: string, making: CaseDraft, of: Flow): StudioState =>
  onOpen(state, path, (open) => {
    const now = asIn(state, path, making, { of, flow: open.document.history.present });
    return { ...open, sandbox: { ...open.sandbox, making: now } };
  });

const flowsIn = ({ service: { workspace } }: StudioState) => workspace?.documents ?? {};

/** The case that is being made follows the flow on the canvas from what it was to what it is. */
export function caseFollowing(before: StudioState, after: StudioState): StudioState {
  const [was, is, { making }] = [before.document, after.document, after.sandbox];
  if (was === null || is === null || making === null || was.path !== is.path) return after;
  const { path, history } = is;
  const then = was.history.present;
  const fields = fieldsRenamedSince(history, then);
  const now = afterChange(making, { path, before: then, after: history.present, fields }, flowsIn(after));
  return now === making ? after : { ...after, sandbox: { ...after.sandbox, making: now } };
}

/** Cases that are being made follow flows that stand in theirs, after the workspace was read again. */
export function casesFollowing(before: StudioState, after: StudioState): StudioState {
  const [was, is] = [flowsIn(before), flowsIn(after)];
  if (was === is) return after;
  return after.tabs.reduce(
    (state, { path }) =>
      onOpen(state, path, (open) => {
        const { making } = open.sandbox;
        if (making === null) return open;
        const now = afterOthers(making, { path, flow: open.document.history.present }, was, is);
        return now === making ? open : { ...open, sandbox: { ...open.sandbox, making: now } };
      }),
    after,
  );
}

const REMEMBERED = 20;

/** A tab goes, with the flow that is in it. The canvas is empty then, where that one was on it. */
export function closed(state: StudioState, path: string): StudioState {
  if (!state.tabs.some((tab) => tab.path === path)) return state;
  const without = state.document?.path === path ? { ...emptied(state), document: null } : state;
  const closedTabs = [path, ...state.closedTabs.filter((one) => one !== path)].slice(0, REMEMBERED);
  const { session } = without;
  const lastFlow = session.lastFlow === path ? null : session.lastFlow;
  return withTabs(
    { ...without, closedTabs, session: { ...session, lastFlow } },
    state.tabs.filter((tab) => tab.path !== path),
  );
}

/** The tab that is shown when this one goes: its right neighbour, or the left. */
export function neighbourOf(state: StudioState, path: string): string | null {
  const at = state.tabs.findIndex((tab) => tab.path === path);
  return (state.tabs[at + 1] ?? state.tabs[at - 1])?.path ?? null;
}

/** The tab so many places on from the one that is shown, round and round. */
export function tabBeside(state: StudioState, by: number): string | null {
  const { tabs, document } = state;
  if (tabs.length === 0) return null;
  const at = tabs.findIndex((tab) => tab.path === document?.path);
  return tabs[(Math.max(at, 0) + by + tabs.length) % tabs.length]?.path ?? null;
}

/** Every document that is open and was read: the one on the canvas, and those that are parked. */
export const openDocuments = (state: StudioState): DocumentState[] =>
  state.tabs.flatMap(({ path, parked: kept }) => {
    if (state.document?.path === path) return [state.document];
    return kept === null ? [] : [kept.document];
  });

/** Changes what is known of one open flow, on the canvas or parked. */
export function onOpen(
  state: StudioState,
  path: string,
  change: <T extends Pick<Parked, 'sandbox'> & { document: DocumentState }>(open: T) => T,
): StudioState {
  const { document } = state;
  if (document?.path === path) return { ...state, ...change({ document, sandbox: state.sandbox }) };
  return withTabs(
    state,
    state.tabs.map((tab) => (tab.path === path && tab.parked !== null ? { ...tab, parked: change(tab.parked) } : tab)),
  );
}

/** As it was left when the window closed: tabs of flows that are still there, to be read when they are shown. */
export function restored(state: StudioState): StudioState {
  const flows = new Set(state.service.workspace?.flows.map(({ path }) => path));
  const open = new Set(state.tabs.map(({ path }) => path));
  const kept = state.session.tabs.filter((path) => flows.has(path) && !open.has(path));
  return withTabs(state, [...kept.map((path) => ({ path, parked: null })), ...state.tabs]);
}
