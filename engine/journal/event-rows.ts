import type { Connection } from './open.ts';

/** A row of `event` as it is first written; pruning is what fills the column that is missing here. */
export type EventRow = readonly [
  seq: number,
  subject: string,
  header: Uint8Array,
  open: Uint8Array,
  sealed: Uint8Array | null,
  salt: Uint8Array,
  leaf: Uint8Array,
];

/** Rows written by one statement where there are many: going to SQLite and back costs a third of inserting a row. */
const AT_ONCE = 16;

/** Inserts event rows, many with one statement. To be used, and flushed, within a transaction. */
export class EventRows {
  readonly #one;
  readonly #many;
  #held: EventRow[] = [];

  constructor(db: Connection) {
    const insert = (rows: number) =>
      db.prepare(
        `INSERT INTO event (seq, subject, header, open, sealed, salt, leaf) VALUES ${Array.from({ length: rows }, () => '(?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
      );
    this.#one = insert(1);
    this.#many = insert(AT_ONCE);
  }

  add(row: EventRow): void {
    this.#held.push(row);
    if (this.#held.length < AT_ONCE) return;
    this.#many.run(...this.#held.flat());
    this.#held = [];
  }

  /** Forgets what is held back: the transaction that it was for came to nothing. */
  clear(): void {
    this.#held = [];
  }

  /** Writes what is still held back. */
  flush(): void {
    for (const [seq, subject, header, open, sealed, salt, leaf] of this.#held)
      this.#one.run(seq, subject, header, open, sealed, salt, leaf);
    this.#held = [];
  }
}
