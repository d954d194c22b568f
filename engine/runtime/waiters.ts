import type { CountersignError } from '../flow/error.ts';

/** Those who wait for the engine to be idle, or to have room. */
export class Waiters {
  private idlers: { resolve: () => void; fail: ((error: CountersignError) => void) | null }[] = [];
  private feeders: { limit: number; resolve: () => void; fail: (error: CountersignError) => void }[] = [];

  /** Waits until nothing is queued or called; with `fail` not longer than the journal holds. */
  idler(resolve: () => void, fail: ((error: CountersignError) => void) | null): void {
    this.idlers.push({ resolve, fail });
  }

  /** Waits until the load is below `limit`. */
  feeder(limit: number, resolve: () => void, fail: (error: CountersignError) => void): void {
    this.feeders.push({ limit, resolve, fail });
  }

  loadIs(load: () => number): void {
    this.feeders = this.feeders.filter(({ limit, resolve }) => (load() < limit ? (resolve(), false) : true));
  }

  isIdle(): void {
    for (const { resolve } of this.idlers.splice(0)) resolve();
  }

  /** Those who do not wait for a journal that fails. */
  giveUp(error: CountersignError): void {
    for (const { fail } of this.feeders.splice(0)) fail(error);
    this.idlers = this.idlers.filter(({ fail }) => fail === null || (fail(error), false));
  }

  /** Nothing more will happen. */
  letGo(): void {
    for (const { resolve } of this.feeders.splice(0)) resolve();
    this.isIdle();
  }
}
