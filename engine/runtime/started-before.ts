import { decodeEvent } from '../core/codec.ts';
import { digestOfValue } from '../core/digest.ts';
import type { Journal } from '../journal/journal.ts';
import type { Started, StartRequest } from './batch.ts';
import { failure } from './errors.ts';

/**
 * R4: the run that a key has started, by the journal; null where it has started none. Another input under the same key is
 * somebody's mistake and starts nothing: RUN_KEY_REUSED. An input that was erased is taken to be the same.
 */
export function startedBefore(journal: Pick<Journal, 'runByKey' | 'events'>, request: StartRequest): Started | null {
  const row = request.key === null ? null : journal.runByKey(request.key);
  if (row === null) return null;
  const first = journal.events(`run:${row.id}`)[0];
  const erased = first?.erased ?? true;
  const event = first === undefined || erased ? null : decodeEvent(first);
  if (event?.type === 'run.started' && digestOfValue(event.body.input) !== digestOfValue(request.input))
    throw failure.keyReused(request.key ?? '', row.id);
  return { run: row.id, again: true };
}
