import { isParsedJson, type JsonValue } from '../flow/json.ts';
import { damaged, decodeHeader } from './event-codec.ts';
import type { Connection } from './open.ts';
import { Query } from './query.ts';
import { ProjectionWriter } from './projection-rows.ts';
import { runOf } from './projections.ts';
import { hasSealedUntil } from './sealed-until.ts';
import type { ProjectedEvent } from './open-part.ts';
import { PROJECTION_TABLES } from './schema.ts';

/** Events folded between two flushes; bounds memory, decides nothing. */
const FLUSH_EVERY = 2000;

/** What projections see of a stored event. JOURNAL_DAMAGED when its bytes are not JSON. */
export function toProjected(seq: number, header: Uint8Array, open: Uint8Array): ProjectedEvent {
  const { subject, type, at, node, path } = decodeHeader(header);
  return { seq, subject, type, at, node, path, open: parseStored(open, seq) };
}

/** JSON that this journal wrote: canonical, so that the platform's own reader is strict enough. */
export function parseStored(bytes: Uint8Array, seq: number): JsonValue {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
    if (isParsedJson(value)) return value;
    throw new TypeError('nothing to read');
  } catch (error) {
    throw damaged(`The open part of event ${seq} cannot be read.`, error);
  }
}

/** Runs some of whose events were pruned: their rows cannot be derived again and stay as they are. */
export const PRUNED_SUBJECTS = 'SELECT subject FROM event WHERE inner IS NOT NULL';

/** Reads when the node of an event waits until, by the timer that is there for it: what is sealed of it is not looked at. */
export function timersOf(db: Connection): (event: ProjectedEvent) => number | null {
  const read = new Query<[string, string, string], { at: number }>(
    db,
    "SELECT at FROM timer WHERE run = ? AND node = ? AND path = ? AND kind = 'wait'",
  );
  return ({ subject, node, path }) => read.get(runOf(subject) ?? '', node ?? '', path ?? '')?.at ?? null;
}

/**
 * Derives all projections anew from the events, in one transaction. Needs a connection that may write; the rows of runs
 * that were pruned are kept, and so are timers whose time is sealed.
 */
export function rebuildProjections(db: Connection): void {
  const sealedTimers = new Map(
    new Query<[], { run: string; node: string; path: string; at: number }>(
      db,
      "SELECT run, node, path, at FROM timer WHERE kind = 'wait'",
    )
      .all()
      .map(({ run, node, path, at }) => [JSON.stringify([run, node, path]), at] as const),
  );
  const untilOf = ({ subject, node, path }: ProjectedEvent): number | null =>
    sealedTimers.get(JSON.stringify([runOf(subject), node, path ?? ''])) ?? null;
  const events = new Query<[number], { seq: number; header: Uint8Array; open: Uint8Array }>(
    db,
    `SELECT seq, header, open FROM event
     WHERE seq > ? AND subject >= 'run:' AND subject < 'run;' AND subject NOT IN (${PRUNED_SUBJECTS})
     ORDER BY seq LIMIT ${FLUSH_EVERY}`,
  );
  db.transaction(() => {
    for (const { table, subject } of PROJECTION_TABLES) {
      db.prepare(`DELETE FROM ${table} WHERE 'run:' || ${subject} NOT IN (${PRUNED_SUBJECTS})`).run();
    }
    const writer = new ProjectionWriter(db);
    for (let batch = events.all(0); batch.length > 0; batch = events.all(batch.at(-1)?.seq ?? 0)) {
      for (const { seq, header, open } of batch) {
        const event = toProjected(seq, header, open);
        writer.fold(hasSealedUntil(event.type, event.open) ? { ...event, until: untilOf(event) } : event);
      }
      writer.flush();
    }
  }).immediate();
}
