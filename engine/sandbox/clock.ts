import type { Clock } from '../runtime/environment.ts';

interface Wake {
  at: number;
  order: number;
  wake: () => void;
}

/** A clock that stands still until it is moved: months pass at once, and nothing sleeps. */
export class VirtualClock implements Clock {
  private current: number;
  private order = 0;
  private wakes: Wake[] = [];

  constructor(startMs: number) {
    this.current = startMs;
  }

  now(): number {
    return this.current;
  }

  wakeAt(at: number, wake: () => void): () => void {
    const entry = { at, order: this.order++, wake };
    this.wakes.push(entry);
    return () => {
      this.wakes = this.wakes.filter((other) => other !== entry);
    };
  }

  wakeIn(ms: number, wake: () => void): () => void {
    return this.wakeAt(this.current + ms, wake);
  }

  /** When the next wake is due, or null when none is asked for. */
  next(): number | null {
    return this.earliest()?.at ?? null;
  }

  /** Moves to the next wake, never backwards, and wakes it. False when there is none. */
  step(): boolean {
    const entry = this.earliest();
    if (entry === undefined) return false;
    this.wakes = this.wakes.filter((other) => other !== entry);
    this.current = Math.max(this.current, entry.at);
    entry.wake();
    return true;
  }

  private earliest(): Wake | undefined {
    let first: Wake | undefined;
    for (const entry of this.wakes)
      if (first === undefined || entry.at < first.at || (entry.at === first.at && entry.order < first.order))
        first = entry;
    return first;
  }
}
