/** Changes that come together, such as those of one key, are checked together. */
export const LEAST_REST_MS = 8;
export const MOST_REST_MS = 120;

/**
 * Milliseconds to wait before what just changed is checked. Between two checks there is a rest as long as the first of
 * them took, so that keys that follow each other quickly are checked together where that takes long; a change that comes
 * after a rest is checked at once.
 */
export function restBefore(last: { tookMs: number; ended: number }, now: number): number {
  const rest = Math.min(MOST_REST_MS, last.tookMs);
  return Math.max(LEAST_REST_MS, rest - (now - last.ended));
}
