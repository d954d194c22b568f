const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in plain words: `0 ms`, `340 ms`, `2.4 s`, `3 min`, `4.5 h`, `2 d`. */
export function lasting(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${round(ms / 1000)} s`;
  if (ms < HOUR) return `${round(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${round(ms / HOUR)} h`;
  return `${round(ms / DAY)} d`;
}

const round = (n: number): string => String(Math.round(n * 10) / 10);

/** A moment as a person reads it, to the second: `2026-03-02 09:00:00 UTC`. */
export const momentWords = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
