import type { Policy } from '../../engine/connections/contract.ts';
import type { Flow } from '../../engine/flow/document.ts';
import type { ErrorShape } from '../../engine/flow/error.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import type { Scenario, ScenarioResult, StudioAnswer, TraceStep } from '../../engine/studio/contract.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import type { Outcomes, TrafficView } from '../../engine/studio/contract-traffic.ts';
import type { Misfit } from '../../engine/studio/contract-renames.ts';
import type { CaseDraft } from '../cases/draft.ts';
import type { UnsafePath } from '../checks/check.ts';
import type { History } from '../document/history.ts';
import type { Link } from '../service/channel.ts';

/**
 * Every record of the studio's state says what it is. Only the *document* is saved and undone. The *session* is how one
 * person likes the window and is remembered on this machine. *Presence* is what is going on this moment and is kept
 * nowhere. The *service*'s records are copies of what it said last.
 */
export interface StudioState {
  /** document: the one on the canvas */
  document: DocumentState | null;
  /** The flows that are open, from left to right, the one on the canvas among them. */
  tabs: readonly Tab[];
  /** Flows that were closed, the last one first. */
  closedTabs: readonly string[];
  /** session */
  session: Session;
  /** presence */
  presence: Presence;
  /** service */
  service: ServiceState;
  /** The policy as it was changed here and is not saved; null when it is as on disk. */
  policyDraft: PolicyDraft | null;
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

export interface PolicyDraft {
  policy: Policy;
  /** Digest of the file that it began from; null where there was none. */
  base: string | null;
}

/** A flow that is open. */
export interface Tab {
  path: string;
  /** All that belongs to it while another is on the canvas; null for the one that is, and for one not read yet. */
  parked: Parked | null;
  /** Of one that is to be read again: the cases that a person was at, which are of no reading, and the flow as it was. */
  left?: Pick<Sandbox, 'making' | 'gone'> & { of: Flow };
}

export interface Parked {
  document: DocumentState;
  presence: Presence;
  checks: Checks;
  sandbox: Sandbox;
}

export const VIEWS = [
  'start',
  'flows',
  'sandbox',
  'tasks',
  'runs',
  'record',
  'releases',
  'models',
  'connections',
  'policy',
  'settings',
] as const;
export type View = (typeof VIEWS)[number];
export const FOLD_TABS = ['problems', 'case', 'runs', 'coverage', 'diff', 'json'] as const;
export type FoldTab = (typeof FOLD_TABS)[number];
export const THEMES = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];

export const ROLES = ['design', 'test', 'run'] as const;
/** What somebody mostly does here: which places come first follows from it, and nothing else. */
export type Role = (typeof ROLES)[number];

export interface Session {
  view: View;
  theme: Theme;
  role: Role;
  leftWidth: number;
  rightWidth: number;
  foldHeight: number;
  leftOpen: boolean;
  rightOpen: boolean;
  foldOpen: boolean;
  foldTab: FoldTab;
  /** The flow that was open last. */
  lastFlow: string | null;
  /** The flows that are open, as their tabs lie from left to right. */
  tabs: readonly string[];
  /** How dates, numbers and money are written; null as the system does. */
  locale: string | null;
  /** Chords by command, where a person chose others than the command's own. */
  shortcuts: Readonly<Record<string, readonly string[]>>;
  /** Commands that were chosen from the palette, the last one first. */
  recent: readonly string[];
  /** The name under which this person writes comments; null for the one that the studio knows them by. */
  commentName: string | null;
  /** Is the whole flow shown in small? Null as its size asks for. */
  overview: boolean | null;
  /** Flows that were on the canvas, the last one first. */
  visited: readonly string[];
  /** The step of the tour that one is at, and whether it is shown now; null where it was never begun, or is over. */
  tour: { step: string; open: boolean } | null;
}

export interface Selection {
  nodes: readonly string[];
  edges: readonly string[];
}

/** Where a new step is asked for: a place on the canvas, and the exit that leads there, if a wire was dropped. */
export interface QuickAdd {
  place: { x: number; y: number } | null;
  from: { node: string; port: string } | null;
  /** The wire that the step goes into, if one was selected. */
  into?: string | null;
  /** Where in the window the list opens, in its pixels; in the middle where that is not said. */
  at?: { x: number; y: number } | null;
}

export interface Presence {
  selection: Selection;
  /** A card is held by the mouse. */
  dragging: boolean;
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
  /** A real case that is drawn over the flow. */
  real: RealCase | null;
  /** What many cases did, drawn over the flow. */
  traffic: ShownTraffic | null;
  /** The case that is drawn stands at one of its moments; null where it is drawn as a whole. */
  replay: Replay | null;
  /** Where on the canvas one is, once one has moved there. */
  viewport: { x: number; y: number; zoom: number } | null;
}

