import type { Journal } from '../journal/journal.ts';
import type { Clock } from './environment.ts';

/** How many timers are taken up at once; the rest is taken up right after. */
const AT_ONCE = 128;

/**
 * The timers of all runs, as one wake of the clock: they are rows in the journal, and only the next is waited for. A run
 * that is *set aside* takes none until it is let go, and holds up no other's.
 */
export class RunTimers {
  private readonly clock: Clock;
  private readonly due: (run: string) => void;
  private readonly aside = new Set<string>();
  private cancel: (() => void) | null = null;

  /** @param due told of each run that has a timer which has come due */
  constructor(clock: Clock, due: (run: string) => void) {
    this.clock = clock;
    this.due = due;
  }

  /** Waits for the next timer in the journal, and no longer for any that was waited for. */
  arm(journal: Pick<Journal, 'nextTimer' | 'dueTimers'>): void {
    this.stop();
    const next = this.next(journal);
    if (next === null) return;
    this.cancel = this.clock.wakeAt(next, () => {
      this.cancel = null;
      const due = journal
        .dueTimers(this.clock.now(), AT_ONCE + this.aside.size)
        .filter((timer) => !this.aside.has(timer.run));
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

  private next(journal: Pick<Journal, 'nextTimer' | 'dueTimers'>): number | null {
    if (this.aside.size === 0) return journal.nextTimer();
    const timers = journal.dueTimers(Number.MAX_SAFE_INTEGER, this.aside.size + 1);
    return timers.find((timer) => !this.aside.has(timer.run))?.at ?? null;
  }
}
