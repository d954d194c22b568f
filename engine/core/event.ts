import type { Limit } from '../connections/contract.ts';
import type { FeelContext, FeelValue, JsonValue } from '../feel/value.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { Asked, Fallback, NodeRecord, PersonDecision } from '../../nodes/kind.ts';
import type { Carried, Retries } from './try-again.ts';

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
  /** Why it is held, where something other than its request brings it before a person: a limit that is reached. */
  reason?: string;
  facts: readonly { label: string; value: JsonValue }[];
  /** What the person is to choose or fill in; absent where they approve. */
  asks?: Asked;
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
  /** Null where they do not know either, and have the engine look again. */
  happened: boolean | null;
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
        /** Digest of the manifest that it is pinned to; absent where there is none, and in journals of the first versions. */
        manifest?: string;
        key: string | null;
        initiator: Actor;
        salt: string | null;
        /** When it has to be over: milliseconds since 1970. */
        deadline: number | null;
        /** Cases of one line run one at a time: its keyed digest. */
        line?: string;
        /** Another of its line has not ended: it begins when it is admitted. */
        queued?: true;
        /** Which ended run it tries again, and what it begins with. */
        retries?: Retries;
        carried?: Carried;
        input: FeelContext;
      };
    }
  | (At & {
      type: 'node.completed';
      body: { visit: number; port: string; value: FeelValue; record: NodeRecord | null };
    })
  /** An answer does not count, and another is asked in its place: nobody who was asked is asked again. */
  | (At & { type: 'answer.set aside'; body: { visit: number; record: NodeRecord | null; next: Fallback } })
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
        /** Where the contract has a business key: its digest, keyed by the journal's own secret. */
        business?: string;
        /** Where the contract has limits: by field, what the effect adds to its sum; null where that was erased. */
        counts?: Readonly<Record<string, JsonValue>>;
      };
    })
  | (At & {
      type: 'call.failed';
      /**
       * `paused` where the connection was, `held` where it was stopped before it left: nothing was sent, and it does not
       * count as an attempt.
       */
      body: {
        visit: number;
        attempt: number;
        sent: 'no' | 'maybe';
        error: ErrorShape;
        retryAt: number;
        paused?: true;
        held?: true;
      };
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
        /** Absent where it asks for an approval. */
        type?: 'choose' | 'fill in';
        /** It asks again about one request, at the connector that would send it. */
        again: boolean;
        /** Limits that it would pass: who approves lets this one go over them. */
        over?: readonly Limit[];
        shown: Shown | null;
        digest: string;
      };
    })
  /** `enough` where the vote lets go out what was shown again: the run is no longer waiting. */
  | (At & { type: 'task.voted'; body: { visit: number; task: string; vote: PersonDecision; enough?: true } })
  /** `held` where it did not happen and the run is held: it is sent once the run goes on, and was not before. */
  | (At & { type: 'doubt.settled'; body: { visit: number; task: string; settlement: Settlement; held?: true } })
  /** The doubt is no task any more: the other side is asked, or sent the same again under the same key. */
  | (At & { type: 'doubt.reopened'; body: { visit: number; task: string; settlement: Settlement } })
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
  /** Those before it in its line have ended: it begins. */
  | { type: 'run.admitted'; body: Readonly<Record<string, never>> }
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
  'answer.set aside',
  'call.intended',
  'call.failed',
  'call.repeated',
  'call.doubted',
  'task.created',
  'task.voted',
  'doubt.settled',
  'doubt.reopened',
  'wait.begun',
  'branches.opened',
  'branches.dropped',
  'run.stopping',
  'run.admitted',
  'run.suspended',
  'run.resumed',
  'undo.intended',
  'effect.undone',
  'run.ended',
] as const satisfies readonly RunEventType[];

/** Actor of everything that core decides by itself. */
export const ENGINE: Actor = { issuer: 'engine', subject: 'engine', role: 'engine', method: 'none' };
