import type { FeelContext, FeelValue, JsonValue } from '../feel/value.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { NodeRecord, PersonDecision } from '../../nodes/kind.ts';
import type { Settlement } from './state.ts';

/** Who did something: issuer, subject, role and how they proved it. The engine itself is `engine`. */
export interface Actor {
  issuer: string;
  subject: string;
  role: string;
  method: string;
}

/** What the approver is shown: canonical JSON; the signature is over the digest of exactly this. */
export interface Shown {
  /** Random hex of the run, so that the digest tells nothing once the content is erased. */
  salt: string | null;
  task: string;
  run: string;
  program: string;
  node: string;
  title: string;
  role: string;
  /** An effect is asked about again because it was not known, or has changed, since it was approved. */
  again: boolean;
  facts: readonly { label: string; value: JsonValue }[];
  /** The effects that follow when approved, from a dry run. What cannot be resolved yet is marked so. */
  effects: readonly ShownEffect[];
}

export interface ShownEffect {
  node: string;
  name: string;
  connection: string;
  action: string;
  class: 'read' | 'reversible' | 'irreversible';
  /** The request as it will be sent, or null when it depends on what is not known yet. */
  request: JsonValue | null;
  digest: string | null;
}

/**
 * The events of a run. What a task showed is null once it was erased. The event that settles a node is its completion; nothing is said twice.
 * `header` fields (subject, node, path, at, actor, seq, epoch) are the journal's.
 */
export type RunEvent =
  | {
      type: 'run.started';
      body: {
        program: string;
        release: string | null;
        key: string | null;
        initiator: Actor;
        salt: string | null;
        input: FeelContext;
      };
    }
  | {
      type: 'node.completed';
      node: string;
      body: { visit: number; port: string; value: FeelValue; record: NodeRecord | null };
    }
  | {
      type: 'call.intended';
      node: string;
      body: {
        visit: number;
        key: string;
        connection: string;
        action: string;
        class: 'reversible' | 'irreversible';
        request: FeelContext;
        digest: string;
      };
    }
  | {
      type: 'call.failed';
      node: string;
      body: { visit: number; attempt: number; sent: 'no' | 'maybe'; error: ErrorShape; retryAt: number };
    }
  | { type: 'call.repeated'; node: string; body: { visit: number; attempt: number } }
  | {
      type: 'call.doubted';
      node: string;
      body: { visit: number; key: string; task: string; error: ErrorShape; connection: string; action: string };
    }
  | {
      type: 'task.created';
      node: string;
      body: {
        visit: number;
        task: string;
        role: string;
        count: number;
        fourEyes: boolean;
        sendBack: boolean;
        due: number | null;
        title: string;
        /** It asks again about one request, at the connector that would send it. */
        again: boolean;
        shown: Shown | null;
        digest: string;
      };
    }
  | { type: 'task.voted'; node: string; body: { visit: number; task: string; vote: PersonDecision } }
  | { type: 'doubt.settled'; node: string; body: { visit: number; task: string; settlement: Settlement } }
  | {
      type: 'run.ended';
      node: string | null;
      body: { status: 'completed' | 'failed'; result: string; value: FeelValue; error: ErrorShape | null };
    };

export type RunEventType = RunEvent['type'];

/** Every run event type, for projections and checks that must cover them all. */
export const RUN_EVENT_TYPES = [
  'run.started',
  'node.completed',
  'call.intended',
  'call.failed',
  'call.repeated',
  'call.doubted',
  'task.created',
  'task.voted',
  'doubt.settled',
  'run.ended',
] as const satisfies readonly RunEventType[];

/** Actor of everything that core decides by itself. */
export const ENGINE: Actor = { issuer: 'engine', subject: 'engine', role: 'engine', method: 'none' };
