/** A connection that is paused: a call that was not sent waits for it, and this uses up none of its attempts. */
import { spreadOf } from './retry.ts';

/** How long a call waits for a paused connection before it counts as failed. */
export const LONGEST_PAUSED_MS = 24 * 3_600_000;

const LONGEST_SPREAD_MS = 30 * 60_000;

/**
 * When a call that met a paused connection is tried again: after the pause, spread by its key, so that not everybody comes
 * at once. Who has waited longer comes back less often: the spread is the pause still to come and half of the time waited
 * so far, half an hour at most. Null once it has waited for a day.
 *
 * @param since when it was first told to wait: milliseconds since 1970, as all times here
 */
export function retryAfterPause(until: number, now: number, since: number, key: string): number | null {
  // Since then the clock may have been set back.
  const waited = Math.max(0, now - since);
  if (waited >= LONGEST_PAUSED_MS) return null;
  const left = Math.max(0, until - now);
  const spread = Math.min(LONGEST_SPREAD_MS, Math.max(1000, left) + waited / 2);
  // A number of its own for each time, or those who meet once would meet always.
  return now + left + Math.round(spread * spreadOf(key, 1 + Math.floor(waited / 1000)));
}
