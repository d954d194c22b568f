import type { FeelContext, FeelValue, JsonValue } from '../feel/value.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { NodeRecord, PersonDecision } from '../../nodes/kind.ts';

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

/** A person's word on an effect in doubt. */
export interface Settlement {
  happened: boolean;
  person: string;
  role: string;
  comment: string;
  at: number;
  signature: PersonDecision['signature'];
}

/** Which turn an event is about: the node, and the branch that it ran in; the path is absent at the root. */
interface At {
  node: string;
  path?: string;
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
        /** When it has to be over: milliseconds since 1970. */
        deadline: number | null;
        input: FeelContext;
      };
    }
  | (At & {
      type: 'node.completed';
      body: { visit: number; port: string; value: FeelValue; record: NodeRecord | null };
    })
  | (At & {
      type: 'call.intended';
      body: {
        visit: number;
        key: string;
        connection: string;
        action: string;
        class: 'reversible' | 'irreversible';
        request: FeelContext;
        digest: string;
      };
    })
  | (At & {
      type: 'call.failed';
      body: { visit: number; attempt: number; sent: 'no' | 'maybe'; error: ErrorShape; retryAt: number };
    })
  | (At & { type: 'call.repeated'; body: { visit: number; attempt: number } })
  | (At & {
      type: 'call.doubted';
      body: { visit: number; key: string; task: string; error: ErrorShape; connection: string; action: string };
    })
  | (At & {
      type: 'task.created';
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
    })
  /** `enough` where the vote lets go out what was shown again: the run is no longer waiting. */
  | (At & { type: 'task.voted'; body: { visit: number; task: string; vote: PersonDecision; enough?: true } })
  | (At & { type: 'doubt.settled'; body: { visit: number; task: string; settlement: Settlement } })
  /** A node waits; `match` is the digest of a message's name and key, by which the message finds it. */
  | (At & { type: 'wait.begun'; body: { visit: number; until: number | null; match: string | null } })
  /** A node fans out: which branches there are, what each is about, and where they come together. */
  | (At & {
      type: 'branches.opened';
      body: {
        visit: number;
        join: string;
        any: boolean;
        keys: readonly string[];
        items: readonly FeelValue[] | null;
        item: string | null;
        atOnce: number;
      };
    })
  /** Branches are left as they are: another arrived first, or the run is to fail. The rest only settle what they sent. */
  | (At & { type: 'branches.dropped'; body: { visit: number; paths: readonly string[] } })
  /** The run ends as soon as what may have reached other sides is settled, and what is to be taken back is. */
  | {
      type: 'run.stopping';
      node: string | null;
      body: {
        error: ErrorShape | null;
        cancelled: { by: Actor; reason: string } | null;
        undo: boolean;
        dropped: readonly string[];
      };
    }
  | { type: 'run.suspended' | 'run.resumed'; body: { by: Actor; reason: string } }
  /** An effect is about to be taken back, by an effect of its own. The path is `undo:` and which one it is. */
  | (At & {
      type: 'undo.intended';
      body: {
        visit: number;
        /** The key of the effect that is taken back. */
        of: string;
        key: string;
        connection: string;
        action: string;
        class: 'reversible' | 'irreversible';
        request: FeelContext;
        digest: string;
      };
    })
  /** How taking back came out; without an intent where it was too late for it. */
  | (At & {
      type: 'effect.undone';
      body: {
        visit: number;
        of: string;
        outcome: 'undone' | 'refused' | 'failed' | 'too late';
        attempts: number;
        error: ErrorShape | null;
      };
    })
  | {
      type: 'run.ended';
      node: string | null;
      body: {
        status: 'completed' | 'failed' | 'cancelled';
        result: string;
        value: FeelValue;
        error: ErrorShape | null;
      };
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
  'wait.begun',
  'branches.opened',
  'branches.dropped',
  'run.stopping',
  'run.suspended',
  'run.resumed',
  'undo.intended',
  'effect.undone',
  'run.ended',
] as const satisfies readonly RunEventType[];

/** Actor of everything that core decides by itself. */
export const ENGINE: Actor = { issuer: 'engine', subject: 'engine', role: 'engine', method: 'none' };
