import { messageMatch } from '../core/digest.ts';
import type { Stimulus } from '../core/state.ts';
import type { Journal } from '../journal/journal.ts';
import type { Message } from './batch.ts';
import { failure } from './errors.ts';

/**
 * The run that a message is for: of those that wait for one of its name about its key, the oldest. No stimulus where it
 * was taken before under the same id. Throws MESSAGE_UNAWAITED.
 */
export function addressed(
  journal: Pick<Journal, 'waits'>,
  { name, key, id, from, body }: Message,
): { run: string; stimulus: Stimulus | null } {
  const match = messageMatch(name, key);
  const waits = journal.waits(match);
  const taken = waits.find((wait) => wait.id === id);
  if (taken !== undefined) return { run: taken.run, stimulus: null };
  const first = waits.find((wait) => wait.id === null);
  if (first === undefined) throw failure.unawaited(name);
  return { run: first.run, stimulus: { stimulus: 'message', path: first.path, match, id, from, body } };
}
