import type { Header } from '../journal/event-codec.ts';
import { openScratch, type Connection } from '../journal/open.ts';
import { ProjectionWriter } from '../journal/projection-rows.ts';
import { runOf } from '../journal/projections.ts';
import { parseStored, PRUNED_SUBJECTS, timersOf } from '../journal/rebuild.ts';
import { JOURNAL_SCHEMA, PROJECTION_TABLES } from '../journal/schema.ts';
import { hasSealedUntil } from '../journal/sealed-until.ts';
import type { Findings } from './finding.ts';

/** Events between two flushes; bounds memory, decides nothing. */
const FLUSH_EVERY = 5000;

/** Folds all events again into a database of its own, and compares it with the projections of the journal. */
export class Refold {
  readonly #journal: Connection;
  readonly #scratch: Connection;
  readonly #writer: ProjectionWriter;
  readonly #pruned: ReadonlySet<string>;
  readonly #timerOf: ReturnType<typeof timersOf>;
  #folded = 0;

  constructor(journal: Connection) {
    this.#journal = journal;
    this.#scratch = openScratch(JOURNAL_SCHEMA);
    this.#writer = new ProjectionWriter(this.#scratch);
    this.#timerOf = timersOf(journal);
    this.#pruned = new Set(journal.prepare<[], string>(PRUNED_SUBJECTS).pluck().all());
  }

  /** Throws JOURNAL_DAMAGED when the open part is not what the event's type calls for. */
  event(seq: number, header: Header, open: Uint8Array): void {
    const { subject, type, at, node, path } = header;
    if (runOf(subject) === null || this.#pruned.has(subject)) return;
    const event = { seq, subject, type, at, node, path, open: parseStored(open, seq) };
    // A time that is sealed is not the record's to say; that there is a timer is, for as long as the wait goes on.
    const isHidden = hasSealedUntil(type, event.open);
    this.#writer.fold(isHidden ? { ...event, until: this.#timerOf(event) ?? at } : event);
    this.#folded += 1;
    if (this.#folded % FLUSH_EVERY === 0) this.#flush();
  }

  /** Compares row by row; returns how many runs were left out because they were pruned. */
  compare(findings: Findings): number {
    this.#flush();
    for (const { table, order, subject } of PROJECTION_TABLES) this.#compareTable(table, order, subject, findings);
    return [...this.#pruned].filter((s) => runOf(s) !== null).length;
  }

  close(): void {
    this.#scratch.close();
  }

  #flush(): void {
    this.#scratch.transaction(() => {
      this.#writer.flush();
    })();
  }

  /** Both sides are in the same order, so that a row on one side only is found without reading all into memory. */
  #compareTable(table: string, order: string, subject: string, findings: Findings): void {
    const sql = `SELECT ${subject} AS subject_, * FROM ${table} ORDER BY ${order}`;
    const stored = this.#rows(this.#journal, sql);
    const folded = this.#rows(this.#scratch, sql);
    try {
      let [s, f] = [stored.next(), folded.next()];
      while (s.done !== true || f.done !== true) {
        if (s.value?.text !== f.value?.text) {
          const run = s.value?.run ?? f.value?.run ?? '';
          findings.add({
            code: 'PROJECTION',
            message: `The table ${table} does not follow from the events at run ${run}.`,
          });
        }
        [s, f] = [stored.next(), folded.next()];
      }
    } finally {
      // A damaged file ends one side in the middle; an open query would keep the other's database from closing.
      stored.return(undefined);
      folded.return(undefined);
    }
  }

  *#rows(db: Connection, sql: string): Generator<{ run: string; text: string }, undefined> {
    for (const row of db.prepare<[], unknown[]>(sql).raw().iterate()) {
      const run = String(row[0]);
      if (!this.#pruned.has(`run:${run}`)) yield { run, text: JSON.stringify(row) };
    }
    return undefined;
  }
}
