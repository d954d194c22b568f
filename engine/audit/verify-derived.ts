import { CountersignError } from '../flow/error.ts';
import { decodeHeader, encodeHeader } from '../journal/event-codec.ts';
import type { Connection } from '../journal/open.ts';
import type { Finding, Findings } from './finding.ts';
import { sameBytes } from './merkle.ts';
import { Refold } from './verify-projections.ts';

type Row = [seq: number, subject: string, header: Uint8Array, open: Uint8Array | null];

/** Rows read at once, which is faster than one by one and holds little in memory. */
const PAGE = 1000;
const SELECT = `SELECT seq, subject, header, open FROM event WHERE seq > ? ORDER BY seq LIMIT ${PAGE}`;

/**
 * The second pass: that every header says what its row does and epochs never go back, and that every projection follows
 * from the events. It reads what the first pass only hashes, which takes several times as long.
 * Returns how many runs were left out because they were pruned.
 */
export function checkDerived(db: Connection, findings: Findings, progress?: (done: number) => void): number {
  const refold = new Refold(db);
  try {
    const headers = new Headers(findings, refold);
    const select = db.prepare<[number], Row>(SELECT).raw();
    let done = 0;
    for (let page = select.all(Number.MIN_SAFE_INTEGER); ;) {
      for (const row of page) headers.event(row);
      done += page.length;
      progress?.(done);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      page = select.all(last[0]);
    }
    checkWriter(db, headers.epoch, findings);
    return refold.compare(findings);
  } finally {
    refold.close();
  }
}

class Headers {
  epoch = 0;
  readonly #findings: Findings;
  readonly #refold: Refold;

  constructor(findings: Findings, refold: Refold) {
    this.#findings = findings;
    this.#refold = refold;
  }

  event([seq, subject, bytes, open]: Row): void {
    try {
      const header = decodeHeader(bytes);
      const canonical = Buffer.from(encodeHeader(header), 'utf8');
      if (!sameBytes(canonical, bytes)) this.#found('HEADER', seq, 'The header is not in canonical form.');
      if (header.seq !== seq) this.#found('SEQUENCE', seq, `The header is that of event ${header.seq}.`);
      if (header.subject !== subject)
        this.#found('HEADER', seq, `The header is about ${header.subject}, the row about ${subject}.`);
      if (header.epoch < this.epoch)
        this.#found('EPOCH', seq, `Epoch ${header.epoch} comes after epoch ${this.epoch}.`);
      this.epoch = Math.max(this.epoch, header.epoch);
      if (open !== null) this.#refold.event(seq, header, open);
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error;
      this.#found('HEADER', seq, error.message);
    }
  }

  #found(code: Finding['code'], seq: number, message: string): void {
    this.#findings.add({ code, seq, message });
  }
}

function checkWriter(db: Connection, epoch: number, findings: Findings): void {
  const current = db.prepare<[], number>('SELECT epoch FROM writer').pluck().get() ?? 0;
  if (current < epoch)
    findings.add({ code: 'EPOCH', message: `The writer's epoch is ${current}, and events have ${epoch}.` });
}
