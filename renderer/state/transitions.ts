import type { Flow } from '../../engine/flow/document.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { change, endGesture, redo, startHistory, undo, type ChangeOptions } from '../document/history.ts';
import { firstSession } from './session.ts';
import type { Checks, DocumentState, Presence, Sandbox, Selection, Session, StudioState } from './records.ts';

/** Transitions of the studio's state: pure, each from state to state. */

const NOTHING: Selection = { nodes: [], edges: [] };

const EMPTY_PRESENCE: Presence = {
  selection: NOTHING,
  quickAdd: null,
  connectFrom: null,
  renaming: null,
  pointedAt: null,
  shownPath: null,
  dialog: null,
};

export const EMPTY_CHECKS: Checks = { of: null, problems: [], unsafe: [], scopes: {}, personal: new Set() };

const EMPTY_SANDBOX: Sandbox = {
  of: null,
  running: null,
  chosen: null,
  result: null,
  suite: null,
  error: null,
  showCoverage: false,
};

export const initialState = (session: Session = firstSession(1440)): StudioState => ({
  document: null,
  session,
  presence: EMPTY_PRESENCE,
  service: { link: 'connecting', hello: null, workspace: null, openTasks: 0, error: null },
  checks: EMPTY_CHECKS,
  sandbox: EMPTY_SANDBOX,
});

export interface Opened {
  path: string;
  flow: Flow;
  digest: string;
  readOnly: string | null;
}

/** A document comes onto the canvas; what was undone, selected or found belongs to the one before. */
export const opened = (state: StudioState, { path, flow, digest, readOnly }: Opened): StudioState => ({
  ...state,
  document: { path, history: startHistory(flow), saved: flow, base: digest, savedAt: null, readOnly },
  session: { ...state.session, lastFlow: path },
  presence: { ...EMPTY_PRESENCE, dialog: null },
  checks: EMPTY_CHECKS,
  sandbox: EMPTY_SANDBOX,
  service: { ...state.service, error: null },
});

/** The document becomes another; refused for one that may only be looked at. Selections of what is gone go too. */
export function changed(state: StudioState, after: Flow, options: ChangeOptions): StudioState {
  const { document } = state;
  if (document === null || document.readOnly !== null) return state;
  const history = change(document.history, after, options);
  return history === document.history ? state : settled({ ...state, document: { ...document, history } });
}

export const gestureEnded = (state: StudioState): StudioState => withHistory(state, endGesture);
export const undone = (state: StudioState): StudioState => withHistory(state, undo);
export const redone = (state: StudioState): StudioState => withHistory(state, redo);

function withHistory(state: StudioState, step: typeof undo): StudioState {
  const { document } = state;
  if (document === null) return state;
  const history = step(document.history);
  return history === document.history ? state : settled({ ...state, document: { ...document, history } });
}

/** What was saved is `flow`, which may no longer be the newest. */
export const saved = (state: StudioState, flow: Flow, { digest, savedAt }: StudioAnswer<'saveFlow'>): StudioState =>
  state.document === null ? state : { ...state, document: { ...state.document, saved: flow, base: digest, savedAt } };

export const isDraft = (document: DocumentState | null): boolean =>
  document !== null && document.history.present !== document.saved;

export function selected(state: StudioState, selection: Selection): StudioState {
  const { nodes, edges } = state.presence.selection;
  if (sameList(nodes, selection.nodes) && sameList(edges, selection.edges)) return state;
  return { ...state, presence: { ...state.presence, selection, pointedAt: null } };
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

export const tested = (state: StudioState, some: Partial<Sandbox>): StudioState => ({
  ...state,
  sandbox: { ...state.sandbox, ...some },
});

/** Findings of a document that is no longer the newest are dropped: newer ones are on their way. */
export const checked = (state: StudioState, checks: Checks): StudioState =>
  state.document?.history.present === checks.of ? { ...state, checks } : state;

/** Presence and sandbox say nothing about what is no longer in the document. */
function settled(state: StudioState): StudioState {
  const flow = state.document?.history.present;
  if (flow === undefined) return state;
  const { selection, renaming, shownPath } = state.presence;
  const nodes = selection.nodes.filter((id) => Object.hasOwn(flow.nodes, id));
  const edges = selection.edges.filter((id) => Object.hasOwn(flow.edges, id));
  const presence: Presence = {
    ...state.presence,
    selection:
      nodes.length === selection.nodes.length && edges.length === selection.edges.length ? selection : { nodes, edges },
    renaming: renaming !== null && Object.hasOwn(flow.nodes, renaming) ? renaming : null,
    shownPath: shownPath !== null && shownPath.nodes.every((id) => Object.hasOwn(flow.nodes, id)) ? shownPath : null,
  };
  return { ...state, presence };
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);
