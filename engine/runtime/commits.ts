import { CountersignError } from '../flow/error.ts';
import type { Journal } from '../journal/journal.ts';
import { emptyBatch, type Batch } from './batch.ts';
import { failure } from './errors.ts';

/**
 * What one transaction takes at most: enough that syncing the disk is a small part of it, little enough that whoever
 * shares the thread waits some ten milliseconds. Ten times as many cost more processor time a run, not less.
 */
export const MAX_BATCH = 128;

/** Events after which a batch takes no more, however few arrivals they come of: some decide much at once. */
const MOST_EVENTS = 2000;

/**
 * R1: what was decided, on its way to the disk. While the journal writes one batch in a thread of its own, the next is
 * decided upon; batches are written, and told of, in the order in which they were decided.
 */
export class Commits {
  private gathering: Batch | null = null;
  private writing: Batch | null = null;
  private readonly told: {
    /** On disk. `live` unless the journal was given up meanwhile: then what follows from it is recovered. */
    written: (batch: Batch, live: boolean) => void;
    failed: (error: CountersignError) => void;
  };

  constructor(told: Commits['told']) {
    this.told = told;
  }

  /** The batch that takes in what arrives. */
  get batch(): Batch {
    this.gathering ??= emptyBatch();
    return this.gathering;
  }

  /** How many more arrivals the batch takes. */
  get room(): number {
    if (this.gathering === null) return MAX_BATCH;
    return this.gathering.drafts.length >= MOST_EVENTS ? 0 : MAX_BATCH - this.gathering.arrivals;
  }

  get isEmpty(): boolean {
    return this.gathering === null && this.writing === null;
  }

  /** What is not known to be on disk, the latest first. */
  get unwritten(): readonly (Batch | null)[] {
    return [this.gathering, this.writing];
  }

  /** Something was decided about this run that is not known to be on disk. */
  touches(run: string): boolean {
    return this.unwritten.some((batch) => batch?.touched.has(run) === true);
  }

  /** How many runs something was decided about that is not known to be on disk, at most. */
  get touched(): number {
    return this.unwritten.reduce((sum, batch) => sum + (batch?.touched.size ?? 0), 0);
  }

  isWriting(run: string): boolean {
    return this.writing?.touched.has(run) === true;
  }

  /** Hands the gathered batch to the journal, unless it is still writing the one before. */
  commit(journal: Journal): void {
    const batch = this.gathering;
    if (batch === null || this.writing !== null || this.handOver(journal)) return;
    this.gathering = null;
    try {
      if (batch.drafts.length > 0) journal.append(batch.drafts);
    } catch (error) {
      return this.fail(batch, error, true);
    }
    this.told.written(batch, true);
  }

  /** Has everything that was decided written now, and tells of it. Throws where that fails: then the journal is to be given up. */
  flush(journal: Journal): void {
    const { gathering, writing } = this;
    if (this.isEmpty) return;
    // Waits for the batch that is being written, and throws where that failed.
    journal.append(gathering?.drafts ?? []);
    this.gathering = null;
    this.writing = null;
    for (const batch of [writing, gathering]) if (batch !== null) this.told.written(batch, true);
  }

  /** The journal is given up: what it was not told of is refused, and what it was is told by it. */
  drop(error: CountersignError): void {
    const batch = this.gathering;
    this.gathering = null;
    this.writing = null;
    if (batch !== null) for (const refuse of batch.refuse) refuse(error);
  }

  private handOver(journal: Journal): boolean {
    const batch = this.gathering;
    const written = batch === null ? null : (journal.appendMeanwhile?.(batch.drafts) ?? null);
    if (batch === null || written === null) return false;
    this.gathering = null;
    this.writing = batch;
    written.then(
      () => this.wrote(batch, journal),
      (error: unknown) => this.fail(batch, error, this.writing === batch),
    );
    return true;
  }

  private wrote(batch: Batch, journal: Journal): void {
    const live = this.writing === batch;
    if (live) {
      this.writing = null;
      // First, so that the thread has work while others are told.
      this.handOver(journal);
    }
    this.told.written(batch, live);
  }

  /** `first` unless the journal was given up already, by whoever found out before. */
  private fail(batch: Batch, error: unknown, first: boolean): void {
    const told = error instanceof CountersignError ? error : failure.defect(error);
    if (first) this.told.failed(told);
    for (const refuse of batch.refuse) refuse(told);
  }
}
