import { decodeEvent } from '../core/codec.ts';
import type { Actor, RunEvent } from '../core/event.ts';
import type { Journal } from '../journal/journal.ts';
import type { Seal } from '../flow/story-fact.ts';
import { failure } from './errors.ts';

/** An event with when and by whom it was put on record, and whether its personal content is there. */
export interface ToldEvent {
  event: RunEvent;
  /** Milliseconds since 1970. */
  at: number;
  actor: Actor;
  seal: Seal;
}

/** A run's events from a journal, decoded, in order. Empty when there is no such run. RUN_ERASED where they were pruned. */
export function eventsOf(journal: Pick<Journal, 'events'>, run: string): ToldEvent[] {
  return journal.events(`run:${run}`).map((stored) => {
    if (stored.open === null) throw failure.pruned(run);
    return {
      event: decodeEvent(stored),
      at: stored.at,
      actor: stored.actor,
      seal: stored.erased ? 'erased' : stored.sealed === null ? 'open' : 'sealed',
    };
  });
}
