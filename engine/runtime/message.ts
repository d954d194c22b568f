import { messageBody, messageOf, messageTopic, sameMessage, unkeyedMatch } from '../core/digest.ts';
import type { Stimulus } from '../core/state.ts';
import { messageReused } from '../core/waiting.ts';
import type { JsonValue } from '../feel/value.ts';
import { CountersignError } from '../flow/error.ts';
import { asJson, canonicalJson } from '../flow/json.ts';
import type { Journal, WaitRow } from '../journal/journal.ts';
import type { Message } from './batch.ts';
import { failure } from './errors.ts';

/** Where waits are found. */
type Waits = Pick<Journal, 'waits' | 'keyed'>;

const keyed = (journal: Pick<Journal, 'keyed'>, what: JsonValue): string => journal.keyed(canonicalJson(asJson(what)));

/** Who waits for a message of this name about this key, or has taken one, the oldest first. */
export function waitsFor(journal: Waits, name: string, key: string): WaitRow[] {
  const match = keyed(journal, messageTopic(name, key));
  // What an earlier version put on record is older than all that is kept by a keyed digest.
  return [...journal.waits(unkeyedMatch(name, key)), ...journal.waits(match)];
}

/**
 * The run that a message is for: of those that wait for one of its name about its key, the oldest. No stimulus where it
 * was taken before under the same id of the same sender. Throws MESSAGE_UNAWAITED, and RUN_KEY_REUSED where that one
 * brought something else.
 */
export function addressed(
  journal: Waits,
  { name, key, id, from, body }: Message,
): { run: string; stimulus: Stimulus | null } {
  const waits = waitsFor(journal, name, key);
  const given = { id, of: keyed(journal, messageOf(from, id)), body: keyed(journal, messageBody(body)) };
  for (const wait of waits) {
    const told = wait.id === null ? 'other' : sameMessage(wait.id, given);
    if (told === 'same') return { run: wait.run, stimulus: null };
    if (told === 'other body') throw new CountersignError(messageReused(id, from, wait.run));
  }
  const first = waits.find((wait) => wait.id === null);
  if (first === undefined) throw failure.unawaited(name);
  const { path, match } = first;
  return { run: first.run, stimulus: { stimulus: 'message', path, match, id, from, body } };
}
