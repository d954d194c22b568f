import type { Actor } from '../core/event.ts';
import { CountersignError } from '../flow/error.ts';
import { damaged, innerHash, leafHash } from './event-codec.ts';
import type { Draft } from './journal.ts';
import type { Connection } from './open.ts';
import { Query } from './query.ts';
import { EVENT_STAYS } from './schema.ts';

const DAY_MS = 86_400_000;

/** Nothing is deleted earlier without a recorded basis: six months, as articles 19 and 26 of the EU AI Act ask of logs. */
export const RETENTION_FLOOR_DAYS = 183;

export interface PruneRequest {
  /** Runs that ended at this time or earlier, in milliseconds since 1970. */
  before: number;
  /** Why earlier than the floor; null where the floor is kept. */
  basis: string | null;
  actor: Actor;
  /** Milliseconds since 1970. */
  at: number;
  /** Where the last step left off; 0 to begin with. */
  after: number;
}

export interface PruneStep {
  runs: number;
  events: number;
  /** What the next step is to be given as `after`; null when everything was looked at. */
  next: number | null;
}

/** Refuses with RETENTION_FLOOR what would delete earlier than {@link RETENTION_FLOOR_DAYS} without a basis. */
export function checkFloor({ before, basis, at }: Pick<PruneRequest, 'before' | 'basis' | 'at'>): void {
  if (before <= at - RETENTION_FLOOR_DAYS * DAY_MS || (basis ?? '').trim() !== '') return;
  throw new CountersignError({
    code: 'RETENTION_FLOOR',
    message: `Nothing younger than ${RETENTION_FLOOR_DAYS} days is deleted without a basis.`,
    meaning: 'The record of decisions that a model took part in is kept for six months at least.',
    hint: 'Give an age of 183 days or more, or state the basis; it stays on record.',
    fault: 'operator',
  });
}

/** Rows of `run` looked at in one step, and events replaced in one transaction: what an engine waits for stays short. */
const LOOKED_AT = 2000;
const EVENTS_AT_ONCE = 250;

interface Candidate {
  n: number;
  id: string;
  ended: number | null;
}

interface Payload {
  seq: number;
  subject: string;
  header: Uint8Array;
  open: Uint8Array;
  sealed: Uint8Array | null;
  salt: Uint8Array;
  leaf: Uint8Array;
}

/**
 * Replaces payloads of ended runs by their inner hashes. Leaves stay, so every proof holds as before.
 *
 * SQLite joins half-empty pages when rows are deleted and not when they get shorter, and new events never go where old
 * ones were. So rows are taken out and put back without their payload, which leaves whole pages free. The guard against
 * deleting is lifted for that and is back before the transaction ends: nobody else ever sees the journal without it.
 */
export class Pruner {
  readonly #db: Connection;
  readonly #look;
  readonly #isPruned;
  readonly #payloads;
  readonly #takeOut;
  readonly #putBack;

  constructor(db: Connection) {
    this.#db = db;
    this.#look = new Query<[number], Candidate>(
      db,
      `SELECT n, id, ended FROM run WHERE n > ? ORDER BY n LIMIT ${LOOKED_AT}`,
    );
    this.#isPruned = db
      .prepare<[string], number>('SELECT 1 FROM event WHERE subject = ? AND inner IS NOT NULL LIMIT 1')
      .pluck();
    this.#payloads = new Query<[string], Payload>(
      db,
      'SELECT seq, subject, header, open, sealed, salt, leaf FROM event WHERE subject = ? AND inner IS NULL',
    );
    this.#takeOut = db.prepare<[number]>('DELETE FROM event WHERE seq = ?');
    this.#putBack = db.prepare<[number, string, Uint8Array, Uint8Array, Uint8Array]>(
      'INSERT INTO event (seq, subject, header, leaf, inner) VALUES (?, ?, ?, ?, ?)',
    );
  }

  /**
   * One step, to be called within a transaction. Gives the pruned runs' subjects and the event that says so, which is to
   * be written in the same transaction. JOURNAL_DAMAGED when a payload is not what its leaf says: the damage would be
   * hidden by removing it.
   */
  step(request: PruneRequest): PruneStep & { subjects: string[]; drafts: Draft[] } {
    const rows = this.#look.all(request.after);
    const last = rows.at(-1);
    const pruned: Candidate[] = [];
    const payloads: Payload[] = [];
    let seen: Candidate | undefined;
    for (const row of rows) {
      if (payloads.length >= EVENTS_AT_ONCE) break;
      seen = row;
      const subject = `run:${row.id}`;
      if (row.ended === null || row.ended > request.before || this.#isPruned.get(subject) !== undefined) continue;
      for (const payload of this.#payloads.all(subject)) payloads.push(payload);
      pruned.push(row);
    }
    const next = seen === last && rows.length < LOOKED_AT ? null : (seen?.n ?? null);
    this.#strip(payloads.sort((a, b) => a.seq - b.seq));
    const events = payloads.length;
    const drafts = pruned.length === 0 ? [] : [prunedDraft(request, pruned, events)];
    return { runs: pruned.length, events, next, subjects: pruned.map(({ id }) => `run:${id}`), drafts };
  }

  #strip(payloads: readonly Payload[]): void {
    if (payloads.length === 0) return;
    const inner = payloads.map(innerOf);
    this.#db.exec('DROP TRIGGER event_stays');
    for (const { seq } of payloads) this.#takeOut.run(seq);
    payloads.forEach(({ seq, subject, header, leaf }, i) =>
      this.#putBack.run(seq, subject, header, leaf, inner[i] ?? new Uint8Array(0)),
    );
    this.#db.exec(EVENT_STAYS);
  }
}

function innerOf({ seq, header, open, sealed, salt, leaf }: Payload): Uint8Array {
  const inner = innerHash(salt, open, sealed);
  if (Buffer.compare(leafHash(header, inner), leaf) === 0) return inner;
  throw damaged(`Event ${seq} is not what its leaf says: a byte of it was changed. Nothing of it was pruned.`);
}

/** What is put on record of a step: which runs, in order, and how many of their events. */
export const prunedDraft = (request: PruneRequest, runs: readonly { id: string }[], events: number): Draft => ({
  subject: 'runner',
  type: 'payloads.pruned',
  v: 1,
  at: request.at,
  actor: request.actor,
  open: {
    before: request.before,
    basis: request.basis,
    runs: runs.length,
    events,
    first: runs[0]?.id ?? null,
    last: runs.at(-1)?.id ?? null,
  },
});
