/**
 * What is known of effects across runs when one is about to be intended. Deciding asks it; folding never does, since
 * what it led to is in the events.
 */
import type { Limit } from '../connections/contract.ts';
import type { FeelNumber, JsonValue } from '../feel/value.ts';

/** An effect as other runs see it. */
export interface LedgerEffect {
  run: string;
  key: string;
  connection: string;
  action: string;
  /** Milliseconds since 1970 of its intent. */
  at: number;
  /** The digest of its business key; null where its contract has none. */
  business: string | null;
  /** By field that some limit sums, what it adds, null where that was erased; null where its contract has no limits. */
  counts: Readonly<Record<string, JsonValue>> | null;
}

/**
 * Effects that *stand*: intended, done, in doubt, or not to be taken back any more. One that was refused, failed or was
 * taken back does not.
 */
export interface Ledger {
  /** Stands for a business key, or for what a message is about. Keyed, so that it does not lead back to whom it is about. */
  digest(key: JsonValue): string;
  /** The latest effect with this business key that was intended after `after` and stands, but for the one with the key `but`. */
  standing(business: string, after: number, but: string): { run: string; at: number } | null;
  /** What the effects of an action that were intended within the limit's time and stand come to: their number, or their sum. */
  used(of: { connection: string; action: string }, limit: Limit, now: number): FeelNumber;
  /** An effect is being intended, by a decision that is not on disk yet: from here on it stands. */
  intended(effect: LedgerEffect): void;
}

/** Knows of no other run, for deciding about one by itself. */
export const NO_LEDGER: Ledger = {
  digest: (key) => JSON.stringify(key),
  standing: () => null,
  used: () => 0,
  intended: () => undefined,
};
