/** Notices that the machine's clock was set, by a clock that cannot be. */
import { uptime } from 'node:os';
import { JUMP_MS } from '../journal/clock-jump.ts';

/**
 * What the clocks said at one moment, in milliseconds: of the day; since the machine was started, which goes on while it
 * sleeps; and since this process was, which stands still then. Only the first can be set.
 */
export interface Reading {
  wall: number;
  steady: number;
  awake: number;
}

/**
 * The machine's clocks. The uptime of Linux, macOS and Windows counts sleep. Where it is kept from us, what stands still in
 * sleep takes its place, and having slept cannot be told from a clock that was set forward: it counts as set. The same
 * holds for a virtual machine that was paused from outside, as its uptime stands still as well.
 */
export function readClocks(): Reading {
  const awake = performance.now();
  return { wall: Date.now(), steady: uptimeMs() ?? awake, awake };
}

function uptimeMs(): number | null {
  try {
    return uptime() * 1000;
  } catch {
    return null;
  }
}

/**
 * By how many milliseconds the clock of the day was set forward, or back where it is negative, between two readings; null
 * when it was not. A machine that slept was not set.
 */
export function jumpBetween(before: Reading, after: Reading): number | null {
  const jump = after.wall - before.wall - (after.steady - before.steady);
  return Math.abs(jump) > JUMP_MS ? Math.round(jump) : null;
}

/** Whether the machine slept between two readings for long enough that timers are late. */
const sleptBetween = (before: Reading, after: Reading): boolean =>
  after.steady - before.steady - (after.awake - before.awake) > JUMP_MS;

export interface ClockNews {
  /** The clock was set, by so much and from when: that is on record, and what is due by it now is taken up. */
  jumped: (by: number, from: number) => void;
  /** The machine slept: nothing is on record, and what came due meanwhile is taken up. */
  slept: () => void;
}

/** Watches the clocks, and tells of each jump once. */
export class ClockWatch {
  private last: Reading;
  private readonly read: () => Reading;
  private readonly news: ClockNews;

  constructor(read: () => Reading, news: ClockNews) {
    this.read = read;
    this.news = news;
    this.last = read();
  }

  look(): void {
    const before = this.last;
    this.last = this.read();
    const by = jumpBetween(before, this.last);
    if (by !== null) this.news.jumped(by, before.wall);
    else if (sleptBetween(before, this.last)) this.news.slept();
  }
}
