import type { Flow } from '../../engine/flow/document.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { change, endGesture, redo, startHistory, undo, type ChangeOptions } from '../document/history.ts';
import { EMPTY_AUDIT, EMPTY_CHECKS, EMPTY_PRESENCE, EMPTY_SANDBOX } from './empty.ts';
import type { Audit, Checks, DocumentState, Presence, Sandbox, Selection, Session, StudioState } from './records.ts';
import { firstSession } from './session.ts';
import { caseFollowing, onOpen, parked, tabbed, withLeft } from './tabs.ts';

export { EMPTY_CHECKS };

/** Transitions of the studio's state: pure, each from state to state. */

export const initialState = (session: Session = firstSession(1440)): StudioState => ({
  document: null,
  tabs: [],
  closedTabs: [],
  policyDraft: null,
  session,
  presence: EMPTY_PRESENCE,
  service: {
    link: 'connecting',
    hello: null,
    workspace: null,
    openTasks: 0,
    released: null,
    error: null,
    audit: EMPTY_AUDIT,
  },
  checks: EMPTY_CHECKS,
  sandbox: EMPTY_SANDBOX,
});

export interface Opened {
  path: string;
  flow: Flow;
  digest: string;
  readOnly: string | null;
}

/**
 * A document comes onto the canvas, into its own tab; one that was there under another path is parked. What was undone,
 * selected or found in an older reading of the same document is gone.
 */
export function opened(state: StudioState, { path, flow, digest, readOnly }: Opened): StudioState {
  const beside = state.document?.path ?? null;
  const { making, gone } = state.sandbox;
  const ready = withLeft(tabbed(beside === path ? state : parked(state), path, beside), path, flow);
  const shown: StudioState = {
    ...ready,
    document: { path, history: startHistory(flow), saved: flow, base: digest, savedAt: null, readOnly },
    session: { ...ready.session, lastFlow: path },
    presence: { ...EMPTY_PRESENCE, dialog: null, viewport: beside === path ? state.presence.viewport : null },
    checks: EMPTY_CHECKS,
    // A case that is being made is of no reading of the flow.
    sandbox: beside === path ? { ...EMPTY_SANDBOX, making, gone } : ready.sandbox,
    service: { ...ready.service, error: null },
  };
  return caseFollowing(state, shown);
}

/** The document becomes another; refused for one that may only be looked at. Selections of what is gone go too. */
export function changed(state: StudioState, after: Flow, options: ChangeOptions): StudioState {
  const { document } = state;
  if (document === null || document.readOnly !== null) return state;
  const history = change(document.history, after, options);
  return history === document.history ? state : settled(state, { ...document, history });
}

export const gestureEnded = (state: StudioState): StudioState => withHistory(state, endGesture);
export const undone = (state: StudioState): StudioState => withHistory(state, undo);
export const redone = (state: StudioState): StudioState => withHistory(state, redo);

function withHistory(state: StudioState, step: typeof undo): StudioState {
  const { document } = state;
  if (document === null) return state;
  const history = step(document.history);
  return history === document.history ? state : settled(state, { ...document, history });
}

/** What was saved of the flow at `path` is `flow`, which may no longer be the newest, nor on the canvas. */
export const saved = (
  state: StudioState,
  flow: Flow,
  { digest, savedAt }: Pick<StudioAnswer<'saveFlow'>, 'digest' | 'savedAt'>,
  path: string | undefined = state.document?.path,
): StudioState =>
  path === undefined
    ? state
    : onOpen(state, path, (open) => ({ ...open, document: { ...open.document, saved: flow, base: digest, savedAt } }));

export const isDraft = (document: DocumentState | null): boolean =>
  document !== null && document.history.present !== document.saved;

export function selected(state: StudioState, selection: Selection): StudioState {
  const { nodes, edges } = state.presence.selection;
  if (sameList(nodes, selection.nodes) && sameList(edges, selection.edges)) return state;
  return { ...state, presence: { ...state.presence, selection, pointedAt: null } };
}

