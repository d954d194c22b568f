/** Notices that the machine's clock was set, by a clock that cannot be. */

/** What two clocks said at one moment, in milliseconds: of the day, and since some start. */
export interface Reading {
  wall: number;
  steady: number;
}

/** Beyond this a difference between the two is a jump and not drift. */
export const JUMP_MS = 60_000;

/**
 * By how many milliseconds the clock of the day was set forward, or back where it is negative, between two readings; null
 * when it was not. A machine that slept counts as set forward: its steady clock stood still.
 */
export function jumpBetween(before: Reading, after: Reading): number | null {
  const jump = after.wall - before.wall - (after.steady - before.steady);
  return Math.abs(jump) > JUMP_MS ? Math.round(jump) : null;
}

/** Watches both clocks, and tells of each jump once. */
export class ClockWatch {
  private last: Reading;
  private readonly read: () => Reading;
  private readonly jumped: (by: number, from: number) => void;

  constructor(read: () => Reading, jumped: (by: number, from: number) => void) {
    this.read = read;
    this.jumped = jumped;
    this.last = read();
  }

  look(): void {
    const before = this.last;
    this.last = this.read();
    const by = jumpBetween(before, this.last);
    if (by !== null) this.jumped(by, before.wall);
  }
}
