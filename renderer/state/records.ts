import type { Flow } from '../../engine/flow/document.ts';
import type { ErrorShape } from '../../engine/flow/error.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import type { ScenarioResult, StudioAnswer } from '../../engine/studio/contract.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import type { UnsafePath } from '../checks/check.ts';
import type { History } from '../document/history.ts';
import type { Link } from '../service/channel.ts';

/**
 * Every record of the studio's state says what it is. Only the *document* is saved and undone. The *session* is how one
 * person likes the window and is remembered on this machine. *Presence* is what is going on this moment and is kept
 * nowhere. The *service*'s records are copies of what it said last.
 */
export interface StudioState {
  /** document */
  document: DocumentState | null;
  /** session */
  session: Session;
  /** presence */
  presence: Presence;
  /** service */
  service: ServiceState;
  /** What the checks found in the document, a moment after each change. */
  checks: Checks;
  /** What the sandbox said last about the document. */
  sandbox: Sandbox;
}

export interface DocumentState {
  path: string;
  history: History;
  /** The document as it is in the file with digest `base`. */
  saved: Flow;
  base: string;
  /** Milliseconds since 1970 of the last save by this window; null when there was none. */
  savedAt: number | null;
  /** Why it may be looked at but not changed; null when it may. */
  readOnly: string | null;
}

export type View = 'flows' | 'sandbox' | 'tasks' | 'runs' | 'releases' | 'models' | 'connections';
export type FoldTab = 'problems' | 'case' | 'coverage';
export type Theme = 'system' | 'light' | 'dark';

export interface Session {
  view: View;
  theme: Theme;
  leftWidth: number;
  rightWidth: number;
  foldHeight: number;
  leftOpen: boolean;
  rightOpen: boolean;
  foldOpen: boolean;
  foldTab: FoldTab;
  /** The flow that was open last. */
  lastFlow: string | null;
}

export interface Selection {
  nodes: readonly string[];
  edges: readonly string[];
}

/** Where a new step is asked for: a place on the canvas, and the exit that leads there, if a wire was dropped. */
export interface QuickAdd {
  place: { x: number; y: number } | null;
  from: { node: string; port: string } | null;
}

export interface Presence {
  selection: Selection;
  quickAdd: QuickAdd | null;
  /** The step whose exits are to be connected by keyboard. */
  connectFrom: string | null;
  /** The step whose name is being changed on the canvas. */
  renaming: string | null;
  /** The field that a problem leads to, as a path in the document; null when none is. */
  pointedAt: readonly (string | number)[] | null;
  /** An unsafe path that is drawn on the canvas. */
  shownPath: UnsafePath | null;
  dialog: Dialog | null;
}

export type Dialog =
  | { dialog: 'create flow' }
  | { dialog: 'export' }
  | { dialog: 'shortcuts' }
  | { dialog: 'start case' }
  /** `table` is one of the tables of a rule's DMN model; without it the one that the rule decides by. */
  | { dialog: 'table'; node: string; table?: string }
  | { dialog: 'file changed'; path: string }
  | { dialog: 'leave draft'; to: string };

export interface ServiceState {
  link: Link;
  hello: StudioAnswer<'hello'> | null;
  workspace: StudioAnswer<'workspace'> | null;
  openTasks: number;
  /** Why the workspace or a flow could not be opened. */
  error: ErrorShape | null;
}

export interface Checks {
  /** The document that these findings are about. */
  of: Flow | null;
  problems: readonly Problem[];
  unsafe: readonly UnsafePath[];
  /** Names and types in scope, by node. */
  scopes: Readonly<Record<string, FeelScopeTypes>>;
  /** Nodes whose value comes from personal fields. */
  personal: ReadonlySet<string>;
}

export interface Sandbox {
  /** The document that was run; results are of that one. */
  of: Flow | null;
  running: 'scenario' | 'suite' | null;
  chosen: string | null;
  result: ScenarioResult | null;
  suite: StudioAnswer<'runSuite'> | null;
  error: ErrorShape | null;
  /** Coverage is drawn on the canvas. */
  showCoverage: boolean;
}
