import type { FeelContext, FeelValue } from '../feel/value.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { PersonDecision } from '../../nodes/kind.ts';
import type { Actor, Shown } from './event.ts';
import type { AskOutcome, DoneOutcome, PerformOutcome } from './outcome.ts';

/** The intent of an effect as it is on disk: what is sent is this, however often. */
export interface Intent {
  key: string;
  request: FeelContext;
}

/**
 * Where a run stands. One position in this version; fan-out will add positions with other iteration paths.
 * `attempt` counts calls made, from 1; `maybeSent` says that one of them may have reached the other side.
 */
export type Position = { node: string; visit: number } & (
  | { phase: 'ready' }
  | { phase: 'asking' }
  | { phase: 'calling'; attempt: number; intent: Intent | null; maybeSent: boolean }
  | { phase: 'retrying'; attempt: number; intent: Intent | null; maybeSent: boolean; retryAt: number }
  | { phase: 'tasked'; task: OpenTask; votes: readonly PersonDecision[] }
  | { phase: 'doubted'; task: string; attempt: number; intent: Intent; error: ErrorShape }
);

export interface OpenTask {
  id: string;
  role: string;
  count: number;
  fourEyes: boolean;
  sendBack: boolean;
  due: number | null;
  again: boolean;
  /** Null once it was erased. */
  shown: Shown | null;
  digest: string;
}

/** What an approver agreed to for a connector: the digest of its request, null where it was not known, and who was asked. */
export interface Agreed {
  digest: string | null;
  approval: string;
}

/** A run as the fold of its events: two folds of the same events are equal, whoever made them and when. */
export interface RunState {
  run: string;
  program: string;
  release: string | null;
  initiator: Actor;
  /** Random hex that makes digests of what is shown unguessable; null when nothing of the program is sealed. */
  salt: string | null;
  startedAt: number;
  /** What expressions see: `input`, and the value of each node that has run under the node's name. */
  scope: Map<string, FeelValue>;
  /** How often each node was entered. */
  visits: Map<string, number>;
  /** How often each back edge was taken. */
  backs: Map<string, number>;
  /** Digests of the requests that an approver has agreed to, by connector node; null where it was not known yet, or was sent. */
  agreed: Map<string, Agreed>;
  /** The approval that was passed last: whom to ask about what no approval has listed. */
  lastApproval: string | null;
  /** What was shown again and approved: the connector sends this very request. */
  confirmed: { node: string; request: FeelContext } | null;
  /** Tasks made so far; part of a task's id, so that each asking is another task. */
  tasks: number;
  /** Effects done, in order. */
  effects: { node: string; key: string }[];
  /** Nodes entered so far; bounded by {@link MAX_STEPS}. */
  steps: number;
  position: Position | null;
  ended: { status: 'completed' | 'failed'; result: string; value: FeelValue; error: ErrorShape | null } | null;
}

/** Nodes that one run may enter. Back edges are bounded by their visits; this bounds their product. */
export const MAX_STEPS = 10_000;

/** What the world tells core about a run. */
export type Stimulus =
  | { stimulus: 'answered'; node: string; visit: number; outcome: AskOutcome }
  | { stimulus: 'performed'; node: string; visit: number; attempt: number; outcome: PerformOutcome }
  | { stimulus: 'asked'; node: string; visit: number; attempt: number; outcome: DoneOutcome }
  | { stimulus: 'decided'; task: string; decision: PersonDecision }
  | { stimulus: 'settled'; task: string; settlement: Settlement }
  /** A timer of the run may have come due. */
  | { stimulus: 'due' }
  /** The engine has started again; whatever was under way has no one who waits for it. */
  | { stimulus: 'recovered' };

/** A person's word on an effect in doubt. */
export interface Settlement {
  happened: boolean;
  person: string;
  role: string;
  comment: string;
  at: number;
  signature: PersonDecision['signature'];
}

/** What core wants done once its events are on disk. */
export type Command =
  | {
      command: 'ask';
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
      node: string;
      visit: number;
      attempt: number;
      connection: string;
      action: string;
      request: FeelContext;
      key: string;
      timeoutMs: number;
    };
