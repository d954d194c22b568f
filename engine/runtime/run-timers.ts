import type { Journal, TimerPlace, TimerRow } from '../journal/journal.ts';
import type { Clock } from './environment.ts';

/** How many timers are taken up at once; the rest is taken up once something was decided about these. */
const AT_ONCE = 128;

/**
 * A timer that has been due for so long and is of a run that is set aside is not looked at again. What is decided sets no
 * timer to a time that is past, and is on disk before it is as far past as this.
 */
const LONG_DUE_MS = 60_000;

/** What is asked of a journal for its timers. */
type Timed = Pick<Journal, 'isOpen' | 'nextTimer' | 'dueTimers'>;

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
  /** Runs whose timer is due, and that were not taken up since. */
  private readonly told = new Set<string>();
  /** Up to here, in the order of the journal, all timers are of runs that are set aside. */
  private past: TimerPlace | null = null;
  private cancel: (() => void) | null = null;

  /** @param due told of each run that has a timer which has come due */
  constructor(clock: Clock, due: (run: string) => void, unwritten: Unwritten) {
    this.clock = clock;
    this.due = due;
    this.unwritten = unwritten;
  }

  /**
   * Waits for the next timer in the journal, and no longer for any that was waited for. While runs are still to be taken up
   * whose timers are due, none is waited for: to be called again when they were.
   */
  arm(journal: Timed): void {
    this.cancelWake();
    if (this.told.size > 0) return;
    const next = this.next(journal);
    if (next === null) return;
    this.cancel = this.clock.wakeAt(next, () => {
      this.cancel = null;
      // Closed by what failed beside: who finds out opens it again, and then the next timer is waited for.
      if (journal.isOpen) this.wake(journal);
    });
  }

  private wake(journal: Timed): void {
    for (const { run } of this.takable(journal, this.clock.now())) {
      if (this.told.size >= AT_ONCE) break;
      if (this.told.has(run)) continue;
      this.told.add(run);
      this.due(run);
    }
    if (this.told.size === 0) this.arm(journal);
  }

  stop(): void {
    this.cancelWake();
    this.told.clear();
  }

  /** What was told of a run is taken up now. */
  takenUp(run: string): void {
    this.told.delete(run);
  }

  setAside(run: string): void {
    this.aside.add(run);
  }

  letGo(run: string): void {
    if (this.aside.delete(run)) this.past = null;
  }

  letAllGo(): void {
    this.aside.clear();
    this.past = null;
  }

  private cancelWake(): void {
    this.cancel?.();
    this.cancel = null;
  }

  private next(journal: Timed): number | null {
    if (this.aside.size + this.unwritten.touched === 0) return journal.nextTimer();
    this.passBy(journal);
    for (const { at } of this.takable(journal, Number.MAX_SAFE_INTEGER)) return at;
    return null;
  }

  /** Goes past the timers that have long been due and are set aside. */
  private passBy(journal: Pick<Journal, 'dueTimers'>): void {
    const longDue = this.clock.now() - LONG_DUE_MS;
    // The clock was set back: what is set from now on may stand before.
    if (this.past !== null && this.past.at > longDue) this.past = null;
    if (this.aside.size === 0) return;
    for (const { at, run } of inOrder(journal, longDue, this.past)) {
      if (!this.aside.has(run)) return;
      this.past = { at, run };
    }
  }

  /** Timers until then of runs that take them, the oldest first. */
  private *takable(journal: Pick<Journal, 'dueTimers'>, until: number): Generator<TimerRow> {
    for (const timer of inOrder(journal, until, this.past))
      if (!this.aside.has(timer.run) && !this.unwritten.touches(timer.run)) yield timer;
  }
}

/** Timers until then after a place, read by the page. A run that has several at one time is met at one of them at least. */
function* inOrder(journal: Pick<Journal, 'dueTimers'>, until: number, after: TimerPlace | null): Generator<TimerRow> {
  for (let last = after; ;) {
    const page = journal.dueTimers(until, AT_ONCE, last);
    yield* page;
    last = page.at(-1) ?? null;
    if (page.length < AT_ONCE) return;
  }
}