/** How the draft differs from what a case ran by. */
export interface Differs {
  steps: number;
  wires: number;
  input: boolean;
}

/** What real cases did is drawn over what they ran by: over the draft where that is the same, else over their release. */
interface DrawnOver {
  /** The flow on the canvas that it is about; drawn over no other. */
  of: Flow;
  /** Null where that is the draft. */
  differs: Differs | null;
}

export interface RealCase extends DrawnOver {
  run: string;
  release: string;
  /** Digest of its program. */
  program: string;
  status: string;
  result: string | null;
  /** Milliseconds since 1970. */
  started: number;
  ended: number | null;
  steps: readonly TraceStep[];
}

export interface Replay {
  /** The real case by its id, or what came of one in the sandbox: of any other the replay is over. */
  of: string | ScenarioResult;
  /** The event after which it is drawn, by its place among those of the case. */
  place: number;
}

export interface ShownTraffic extends DrawnOver {
  /** Null where it is of the scenarios, in the sandbox. */
  release: number | null;
  /** Cases of the last so many days; null for all. */
  days: number | null;
  traffic: TrafficView;
  outcomes: Outcomes;
  /** Older cases were left out: counting them would have taken too long. */
  cut: boolean;
}

export interface TableDialog {
  dialog: 'table';
  node: string;
  table?: string;
}

export type Dialog =
  | { dialog: 'create flow' }
  /** A flow that begins as a copy of this template. */
  | { dialog: 'template'; name: string }
  | { dialog: 'export' }
  | { dialog: 'shortcuts' }
  /** The palette: all commands, or only the steps of the flow, or the flows, or over a table what is done with tables. */
  | { dialog: 'palette'; only: 'steps' | 'flows' | null; over?: TableDialog }
  | { dialog: 'start case' }
  /** What people say about a step. */
  | { dialog: 'comments'; node: string }
  /** The selected steps become a flow of their own. */
  | { dialog: 'extract' }
  /** `table` is one of the tables of a rule's DMN model; without it the one that the rule decides by. */
  | TableDialog
  | { dialog: 'file changed'; path: string }
  | { dialog: 'close draft'; path: string }
  /** Flows that hand over what is called otherwise now are to follow, or not. */
  | { dialog: 'callers'; path: string; callers: readonly Caller[] };

/** A flow that hands a renamed field to another. */
export interface Caller {
  path: string;
  title: string;
  /** Names of the steps that call it. */
  steps: readonly string[];
  /** It is open with changes that are not saved. */
  draft: boolean;
}

export interface ServiceState {
  link: Link;
  hello: StudioAnswer<'hello'> | null;
  workspace: StudioAnswer<'workspace'> | null;
  openTasks: number;
  /** The release that was signed last in this window. */
  released: StudioAnswer<'exportFlow'> | null;
  /** Why the workspace or a flow could not be opened. */
  error: ErrorShape | null;
  /** The record is being verified, or was: it goes on while one is elsewhere in the window. */
  audit: Audit;
}

export interface Audit {
  /** How far a verification is that is under way; null when none is. */
  progress: { phase: 'events' | 'derived'; done: number; all: number } | null;
  /** What the last one found. */
  verification: StudioAnswer<'verifyRecord'>['verification'];
  stopped: boolean;
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
  running: 'scenario' | 'suite' | 'export' | null;
  /** By which id this window asked for what is running; other windows may be testing the same flow. */
  asking: string | null;
  /** How many of the scenarios have run. */
  progress: { done: number; all: number } | null;
  chosen: string | null;
  result: ScenarioResult | null;
  suite: StudioAnswer<'runSuite'> | null;
  error: ErrorShape | null;
  /** Coverage is drawn on the canvas. */
  showCoverage: boolean;
  /** The mock that stands in the place of a step when a case is run, by id of the step. */
  mocks: Readonly<Record<string, string>>;
  /** Cases of this flow that were run in this window, the last one first. */
  recent: readonly RecentCase[];
  /** Where its scenarios do not fit it. */
  misfits: readonly Misfit[];
  /** The case that is being made or changed; null when none is. */
  making: CaseDraft | null;
  /** The scenario that was deleted last, for whoever wants it back. */
  gone: { path: string; scenario: Scenario } | null;
}

export interface RecentCase {
  scenario: string;
  result: ScenarioResult;
  /** The document that was run. */
  of: Flow;
}
