import type { Journal } from '../journal/journal.ts';
import type { Clock } from './environment.ts';

/** How many timers are taken up at once; the rest is taken up right after. */
const AT_ONCE = 128;

/** Runs about which something was decided that is not on disk: what the journal says of their timers may be past. */
export interface Unwritten {
  touches(run: string): boolean;
  /** How many there are at most. */
  readonly touched: number;
}

/**
 * The timers of all runs, as one wake of the clock: they are rows in the journal, and only the next is waited for. A run
 * that is *set aside* takes none until it is let go, one that is unwritten none until it is written, and neither holds up
 * another's.
 */
export class RunTimers {
  private readonly clock: Clock;
  private readonly due: (run: string) => void;
  private readonly unwritten: Unwritten;
  private readonly aside = new Set<string>();
  private cancel: (() => void) | null = null;

  /** @param due told of each run that has a timer which has come due */
  constructor(clock: Clock, due: (run: string) => void, unwritten: Unwritten) {
    this.clock = clock;
    this.due = due;
    this.unwritten = unwritten;
  }

  /** Waits for the next timer in the journal, and no longer for any that was waited for. */
  arm(journal: Pick<Journal, 'nextTimer' | 'dueTimers'>): void {
    this.stop();
    const next = this.next(journal);
    if (next === null) return;
    this.cancel = this.clock.wakeAt(next, () => {
      this.cancel = null;
      const due = journal.dueTimers(this.clock.now(), AT_ONCE + this.notNow).filter(({ run }) => this.takes(run));
      for (const { run } of due) this.due(run);
      if (due.length === 0) this.arm(journal);
    });
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  setAside(run: string): void {
    this.aside.add(run);
  }

  letGo(run: string): void {
    this.aside.delete(run);
  }

  letAllGo(): void {
    this.aside.clear();
  }

  private takes(run: string): boolean {
    return !this.aside.has(run) && !this.unwritten.touches(run);
  }

  /** How many runs take none, at most. */
  private get notNow(): number {
    return this.aside.size + this.unwritten.touched;
  }

  private next(journal: Pick<Journal, 'nextTimer' | 'dueTimers'>): number | null {
    if (this.notNow === 0) return journal.nextTimer();
    // A run may have several.
    for (let limit = this.notNow + 1; ; limit *= 2) {
      const timers = journal.dueTimers(Number.MAX_SAFE_INTEGER, limit);
      const found = timers.find(({ run }) => this.takes(run));
      if (found !== undefined) return found.at;
      if (timers.length < limit) return null;
    }
  }
}
