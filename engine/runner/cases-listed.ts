/** Cases as they are listed, with who holds them. No projection tells that; it is derived from their events. */
import type { Actor } from '../core/event.ts';
import { CountersignError } from '../flow/error.ts';
import { RUN_STATUSES, type Journal, type RunRow } from '../journal/journal.ts';
import { FIRST_UNENDED, type JournalReader, type UnendedPlace } from '../journal/reader.ts';
import type { Committed } from '../runtime/engine.ts';
import { eventsOf, type ToldEvent } from '../runtime/events-of.ts';
import { pageOf, type Page } from './page.ts';

/** A case that begins nothing more until it is resumed. */
export interface Suspension {
  by: Actor;
  reason: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** Whether a run is suspended, as its events say; one that a person has cancelled, or that has ended, is not any more. */
export function suspensionIn(events: readonly ToldEvent[]): Suspension | null {
  const last = events.findLast(
    ({ event }) => HOLDING.has(event.type) || (event.type === 'run.stopping' && event.body.cancelled !== null),
  );
  return last?.event.type === 'run.suspended' ? { ...last.event.body, at: last.at } : null;
}

const HOLDING: ReadonlySet<string> = new Set(['run.suspended', 'run.resumed', 'run.ended']);

/** {@link Suspension} of a case that may still be under way; of one that has ended nothing is looked up. */
export function suspensionOf(reader: Pick<Journal, 'events'>, { id, ended }: RunRow): Suspension | null {
  return ended === null ? suspensionIn(eventsOf(reader, id)) : null;
}

/** Every case that is suspended, the newest first. */
export const suspendedIn = (reader: Read): SuspendedRow[] => new SuspendedCases().in(reader);

function suspendedOf(reader: Read, runs: Iterable<string>): SuspendedRow[] {
  const rows = [...runs].flatMap((id) => {
    const row = reader.run(id);
    const suspended = row === null ? null : suspensionOf(reader, row);
    return row === null || suspended === null ? [] : [{ ...row, suspended }];
  });
  return rows.toSorted(newestFirst);
}

/** The order in which suspended cases are listed. */
export const newestFirst = (a: RunRow, b: RunRow): number => b.started - a.started || (a.id < b.id ? 1 : -1);

type Read = Pick<JournalReader, 'unendedWith' | 'run' | 'events'>;

/** Cases that are looked through at once while others are served, in some milliseconds. */
const STEP = 1000;

/**
 * {@link suspendedIn} for an engine, which is asked again and again: to look through the events of all cases that wait is
 * done once, a step at a time, and what is suspended since is told as it is written.
 */
export class SuspendedCases {
  /** Of those that were looked through, and of those that were moved since the journal was opened: which may be suspended. */
  private known = new Set<string>();
  /** From where on cases are still to be looked through; null when all are. */
  private next: UnendedPlace | null = FIRST_UNENDED;

  /** A journal was opened: what is known of it is looked up anew. */
  opened(): void {
    this.known = new Set();
    this.next = FIRST_UNENDED;
  }

  /** These events are on disk. One that moves may be passed by while others are looked through. */
  written(events: readonly Committed[]): void {
    for (const { run, event } of events)
      if (event.type === 'run.ended') this.known.delete(run);
      else if (event.type === 'run.suspended' || this.next !== null) this.known.add(run);
  }

  /** Looks through some more cases. Returns whether those were all. */
  goOn(reader: Read, most: number = STEP): boolean {
    if (this.next === null) return true;
    const { runs, next } = reader.unendedWith('run.suspended', { from: this.next, most });
    for (const run of runs) this.known.add(run);
    this.next = next;
    return next === null;
  }

  /** The newest first. Whoever asks before all were looked through waits for that. */
  in(reader: Read): SuspendedRow[] {
    while (!this.goOn(reader));
    const rows = suspendedOf(reader, this.known);
    this.known = new Set(rows.map(({ id }) => id));
    return rows;
  }
}

/** A row of a case with who holds it, where somebody does. */
export interface StandingRow extends RunRow {
  suspended: Suspension | null;
}
export type SuspendedRow = RunRow & { suspended: Suspension };

/** What a case may be listed by: its status, or that it is suspended. */
export const LISTED_BY = [...RUN_STATUSES, 'suspended'] as const;
export type ListedBy = (typeof LISTED_BY)[number];

/** Which cases, how many of them, and the last one of the page before, by its id. */
export interface Listing {
  by: ListedBy | null;
  limit: number;
  after?: string | undefined;
}

/** Cases, the newest first, each with who holds it. Throws RUN_UNKNOWN where `after` names none. */
export function casesListed(
  reader: Pick<Journal, 'run' | 'runs'>,
  held: readonly SuspendedRow[],
  { by, limit, after }: Listing,
): Page<StandingRow> {
  const last = after === undefined ? null : reader.run(after);
  if (after !== undefined && last === null) throw noPlace('RUN_UNKNOWN', 'case');
  if (by === 'suspended') {
    const later = held.filter((row) => last === null || newestFirst(row, last) > 0);
    return pageOf(limit, (most) => later.slice(0, most));
  }
  const known = new Map(held.map((row) => [row.id, row.suspended]));
  const which = { ...(by === null ? {} : { status: by }), ...(after === undefined ? {} : { after }) };
  return pageOf(limit, (most) =>
    reader.runs({ ...which, limit: most }).map((row) => ({ ...row, suspended: known.get(row.id) ?? null })),
  );
}

/** A list cannot go on from what is not there: an empty page would be taken for its end. */
export const noPlace = (code: 'RUN_UNKNOWN' | 'TASK_UNKNOWN', what: 'case' | 'task'): CountersignError =>
  new CountersignError({
    code,
    message: `There is no ${what} of the id that after gives.`,
    hint: 'Give what the page before ended with as next, or leave it out to begin with the first page.',
  });
