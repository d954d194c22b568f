import type { Clock } from '../../engine/runtime/environment.ts';
import { VirtualClock } from '../../engine/sandbox/clock.ts';
import { Chance } from './chance.ts';
import { Storm } from './storm.ts';

const START = Date.parse('2026-03-02T09:00:00Z');
/** The machine's clock looks at the wall clock at least this often, so that a wake is this late after a jump. */
const LOOK_MS = 30_000;

const LATER = 0x1a7e_c0de;

/** A wall clock that somebody moves. True time only goes forward; what runs late after a jump runs late here as well. */
export class WallClock implements Clock {
  private readonly time: VirtualClock;
  private readonly chance: Chance;
  private readonly sleeping = new Set<{ at: number; wake: () => void; cancel: () => void }>();
  private offset = 0;

  constructor(time: VirtualClock, chance: Chance) {
    this.time = time;
    this.chance = chance;
  }

  now(): number {
    return this.time.now() + this.offset;
  }

  wakeAt(at: number, wake: () => void): () => void {
    const entry = { at, wake, cancel: () => undefined as void };
    this.sleeping.add(entry);
    this.arm(entry, 0);
    return () => {
      this.sleeping.delete(entry);
      entry.cancel();
    };
  }

  wakeIn(ms: number, wake: () => void): () => void {
    return this.time.wakeIn(ms, wake);
  }

  jump(byMs: number): void {
    this.offset += byMs;
    for (const entry of this.sleeping) {
      entry.cancel();
      this.arm(entry, this.chance.between(0, LOOK_MS));
    }
  }

  private arm(entry: { at: number; wake: () => void; cancel: () => void }, lookMs: number): void {
    const at = Math.max(this.time.now() + lookMs, entry.at - this.offset);
    entry.cancel = this.time.wakeAt(at, () => {
      if (this.now() < entry.at) return this.arm(entry, 0);
      this.sleeping.delete(entry);
      entry.wake();
    });
  }
}

/** What a seed makes: time, chance, what goes wrong, and the story of it. */
export class World {
  readonly seed: number;
  readonly chance: Chance;
  /**
   * Chance of all that the world came to know later, so that what found something before keeps its story: a world as it
   * was at first has none of it.
   */
  readonly later: Chance;
  readonly isFirst: boolean;
  readonly time = new VirtualClock(START);
  readonly wall: WallClock;
  readonly storm: Storm;
  /** What happened, line by line; the same for a seed to the byte. */
  readonly story: string[] = [];

  constructor(seed: number, isFirst = false) {
    this.seed = seed;
    this.chance = new Chance(seed);
    this.later = new Chance(seed ^ LATER);
    this.isFirst = isFirst;
    this.wall = new WallClock(this.time, this.chance.branch());
    this.storm = new Storm(this.chance.branch(), isFirst ? null : this.later.branch());
  }

  tell(what: string): void {
    this.story.push(`${this.time.now() - START} ${what}`);
  }

  /** Calls back so many milliseconds of true time from now. */
  after(ms: number, then: () => void): void {
    this.time.wakeAt(this.time.now() + ms, then);
  }
}
