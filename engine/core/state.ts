import type { Limit } from '../connections/contract.ts';
import type { FeelContext, FeelValue, JsonValue } from '../feel/value.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { PersonDecision, SetAside } from '../../nodes/kind.ts';
import type { Actor, Settlement, Shown } from './event.ts';
import type { AskOutcome, DoneOutcome, PerformOutcome } from './outcome.ts';

/** The intent of an effect as it is on disk: what is sent is this, however often. */
export interface Intent {
  key: string;
  request: FeelContext;
}

/**
 * Where a frame of a run stands. `attempt` counts calls made, from 1; `maybeSent` says that one of them may have reached
 * the other side; `pausedSince` is when it was first told that its connection is paused, and nothing got out since.
 */
export type Position = { node: string; visit: number } & (
  | { phase: 'ready' }
  /** `tried` counts how often the model was asked, from 1. */
  | { phase: 'asking'; tried: number }
  | { phase: 'calling'; attempt: number; intent: Intent | null; maybeSent: boolean; pausedSince?: number }
  | {
      phase: 'retrying';
      attempt: number;
      intent: Intent | null;
      maybeSent: boolean;
      retryAt: number;
      pausedSince?: number;
    }
  | { phase: 'tasked'; task: OpenTask; votes: readonly PersonDecision[] }
  | { phase: 'doubted'; task: string; attempt: number; intent: Intent; error: ErrorShape }
  | { phase: 'waiting'; until: number | null; match: string | null }
  | { phase: 'open'; block: Block }
);

/** The branches that a node has opened, and what they brought so far. */
export interface Block {
  /** The node where they come together. */
  join: string;
  /** Goes on with the first branch that arrives, rather than with all. */
  any: boolean;
  /** Names of the branches, in order; one gives one frame. */
  keys: readonly string[];
  /** The name under which each branch sees its own of `items`; null where the branches are drawn apart instead. */
  item: string | null;
  /** Null with `item` once they were erased. */
  items: readonly FeelValue[] | null;
  /** How many branches run at once, at most. */
  atOnce: number;
  /** How many were begun. */
  begun: number;
  /** What each branch that arrived has brought. */
  brought: Map<string, FeelValue>;
  /** By iteration that arrived, what approvers agreed to there: it says no more of any request, but who was asked. */
  approvals: Map<string, Approvals>;
}

/** Whom to ask again about what follows. */
export interface Approvals {
  agreed: ReadonlyMap<string, Agreed>;
  last: string | null;
}

/**
 * One line of a run: where it stands, and what its nodes left. A run has one, the root, and one for each branch or
 * iteration that is open; they form a tree by their paths.
 */
export interface Frame {
  /** Empty for the root; `node:visit:key` of each block around it, with `/` between. */
  path: string;
  parent: Frame | null;
  /** The name of its branch. */
  key: string;
  /** What expressions see here and not around it: the value of each node that has run, under the node's name. */
  scope: Map<string, FeelValue>;
  /** How often each node was entered. */
  visits: Map<string, number>;
  /** What was set aside since the node where it stands was entered. */
  aside: readonly SetAside[];
  /** How often each back edge was taken. */
  backs: Map<string, number>;
  /** Digests of the requests that an approver has agreed to, by connector node; null where it was not known yet, or was sent. */
  agreed: Map<string, Agreed>;
  /** The approval that was passed last: whom to ask about what no approval has listed. */
  lastApproval: string | null;
  /** What was shown again and approved: the connector sends this very request, past the limits that were named. */
  confirmed: { node: string; request: FeelContext; over: readonly Limit[] } | null;
  /** Nodes entered so far; bounded by {@link MAX_STEPS}. */
  steps: number;
  /** It takes an effect back, rather than being a line of the drawing. */
  undoes: Effect | null;
  /** Nothing new is begun here: it only finishes what may have reached the other side. */
  settling: boolean;
  position: Position | null;
}

export interface OpenTask {
  id: string;
  type: 'approve' | 'choose' | 'fill in';
  role: string;
  count: number;
  fourEyes: boolean;
  sendBack: boolean;
  due: number | null;
  again: boolean;
  /** Limits that what is asked about would pass. */
  over: readonly Limit[];
  /** Null once it was erased. */
  shown: Shown | null;
  digest: string;
}

/** An effect that was done. */
export interface Effect {
  node: string;
  path: string;
  visit: number;
  key: string;
  /** When it was done: milliseconds since 1970. */
  at: number;
  /** What was sent and what came back; kept only where it can be taken back. */
  request: FeelContext | null;
  response: FeelValue;
}