/** The selection with these steps as well; without them where all of them are in it. */
export function toggled({ nodes, edges }: Selection, steps: readonly string[]): Selection {
  const all = steps.every((id) => nodes.includes(id));
  const others = nodes.filter((id) => !steps.includes(id));
  return { nodes: all ? others : [...others, ...steps], edges };
}

/** A problem leads to its place: the step or wire is selected, its field is pointed at. */
export function ledTo(state: StudioState, problem: Problem): StudioState {
  const selection = {
    nodes: problem.node === undefined ? [] : [problem.node],
    edges: problem.node === undefined && problem.edge !== undefined ? [problem.edge] : [],
  };
  return {
    ...state,
    session: { ...state.session, view: 'flows', rightOpen: true },
    presence: { ...state.presence, selection, pointedAt: problem.path },
  };
}

export const present = (state: StudioState, some: Partial<Presence>): StudioState => ({
  ...state,
  presence: { ...state.presence, ...some },
});

export const arranged = (state: StudioState, some: Partial<Session>): StudioState => ({
  ...state,
  session: { ...state.session, ...some },
});

export const served = (state: StudioState, some: Partial<StudioState['service']>): StudioState => ({
  ...state,
  service: { ...state.service, ...some },
});

/** What the sandbox says of the flow at `path`, which may no longer be on the canvas. */
export const testedAt = (state: StudioState, path: string, some: Partial<Sandbox>): StudioState =>
  onOpen(state, path, (open) => ({ ...open, sandbox: { ...open.sandbox, ...some } }));

export const audited = (state: StudioState, some: Partial<Audit>): StudioState =>
  served(state, { audit: { ...state.service.audit, ...some } });

/** How far the scenarios of a flow are that this window asked for; of what others asked for nothing is told here. */
export const testingTold = (
  state: StudioState,
  { asking, path, done, all }: { asking: string; path: string; done: number; all: number },
): StudioState =>
  onOpen(state, path, (open) =>
    open.sandbox.asking === asking ? { ...open, sandbox: { ...open.sandbox, progress: { done, all } } } : open,
  );

/** How far the verification is that this window asked for; of one that is over nothing more is told. */
export const verifyingTold = (state: StudioState, { phase, done, all }: NonNullable<Audit['progress']>): StudioState =>
  state.service.audit.progress === null ? state : audited(state, { progress: { phase, done, all } });

export const tested = (state: StudioState, some: Partial<Sandbox>): StudioState => ({
  ...state,
  sandbox: { ...state.sandbox, ...some },
});

/** Findings of a document that is no longer the newest are dropped: newer ones are on their way. */
export const checked = (state: StudioState, checks: Checks): StudioState =>
  state.document?.history.present === checks.of ? { ...state, checks } : state;

/** With another document: presence says nothing about what is no longer in it, and the case that is being made follows it. */
function settled(before: StudioState, document: DocumentState): StudioState {
  const state = caseFollowing(before, { ...before, document });
  const flow = document.history.present;
  const { selection, renaming, shownPath } = state.presence;
  const nodes = selection.nodes.filter((id) => Object.hasOwn(flow.nodes, id));
  const edges = selection.edges.filter((id) => Object.hasOwn(flow.edges, id));
  const presence: Presence = {
    ...state.presence,
    selection:
      nodes.length === selection.nodes.length && edges.length === selection.edges.length ? selection : { nodes, edges },
    renaming: renaming !== null && isNamed(flow, renaming) ? renaming : null,
    shownPath: shownPath !== null && shownPath.nodes.every((id) => Object.hasOwn(flow.nodes, id)) ? shownPath : null,
  };
  return { ...state, presence };
}

/** Is there a step or a group of that id? */
const isNamed = (flow: Flow, id: string): boolean =>
  Object.hasOwn(flow.nodes, id) || Object.hasOwn(flow.groups ?? {}, id);

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);
