import type { Reply } from './load-client.ts';

/** Every how many accepted cases one is looked up in the journal, as another process sees it, when its answer comes. */
const LOOK_EVERY = 50;
/** How many waits are kept, of many more as a sample of all. */
const KEPT = 100_000;

/** What came of the cases that were sent. */
export class Tally {
  /** Accepted cases. */
  readonly accepted: string[] = [];
  readonly waits: number[] = [];
  refused = 0;
  /** Refused otherwise than with 429 or 503 and a time to come again, or not answered. */
  otherwise = 0;
  /** Why cases were not accepted: a status, or the error of a request without an answer. */
  readonly why = new Map<string, number>();
  looked = 0;
  /** Accepted, and not on disk when the answer came. */
  notOnDisk = 0;
  readonly #isOnDisk: (run: string) => boolean;

  constructor(isOnDisk: (run: string) => boolean) {
    this.#isOnDisk = isOnDisk;
  }

  answered({ status, retryAfter, run, ms }: Reply): void {
    if (run !== null) {
      this.accepted.push(run);
      if (this.waits.length < KEPT) this.waits.push(ms);
      else this.waits[Math.floor(Math.random() * KEPT)] = ms;
      if (this.accepted.length % LOOK_EVERY !== 0) return;
      this.looked += 1;
      if (!this.#isOnDisk(run)) this.notOnDisk += 1;
      return;
    }
    this.#count(String(status));
    if ((status === 429 || status === 503) && retryAfter !== null) this.refused += 1;
    else this.otherwise += 1;
  }

  unanswered(error: unknown): void {
    this.#count(error instanceof Error && 'code' in error ? String(error.code) : String(error));
    this.otherwise += 1;
  }

  #count(reason: string): void {
    this.why.set(reason, (this.why.get(reason) ?? 0) + 1);
  }
}
