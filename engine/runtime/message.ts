import { messageTopic, unkeyedMatch } from '../core/digest.ts';
import type { Stimulus } from '../core/state.ts';
import { asJson, canonicalJson } from '../flow/json.ts';
import type { Journal, WaitRow } from '../journal/journal.ts';
import type { Message } from './batch.ts';
import { failure } from './errors.ts';

/** Where waits are found. */
type Waits = Pick<Journal, 'waits' | 'keyed'>;

/** Who waits for a message of this name about this key, or has taken one, the oldest first. */
export function waitsFor(journal: Waits, name: string, key: string): WaitRow[] {
  const match = journal.keyed(canonicalJson(asJson(messageTopic(name, key))));
  // What an earlier version put on record is older than all that is kept by a keyed digest.
  return [...journal.waits(unkeyedMatch(name, key)), ...journal.waits(match)];
}

/**
 * The run that a message is for: of those that wait for one of its name about its key, the oldest. No stimulus where it
 * was taken before under the same id. Throws MESSAGE_UNAWAITED.
 */
export function addressed(
  journal: Waits,
  { name, key, id, from, body }: Message,
): { run: string; stimulus: Stimulus | null } {
  const waits = waitsFor(journal, name, key);
  const taken = waits.find((wait) => wait.id === id);
  if (taken !== undefined) return { run: taken.run, stimulus: null };
  const first = waits.find((wait) => wait.id === null);
  if (first === undefined) throw failure.unawaited(name);
  const { path, match } = first;
  return { run: first.run, stimulus: { stimulus: 'message', path, match, id, from, body } };
}
