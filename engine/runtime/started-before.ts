import { decodeEvent } from '../core/codec.ts';
import { digestOfValue } from '../core/digest.ts';
import type { Journal } from '../journal/journal.ts';
import { startingNow, type Batch, type Started, type StartRequest } from './batch.ts';
import { failure } from './errors.ts';

type Known = Pick<Journal, 'runByKey' | 'events' | 'keyed'>;

/**
 * How a key is kept. Callers make theirs of whatever they have, names and messages too, and events stay for ever: of theirs
 * a hash is kept under a secret that lies beside the journal. Those that Countersign makes itself are kept as they are.
 */
export const keptKey = (journal: Pick<Journal, 'keyed'>, key: string): string =>
  `keyed:${journal.keyed(JSON.stringify(['start', key]))}`;

/** The start as it goes on record. */
export function keptStart(journal: Pick<Journal, 'keyed'>, request: StartRequest): Omit<StartRequest, 'ownKey'> {
  const { ownKey, ...rest } = request;
  return ownKey === true || rest.key === null ? rest : { ...rest, key: keptKey(journal, rest.key) };
}

/** The run that a key has started, also in a journal of 0.1.0, which kept every key as it was given. */
export function runOfKey(journal: Pick<Journal, 'runByKey' | 'keyed'>, key: string) {
  return journal.runByKey(keptKey(journal, key)) ?? journal.runByKey(key);
}

/**
 * R4: the run that a key has started, by the journal; null where it has started none. Another input under the same key is
 * somebody's mistake and starts nothing: RUN_KEY_REUSED. An input that was erased is taken to be the same.
 */
export function startedBefore(journal: Known, request: StartRequest): Started | null {
  const { key, ownKey } = request;
  const row = key === null ? null : ownKey === true ? journal.runByKey(key) : runOfKey(journal, key);
  if (row === null) return null;
  const first = journal.events(`run:${row.id}`)[0];
  const erased = first?.erased ?? true;
  const event = first === undefined || erased ? null : decodeEvent(first);
  if (event?.type === 'run.started' && digestOfValue(event.body.input) !== digestOfValue(request.input))
    throw failure.keyReused(request.key ?? '', row.id);
  return { run: row.id, again: true };
}

/**
 * The run that a start has begun already, on disk or in what is being written. One that tries another again does so once:
 * RETRY_REFUSED; and not where that one was erased since it was read: RUN_ERASED.
 */
export function knownStart(
  journal: Known,
  request: StartRequest,
  unwritten: readonly (Batch | null)[],
): Started | null {
  const known = startingNow(request, unwritten) ?? startedBefore(journal, request);
  const retried = request.retries?.run;
  if (retried === undefined) return known;
  if (known !== null) throw failure.retriedAlready(retried, known.run);
  if (journal.events(`run:${retried}`).some(({ erased, open }) => erased || open === null))
    throw failure.nothingLeft(retried);
  return null;
}