/** Why a run is coming to its end before it has got there. */
export interface Stopping {
  /** The node that failed; null when a person cancelled the run, or its time was over. */
  node: string | null;
  error: ErrorShape | null;
  cancelled: { by: Actor; reason: string } | null;
  /** Effects that can be taken back are. */
  undo: boolean;
}

/** What an approver agreed to for a connector: the digest of its request, null where it was not known, and who was asked. */
export interface Agreed {
  digest: string | null;
  approval: string;
}

/** A run as the fold of its events: two folds of the same events are equal, whoever made them and when. */
export interface RunState {
  run: string;
  /** The run whose id effect keys are made with: the first of those that try each other again. */
  rootRun: string;
  /** Who had it, and those before it in its chain, tried again: they caused it as well; nobody in a run that is the first. */
  retriedBy: readonly Actor[];
  program: string;
  release: string | null;
  initiator: Actor;
  /** Random hex that makes digests of what is shown unguessable; null when nothing of the program is sealed. */
  salt: string | null;
  startedAt: number;
  /** Tasks made so far; part of a task's id, so that each asking is another task. */
  tasks: number;
  /** What messages that the run has taken are known by, with what they match: each is taken once. */
  taken: { match: string; known: string }[];
  /** Effects done and not taken back, in order. */
  effects: Effect[];
  /** Nodes entered so far, in all its lines; bounded by {@link MAX_STEPS_IN_ALL}. */
  steps: number;
  /** Effects that were to be taken back so far. */
  undone: number;
  /** When the run has to be over: milliseconds since 1970. */
  deadline: number | null;
  /** Of cases with one line, one runs at a time; null where it has no order. */
  line: string | null;
  /** Nothing is begun until those before it in its line have ended. */
  queued: boolean;
  /** Nothing is begun until somebody lets it go on. */
  suspended: boolean;
  /** Its scope holds `input`. */
  root: Frame;
  /** Frames of open branches by path; empty in a run that has none. */
  branches: Map<string, Frame>;
  /** The run ends, once what may have reached other sides is settled and what is to be taken back is. */
  stopping: Stopping | null;
  ended: {
    status: 'completed' | 'failed' | 'cancelled';
    result: string;
    value: FeelValue;
    error: ErrorShape | null;
  } | null;
}

/** Nodes that one frame of a run may enter. Back edges are bounded by their visits; this bounds their product. */
export const MAX_STEPS = 10_000;

/** Nodes that all lines of a run together may enter: lists within lists multiply each other as well. */
export const MAX_STEPS_IN_ALL = 100_000;

/** Steps that one decision takes: what is left is for a decision of its own, and others have their turn before it. */
export const STEPS_AT_ONCE = 500;

/** What the world tells core about a run. */
export type Stimulus =
  | { stimulus: 'answered'; path: string; node: string; visit: number; outcome: AskOutcome }
  | { stimulus: 'performed'; path: string; node: string; visit: number; attempt: number; outcome: PerformOutcome }
  | { stimulus: 'asked'; path: string; node: string; visit: number; attempt: number; outcome: DoneOutcome }
  | { stimulus: 'decided'; task: string; decision: PersonDecision }
  | { stimulus: 'settled'; task: string; settlement: Settlement }
  /** A message from outside; `match` is the digest of its name and what it is about. */
  | {
      stimulus: 'message';
      path: string;
      match: string;
      id: string;
      from: string;
      body: Readonly<Record<string, JsonValue>>;
    }
  /** `awaited`, here and below, names the calls that somebody still waits for; nobody waits for any other. */
  | { stimulus: 'cancelled'; by: Actor; reason: string; undo: boolean; awaited?: ReadonlySet<string> }
  | { stimulus: 'suspended'; by: Actor; reason: string }
  | { stimulus: 'resumed'; by: Actor; reason: string; awaited?: ReadonlySet<string> }
  /** Those before it in its line have ended. */
  | { stimulus: 'admitted' }
  /** There was more to do at once than one decision does. */
  | { stimulus: 'continued' }
  /** A timer of the run may have come due. */
  | { stimulus: 'due' }
  /** The engine has started again, or lost what it was about to write: nobody waits for calls that are not `awaited`. */
  | { stimulus: 'recovered'; awaited?: ReadonlySet<string> };

/** What core wants done once its events are on disk. */
export type Command =
  | {
      command: 'ask';
      path: string;
      node: string;
      visit: number;
      model: string;
      text: string | null;
      columns: FeelContext;
      bar: number | null;
      timeoutMs: number;
    }
  | {
      command: 'perform' | 'ask done';
      path: string;
      node: string;
      visit: number;
      attempt: number;
      connection: string;
      action: string;
      request: FeelContext;
      key: string;
      timeoutMs: number;
    };
