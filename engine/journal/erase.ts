import type { Actor } from '../core/event.ts';
import { BODY_VERSION } from '../core/codec.ts';
import type { Draft } from './journal.ts';
import type { KeyName } from './keys.ts';

/** What is to be erased: everything that is sealed in these runs. */
export interface ErasureRequest {
  /** Ids of runs. */
  runs: readonly string[];
  /** Why; stays on record, so it does not say who is erased. */
  basis: string;
  actor: Actor;
  /** Milliseconds since 1970. */
  at: number;
}

export interface ErasureResult {
  /** Runs whose key was there and is destroyed. */
  runs: number;
  /** Those among them that had not ended, and now have, as failed. */
  ended: string[];
}

/** Keys that one event names: it stays small however much is erased at once. */
const KEYS_AN_EVENT = 500;

/** The events that put an erasure on record; `more` stands in each of them. */
export function erasureDrafts(
  keys: readonly KeyName[],
  by: { actor: Actor; at: number; basis: string },
  more: { replayed?: true; erasedAt?: number; erasedBy?: string } = {},
): Draft[] {
  const { actor, at, basis } = by;
  const parts = Array.from({ length: Math.ceil(keys.length / KEYS_AN_EVENT) }, (_, i) =>
    keys.slice(i * KEYS_AN_EVENT, (i + 1) * KEYS_AN_EVENT),
  );
  return parts.map((part) => ({
    subject: 'runner',
    type: 'keys.erased',
    v: 1,
    at,
    actor,
    open: { basis, runs: part.length, keys: part.map(({ of, id }) => ({ of, id })), ...more },
  }));
}

/** The end of a run whose content was erased before it had ended: going on, it would take what is gone for empty. */
export const endErased = (run: string, by: { actor: Actor; at: number }): Draft => ({
  subject: `run:${run}`,
  type: 'run.ended',
  v: BODY_VERSION,
  at: by.at,
  actor: by.actor,
  open: {
    status: 'failed',
    result: 'failed',
    error: {
      code: 'RUN_ERASED',
      message: 'The personal content of this case was erased before it had ended, so it was ended.',
      meaning: 'Effects that were done stay done; what was under way or in doubt is on record as it stood.',
      hint: 'Nothing can be resumed. Start a new case if something is still to be done.',
      retryable: false,
      fault: 'operator',
    },
  },
});
