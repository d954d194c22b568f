import { decodeEvent } from '../core/codec.ts';
import type { RunEvent } from '../core/event.ts';
import type { Journal } from '../journal/journal.ts';

/** A run's events from a journal, decoded, in order. Empty when there is no such run. */
export function eventsOf(journal: Pick<Journal, 'events'>, run: string): { event: RunEvent; at: number }[] {
  return journal.events(`run:${run}`).map((e) => ({ event: decodeEvent(e), at: e.at }));
}
